"""Fetching a file that somebody sent: the store is real HTTP on the loopback, encrypted by an independent library."""

import asyncio
import base64
import os
import random
import traceback
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.wecom.files import Files, Guard, name_of
from bot.channels.wecom.hearing import Attached, Said, hear
from bot.channels.wecom.platform.crypto import decrypted
from bot.channels.wecom.platform.errors import EnvelopeError, FileError
from tests.index.documents.test_web_page import certificate, reply, site
from tests.wecom_platform import AES_KEY, Platform, encrypted, named

MOST = 1 << 20
KEY = base64.b64encode(bytes(range(32))).decode()


def attached(message: dict[str, Any]) -> Attached:
    return Attached(message["file"]["url"], message["file"].get("aeskey", ""))


async def refusal(files: Files, file: Attached, most: int = MOST) -> str:
    """What is said instead of a file; nothing of it, or of its cause, tells the address or the key."""
    with pytest.raises(FileError) as refused:
        await files.fetch(file, most)
    told = "".join(traceback.format_exception(refused.value))
    for secret in (file.url, "a-signature-nobody-may-see", file.key):
        assert not secret or secret not in told
    return refused.value.sentence_in("en")


@pytest.mark.parametrize("size", [1, 31, 32, 33, 64, MOST])
async def test_a_file_comes_as_it_was_sent(platform: Platform, size: int) -> None:
    content = os.urandom(size)
    file = attached(platform.sent_file("报告 (1).pdf", content))
    assert await Files(platform.url).fetch(file, MOST) == ("报告 (1).pdf", content)


async def test_a_callbacks_file_is_opened_by_the_callbacks_key(platform: Platform) -> None:
    file = attached(platform.sent_file("a.md", b"text", key=AES_KEY))
    assert await Files(platform.url, AES_KEY).fetch(file, MOST) == ("a.md", b"text")
    assert "decrypted" in await refusal(Files(platform.url, "x" * 43), file)
    assert "decrypted" in await refusal(Files(platform.url), file)


async def test_a_file_over_the_limit_is_not_read_to_its_end(platform: Platform) -> None:
    files = Files(platform.url)
    assert (await files.fetch(attached(platform.sent_file("a.md", b"x" * MOST)), MOST))[1] == b"x" * MOST
    for size in (MOST + 1, MOST + 100):
        assert "a.md is larger than 1 MB" in await refusal(files, attached(platform.sent_file("a.md", b"x" * size)))


def test_a_file_of_unknown_length_is_dropped_at_the_limit() -> None:
    def endless(handler: Any) -> None:
        handler.send_response(200)
        handler.send_header("Content-Disposition", named("a.md"))
        handler.end_headers()
        try:
            while True:
                handler.wfile.write(b"x" * 65536)
        except OSError:
            ended.append(True)

    ended: list[bool] = []
    with site({"/f": endless}) as (port, _):
        url = f"http://127.0.0.1:{port}"
        assert "larger than 1 MB" in asyncio.run(refusal(Files(url), Attached(f"{url}/f", KEY)))
    assert ended == [True]


@pytest.mark.parametrize(
    ("status", "why"),
    [
        (400, "expired"),
        (403, "expired"),
        (404, "expired"),
        (500, "could not be fetched"),
        (302, "could not be fetched"),
        (204, "could not be fetched"),
    ],
)
def test_a_status_that_brings_no_file_is_told(status: int, why: str) -> None:
    with site({"/f": reply(status, "text/plain", b"", Location="http://127.0.0.1:1/")}) as (port, _):
        url = f"http://127.0.0.1:{port}"
        assert why in asyncio.run(refusal(Files(url), Attached(f"{url}/f", KEY)))


def test_half_a_file_and_a_server_that_speaks_otherwise_are_told() -> None:
    def half(handler: Any) -> None:
        handler.send_response(200)
        handler.send_header("Content-Disposition", named("a.md"))
        handler.send_header("Content-Length", "64")
        handler.end_headers()
        handler.wfile.write(encrypted(b"x" * 31, KEY))

    answers = {"/half": half, "/none": lambda handler: handler.wfile.write(b"nonsense\r\n\r\n")}
    with site(answers) as (port, _):
        url = f"http://127.0.0.1:{port}"
        for path in answers:
            assert "could not be fetched from WeCom" in asyncio.run(refusal(Files(url), Attached(url + path, KEY)))
    assert "could not be fetched from WeCom" in asyncio.run(refusal(Files(url), Attached(f"{url}/gone", KEY)))


def test_what_claims_to_be_compressed_is_not_unpacked() -> None:
    answer = reply(200, "x", b"\x1f\x8b" + bytes(62), **{"Content-Disposition": named("a"), "Content-Encoding": "gzip"})
    with site({"/f": answer}) as (port, _):
        url = f"http://127.0.0.1:{port}"
        assert "decrypted" in asyncio.run(refusal(Files(url), Attached(f"{url}/f", KEY)))


async def test_a_store_that_does_not_answer_is_given_up(platform: Platform) -> None:
    platform.hold_downloads = asyncio.Event()
    file = attached(platform.sent_file("a.md", b"text"))
    assert "could not be fetched from WeCom" in await refusal(Files(platform.url, seconds=0), file)
    platform.hold_downloads.set()


async def test_a_file_without_a_name_is_told(platform: Platform) -> None:
    for header in ("", "attachment", 'attachment; filename=""'):
        file = attached(platform.sent_file("a.md", b"text", header=header))
        assert "did not send the file's name" in await refusal(Files(platform.url), file)


@pytest.mark.parametrize(
    "url",
    [
        *("http://store.example/f", "https://127.0.0.1:1/f", "https://localhost:1/f", "https://[::1]:1/f"),
        *("https://10.0.0.1/f", "https://169.254.169.254/f", "https://u:p@store.example/f", "file:///etc/passwd"),
        *("/etc/passwd", "https:///f", "ftp://store.example/f"),
    ],
)
async def test_nothing_is_fetched_from_inside_the_network_or_without_https(url: str) -> None:
    assert "not a public https address" in await refusal(Files(), Attached(url, KEY))


@pytest.mark.parametrize("url", ["https://[", "https://\x00/", "https://a" + "a" * 70_000])
async def test_what_is_no_address_is_told(url: str) -> None:
    assert (await refusal(Files(), Attached(url, KEY))).endswith(".")


def test_the_operators_own_address_opens_no_other() -> None:
    with site({}) as (port, hosts):
        own = f"http://127.0.0.1:{port}"
        for url in (f"http://localhost:{port}/f", f"http://127.0.0.1:{port + 1}/f", f"{own}@127.0.0.1:{port}/f"):
            assert "not a public https address" in asyncio.run(refusal(Files(own), Attached(url, KEY)))
        assert hosts == []


def test_elsewhere_the_certificate_is_checked_against_the_name(tmp_path: Path) -> None:
    server, client = certificate(tmp_path, "store.example")
    loopback = ip_address("127.0.0.1")
    guard = Guard(lambda host, port: [loopback], lambda one: one == loopback, client)
    answer = reply(200, "x", encrypted(b"text", KEY), **{"Content-Disposition": named("a.md")})
    with site({"/f?sign=1": answer}, server) as (port, hosts):
        files = Files(guard=guard)
        file = Attached(f"https://store.example:{port}/f?sign=1", KEY)
        assert asyncio.run(files.fetch(file, MOST)) == ("a.md", b"text")
        assert hosts == [f"store.example:{port}"]
        other = Attached(f"https://other.example:{port}/f?sign=1", KEY)
        assert "could not be fetched from WeCom" in asyncio.run(refusal(Files(guard=guard), other))


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("attachment; filename=\"x\"; filename*=UTF-8''%E6%B1%A0%E5%A1%98.md", "池塘.md"),
        ("attachment; FILENAME*=utf-8'zh'a%20b.md; filename=x", "a b.md"),
        ("attachment;filename*=gbk''%B3%D8.md", "池.md"),
        ("attachment;filename*=no-such-charset''a%20b.md", "a b.md"),
        ('attachment; filename="a b.md"', "a b.md"),
        ('attachment; filename="a\\"b;c.md"', 'a"b;c.md'),
        ("attachment; filename=a.md", "a.md"),
        ('attachment; filename="%E6%B1%A0.md"', "池.md"),
        ('attachment; filename="池.md"', "池.md"),
        ("attachment; notfilename=a.md", ""),
        ("inline", ""),
        ("", ""),
    ],
)
def test_the_name_is_the_one_that_the_header_tells(header: str, name: str) -> None:
    assert name_of(header) == name


@given(st.text() | st.text(alphabet="filename*=\"\\'%;; UTF-8a0").map(lambda text: f"attachment; filename{text}"))
def test_no_header_brings_a_traceback(header: str) -> None:
    assert isinstance(name_of(header), str)


def test_ten_thousand_flipped_bits_bring_no_traceback() -> None:
    """A changed last block is refused for its padding, or gives bytes; that a middle is whole nothing here can tell."""
    key = bytes(range(32))
    good = encrypted(b"a document of some length " * 40, KEY)
    chance = random.Random(5)
    refused = 0
    for _ in range(10_000):
        data = bytearray(good)
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        try:
            plain = decrypted(key, bytes(data))
        except EnvelopeError:
            refused += 1
        else:
            assert len(good) - 32 <= len(plain) < len(good)
            assert plain != b"a document of some length " * 40
    assert refused > 0


@given(st.binary(max_size=200), st.binary(min_size=32, max_size=32))
def test_no_bytes_and_no_key_bring_a_traceback(data: bytes, key: bytes) -> None:
    try:
        assert len(decrypted(key, data)) < len(data)
    except EnvelopeError:
        return


def test_address_and_key_stand_in_no_representation() -> None:
    body = {"msgid": "m", "from": {"userid": "a"}, "chattype": "single", "msgtype": "file", "response_url": "secret-3"}
    said = hear(body | {"file": {"url": "secret-1", "aeskey": "secret-2"}})
    assert isinstance(said, Said)
    assert said.attached == Attached("secret-1", "secret-2")
    assert "secret" not in repr(said)


@pytest.mark.parametrize("file", [None, 5, [], {}, {"url": 5}, {"url": ""}, {"aeskey": "x"}])
def test_a_file_message_without_a_file_is_none(file: Any) -> None:
    said = hear({"msgid": "m", "from": {"userid": "a"}, "msgtype": "file", "file": file})
    assert isinstance(said, Said)
    assert said.attached is None
