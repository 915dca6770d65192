"""MCP over HTTP: /mcp on the one port, for assistants that hold a key of the HTTP interface.

A key sees the tools that its rights allow and no others. Every request stands for itself: there are no sessions to
steal, to fill the memory, or to be found at another replica.
"""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import AsyncExitStack
from functools import partial
from urllib.parse import urlsplit

from mcp.server.mcpserver import MCPServer
from mcp.server.transport_security import TransportSecuritySettings
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from bot.desk.desk import Desk
from bot.desk.rate_limits import Limits, Verdict
from bot.mcp.server import Tools, server_of
from bot.web.api.keys import Key, holder
from bot.web.api.problem import ProblemError, problem_response
from bot.web.api.routes import CHANNEL, MOST_BYTES, place_of

log = logging.getLogger(__name__)

PATH = "/mcp"
TOOLS = {"ask": ("ask", "find"), "verify": ("verify",), "documents": ("show", "sources")}
"""What each right of a key opens."""
RIGHTS = frozenset(TOOLS)
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class McpDoor:
    """The route, and what has to run beside it. `limits` count together with those of the HTTP interface."""

    def __init__(self, desk: Desk, keys: Sequence[Key], limits: Limits, public_url: str = "") -> None:
        self._desk = desk
        self._keys = keys
        self._limits = limits
        self._hosts = LOOPBACK | {urlsplit(public_url).hostname or "localhost"}
        self._servers = {key.name: self._server(key) for key in keys if key.rights & RIGHTS}
        self._apps: dict[str, Starlette] = {
            # Who may come, from where, is looked at here, before the SDK sees anything.
            name: server.streamable_http_app(
                streamable_http_path=PATH,
                json_response=True,
                stateless_http=True,
                max_request_body_size=MOST_BYTES,
                transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
            )
            for name, server in self._servers.items()
        }
        self._running = asyncio.Event()

    def _server(self, key: Key) -> MCPServer:
        """The tools that a key's rights open, over the collections that it may read."""
        desk = self._desk
        tools = Tools(partial(desk.readable, place_of(key)), desk.links, desk.workers.answer, self._desk.replies.alarm)
        return server_of(tools, [name for right in TOOLS if right in key.rights for name in TOOLS[right]])

    def routes(self) -> Sequence[BaseRoute]:
        return (Route(PATH, self, methods=["POST"]),)

    async def run(self) -> None:
        """Keeps the servers at work until it is cancelled."""
        async with AsyncExitStack() as stack:
            for server in self._servers.values():
                await stack.enter_async_context(server.session_manager.run())
            self._running.set()
            await asyncio.Event().wait()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            key = await self._admitted(Request(scope))
        except ProblemError as problem:
            await problem_response(problem)(scope, receive, send)
            return
        await self._running.wait()
        await self._apps[key.name](scope, receive, send)

    async def _admitted(self, request: Request) -> Key:
        origin = request.headers.get("origin")
        # A page of another site, in the browser of somebody who can reach this port.
        if origin is not None and not self._is_ours(origin):
            raise ProblemError(403, "Pages of other sites may not speak to this address.")
        key = holder(self._keys, request.headers)
        if key is None:
            raise ProblemError(401)
        if not key.rights & RIGHTS:
            raise ProblemError(403)
        if await self._limits.count(CHANNEL, key.name, key.name) is not Verdict.FINE:
            raise ProblemError(429)
        return key

    def _is_ours(self, origin: str) -> bool:
        try:
            return urlsplit(origin).hostname in self._hosts
        except ValueError:
            return False
