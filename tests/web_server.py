"""A web app behind a real port, and people with browsers who use it without its script."""

import asyncio
import contextlib
import html
import re
import socket
from collections.abc import AsyncIterator
from typing import Any

import httpx
import uvicorn
from starlette.types import ASGIApp

from tests.clocks import eventually


@contextlib.asynccontextmanager
async def serving(app: ASGIApp) -> AsyncIterator[str]:
    """The address at which `app` answers, on a free port of this machine."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        running = asyncio.create_task(server.serve([listener]))
        await eventually(lambda: server.started)
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            await running


class Visit:
    """One browser: its cookies, and the page it shows."""

    def __init__(self, url: str, lang: str = "zh", **headers: str) -> None:
        self.web = httpx.AsyncClient(base_url=url, headers={"accept-language": lang, **headers})

    async def __aenter__(self) -> "Visit":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.web.aclose()

    async def ask(self, text: str, **fields: str) -> httpx.Response:
        return await self.web.post("/ask", data={"text": text, **fields})

    async def ask_by_script(self, text: str, **fields: str) -> Any:
        answer = await self.web.post("/ask", data={"text": text, **fields}, headers={"accept": "application/json"})
        return answer.json()

    async def tap(self, action: str, **fields: str) -> Any:
        answer = await self.web.post("/tap", data={"action": action, **fields}, headers={"accept": "application/json"})
        return answer.json()


def action_of(page: str, name: str) -> str:
    """The action of the first button whose action begins with `name`."""
    return re.findall(rf'value="({name}:[^"]+)"', page)[0]


def read(fragment: str) -> str:
    """What a person reads, one line an element."""
    text = re.sub(r"<(p|li|h2|blockquote|summary|details|div)\b[^>]*>", "\n", fragment)
    return re.sub(r"\n+", "\n", html.unescape(re.sub(r"<[^>]+>", "", text))).strip()
