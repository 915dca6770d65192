"""Files that people send: fetched from where the platform keeps them for five minutes, decrypted, and named.

The address comes in a message, so it is trusted with nothing: https only, and never from inside the network. It holds
a signature, and the message a key; neither reaches a log or an error.
"""

import asyncio
import base64
import binascii
import re
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

import httpx

from bot.channels.wecom.hearing import Attached
from bot.channels.wecom.platform.api import URL
from bot.channels.wecom.platform.crypto import BLOCK, decrypted
from bot.channels.wecom.platform.errors import EnvelopeError, FileError
from index.documents.addresses import Address, Resolver, checked_addresses, is_public, resolve
from index.errors import ReaderError

SECONDS = 60.0
STEP_SECONDS = 10.0
TOGETHER = 2
"""Downloads at once: each may hold the largest document in memory."""
LONGEST_HEADER = 4096
_EXTENDED = re.compile(r"\bfilename\*\s*=\s*([\w-]*)'[^']*'([^;\s]+)", re.IGNORECASE)
_PLAIN = re.compile(r'\bfilename\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s"]+))', re.IGNORECASE)
_ESCAPED = re.compile(r"\\(.)")


@dataclass(frozen=True, slots=True)
class Guard:
    """How names become addresses, and which addresses may be connected to."""

    resolver: Resolver = resolve
    allowed: Callable[[Address], bool] = is_public
    tls: ssl.SSLContext | None = None


class Files:
    """`api_url` is the operator's own word on where the platform is: a file that lies there may lie anywhere.

    `key` is the EncodingAESKey of a callback, whose files come without a key of their own.
    """

    def __init__(self, api_url: str = URL, key: str = "", *, guard: Guard = Guard(), seconds: float = SECONDS) -> None:
        own = urlsplit(api_url)
        self._own = (own.scheme, own.netloc)
        self._key = key
        self._guard = guard
        self._seconds = seconds
        self._turns = asyncio.Semaphore(TOGETHER)

    async def fetch(self, attached: Attached, most: int) -> tuple[str, bytes]:
        """The name, as the platform tells it, and the content, at most `most` bytes. Raises FileError."""
        async with self._turns:
            try:
                async with asyncio.timeout(self._seconds):
                    name, data = await self._download(attached.url.strip(), most)
            # `from None`: these errors and their requests carry the address.
            except ReaderError:
                raise FileError("file-address") from None
            except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, ValueError):
                raise FileError("file-lost") from None
            content = await asyncio.to_thread(_opened, attached.key or self._key, data)
        return name, _fitting(content, name, most)

    async def _download(self, address: str, most: int) -> tuple[str, bytes]:
        url = httpx.URL(address)
        own = (url.scheme, url.netloc.decode("ascii")) == self._own
        if url.userinfo or not url.host or not (own or url.scheme == "https"):
            raise FileError("file-address")
        transport = None if own else _Guarded(self._guard)
        # Undone by nobody: what claims to be compressed would be a bomb, for encrypted bytes do not get smaller.
        headers = {"Accept-Encoding": "identity"}
        client = httpx.AsyncClient(transport=transport, timeout=STEP_SECONDS, headers=headers, trust_env=False)
        async with client, client.stream("GET", url) as response:
            if response.is_client_error:
                raise FileError("file-expired")
            if response.status_code != httpx.codes.OK:
                raise FileError("file-lost")
            name = name_of(response.headers.get("content-disposition", ""))
            if not name:
                raise FileError("file-unnamed")
            return name, await _body(response, name, most)


class _Guarded(httpx.AsyncBaseTransport):
    """Connects to the address that was checked, under the name that was asked for."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._inner = httpx.AsyncHTTPTransport(verify=guard.tls or ssl.create_default_context(), trust_env=False)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        asked, guard = request.url, self._guard
        addresses = await asyncio.to_thread(checked_addresses, asked, guard.resolver, guard.allowed)
        request.extensions = {**request.extensions, "sni_hostname": asked.raw_host.decode("ascii")}
        for number, address in enumerate(addresses):
            request.url = asked.copy_with(host=str(address))
            try:
                return await self._inner.handle_async_request(request)
            except httpx.ConnectError:
                if number + 1 == len(addresses):
                    raise
        raise AssertionError("there is at least one address")

    async def aclose(self) -> None:
        await self._inner.aclose()


def name_of(disposition: str) -> str:
    """The file's name in a Content-Disposition header (RFC 6266), "" where it tells none."""
    disposition = disposition[:LONGEST_HEADER]
    if extended := _EXTENDED.search(disposition):
        charset, name = extended.groups()
        try:
            return unquote(name, charset or "utf-8", "replace")
        except LookupError:
            return unquote(name)
    if plain := _PLAIN.search(disposition):
        quoted, bare = plain.groups()
        # By the book a plain name is not percent-encoded; the platform writes it so all the same.
        return unquote(_ESCAPED.sub(r"\1", quoted) if quoted is not None else bare)
    return ""


async def _body(response: httpx.Response, name: str, most: int) -> bytes:
    length = response.headers.get("content-length", "")
    if length.isdecimal() and int(length) > most + BLOCK:
        raise FileError("too-large", name=name, limit=most >> 20)
    data = bytearray()
    async for part in response.aiter_raw():
        data += part
        if len(data) > most + BLOCK:
            raise FileError("too-large", name=name, limit=most >> 20)
    return bytes(data)


def _opened(key: str, data: bytes) -> bytes:
    try:
        raw = base64.b64decode(key + "=" * (-len(key) % 4), validate=True)
        if len(raw) != BLOCK:
            raise FileError("file-broken")
        return decrypted(raw, data)
    except (binascii.Error, ValueError, EnvelopeError):
        # The original would carry the key into a traceback.
        raise FileError("file-broken") from None


def _fitting(content: bytes, name: str, most: int) -> bytes:
    if len(content) > most:
        raise FileError("too-large", name=name, limit=most >> 20)
    return content
