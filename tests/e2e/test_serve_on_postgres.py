"""Two `verbatim serve` over one database: it is killed, one of them is killed, and people are answered."""

import asyncio
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

pytest.importorskip("psycopg", reason="the extra `postgres` is not installed")

from tests import postgres
from tests.bot.channels.telegram.conftest import until
from tests.e2e.test_serve import ROOT, TOWN, free_port, healthy
from tests.postgres import Server
from tests.telegram_server import TOKEN, TelegramServer

QUESTION, QUOTE = "镇上的水塔有多高？", "镇上的水塔高四十米，建于1958年。"
SECRET = "webhook-secret_1"


@pytest.fixture
def database(postgres_server: Server) -> Iterator[Server]:
    with postgres.running() as server:
        yield server


async def replica(place: Path, port: int, api: str, url: str) -> asyncio.subprocess.Process:
    """One on a machine of its own, with its own index and its own key."""
    settings = {
        "CORPUS_DIR": str(place.parent / "corpus"),
        "DATA_DIR": str(place),
        "DATABASE_URL": url,
        "ENCODER": "bundled-fast",
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_API_URL": api,
        "TELEGRAM_MODE": "webhook",
        "TELEGRAM_WEBHOOK_SECRET": SECRET,
        "PUBLIC_URL": "https://bot.example.org",
        "PORT": str(port),
        "QUESTIONS_PER_MINUTE": "3",
    }
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "serve"),
        cwd=ROOT,
        env={**os.environ, **settings},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )


async def test_two_replicas_answer_while_their_database_dies_and_comes_back(tmp_path: Path, database: Server) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "town.md").write_text(TOWN, encoding="utf-8")
    ports = free_port(), free_port()
    url = database.address().replace("postgres@", "postgres:hush-hush@")
    async with TelegramServer() as server, httpx.AsyncClient() as client:
        programs = [await replica(tmp_path / f"data{port}", port, server.url, url) for port in ports]
        try:
            for port in ports:
                await healthy(port, server)
            server.webhooks = [f"http://127.0.0.1:{port}/telegram/webhook" for port in ports]
            for user in range(50, 60):
                server.say(user, QUESTION, user=user)
            await until(lambda: all(server.shown(user) for user in range(50, 60)), 60)
            await asyncio.to_thread(database.kill)
            for user in range(60, 70):
                server.say(user, QUESTION, user=user)

            async def sick() -> bool:
                answer = await client.get(f"http://127.0.0.1:{ports[0]}/healthz")
                return answer.status_code == 503 and "does not answer" in answer.json()["parts"].get("journal", "")

            while not await sick():  # noqa: ASYNC110
                await asyncio.sleep(0.05)
            await asyncio.to_thread(database.start)
            await until(lambda: all(server.shown(user) for user in range(60, 70)), 60)
            # A person has three questions a minute, whichever replica they reach.
            for _ in range(6):
                server.say(7, QUESTION, user=7)
            await until(lambda: len(server.shown(7)) == 4, 60)
            programs[0].send_signal(signal.SIGKILL)
            await programs[0].communicate()
            server.webhooks = server.webhooks[1:]
            for user in range(70, 80):
                server.say(user, QUESTION, user=user)
            await until(lambda: all(server.shown(user) for user in range(70, 80)), 60)
        finally:
            programs[1].send_signal(signal.SIGTERM)
            output, _ = await asyncio.wait_for(programs[1].communicate(), 60)
            if programs[0].returncode is None:
                programs[0].kill()
                await programs[0].communicate()
    assert programs[1].returncode == 0, output.decode()
    assert b"hush-hush" not in output
    assert b"is away" in output
    shown = [[server.styled(answer, "blockquote") for answer in server.shown(user)] for user in range(50, 80)]
    assert shown == [[[QUOTE]]] * 30
    assert [bool(server.styled(answer, "blockquote")) for answer in server.shown(7)].count(True) == 3
