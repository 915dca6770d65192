"""One file of the web, downloaded with limits, and never from inside the network.

An address is checked after its name was resolved, the connection goes to that very address, and each redirect is
checked anew: a name that resolves to something else the second time changes nothing.
"""

import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import httpx

from index.documents.addresses import Address, Resolver, checked_addresses, is_public, resolve
from index.errors import ReaderError, Reason

AGENT = "Verbatim"
_HEADERS = {"User-Agent": f"{AGENT} (reads pages for a document index)", "Accept-Encoding": "gzip"}


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """What one download may cost: bytes after decompression, seconds in all and for one step, redirects."""

    size: int = 10 * 1024 * 1024
    seconds: float = 30.0
    step: float = 10.0
    redirects: int = 5


@dataclass(frozen=True, slots=True)
class Ways:
    """How names are resolved, where one may go, and by what clock. `hosts` are reached wherever they are."""

    resolver: Resolver = resolve
    allowed: Callable[[Address], bool] = is_public
    hosts: Collection[str] = ()
    tls: ssl.SSLContext | None = None
    elapsed: Callable[[], float] = time.monotonic


@dataclass(frozen=True, slots=True)
class Validators:
    """What a site said of a file when it gave it; it is asked with them whether the file is still the same."""

    etag: str = ""
    modified: str = ""

    def headers(self) -> dict[str, str]:
        asked = {"If-None-Match": self.etag, "If-Modified-Since": self.modified}
        return {name: value for name, value in asked.items() if value}


@dataclass(frozen=True, slots=True)
class Downloaded:
    """A file as it came. `kind` is its media type, in small letters and without parameters; `data` is UTF-8 where the
    site named another encoding."""

    address: httpx.URL
    kind: str
    data: bytes = field(repr=False)
    validators: Validators


LIMITS, PUBLIC, UNKNOWN = FetchLimits(), Ways(), Validators()


def download(
    url: str,
    kinds: Collection[str],
    limits: FetchLimits = LIMITS,
    ways: Ways = PUBLIC,
    known: Validators = UNKNOWN,
) -> Downloaded | None:
    """The file at `url`, if it is of one of `kinds`; None where it is still the one that `known` are of.

    Raises ReaderError where it may not or cannot be had.
    """
    deadline = ways.elapsed() + limits.seconds
    headers = _HEADERS | {"Accept": ", ".join(kinds)} | known.headers()
    with _Alarm(limits.seconds) as alarm:
        transport = _Guarded(ways, alarm)
        try:
            with httpx.Client(transport=transport, timeout=limits.step, headers=headers, trust_env=False) as client:
                in_time = lambda: ways.elapsed() < deadline and not alarm.rung  # noqa: E731
                return _followed(client, url.strip(), kinds, limits, in_time)
        except (httpx.HTTPError, httpx.InvalidURL, httpx.CookieConflict, OSError) as error:
            if alarm.rung or isinstance(error, httpx.TimeoutException):
                raise ReaderError("page-slow", seconds=round(limits.seconds)) from error
            raise ReaderError("page-unreachable") from error


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

    def __init__(self, ways: Ways, alarm: _Alarm) -> None:
        self._ways, self._alarm = ways, alarm
        tls = ways.tls or ssl.create_default_context()
        # A connection is used once: with names behind one address, reuse would skip the check of the certificate.
        self._inner = httpx.HTTPTransport(verify=tls, trust_env=False, limits=httpx.Limits(max_keepalive_connections=0))

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        listed = request.url.host.lower() in self._ways.hosts
        allowed = (lambda _: True) if listed else self._ways.allowed
        addresses = checked_addresses(request.url, self._ways.resolver, allowed)
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
    client: httpx.Client, url: str, kinds: Collection[str], limits: FetchLimits, in_time: Callable[[], bool]
) -> Downloaded | None:
    """What stands at `url` after redirects."""
    address = _checked(httpx.URL(url) if len(url) <= 2000 else httpx.URL("too-long:"))
    for _ in range(limits.redirects + 1):
        with client.stream("GET", address) as response:
            if response.has_redirect_location:
                address = _checked(address.join(response.headers["location"]))
            elif response.status_code == httpx.codes.NOT_MODIFIED:
                return None
            elif response.status_code != httpx.codes.OK:
                raise ReaderError("page-status", status=response.status_code)
            else:
                return _read(address, response, kinds, limits, in_time)
        if not in_time():
            raise httpx.ReadTimeout("too slow")
    raise ReaderError("page-redirects", count=limits.redirects)


def _read(
    address: httpx.URL,
    response: httpx.Response,
    kinds: Collection[str],
    limits: FetchLimits,
    in_time: Callable[[], bool],
) -> Downloaded:
    kind = response.headers.get("content-type", "").split(";", 1)[0].strip().lower()
    if kind not in kinds:
        raise ReaderError("not-a-page", kind=kind or Reason("unknown-type"))
    validators = Validators(response.headers.get("etag", ""), response.headers.get("last-modified", ""))
    return Downloaded(address, kind, _body(response, limits, in_time), validators)


def _checked(url: httpx.URL) -> httpx.URL:
    if url.scheme not in ("http", "https") or not url.host:
        raise ReaderError("not-an-address")
    if url.userinfo:
        raise ReaderError("address-password")
    return url.copy_with(fragment=None)


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
