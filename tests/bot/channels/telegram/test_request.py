"""Requests over aiohttp: what arrives, and what an error says about whether it did."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from telegram import InputFile
from telegram.error import NetworkError, TimedOut
from telegram.request import RequestData
from telegram.request._requestparameter import RequestParameter

from bot.channels.telegram.request import AiohttpRequest, never_left, was_cut

Answer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def serving(answer: Answer) -> AsyncIterator[str]:
    async def closed(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await answer(reader, writer)
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(closed, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"


@asynccontextmanager
async def requests(read_timeout: float = 5.0, url: str = "http://127.0.0.1/") -> AsyncIterator[AiohttpRequest]:
    made = AiohttpRequest(url, connections=4, connect_timeout=2.0, read_timeout=read_timeout)
    await made.initialize()
    try:
        yield made
    finally:
        await made.shutdown()


def fields(**values: object) -> RequestData:
    return RequestData([RequestParameter.from_input(name, value) for name, value in values.items()])


async def test_fields_and_files_arrive_and_the_answer_comes_back() -> None:
    heard: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        heard.append(head + await reader.readexactly(length))
        writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\n\r\nno")
        await writer.drain()

    async with serving(answer) as url, requests() as made:
        assert await made.do_request(url, "POST", fields(text="8 家")) == (400, b"no")
        file = InputFile("内容".encode(), filename="a.txt", attach=False)
        assert await made.do_request(url, "POST", fields(chat_id=7, document=file)) == (400, b"no")

    assert heard[0].endswith(b"text=8+%E5%AE%B6")
    assert b"multipart/form-data" in heard[1]
    assert b'filename="a.txt"' in heard[1]
    assert "内容".encode() in heard[1]
    assert b'name="chat_id"' in heard[1]


async def test_a_refused_connection_never_left() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    async with requests() as made:
        with pytest.raises(NetworkError) as caught:
            await made.do_request(f"http://127.0.0.1:{port}/", "POST", fields(text="x"))
    assert never_left(caught.value)


async def test_a_connection_that_is_cut_may_have_brought_the_request() -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")

    async with serving(answer) as url, requests() as made:
        with pytest.raises(NetworkError) as caught:
            await made.do_request(url, "POST", fields(text="x"))
    assert was_cut(caught.value)
    assert not never_left(caught.value)


async def test_an_answer_that_does_not_come_may_have_brought_the_request() -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async with serving(answer) as url, requests(read_timeout=0.2) as made:
        with pytest.raises(TimedOut) as caught:
            await made.do_request(url, "POST", fields(text="x"))
    assert was_cut(caught.value)
    assert not never_left(caught.value)


async def test_before_it_is_initialized_and_after_it_is_shut_down_it_says_so() -> None:
    made = AiohttpRequest("http://127.0.0.1/", connections=1, connect_timeout=1.0, read_timeout=1.0)
    with pytest.raises(RuntimeError, match="not initialized"):
        await made.do_request("http://127.0.0.1/", "POST")
    await made.initialize()
    await made.shutdown()
    await made.shutdown()
    with pytest.raises(RuntimeError, match="not initialized"):
        await made.do_request("http://127.0.0.1/", "POST")


async def test_the_proxy_of_the_environment_is_used_and_not_for_addresses_that_it_excepts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    heard: list[bytes] = []

    async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readline())
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        await writer.drain()

    async with serving(proxy) as url:
        monkeypatch.setenv("http_proxy", url)
        monkeypatch.setenv("no_proxy", "inside.example")
        async with requests(url="http://api.example/") as made:
            assert await made.do_request("http://api.example/getMe", "POST") == (200, b"ok")
        async with requests(url="http://inside.example/") as made:
            with pytest.raises(NetworkError):
                await made.do_request("http://inside.example/getMe", "POST")

    assert heard == [b"POST http://api.example/getMe HTTP/1.1\r\n"]
