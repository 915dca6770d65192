"""WeCom's HTTP interface: an own app's messages, answers to response addresses, notices to a group.

The one boundary at which httpx's errors become ours. Addresses hold tokens and keys here, so no error shows one.
"""

import asyncio
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx

from bot.channels.wecom.platform.errors import ApiError, CredentialsError, LostError

URL = "https://qyapi.weixin.qq.com"
SECONDS = 10.0
EARLY_SECONDS = 300.0
"""A token is renewed this long before it ends."""
STALE_TOKEN = frozenset({40014, 42001})
"""Invalid, expired."""
BAD_SECRET = frozenset({40001, 40013, 40056})
UNTRUSTED = 60020
_ADDRESS = re.compile(r"from ip: ?([0-9a-fA-F.:]{3,45})")


May = Callable[[], bool]


def always() -> bool:
    return True


@dataclass(frozen=True, slots=True)
class App:
    """One own app of a company."""

    corp_id: str
    agent_id: int
    secret: str = field(repr=False)
    url: str = URL


class Http:
    """Posts JSON and reads JSON; its errors are WecomErrors."""

    def __init__(self, client: httpx.AsyncClient | None = None) -> None:
        self._client = client or httpx.AsyncClient(timeout=SECONDS, follow_redirects=False)

    async def post(
        self, url: str, body: Mapping[str, Any], params: Mapping[str, str] | None = None, *, may: May = always
    ) -> dict[str, Any]:
        """`may` is asked at the last moment, when the connection is there: nothing leaves where it says no."""

        async def trace(event: str, _: object) -> None:
            if event.endswith("send_request_headers.started") and not may():
                raise LostError("A message was held up on its way out.", sent=False)

        return await self._read(self._client.post(url, json=body, params=params, extensions={"trace": trace}))

    async def get(self, url: str, params: Mapping[str, str]) -> dict[str, Any]:
        return await self._read(self._client.get(url, params=params))

    async def date(self, url: str) -> str:
        """What the server says the time is, "" where it says nothing."""
        try:
            return str((await self._client.head(url)).headers.get("date", ""))
        except httpx.HTTPError as error:
            raise LostError(f"{urlsplit(url).hostname} cannot be reached ({type(error).__name__}).") from None

    async def close(self) -> None:
        await self._client.aclose()

    async def _read(self, sending: Any) -> dict[str, Any]:
        try:
            response: httpx.Response = await sending
            answer = response.json(strict=False) if response.status_code == 200 else None
        # `from None`: httpx's own errors and requests carry the address, and with it the token.
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol) as error:
            raise LostError(f"WeCom cannot be reached ({type(error).__name__}).", sent=False) from None
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise LostError(f"WeCom did not answer properly ({type(error).__name__}).") from None
        if not isinstance(answer, dict):
            raise LostError(f"WeCom answered with status {response.status_code} and no JSON object.")
        code = answer.get("errcode", 0)
        if code != 0:
            raise ApiError(code if isinstance(code, int) else -1, _hint(code, str(answer.get("errmsg", ""))))
        return answer


class AppApi:
    """The messages of one app. Its token is shared by everybody here and renewed by one."""

    def __init__(self, app: App, http: Http, now: Callable[[], float] = time.monotonic) -> None:
        self.app = app
        self._http = http
        self._now = now
        self._token = ""
        self._ends = 0.0
        self._renewing = asyncio.Lock()

    async def call(self, path: str, body: Mapping[str, Any], *, may: May = always) -> dict[str, Any]:
        """One request under /cgi-bin; with a token that turns out stale, once more with a new one."""
        try:
            token = await self.token()
        except LostError as error:
            raise LostError(str(error), sent=False) from error
        try:
            return await self._post(path, body, token, may)
        except ApiError as error:
            if error.code not in STALE_TOKEN:
                raise
        return await self._post(path, body, await self.token(stale=token), may)

    async def look(self, path: str, params: Mapping[str, str]) -> dict[str, Any]:
        """One question under /cgi-bin that changes nothing."""
        return await self._http.get(f"{self.app.url}/cgi-bin/{path}", {**params, "access_token": await self.token()})

    async def close(self) -> None:
        await self._http.close()

    async def token(self, *, stale: str = "") -> str:
        """A token that is good for a while; never `stale`."""
        if self._token and self._token != stale and self._now() < self._ends:
            return self._token
        async with self._renewing:
            # Whoever waited here finds what the first one brought.
            if self._token and self._token != stale and self._now() < self._ends:
                return self._token
            self._token = ""
            await self._renew()
            return self._token

    async def _renew(self) -> None:
        params = {"corpid": self.app.corp_id, "corpsecret": self.app.secret}
        try:
            answer = await self._http.get(f"{self.app.url}/cgi-bin/gettoken", params)
        except ApiError as error:
            if error.code in BAD_SECRET:
                raise CredentialsError(
                    f"WeCom refuses the app ({error.code}): check WECOM_CORP_ID and WECOM_APP_SECRET in the admin"
                    " console."
                ) from error
            raise
        token, lives = answer.get("access_token"), answer.get("expires_in")
        if not isinstance(token, str) or not token:
            raise LostError("WeCom gave no token.")
        self._token = token
        self._ends = self._now() + max(60.0, (lives if isinstance(lives, int) else 7200) - EARLY_SECONDS)

    async def _post(self, path: str, body: Mapping[str, Any], token: str, may: May) -> dict[str, Any]:
        return await self._http.post(f"{self.app.url}/cgi-bin/{path}", body, {"access_token": token}, may=may)


def trusted(url: str, api_url: str) -> bool:
    """Whether `url`, which came in a message, is an address of the platform: nothing else is ever posted to."""
    try:
        parts, api = urlsplit(url), urlsplit(api_url)
    except ValueError:
        return False
    if (parts.scheme, parts.netloc) == (api.scheme, api.netloc):
        return True
    host = parts.hostname or ""
    return parts.scheme == "https" and (host == "weixin.qq.com" or host.endswith(".weixin.qq.com"))


def _hint(code: object, message: str) -> str:
    """What to do about an error that people meet; the platform's own text stays out, it may repeat what was sent."""
    if code == UNTRUSTED:
        found = _ADDRESS.search(message)
        address = f" {found[1]}" if found else ""
        return (
            f"this machine's address{address} is not on the app's list: add it in the admin console, under the app,"
            " as a trusted IP of the company (企业可信IP)"
        )
    return ""
