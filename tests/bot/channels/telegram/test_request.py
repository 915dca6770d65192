"""Requests over aiohttp: what arrives, and what an error says about whether it did."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from aiohttp.test_utils import RawTestServer
from telegram import InputFile
from telegram.error import NetworkError, TimedOut
from telegram.request import RequestData
from telegram.request._requestparameter import RequestParameter

from bot.channels.telegram.request import AiohttpRequest, never_left, was_cut

NOWHERE = "http://127.0.0.1/"


@asynccontextmanager
async def serving(answer: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]) -> AsyncIterator[str]:
    async with RawTestServer(answer, host="127.0.0.1") as server:
        yield str(server.make_url("/"))


@asynccontextmanager
async def requests(url: str = NOWHERE, *, read_timeout: float = 5.0) -> AsyncIterator[AiohttpRequest]:
    made = AiohttpRequest(url, connections=4, connect_timeout=2.0, read_timeout=read_timeout)
    await made.initialize()
    try:
        yield made
    finally:
        await made.shutdown()


def fields(**values: object) -> RequestData:
    return RequestData([RequestParameter.from_input(name, value) for name, value in values.items()])


async def test_fields_and_files_arrive_and_the_answer_comes_back() -> None:
    heard = []

    async def answer(request: web.BaseRequest) -> web.Response:
        posted = await request.post()
        heard.append(
            {name: part.file.read() if isinstance(part, web.FileField) else part for name, part in posted.items()}
        )
        return web.Response(status=400, text="no")

    file = InputFile("内容".encode(), filename="a.txt", attach=False)
    async with serving(answer) as url, requests(url) as made:
        assert await made.do_request(url, "POST", fields(text="8 家")) == (400, b"no")
        assert await made.do_request(url, "POST", fields(chat_id=7, document=file)) == (400, b"no")

    assert heard == [{"text": "8 家"}, {"chat_id": "7", "document": "内容".encode()}]


async def test_a_refused_connection_never_left() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    async with requests() as made:
        with pytest.raises(NetworkError) as caught:
            await made.do_request(f"http://127.0.0.1:{port}/", "POST", fields(text="x"))
    assert never_left(caught.value)


async def test_a_connection_that_is_cut_may_have_brought_the_request() -> None:
    async def answer(request: web.BaseRequest) -> web.Response:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    async with serving(answer) as url, requests(url) as made:
        with pytest.raises(NetworkError) as caught:
            await made.do_request(url, "POST", fields(text="x"))
    assert was_cut(caught.value)
    assert not never_left(caught.value)


async def test_an_answer_that_does_not_come_may_have_brought_the_request() -> None:
    over = asyncio.Event()

    async def answer(request: web.BaseRequest) -> web.Response:
        await over.wait()
        return web.Response()

    async with serving(answer) as url, requests(url, read_timeout=0.2) as made:
        with pytest.raises(TimedOut) as caught:
            await made.do_request(url, "POST", fields(text="x"))
        over.set()
    assert was_cut(caught.value)
    assert not never_left(caught.value)


async def test_before_it_is_initialized_and_after_it_is_shut_down_it_says_so() -> None:
    made = AiohttpRequest(NOWHERE, connections=1, connect_timeout=1.0, read_timeout=1.0)
    with pytest.raises(RuntimeError, match="not initialized"):
        await made.do_request(NOWHERE, "POST")
    await made.initialize()
    await made.shutdown()
    await made.shutdown()
    with pytest.raises(RuntimeError, match="not initialized"):
        await made.do_request(NOWHERE, "POST")


async def test_the_proxy_of_the_environment_is_used_and_not_for_addresses_that_it_excepts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    heard = []

    async def proxy(request: web.BaseRequest) -> web.Response:
        heard.append((request.method, request.host))
        return web.Response(text="ok")

    async with serving(proxy) as url:
        monkeypatch.setenv("http_proxy", url)
        monkeypatch.setenv("no_proxy", "127.0.0.2")
        async with requests("http://api.example/") as made:
            assert await made.do_request("http://api.example/getMe", "POST") == (200, b"ok")
        async with requests("http://127.0.0.2:9/") as made:
            with pytest.raises(NetworkError):
                await made.do_request("http://127.0.0.2:9/getMe", "POST")

    assert heard == [("POST", "api.example")]
