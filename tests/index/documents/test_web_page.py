"""Fetching one page: the servers are real and on the loopback; names are resolved by the test."""

import datetime
import gzip
import ssl
import threading
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from index.documents.addresses import Address, is_public, resolve
from index.documents.readers import read
from index.documents.web_page import FetchLimits, fetch
from index.errors import ReaderError

PAGE = b"<html><head><title>Opening hours</title></head><body><p>The library opens at nine.</p></body></html>"
Answer = Callable[[BaseHTTPRequestHandler], None]


def reply(status: int, kind: str, body: bytes, **headers: str) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Type", kind)
        handler.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


@contextmanager
def site(answers: dict[str, Answer], tls: ssl.SSLContext | None = None) -> Iterator[tuple[int, list[str]]]:
    """A server on the loopback; gives its port and the hosts that were asked for."""
    hosts: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            hosts.append(self.headers["Host"])
            answers.get(self.path, reply(404, "text/plain", b"gone"))(self)

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            """A client that goes away early is what some tests are about."""

    server = Server(("127.0.0.1", 0), Handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.server_address[1], hosts
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


PUBLIC = ip_address("127.0.0.1")


def names(host: str, port: int) -> Sequence[Address]:
    """Every name is on the loopback, but for one that leads into a private network."""
    return [ip_address("10.0.0.7")] if host.startswith("inside") else [PUBLIC]


def get(url: str, folder: Path, **options: object) -> Path:
    return fetch(url, folder, **{"resolver": names, "allowed": lambda one: one == PUBLIC, **options})  # type: ignore[arg-type]


def test_a_page_is_saved_with_its_address_and_can_be_read(tmp_path: Path) -> None:
    with site({"/visit/hours.html?a=1&b=2": reply(200, "text/html", PAGE)}) as (port, hosts):
        url = f"http://library.example:{port}/visit/hours.html?a=1&b=2"
        path = get(url + "#top", tmp_path)
        again = get(url, tmp_path)
    assert path == again
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]
    assert path.name.startswith("library.example-hours-")
    assert hosts == [f"library.example:{port}"] * 2
    document = read(path, relative=path.name)
    assert document.source.url == url
    assert document.source.title == "Opening hours"
    assert document.text == "The library opens at nine."


@pytest.mark.parametrize(
    ("kind", "body", "suffix", "text"),
    [
        ("text/html; charset=gbk", "<p>今天下雨。</p>".encode("gbk"), ".html", "今天下雨。"),
        ("text/html", '<meta charset="gb2312"><p>今天下雨。</p>'.encode("gbk"), ".html", "今天下雨。"),
        ("text/markdown", "# 题\n\n今天下雨。".encode(), ".md", "今天下雨。"),
        ("text/plain; charset=big5", "今天下雨。".encode("big5"), ".txt", "今天下雨。"),
        ("text/markdown", "---\ntitle: 题\n---\n今天下雨。".encode(), ".md", "今天下雨。"),
    ],
)
def test_encodings_and_types_are_kept_apart(kind: str, body: bytes, suffix: str, text: str, tmp_path: Path) -> None:
    with site({"/": reply(200, kind, body)}) as (port, _):
        path = get(f"http://a.example:{port}/", tmp_path)
    document = read(path, relative=path.name)
    assert path.suffix == suffix
    assert text in document.text
    assert document.source.url == f"http://a.example:{port}/"


def test_the_day_of_fetching_is_noted_in_the_file(tmp_path: Path) -> None:
    noon = datetime.datetime(2026, 5, 6, 12, tzinfo=datetime.UTC)
    with site({"/": reply(200, "text/html", PAGE)}) as (port, _):
        path = get(f"http://a.example:{port}/", tmp_path, now=noon)
    assert 'name="verbatim:fetched" content="2026-05-06"' in path.read_text(encoding="utf-8")


def test_redirects_are_followed_and_the_last_address_is_kept(tmp_path: Path) -> None:
    answers = {"/old": reply(302, "text/html", b"", Location="/new"), "/new": reply(200, "text/html", PAGE)}
    with site(answers) as (port, _):
        path = get(f"http://a.example:{port}/old", tmp_path)
    assert read(path, relative="a.html").source.url == f"http://a.example:{port}/new"


def test_a_redirect_into_a_private_network_is_refused(tmp_path: Path) -> None:
    with site({"/": reply(302, "text/html", b"", Location="http://inside.example/")}) as (port, hosts):
        with pytest.raises(ReaderError, match=r"inside\.example is not a public address"):
            get(f"http://a.example:{port}/", tmp_path)
        assert len(hosts) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_name_is_refused_when_any_of_its_addresses_is_private(tmp_path: Path) -> None:
    with site({"/": reply(200, "text/html", PAGE)}) as (port, hosts):
        with pytest.raises(ReaderError, match="not a public address"):
            get(f"http://a.example:{port}/", tmp_path, resolver=lambda *_: [PUBLIC, ip_address("10.0.0.1")])
        assert hosts == []


def test_the_connection_goes_to_the_address_that_was_checked(tmp_path: Path) -> None:
    """A name that resolves to another address the second time is asked for only once."""
    asked: list[str] = []

    def rebinding(host: str, port: int) -> Sequence[Address]:
        asked.append(host)
        return [PUBLIC if len(asked) == 1 else ip_address("10.0.0.1")]

    with site({"/": reply(200, "text/html", PAGE)}) as (port, _):
        get(f"http://a.example:{port}/", tmp_path, resolver=rebinding)
    assert asked == ["a.example"]


@pytest.mark.parametrize(
    "address",
    [
        *(
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "224.0.0.1",
        ),
        *("255.255.255.255", "192.0.2.1", "::1", "::", "fe80::1", "fc00::1", "::ffff:127.0.0.1", "2002:7f00:1::"),
        *("64:ff9b::a00:1", "ff02::1", "2001:db8::1", "2001:0:7f00:1::"),
        *("3fff::1", "5f00::1", "100:0:0:1::1", "fec0::1", "::7f00:1", "2001:20::1", "64:ff9b:1::a00:1"),
        *("192.88.99.1", "192.0.0.9", "198.18.0.1", "240.0.0.1", "203.0.113.7"),
    ],
)
def test_addresses_inside_are_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "192.0.1.1", "2606:4700::1111", "2400:3200::1"])
def test_addresses_outside_are_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "127.1", "0x7f.1", "2130706433", "[::1]", "[::ffff:127.0.0.1]"]
)
def test_every_way_to_write_the_loopback_is_refused(host: str, tmp_path: Path) -> None:
    with pytest.raises(ReaderError, match=r"not a public address|cannot be resolved"):
        fetch(f"http://{host}:1/", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_host_is_resolved_to_addresses() -> None:
    assert resolve("127.0.0.1", 80) == [ip_address("127.0.0.1")]


@pytest.mark.parametrize(
    "url",
    [
        "ftp://a.example/",
        "file:///etc/passwd",
        "a.example",
        "http://",
        "",
        "http://u:p@a.example/",
        "http://[",
        "x" * 5000,
    ],
)
def test_what_is_no_address_of_a_page_is_refused(url: str, tmp_path: Path) -> None:
    with pytest.raises(ReaderError, match=r"^[A-Z][^\n]+\.$"):
        get(url, tmp_path)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (reply(404, "text/html", b"gone"), "404"),
        (reply(200, "image/png", b"\x89PNG"), "image/png"),
        (reply(200, "text/html", b"<p>" + b"word " * 300_000), "larger than 1 MB"),
        (reply(200, "text/html", b""), "not HTML|no text"),
        (reply(200, "text/html", b"<script>only()</script>"), "no text"),
        (reply(302, "text/html", b"", Location="/"), "redirects more than 5 times"),
        (reply(302, "text/html", b"", Location="file:///etc/passwd"), "not the address"),
        (lambda handler: handler.wfile.write(b"nonsense\r\n\r\n"), "cannot be fetched"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_its_reason(answer: Answer, reason: str, tmp_path: Path) -> None:
    with site({"/": answer}) as (port, _), pytest.raises(ReaderError, match=reason):
        get(f"http://a.example:{port}/", tmp_path, limits=FetchLimits(size=1 << 20))
    assert list(tmp_path.iterdir()) == []


def test_a_page_that_drips_is_given_up(tmp_path: Path) -> None:
    seconds = iter(range(0, 1000, 20))
    with (
        site({"/": reply(200, "text/html", PAGE)}) as (port, _),
        pytest.raises(ReaderError, match="longer than 30 seconds"),
    ):
        get(f"http://a.example:{port}/", tmp_path, elapsed=lambda: float(next(seconds)) * 2)


def dripping(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while True:
        handler.wfile.write(b"a")
        handler.wfile.flush()
        threading.Event().wait(0.02)


def continuing(handler: BaseHTTPRequestHandler) -> None:
    while True:
        handler.wfile.write(b"HTTP/1.1 103 Early Hints\r\n\r\n")
        handler.wfile.flush()


@pytest.mark.parametrize("answer", [dripping, continuing])
@pytest.mark.parametrize("encrypted", [False, True])
def test_an_answer_that_never_begins_is_given_up_in_time(answer: Answer, encrypted: bool, tmp_path: Path) -> None:
    server, client = certificate(tmp_path, "a.example") if encrypted else (None, None)
    scheme = "https" if encrypted else "http"
    with site({"/": answer}, server) as (port, _), pytest.raises(ReaderError, match="took longer"):
        get(f"{scheme}://a.example:{port}/", tmp_path, limits=FetchLimits(seconds=0.3), tls=client)


def test_what_is_packed_is_unpacked_up_to_the_limit(tmp_path: Path) -> None:
    headers = {"Content-Encoding": "gzip"}
    with site({"/": reply(200, "text/html", gzip.compress(PAGE), **headers)}) as (port, _):
        assert b"opens at nine" in get(f"http://a.example:{port}/", tmp_path).read_bytes()
    bomb = gzip.compress(bytes(200 << 20), 9)
    tracemalloc.start()
    with (
        site({"/": reply(200, "text/html", bomb, **headers)}) as (port, _),
        pytest.raises(ReaderError, match="larger than 1 MB"),
    ):
        get(f"http://a.example:{port}/", tmp_path, limits=FetchLimits(size=1 << 20))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20 << 20


@pytest.mark.parametrize("kind", ["gzip, gzip", "br", "deflate"])
def test_other_ways_to_pack_are_refused(kind: str, tmp_path: Path) -> None:
    twice = gzip.compress(gzip.compress(PAGE))
    with (
        site({"/": reply(200, "text/html", twice, **{"Content-Encoding": kind})}) as (port, _),
        pytest.raises(ReaderError, match=f"cannot be read \\({kind}\\)"),
    ):
        get(f"http://a.example:{port}/", tmp_path)


def test_a_listed_host_may_be_inside_and_no_other(tmp_path: Path) -> None:
    with site(
        {"/": reply(200, "text/html", PAGE), "/on": reply(302, "text/html", b"", Location="http://inside.example/")}
    ) as (
        port,
        _,
    ):
        listed = {"allowed": lambda one: False, "hosts": ("wiki.example",)}
        assert get(f"http://Wiki.example:{port}/", tmp_path, **listed).exists()
        with pytest.raises(ReaderError, match="FETCH_ALLOW"):
            get(f"http://other.example:{port}/", tmp_path, **listed)
        with pytest.raises(ReaderError, match=r"inside\.example is not a public address"):
            get(f"http://wiki.example:{port}/on", tmp_path, **listed)


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with site({"/": reply(200, "text/html", PAGE)}) as (port, _), pytest.raises(ReaderError, match="cannot be saved"):
        get(f"http://a.example:{port}/", tmp_path / "missing")


def certificate(folder: Path, name: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's context with a certificate for `name`, and a client's that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = signed.public_bytes(serialization.Encoding.PEM)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "server.pem").write_bytes(pem + secret)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(folder / "server.pem")
    return server, ssl.create_default_context(cadata=pem.decode())


def test_the_certificate_is_checked_against_the_name_and_not_the_address(tmp_path: Path) -> None:
    server, client = certificate(tmp_path, "a.example")
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    with site({"/": reply(200, "text/html", PAGE)}, server) as (port, _):
        assert get(f"https://a.example:{port}/", corpus, tls=client).exists()
        with pytest.raises(ReaderError, match="cannot be fetched"):
            get(f"https://b.example:{port}/", corpus, tls=client)
