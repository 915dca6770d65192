"""The Telegram of the benchmark of replicas loses no question itself, and tells who did."""

import math
import socket
from collections.abc import AsyncIterator, Iterator

import pytest

pytest.importorskip("psycopg", reason="the extra `postgres` is not installed")

from benchmarks.deliveries import AT_ONCE, Telegram, Try, lost, next_taken, told
from tests.bot.channels.telegram.conftest import FACTORIES, Bot, until
from tests.bot.channels.telegram.test_running import HOOK, listening
from tests.postgres import Server
from tests.shelf import Shelf
from tests.telegram_rules import Params

PEOPLE = range(1000, 1150)
"""More than a client has connections."""


class Watched(Telegram):
    patience = 0.3
    under_way = 0
    most = 0
    """So many tries were under way at a time."""

    async def _try(self, update: Params) -> Try:
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        try:
            return await super()._try(update)
        finally:
            self.under_way -= 1


@pytest.fixture
async def server() -> AsyncIterator[Watched]:
    async with Watched() as server:
        yield server


@pytest.fixture
def stopped() -> Iterator[str]:
    """Where connections are made and nobody ever answers, as in front of a replica that is stopped."""
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/telegram/webhook"


async def test_more_questions_than_a_client_has_connections_wait_for_a_replica_and_all_arrive(
    server: Watched, stopped: str, library: Shelf, postgres_server: Server
) -> None:
    bot = await Bot(server, library, postgres_server.empty(), **HOOK).start()
    async with listening(bot) as url:
        server.webhooks = [stopped]
        for user in PEOPLE:
            server.say(user, FACTORIES, user=user)
        await until(lambda: all(server.tries[user] for user in PEOPLE))
        server.webhooks, server.patience = [url], 60.0
        await until(lambda: not server.pushing, 60)
        await until(lambda: len(server.answers()) == len(PEOPLE), 60)
        # Each try went out: none was given up while it waited for those before it.
        assert "PoolTimeout" not in server.said()
        assert server.most == AT_ONCE
        journal = {user: "done" for user in PEOPLE if bot.journal.deliveries.find(*place(user))}
        assert (lost(server.tries, journal), server.updates) == ([], [])
        assert lost(server.tries, {}) == [*PEOPLE]
    await bot.stop()


def place(user: int) -> tuple[str, str, str]:
    """Channel, chat and message of a question."""
    return "telegram", str(user), str(100 + user - PEOPLE[0])


def test_a_question_that_a_replica_took_and_did_not_write_down_is_told_from_one_that_nobody_took() -> None:
    tries = {
        1: [Try(10.0, 3.0, 0, "ReadTimeout"), Try(13.5, 0.1, 2, "200")],
        2: [Try(10.0, 0.2, 1, "503")],
        3: [Try(11.0, 0.1, 0, "200")],
    }
    assert lost(tries, {3: "done"}) == [1]
    assert told(1, tries[1], {}).splitlines() == [
        "1: replica 2 took it; in the journal: nothing",
        "  10.0 replica 0: ReadTimeout after 3.0 s",
        "  13.5 replica 2: 200 after 0.1 s",
    ]
    assert told(2, tries[2], {}).startswith("2: no replica took it; in the journal: nothing")
    assert told(3, tries[3], {3: "done"}).startswith("3: replica 0 took it; in the journal: done")


def test_a_replica_that_came_back_is_timed_by_the_next_delivery_that_it_takes() -> None:
    tries = {
        1: [Try(9.0, 0.1, 0, "200"), Try(12.0, 0.1, 1, "200")],
        2: [Try(11.0, 5.0, 0, "ReadTimeout"), Try(17.0, 0.1, 0, "200")],
    }
    assert next_taken(tries, 0, 10.0) == 7.0
    assert next_taken(tries, 2, 10.0) == math.inf
