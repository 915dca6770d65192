"""One page of the web, fetched into the corpus: with limits, and never from inside the network.

An address is checked after its name was resolved, the connection goes to that very address, and each redirect is
checked anew: a name that resolves to something else the second time changes nothing.
"""

import hashlib
import html
import json
import os
import re
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from index.documents.addresses import Address, Resolver, checked_addresses, is_public, resolve
from index.documents.encoding import decode
from index.documents.readers.html import page_text
from index.documents.sandbox import Sandbox
from index.errors import ReaderError, Reason, refusal

_KINDS = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/markdown": ".md",
    "text/x-markdown": ".md",
    "text/plain": ".txt",
}
_HEADERS = {
    "User-Agent": "Verbatim (reads one page for a document index)",
    "Accept": ", ".join(_KINDS),
    "Accept-Encoding": "gzip",
}
_UNSAFE = re.compile(r"[^\w.-]+")


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """What one page may cost: bytes after decompression, seconds in all and for one step, redirects."""

    size: int = 10 * 1024 * 1024
    seconds: float = 30.0
    step: float = 10.0
    redirects: int = 5


def fetch(
    url: str,
    folder: Path,
    *,
    now: datetime | None = None,
    limits: FetchLimits = FetchLimits(),
    resolver: Resolver = resolve,
    allowed: Callable[[Address], bool] = is_public,
    hosts: Collection[str] = (),
    tls: ssl.SSLContext | None = None,
    elapsed: Callable[[], float] = time.monotonic,
) -> Path:
    """Saves the page at `url` in the corpus `folder`, with its address and the day `now`, and returns the file.

    `hosts` are fetched from wherever they are: an operator's own, inside his network.
    The same address gives the same file, so that fetching again updates it. Raises ReaderError where the page may
    not or cannot be fetched, or gives no text; then the folder is as it was.
    """
    deadline = elapsed() + limits.seconds
    with _Alarm(limits.seconds) as alarm:
        transport = _Guarded(resolver, allowed, frozenset(hosts), tls or ssl.create_default_context(), alarm)
        try:
            with httpx.Client(transport=transport, timeout=limits.step, headers=_HEADERS, trust_env=False) as client:
                address, kind, data = _followed(
                    client, url.strip(), limits, lambda: elapsed() < deadline and not alarm.rung
                )
        except (httpx.HTTPError, httpx.InvalidURL, httpx.CookieConflict, OSError) as error:
            if alarm.rung or isinstance(error, httpx.TimeoutException):
                raise ReaderError("page-slow", seconds=round(limits.seconds)) from error
            raise ReaderError("page-unreachable") from error
    noted = {"url": str(address), "fetched": now.date().isoformat() if now else ""}
    return _saved(folder, _name(address), kind, _noted(data, noted, kind))


class _Alarm:
    """Ends a connection when the time is over: a server that sends a letter now and then, or one answer "continue"
    after another, keeps every wait for the next piece short, and all of them together endless."""

    def __init__(self, seconds: float) -> None:
        self._timer = threading.Timer(seconds, self._ring)
        self._streams: list[Any] = []
        self.rung = False

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._timer.cancel()

    def watch(self, event: str, about: Mapping[str, Any]) -> None:
        """Told by httpcore of what it does: it opens a connection here, or turns one into an encrypted one."""
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            self._streams.append(about["return_value"])
            if self.rung:
                self._ring()

    def _ring(self) -> None:
        self.rung = True
        for stream in self._streams:
            with suppress(OSError):
                stream.get_extra_info("socket").shutdown(socket.SHUT_RDWR)


class _Guarded(httpx.BaseTransport):
    """Connects to the address that was checked, under the name that was asked for."""

    def __init__(
        self,
        resolver: Resolver,
        allowed: Callable[[Address], bool],
        hosts: Collection[str],
        tls: ssl.SSLContext,
        alarm: _Alarm,
    ) -> None:
        self._resolver, self._allowed, self._hosts, self._alarm = resolver, allowed, hosts, alarm
        # A connection is used once: with names behind one address, reuse would skip the check of the certificate.
        self._inner = httpx.HTTPTransport(verify=tls, trust_env=False, limits=httpx.Limits(max_keepalive_connections=0))

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        listed = request.url.host.lower() in self._hosts
        addresses = checked_addresses(request.url, self._resolver, (lambda _: True) if listed else self._allowed)
        extensions = {"sni_hostname": request.url.raw_host.decode("ascii"), "trace": self._alarm.watch}
        request.extensions = {**request.extensions, **extensions}
        asked = request.url
        for number, address in enumerate(addresses):
            request.url = asked.copy_with(host=str(address))
            try:
                return self._inner.handle_request(request)
            except (httpx.ConnectError, httpx.ConnectTimeout):
                if number + 1 == len(addresses) or self._alarm.rung:
                    raise
        raise AssertionError("there is at least one address")

    def close(self) -> None:
        self._inner.close()


def _followed(
    client: httpx.Client, url: str, limits: FetchLimits, in_time: Callable[[], bool]
) -> tuple[httpx.URL, str, bytes]:
    """Where the page stands after redirects, the extension for it, and its bytes in UTF-8."""
    address = _checked(httpx.URL(url) if len(url) <= 2000 else httpx.URL("too-long:"))
    for _ in range(limits.redirects + 1):
        with client.stream("GET", address) as response:
            if response.has_redirect_location:
                address = _checked(address.join(response.headers["location"]))
            elif response.status_code != httpx.codes.OK:
                raise ReaderError("page-status", status=response.status_code)
            else:
                return address, _kind(response), _body(response, limits, in_time)
        if not in_time():
            raise httpx.ReadTimeout("too slow")
    raise ReaderError("page-redirects", count=limits.redirects)


def _checked(url: httpx.URL) -> httpx.URL:
    if url.scheme not in ("http", "https") or not url.host:
        raise ReaderError("not-an-address")
    if url.userinfo:
        raise ReaderError("address-password")
    return url.copy_with(fragment=None)


def _kind(response: httpx.Response) -> str:
    kind = response.headers.get("content-type", "").split(";", 1)[0].strip().lower()
    if kind not in _KINDS:
        raise ReaderError("not-a-page", kind=kind or Reason("unknown-type"))
    return _KINDS[kind]


def _body(response: httpx.Response, limits: FetchLimits, in_time: Callable[[], bool]) -> bytes:
    parts: list[bytes] = []
    size = 0
    for part in _unpacked(response, limits.size):
        size += len(part)
        if size > limits.size:
            raise ReaderError("page-too-large", limit=limits.size >> 20)
        if not in_time():
            raise httpx.ReadTimeout("too slow")
        parts.append(part)
    data, name = b"".join(parts), response.charset_encoding
    try:
        return data.decode(name).encode("utf-8") if name else data
    except (LookupError, UnicodeError):
        return data


def _unpacked(response: httpx.Response, most: int) -> Iterator[bytes]:
    """The body piece by piece, none of which grows beyond `most`: a few bytes can stand for gigabytes."""
    kind = response.headers.get("content-encoding", "identity").strip().lower()
    if kind == "identity":
        yield from response.iter_raw()
        return
    if kind not in ("gzip", "x-gzip"):
        raise ReaderError("page-packed", kind=kind)
    unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        for part in response.iter_raw():
            yield unpacker.decompress(part, most + 1)
    except zlib.error as error:
        raise ReaderError("page-unreachable") from error


def _saved(folder: Path, name: str, kind: str, data: bytes) -> Path:
    """Writes the page aside, reads it as the index will, and only then gives it its name."""
    aside, target = folder / f".{name}{kind}", folder / f"{name}{kind}"
    try:
        aside.write_bytes(data)
        with Sandbox() as sandbox:
            sandbox.read_bytes(data, target.name)
        os.replace(aside, target)
    except OSError as error:
        raise ReaderError("page-not-saved", reason=refusal(error)) from error
    finally:
        aside.unlink(missing_ok=True)
    return target


def _name(url: httpx.URL) -> str:
    """Readable, and different for different addresses: host, end of the path, and a short hash."""
    end = _UNSAFE.sub("-", url.path.rstrip("/").rpartition("/")[2].rsplit(".", 1)[0])[:40].strip("-.")
    digest = hashlib.sha256(str(url).encode()).hexdigest()[:8]
    return "-".join(part for part in (_UNSAFE.sub("-", url.host)[:60], end, digest) if part)


def _noted(data: bytes, notes: dict[str, str], kind: str) -> bytes:
    """The page with its own address in it, where the readers look for one."""
    kept = {name: value for name, value in notes.items() if value}
    if kind == ".html":
        metas = "".join(f'<meta name="verbatim:{name}" content="{html.escape(kept[name])}">' for name in kept)
        return f'<meta charset="utf-8">{metas}\n{page_text(data)}'.encode()
    text = decode(data)
    head = "---\n" + "".join(f"{name}: {json.dumps(value)}\n" for name, value in kept.items())
    return (head + text[4:] if text.startswith("---\n") else f"{head}---\n\n{text}").encode()
