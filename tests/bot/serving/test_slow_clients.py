"""Clients that send half a head, and many of them: the port goes on serving the others."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from bot.serving.slow_clients import ImpatientProtocol
from bot.web.body import read_body
from tests.clocks import eventually

HALF = b"GET / HTTP/1.1\r\nHost: x\r\nX-Half: "
WHOLE = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


async def _hello(request: Request) -> PlainTextResponse:
    seconds = float(request.query_params.get("seconds", 20.0))
    return PlainTextResponse(f"hello {len(await read_body(request, seconds=seconds))}")


Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Opened = Callable[[bytes], Awaitable[Ends]]


@asynccontextmanager
async def port(*, seconds: float = 3600.0, most: int = 100) -> AsyncIterator[Opened]:
    """A server with these limits; what opens a connection to it and sends something there."""
    kind = type("Limited", (ImpatientProtocol,), {"head_seconds": seconds, "most": most})
    app = Starlette(routes=[Route("/", _hello, methods=["GET", "POST"])])
    server = uvicorn.Server(uvicorn.Config(app, port=0, http=kind, log_config=None, lifespan="off"))
    running = asyncio.create_task(server._serve())
    await eventually(lambda: server.started)
    writers: list[asyncio.StreamWriter] = []

    async def opened(sent: bytes) -> Ends:
        number = server.servers[0].sockets[0].getsockname()[1]
        reader, writer = await asyncio.open_connection("127.0.0.1", number)
        writers.append(writer)
        writer.write(sent)
        return reader, writer

    async with asyncio.timeout(20):
        yield opened
    for writer in writers:
        writer.close()
    server.should_exit = True
    await running


async def answer(ends: Ends) -> bytes:
    return await ends[0].readuntil(b"hello 0")


async def cut(ends: Ends) -> bool:
    """Waits until the server has ended the connection."""
    try:
        return await ends[0].read() == b""
    except ConnectionResetError:
        return True


async def test_a_head_that_does_not_come_to_its_end_is_cut() -> None:
    async with port(seconds=0.05) as opened:
        slow = await opened(HALF)
        silent = await opened(b"")
        assert await cut(slow)
        assert await cut(silent)
        again = await opened(WHOLE)
        await answer(again)
        again[1].write(HALF)
        assert await cut(again)


async def test_parts_of_a_head_do_not_win_time() -> None:
    async with port(seconds=0.2) as opened:
        slow = await opened(HALF)
        while not slow[0].at_eof() and slow[0].exception() is None:
            slow[1].write(b"x")
            await asyncio.sleep(0.01)


async def test_a_request_that_is_being_answered_is_not_cut() -> None:
    async with port(seconds=0.05) as opened:
        posting = await opened(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n")
        other = await opened(HALF)
        assert await cut(other)
        posting[1].write(b"abc")
        assert b"hello 3" in await posting[0].readuntil(b"hello 3")


async def test_where_connections_run_out_the_one_that_waited_longest_makes_room() -> None:
    async with port(most=3) as opened:
        busy = await opened(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n")
        halves = [await opened(HALF) for _ in range(9)]
        for half in halves[:6]:
            assert await cut(half)
        await answer(await opened(WHOLE))
        busy[1].write(b"abc")
        assert b"hello 3" in await busy[0].readuntil(b"hello 3")


async def test_a_body_that_does_not_come_is_given_up() -> None:
    async with port() as opened:
        posting = await opened(b"POST /?seconds=0.01 HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nab")
        assert (await posting[0].readline()).startswith(b"HTTP/1.1 408")
