"""Replicas that share a PostgreSQL: the database dies in the middle, a replica does; each question has one answer."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from math import inf
from pathlib import Path

import pytest

pytest.importorskip("psycopg", reason="the extra `postgres` is not installed")
import httpx
import psycopg

from tests import postgres
from tests.bot.channels.telegram.conftest import FACTORIES, QUOTE, Bot, until
from tests.bot.channels.telegram.test_running import HOOK, PROGRAM, listening
from tests.postgres import Server
from tests.shelf import Shelf
from tests.telegram_server import TelegramServer

ROOT = Path(__file__).parents[4]
SHORT_LEASE = 3.0
PATIENCE = 150.0
"""Seconds that a busy machine may take; a quiet one takes ten."""
IN_THE_MIDDLE = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'"

WAITS = "SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'deliveries'::regclass"


@pytest.fixture
def database(postgres_server: Server) -> Iterator[Server]:
    """A server that a test may kill."""
    with postgres.running() as server:
        yield server


@pytest.fixture
async def replicas(server: TelegramServer, library: Shelf, database: Server) -> AsyncIterator[list[Bot]]:
    """Two replicas behind one webhook: each update is delivered to both."""
    made = [Bot(server, library, database.address(), **HOOK) for _ in range(2)]
    async with AsyncExitStack() as ports:
        for bot in made:
            bot.journal.wait_at_most(inf)
            await bot.start()
        server.webhooks = [await ports.enter_async_context(listening(bot)) for bot in made]
        yield made
    for bot in made:
        await bot.stop()


def ask(server: TelegramServer, users: range) -> None:
    for user in users:
        server.say(user, FACTORIES, user=user)
        # Telegram sends again what it is not sure about, and the other replica gets it.
        server.arrived(server.updates[-1])


async def all_answered_once(server: TelegramServer, users: range, bots: list[Bot]) -> None:
    await until(lambda: all(server.shown(user) for user in users), PATIENCE)
    await until(lambda: all(bot.journal.deliveries.waiting() == 0 for bot in bots), PATIENCE)
    for bot in bots:
        await bot.idle()
    quotes = [[server.styled(answer, "blockquote") for answer in server.shown(user)] for user in users]
    assert quotes == [[[QUOTE]]] * len(users)


async def test_a_webhook_says_200_when_an_update_is_written_down_and_not_a_moment_before(
    server: TelegramServer, library: Shelf, postgres_server: Server
) -> None:
    url = postgres_server.empty()
    bot = await Bot(server, library, url, **HOOK).start()
    async with listening(bot) as hook:
        server.webhooks = [hook]
        with psycopg.connect(url) as operator, psycopg.connect(url, autocommit=True) as looking:
            operator.execute("LOCK TABLE deliveries IN SHARE MODE")
            server.say(42, FACTORIES)
            await until(lambda: bool(looking.execute(WAITS).fetchall()))
            # A later request is answered, the earlier one waits.
            async with httpx.AsyncClient() as client:
                assert (await client.post(hook)).status_code == 403
            assert (server.taken, server.pushing) == ([], 1)
        await until(lambda: bool(server.taken))
        assert bot.journal.deliveries.find("telegram", "42", "100") is not None
        await bot.idle()
        assert len(server.shown(42)) == 1
    await bot.stop()


async def test_a_database_that_is_killed_while_people_ask_costs_no_answer_and_doubles_none(
    replicas: list[Bot], server: TelegramServer, database: Server
) -> None:
    for turn in (1, 2):
        users = range(1000 * turn, 1000 * turn + 40)
        ask(server, users)
        await until(lambda users=users: sum(bool(server.shown(user)) for user in users) >= 5, PATIENCE)  # type: ignore[misc]
        await asyncio.to_thread(database.kill)
        await asyncio.to_thread(database.start)
        await all_answered_once(server, users, replicas)


async def test_connections_that_are_cut_again_and_again_cost_no_answer_and_double_none(
    replicas: list[Bot], server: TelegramServer, database: Server
) -> None:
    users = range(100, 160)
    cut = 0
    ask(server, users)
    with psycopg.connect(database.address(), autocommit=True) as operator:
        while cut < 40:
            cut += await asyncio.to_thread(lambda: len(operator.execute(IN_THE_MIDDLE).fetchall()))
            if cut and all(server.shown(user) for user in users):
                break
    assert cut
    await all_answered_once(server, users, replicas)


async def test_what_a_killed_replica_leaves_behind_is_answered_by_another(
    server: TelegramServer, library: Shelf, database: Server
) -> None:
    program = PROGRAM.replace("read_timeout=", f"lease={SHORT_LEASE}, read_timeout=").replace(
        "Path(sys.argv[2])", "sys.argv[2]"
    )
    victim = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, server.url, database.address(), cwd=ROOT
    )
    users = range(100, 140)
    for user in users:
        server.say(user, FACTORIES, user=user)
    await until(lambda: sum(bool(server.shown(user)) for user in users) >= 5, PATIENCE)
    os.kill(victim.pid, signal.SIGKILL)
    await victim.wait()
    heir = await Bot(server, library, database.address(), lease=SHORT_LEASE).start()
    await all_answered_once(server, users, [heir])
    await heir.stop()
