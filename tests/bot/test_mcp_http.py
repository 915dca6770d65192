"""MCP over HTTP, through the SDK's own client over loopback: a key's tools, its limit, and where one may come from."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared._httpx_utils import create_mcp_http_client

from bot.desk.desk import Desk
from bot.desk.rate_limits import RateLimits, Rates
from bot.mcp.http import McpDoor
from bot.web.api.keys import read_keys
from bot.web.app import web_app
from tests.shelf import Shelf
from tests.web_server import serving

KEY, NARROW, BLIND = "0123456789abcdef", "fedcba9876543210", "00112233445566778899"
KEYS = f"reader:{KEY},checker:{NARROW}:verify+status,watcher:{BLIND}:status"
QUOTE = "全区已建成8个智能工厂和23个数字化车间。"
LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
ACCEPT = {"accept": "application/json, text/event-stream"}


@contextlib.asynccontextmanager
async def opened(desk: Desk, rate: int = 1000, url: str = "https://bot.example.org") -> AsyncIterator[str]:
    door = McpDoor(desk, read_keys(KEYS), RateLimits(Rates(user=rate, chat=0), lambda: 0.0), url)
    running = asyncio.create_task(door.run())
    async with serving(web_app(desk, desk.metrics, [], door.routes())) as address:
        yield f"{address}/mcp"
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


@contextlib.asynccontextmanager
async def assistant(url: str, key: str = KEY) -> AsyncIterator[Client]:
    web = create_mcp_http_client(headers={"Authorization": f"Bearer {key}"})
    async with web, Client(streamable_http_client(url, http_client=web)) as client:
        yield client


async def call(client: Client, tool: str, **arguments: Any) -> Any:
    result = await client.call_tool(tool, arguments)
    assert not result.is_error
    return json.loads(result.content[0].text)  # type: ignore[union-attr]


async def test_an_assistant_asks_shows_and_verifies_with_one_key(desk: Desk, library: Shelf) -> None:
    async with opened(desk) as url, assistant(url) as client:
        names = {tool.name for tool in (await client.list_tools()).tools}
        answer = await call(client, "ask", question="有多少个智能工厂？")
        shown = await call(client, "show", document=answer["quotes"][0]["document"])
        checked = await call(client, "verify", text=f"The moon is cheese. {QUOTE}")
    assert names == {"ask", "find", "show", "verify", "sources"}
    assert answer["quotes"][0]["text"] == QUOTE
    assert answer["quotes"][0]["link"].startswith("https://bot.example.org/d/")
    assert QUOTE in shown["text"]
    assert [one["verdict"] for one in checked["sentences"]] == ["nowhere", "exact"]


async def test_a_key_sees_the_tools_of_its_rights_and_no_others(desk: Desk, library: Shelf) -> None:
    async with opened(desk) as url, assistant(url, NARROW) as client:
        names = {tool.name for tool in (await client.list_tools()).tools}
        refused = await client.call_tool("ask", {"question": "有多少个智能工厂？"})
        assert await call(client, "verify", text=QUOTE)
    assert names == {"verify"}
    assert refused.is_error
    assert library.asked == []


async def test_what_was_indexed_since_is_what_answers(desk: Desk, library: Shelf) -> None:
    live, desk.index = desk.index, None
    async with opened(desk) as url, assistant(url) as client:
        nothing = await client.call_tool("ask", {"question": "有多少个智能工厂？"})
        desk.index = live
        assert (await call(client, "ask", question="有多少个智能工厂？"))["answered"]
    assert nothing.is_error
    assert "Nothing is indexed yet." in nothing.content[0].text  # type: ignore[union-attr]


async def said(url: str, key: str = KEY, **headers: str) -> tuple[int, str]:
    """Status and sentence for one request that is right in all but what is told."""
    shown = {"authorization": f"Bearer {key}", **ACCEPT, **headers}
    async with httpx.AsyncClient() as web:
        response = await web.post(url, json=LIST, headers=shown)
    return response.status_code, response.json().get("detail", "")


async def test_who_holds_no_key_or_one_without_a_right_gets_one_sentence(desk: Desk) -> None:
    async with opened(desk) as url:
        assert await said(url, "no-such-key-at-all") == (401, "Show a key: Authorization: Bearer KEY.")
        assert await said(url, BLIND) == (403, "This key does not have the right to do this.")


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("https://bot.example.org", 200),
        ("http://localhost:6274", 200),
        ("http://127.0.0.1:9", 200),
        ("https://evil.example", 403),
        ("https://bot.example.org.evil.example", 403),
        ("null", 403),
        ("http://[", 403),
        ("", 403),
    ],
)
async def test_pages_of_other_sites_are_turned_away(desk: Desk, origin: str, status: int) -> None:
    async with opened(desk) as url:
        assert (await said(url, origin=origin))[0] == status
        assert (await said(url, "no-such-key-at-all", origin=origin))[0] == (401 if status == 200 else 403)


async def test_a_key_has_a_limit_that_it_shares_with_the_http_interface(desk: Desk) -> None:
    async with opened(desk, rate=2) as url:
        assert [(await said(url))[0] for _ in range(3)] == [200, 200, 429]
        assert (await said(url, NARROW))[0] == 200


async def test_a_body_that_is_too_large_or_no_message_is_refused(desk: Desk) -> None:
    shown = {"authorization": f"Bearer {KEY}", "content-type": "application/json", **ACCEPT}
    async with opened(desk) as url, httpx.AsyncClient(headers=shown) as web:
        assert (await web.post(url, content=b"x" * (300 << 10))).status_code == 413
        for body in (b"", b"{", b"[]", b"7", b'{"jsonrpc": "2.0"}', b"[" * 10_000, b"\xff"):
            assert (await web.post(url, content=body)).status_code == 400
        for method in ("GET", "DELETE", "PUT"):
            assert (await web.request(method, url)).status_code == 405
