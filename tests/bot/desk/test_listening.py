"""Replicas that share a database hear at once what another did, and need not wait for their next look."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

pytest.importorskip("psycopg", reason="the extra `postgres` is not installed")

from bot.cards.links import Links
from bot.cards.signing import Signer
from bot.channels.wecom.shelf import Shelf as Waiting
from bot.desk.deliveries import Bell, Intake
from bot.desk.desk import Desk
from bot.desk.rate_limits import RateLimits, Rates
from bot.journal import Journal
from bot.journal.deliveries import DELIVERIES_LEFT, Delivery
from bot.metrics import Metrics
from bot.workers import Workers
from tests.postgres import LISTENING, Server
from tests.shelf import shelf

FAR = 4_000.0
"""A lease in which nobody looks a second time: only what is heard can wake anybody."""


class Replica:
    def __init__(self, url: str) -> None:
        self.journal, self.workers, metrics = Journal(url, lease=FAR), Workers(), Metrics()
        limits = RateLimits(Rates(user=0, chat=0), lambda: 0.0)
        self.desk = Desk(shelf(), self.journal, self.workers, metrics, limits, links=Links("", Signer(b"k" * 32)))
        self.intake = Intake("telegram", self.journal, self.workers, metrics)

    def close(self) -> None:
        self.workers.close()
        self.journal.close()


@pytest.fixture
async def replicas(postgres_server: Server) -> AsyncIterator[tuple[Replica, Replica]]:
    url = postgres_server.empty()
    one, other = Replica(url), Replica(url)
    yield one, other
    one.close()
    other.close()


async def test_what_a_replica_lets_go_of_is_taken_up_at_once(
    replicas: tuple[Replica, Replica], postgres_server: Server
) -> None:
    one, other = replicas
    resumed: asyncio.Queue[Delivery] = asyncio.Queue()
    watch = asyncio.create_task(one.intake.watch(resumed.put))
    await postgres_server.somebody_listens()
    await other.intake.receive("telegram:1", "payload")
    await other.intake.release()
    assert (await asyncio.wait_for(resumed.get(), 60)).delivery == "telegram:1"
    watch.cancel()
    with suppress(asyncio.CancelledError):
        await watch


async def test_an_answer_that_another_replica_puts_down_is_known_here(
    replicas: tuple[Replica, Replica], postgres_server: Server
) -> None:
    one, other = Waiting(replicas[0].desk), Waiting(replicas[1].desk)
    await replicas[0].intake.receive("telegram:1")
    id = await one.open("telegram:1")
    with one.listening():
        await postgres_server.somebody_listens()
        waiting = asyncio.create_task(one.wait(id, FAR))
        await asyncio.sleep(0)
        await other.put("telegram:1", {"msgtype": "text"})
        await asyncio.wait_for(waiting, 60)
    assert await one.fetch(id) == {"msgtype": "text"}


async def test_a_connection_that_listens_and_is_cut_is_made_anew(
    replicas: tuple[Replica, Replica], postgres_server: Server
) -> None:
    one, other = replicas
    left = Bell(DELIVERIES_LEFT)
    with one.journal.listening(left.heard):
        await postgres_server.somebody_listens()
        postgres_server.run(LISTENING.replace("count(*)", "pg_terminate_backend(pid)"))
        await postgres_server.somebody_listens()
        for number in range(60):
            await other.intake.receive(f"telegram:{number}", "payload")
            await other.intake.release()
            await left.wait(1)
            if left._rung.is_set():
                break
        assert left._rung.is_set()


async def test_a_bell_rings_for_one_thing_and_not_in_a_loop_that_is_gone() -> None:
    bell = Bell(DELIVERIES_LEFT)
    bell.heard("stream put: 1")
    await bell.wait(0.01)
    assert not bell._rung.is_set()
    bell.heard(DELIVERIES_LEFT)
    await asyncio.wait_for(bell.wait(FAR), 60)
    bell._loop = asyncio.new_event_loop()
    bell._loop.close()
    bell.heard(DELIVERIES_LEFT)


async def test_who_is_cancelled_while_the_bell_rings_is_cancelled() -> None:
    bell = Bell(DELIVERIES_LEFT)
    waiting = asyncio.create_task(bell.wait(FAR))
    await asyncio.sleep(0)
    bell._rung.set()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_a_file_tells_nobody(tmp_path: Path) -> None:
    with closing(Journal(tmp_path / "j.sqlite")) as journal:
        heard: list[str] = []
        with journal.listening(heard.append):
            journal.deliveries.receive("telegram:1", "telegram")
            journal.deliveries.release("telegram")
        assert heard == []
