"""Replicas that serve hear at once that another snapshot is live, and find it by looking where they do not hear."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing, suppress
from pathlib import Path

import pytest

from bot.desk.deliveries import Bell
from bot.desk.desk import Desk
from bot.errors import ObjectsError
from bot.journal import Journal
from bot.serving import upkeep
from tests.bot.objects.conftest import NOW, Replica
from tests.bot.objects.conftest import replica as replica
from tests.bot.objects.conftest import store as store
from tests.bot.serving.test_shared import away, back, opened
from tests.postgres import Server

FAR = 4_000.0
"""Seconds after which nobody looks in a test: only what is heard can wake anybody."""
TOWER, BRIDGE = "镇上的水塔高四十米。", "The bridge over the river is 90 metres long."
HOW_HIGH = "镇上的水塔有多高？"
Make = Callable[..., Replica]


@asynccontextmanager
async def following(other: Replica, desk: Desk, journal: Journal, seconds: float = FAR) -> AsyncIterator[None]:
    work = asyncio.create_task(upkeep.follow(opened(other, desk), journal, seconds))
    try:
        yield
    finally:
        work.cancel()
        with suppress(asyncio.CancelledError):
            await work


async def serves(desk: Desk, snapshot: str) -> None:
    async with asyncio.timeout(60):
        while desk.index is None or desk.index.snapshot.id != snapshot:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_what_another_publishes_or_goes_back_to_is_served_without_waiting_for_a_look(
    replica: Make, desk: Desk, postgres_server: Server
) -> None:
    database = postgres_server.empty()
    one, other = replica("one", database=database), replica("other", database=database)
    one.write("tower.md", TOWER)
    first = await asyncio.to_thread(one.reindex)
    with closing(Journal(database)) as journal:
        async with following(other, desk, journal):
            await postgres_server.somebody_listens()
            one.write("bridge.md", BRIDGE)
            second = await asyncio.to_thread(one.reindex)
            await serves(desk, second)
            await asyncio.to_thread(one.publishing.rollback, None, NOW)
            await serves(desk, first)


async def test_what_nobody_tells_is_found_at_the_next_look(replica: Make, desk: Desk) -> None:
    one, other = replica("one"), replica("other")
    one.write("tower.md", TOWER)
    one.reindex()
    async with following(other, desk, desk.journal, 0.01):
        one.write("bridge.md", BRIDGE)
        await serves(desk, await asyncio.to_thread(one.reindex))


async def test_what_is_calibrated_elsewhere_holds_here_from_the_next_look_on(replica: Make, desk: Desk) -> None:
    one, other = replica("one"), replica("other")
    one.write("tower.md", TOWER)
    made = one.reindex()
    async with following(other, desk, desk.journal, 0.01):
        await serves(desk, made)
        assert desk.index is not None
        assert desk.index.ask(HOW_HIGH).answered
        await asyncio.to_thread(one.publishing.promise, one.calibration(1.0, "2026-11-23T11:00:00+00:00"))
        async with asyncio.timeout(60):
            while desk.index.ask(HOW_HIGH).answered:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
    assert desk.index.snapshot.id == made


async def test_answers_come_from_the_new_snapshot_before_its_documents_are_here(
    replica: Make, desk: Desk, store: Path
) -> None:
    one, other = replica("one"), replica("other")
    one.write("tower.md", TOWER)
    one.reindex()
    admin = opened(other, desk)
    one.write("bridge.md", BRIDGE)
    second = one.reindex()
    kept = shutil.move(store / "contents", store / "elsewhere")
    with pytest.raises(ObjectsError):
        await admin.follow()
    assert desk.index is not None
    assert desk.index.snapshot.id == second
    assert not (other.corpus / "bridge.md").exists()
    shutil.move(kept, store / "contents")
    await admin.follow()
    assert (other.corpus / "bridge.md").is_file()


def test_a_database_that_is_away_when_the_pointer_has_moved_undoes_nothing(
    replica: Make, postgres_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot.errors import DatabaseAwayError
    from bot.journal.postgres.database import PostgresDatabase

    def away(self: PostgresDatabase, what: str) -> None:
        raise DatabaseAwayError("away")

    monkeypatch.setattr(PostgresDatabase, "notify", away)
    one = replica("one", database=postgres_server.empty())
    one.write("tower.md", TOWER)
    assert one.reindex() == one.live() == replica("other").follow()


async def test_what_keeps_failing_is_tried_less_and_less_often_and_said_once(
    replica: Make, desk: Desk, store: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    one = replica("one")
    one.write("tower.md", TOWER)
    one.reindex()
    admin = opened(one, desk)
    waited: list[float] = []

    async def wait(self: Bell, seconds: float) -> None:
        waited.append(seconds)
        if len(waited) == 2:
            away(store)
        elif len(waited) == 12:
            back(store)
        elif len(waited) == 14:
            raise asyncio.CancelledError

    monkeypatch.setattr(Bell, "wait", wait)
    with pytest.raises(asyncio.CancelledError):
        await upkeep.follow(admin, desk.journal, 5)
    assert waited[:2] == waited[12:] == [5, 5]
    assert all(5 <= seconds <= 10 for seconds in waited[2:3])
    assert all(30 <= seconds <= 60 for seconds in waited[6:12])
    assert caplog.text.count("does not answer as it should") == 1


async def test_documents_that_could_not_be_fetched_at_the_start_are_fetched_later(
    replica: Make, desk: Desk, store: Path
) -> None:
    one, other = replica("one"), replica("other")
    one.write("tower.md", TOWER)
    one.reindex()
    kept = shutil.move(store / "contents", store / "elsewhere")
    admin = opened(other, desk)
    assert desk.index is not None
    shutil.move(kept, store / "contents")
    await admin.follow()
    assert (other.corpus / "tower.md").is_file()
