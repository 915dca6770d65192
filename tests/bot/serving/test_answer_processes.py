"""The serving program with processes that answer: everybody gets one answer, also while they are killed."""

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import pytest

from bot.serving import program as serving
from bot.serving.processes.answer_pool import AnswerPool
from bot.serving.program import open_pool, wire
from bot.serving.rooms import rooms
from bot.serving.serve import Program
from bot.settings import Settings
from bot.traces import Traces

HEADERS = {"authorization": "Bearer 0123456789abcdef", "content-type": "application/json"}
NAMES = [f"{first}{last}" for first in ("Elm", "Oak", "Ash", "Larch", "Rowan") for last in ("burg", "ford", "ham")]


def settings(folder: Path, **more: object) -> Settings:
    given = {"corpus_dir": folder / "corpus", "data_dir": folder / "data", "encoder": "bundled-fast", "page": "open"}
    limits = {"api_keys": "anna:0123456789abcdef", "api_requests_per_minute": 0}
    return Settings(_env_file=None, **given, **limits, **more)  # type: ignore[call-arg, arg-type]


async def until(true: Callable[[], bool]) -> None:
    """Waits for what other processes do."""
    async with asyncio.timeout(60):
        while not true():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


@pytest.fixture
def pools(monkeypatch: pytest.MonkeyPatch) -> list[AnswerPool]:
    """The pools that the program opens."""
    opened: list[AnswerPool] = []

    def kept(*given: object) -> AnswerPool | None:
        pool = open_pool(*given)  # type: ignore[arg-type]
        opened.extend([pool] if pool else [])
        return pool

    monkeypatch.setattr(serving, "open_pool", kept)
    return opened


@pytest.fixture
async def program(tmp_path: Path, pools: list[AnswerPool]) -> AsyncIterator[Program]:
    (tmp_path / "corpus").mkdir()
    for number, name in enumerate(NAMES):
        (tmp_path / "corpus" / f"{name}.txt").write_text(f"The town of {name} has {20 + number} bridges.", "utf-8")
    program = wire(settings(tmp_path, answer_processes=2))
    yield program
    program.workers.close()
    program.journal.close()


async def test_everybody_gets_one_answer_while_processes_are_killed(program: Program, pools: list[AnswerPool]) -> None:
    (pool,) = pools
    transport = httpx.ASGITransport(program.web)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://bot", timeout=None) as client:

        async def numbers(times: int) -> list[str]:
            """What is quoted to all who ask at once, each about a town, in words that nobody used before."""
            asked = [f"How many bridges has {name}{'?' * times}" for name in NAMES]
            sent = (client.post("/api/ask", content=json.dumps({"question": one}), headers=HEADERS) for one in asked)
            return [answer.json()["quotes"][0]["text"] for answer in await asyncio.gather(*sent)]

        right = [f"The town of {name} has {20 + number} bridges." for number, name in enumerate(NAMES)]
        assert await numbers(1) == right
        await until(lambda: pool.ready == 2)
        for times in (2, 3):
            waiting = asyncio.ensure_future(numbers(times))
            victim = pool.processes[0]
            os.kill(victim, signal.SIGKILL)
            assert await waiting == right
            await until(lambda: pool.ready == 2 and victim not in pool.processes)  # noqa: B023


def test_how_many_answer_is_a_setting_or_for_the_machine_to_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def opened(**more: object) -> int:
        chosen = settings(tmp_path, **more)
        pool = open_pool(chosen, rooms(chosen), Traces())
        return pool.count if pool else 0

    monkeypatch.setattr(serving, "cores", lambda: 3)
    monkeypatch.setattr(serving, "memory", lambda: 8 << 30)
    assert [opened(), opened(answer_processes=5), opened(answer_processes="auto")] == [0, 5, 3]
    # What a model of a hub takes in memory is not known.
    hub = {"reranker": "some/model"}
    assert [opened(**hub, answer_processes="auto"), opened(**hub, answer_processes=2)] == [0, 2]
    monkeypatch.setattr(serving, "memory", lambda: 512 << 20)
    assert opened(answer_processes="auto") == 0


def test_threads_answer_where_processes_would_need_a_secret_or_hide_a_trace(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    chosen, traces = settings(tmp_path, answer_processes=2), Traces()
    traces.collected = True
    assert open_pool(chosen, rooms(chosen), traces) is None
    chosen = chosen.model_copy(update={"vector_store": "pgvector"})
    assert open_pool(chosen, rooms(chosen), Traces()) is None
    assert caplog.text.count("threads answer") == 2


def test_no_process_is_given_what_the_settings_keep_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "123456:secret")
    chosen = settings(tmp_path, answer_processes=1)
    pool = open_pool(chosen, rooms(chosen), Traces())
    assert pool is not None
    assert "PATH" in pool.environment
    assert "TELEGRAM_BOT_TOKEN" not in pool.environment
