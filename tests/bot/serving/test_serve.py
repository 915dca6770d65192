"""Running: channels are supervised, a clean end drains them, a channel that cannot work says so and stops."""

import asyncio
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import httpx
import pytest
from starlette.routing import BaseRoute

from bot.desk.desk import Desk
from bot.errors import AwayError, ChannelError
from bot.journal import Journal
from bot.serving import serve as serving
from bot.serving.serve import Port, Program, keep_running, serve
from bot.web.app import metrics_app, web_app
from bot.workers import Workers


class Line:
    """A channel that does as told: fails so many times, gives up, or runs until it is closed."""

    name = "line"

    def __init__(self, failures: int = 0, *, gives_up: bool = False, error: Exception | None = None) -> None:
        self.failures = failures
        self.error = error or RuntimeError("lost the connection")
        self.gives_up = gives_up
        self.runs = 0
        self.closed_within: float | None = None
        self.running = asyncio.Event()
        self._over = asyncio.Event()

    def routes(self) -> Sequence[BaseRoute]:
        return ()

    def problem(self) -> str:
        return "" if self.running.is_set() else "not up"

    async def run(self) -> None:
        self.runs += 1
        if self.gives_up:
            raise ChannelError("The token is wrong: ask BotFather.")
        if self.runs <= self.failures:
            raise self.error
        self.running.set()
        await self._over.wait()

    async def close(self, seconds: float) -> None:
        self.closed_within = seconds
        self._over.set()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def program(desk: Desk, tmp_path: Path, line: Line, port: int, metrics: int = 0) -> Program:
    journal = Journal(tmp_path / "own.sqlite")
    web = web_app(desk, desk.metrics, [line])
    watched = (metrics_app(desk.metrics, [line]), Port("127.0.0.1", metrics)) if metrics else None
    place = Port("127.0.0.1", port)
    return Program([line], web, place, journal, Workers(1), desk.metrics, drain=3.0, monitoring=watched)


async def fetched(port: int, path: str) -> httpx.Response:
    async with httpx.AsyncClient() as web:
        for _ in range(200):
            try:
                return await web.get(f"http://127.0.0.1:{port}{path}")
            except httpx.ConnectError:
                await asyncio.sleep(0.02)
    raise AssertionError("nobody listens")


async def test_it_serves_until_told_to_stop_and_drains_its_channels(desk: Desk, tmp_path: Path) -> None:
    line, port, metrics, stop = Line(), free_port(), free_port(), asyncio.Event()
    running = asyncio.create_task(serve(program(desk, tmp_path, line, port, metrics), stop))
    await line.running.wait()
    assert (await fetched(port, "/healthz")).status_code == 200
    assert (await fetched(port, "/metrics")).status_code == 404
    assert 'verbatim_channel_up{channel="line"} 1.0' in (await fetched(metrics, "/metrics")).text
    stop.set()
    assert await running == 0
    assert line.closed_within == 3.0


async def test_when_every_channel_has_given_up_the_program_ends_with_an_error(
    desk: Desk, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    line = Line(gives_up=True)
    assert await serve(program(desk, tmp_path, line, free_port())) == 1
    assert "The token is wrong: ask BotFather." in caplog.text


async def test_a_port_that_is_taken_is_said_and_ends_the_program(
    desk: Desk, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert await serve(program(desk, tmp_path, Line(), taken.getsockname()[1])) == 1
    assert "web port cannot be opened" in caplog.text


@pytest.mark.parametrize(("error", "logged"), [(RuntimeError("a bug"), 2), (AwayError("not reached"), 0)])
async def test_a_channel_that_fails_is_run_again_and_what_is_no_outage_is_explained(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, error: Exception, logged: int
) -> None:
    line = Line(failures=2, error=error)
    pauses: list[float] = []

    async def no_pause(seconds: float) -> None:
        pauses.append(seconds)

    monkeypatch.setattr(serving.asyncio, "sleep", no_pause)
    running = asyncio.create_task(keep_running(line, desk.metrics))
    await line.running.wait()
    assert line.runs == 3
    assert pauses[1] > pauses[0]
    assert len([record for record in caplog.records if record.exc_info]) == logged
    await line.close(0)
    await running


def test_the_program_loads_what_speaks_to_a_platform_only_where_one_is_configured() -> None:
    script = (
        "import sys, bot.serving.program;"
        "print([name for name in sys.modules if name == 'telegram' or name.startswith('bot.channels')])"
    )
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
