"""What an error of the transport says about whether a request arrived."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from telegram.error import NetworkError, TimedOut
from telegram.request import HTTPXRequest

from bot.channels.telegram.request import never_left

Answer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def serving(answer: Answer) -> AsyncIterator[str]:
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"


@asynccontextmanager
async def requests(**options: float) -> AsyncIterator[HTTPXRequest]:
    async with HTTPXRequest(connection_pool_size=1, **options) as made:
        yield made


async def test_a_refused_connection_never_left() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    async with requests() as made:
        with pytest.raises(NetworkError) as caught:
            await made.do_request(f"http://127.0.0.1:{port}/", "POST")
    assert never_left(caught.value)


async def test_a_connection_that_is_cut_may_have_brought_the_request() -> None:
    async def cut(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.close()

    async with serving(cut) as url, requests() as made:
        with pytest.raises(NetworkError) as caught:
            await made.do_request(url, "POST")
    assert not never_left(caught.value)


async def test_an_answer_that_does_not_come_may_have_brought_the_request_and_who_waited_for_it_never_left() -> None:
    over = asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await over.wait()
        writer.close()

    async with serving(silent) as url, requests(read_timeout=0.5, pool_timeout=0.1) as made:
        first = asyncio.ensure_future(made.do_request(url, "POST"))
        await asyncio.sleep(0)
        with pytest.raises(TimedOut) as waited:
            await made.do_request(url, "POST")
        with pytest.raises(TimedOut) as caught:
            await first
        over.set()
    assert never_left(waited.value)
    assert not never_left(caught.value)
