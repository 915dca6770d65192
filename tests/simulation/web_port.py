"""The one port of a simulated process: a call from outside goes to its web side within the process."""

import asyncio
from collections.abc import MutableMapping
from typing import Any

import httpx
from starlette.types import ASGIApp

from tests.simulation.network import Respond
from tests.simulation.virtual_time import Process

Event = MutableMapping[str, Any]


def listen(process: Process, app: ASGIApp, path: str, query: str, body: bytes, respond: Respond) -> None:
    """Answers a call to `app`, unless the process ends before it has."""
    with process.running():
        process.loop.create_task(_answer(process, app, path, query, body, respond))


async def _answer(process: Process, app: ASGIApp, path: str, query: str, body: bytes, respond: Respond) -> None:
    scope = {"type": "http", "http_version": "1.1", "method": "POST", "scheme": "https", "root_path": ""}
    scope |= {"path": path, "raw_path": path.encode(), "query_string": query.encode(), "headers": []}
    scope |= {"client": ("192.0.2.1", 443), "server": ("bot.example.org", 443)}
    told: dict[str, Any] = {"status": 500, "body": b""}
    arrived = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Event:
        return arrived.pop() if arrived else await asyncio.Event().wait()

    async def send(event: Event) -> None:
        told["status"] = event.get("status", told["status"])
        told["body"] += event.get("body", b"")

    try:
        await app(scope, receive, send)
    except Exception:
        told = {"status": 500, "body": b""}
    process.loop.outside(respond, httpx.Response(told["status"], content=told["body"]))
