"""The library's requests over aiohttp, at less than half of the processor's time of its own transport."""

import ssl
import urllib.request
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import httpx
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

_DEFAULT = BaseRequest.DEFAULT_NONE


class AiohttpRequest(BaseRequest):
    """Requests of one bot, all to `api_url`, through the proxy that the environment names for it.

    Timeouts are in seconds; `pool_timeout` is how long a request may wait for a connection to be free.
    """

    def __init__(
        self,
        api_url: str,
        *,
        connections: int,
        pool_timeout: float = 1.0,
        connect_timeout: float,
        read_timeout: float,
        write_timeout: float = 20.0,
    ) -> None:
        self._api_url = api_url
        self._connections = connections
        self._pool, self._connect, self._read, self._write = pool_timeout, connect_timeout, read_timeout, write_timeout
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        """The usual time to wait for an answer."""
        return self._read

    async def initialize(self) -> None:
        """Open the pool of connections, none of them yet."""
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=self._connections, ssl=_certificates())
            self._session = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self.USER_AGENT},
                # Not `trust_env`: that looks for the proxy anew, in a thread, with every request.
                proxy=_proxy(self._api_url),
            )

    async def shutdown(self) -> None:
        """Close every connection."""
        if self._session is not None:
            session, self._session = self._session, None
            await session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: object = _DEFAULT,
        write_timeout: object = _DEFAULT,
        connect_timeout: object = _DEFAULT,
        pool_timeout: object = _DEFAULT,
    ) -> tuple[int, bytes]:
        """Status and body of the answer. TimedOut, NetworkError: the transport's own error is their cause."""
        if self._session is None:
            raise RuntimeError("The requests were not initialized.")
        connect, read = _chosen(connect_timeout, self._connect), _chosen(read_timeout, self._read)
        pool, write = _chosen(pool_timeout, self._pool), _chosen(write_timeout, self._write)
        limits = aiohttp.ClientTimeout(
            # A download is as long as it is, and its every part has `sock_read`; only sending has no limit of its own.
            total=_sum(pool, connect, write, read) if request_data else None,
            connect=_sum(pool, connect),
            sock_connect=connect,
            sock_read=read,
        )
        try:
            async with self._session.request(method, url, data=_body(request_data), timeout=limits) as answer:
                return answer.status, await answer.read()
        except TimeoutError as error:
            raise TimedOut from error
        except aiohttp.ClientError as error:
            raise NetworkError(f"{type(error).__name__}: {error}") from error


def never_left(error: TelegramError) -> bool:
    """Whether no connection was had, so that Telegram cannot have got the request."""
    return isinstance(error.__cause__, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError)


def was_cut(error: TelegramError) -> bool:
    """Whether the transport failed, and not Telegram."""
    return isinstance(error.__cause__, aiohttp.ClientError | TimeoutError)


def _proxy(url: str) -> str | None:
    parts = urlsplit(url)
    if urllib.request.proxy_bypass(parts.netloc):
        return None
    known = urllib.request.getproxies()
    return known.get(parts.scheme) or known.get("all")


def _certificates() -> ssl.SSLContext:
    # The authorities that the library's own transport trusts: a slim system may come without any.
    return httpx.create_ssl_context()


def _chosen(value: object, usual: float) -> float | None:
    if value is _DEFAULT:
        return usual
    return float(value) if isinstance(value, int | float) else None


def _sum(*seconds: float | None) -> float | None:
    known = [one for one in seconds if one is not None]
    return sum(known) if len(known) == len(seconds) else None


def _body(data: RequestData | None) -> Any:
    if data is None:
        return None
    files = data.multipart_data
    if not files:
        return data.json_parameters
    form = aiohttp.FormData(data.json_parameters)
    for name, (filename, content, kind) in files.items():
        form.add_field(name, content, filename=filename, content_type=kind)
    return form
