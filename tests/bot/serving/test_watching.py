"""What an operator sees of a replica: whether it is behind, and by how much."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from bot.admin.corpus_keeper import Keeper
from bot.collections.declared import Collection
from bot.collections.library import Library
from bot.journal import Journal
from bot.metrics import Metrics
from bot.serving import watching
from bot.serving.program import open_indexes
from bot.serving.rooms import Room, open_rooms
from tests.bot.conftest import Clock
from tests.bot.objects.conftest import Replica
from tests.bot.objects.conftest import replica as replica
from tests.bot.objects.conftest import store as store
from tests.postgres import Server

Make = Callable[..., Replica]


class Watched:
    """A replica as `serve` opens it, with its metrics."""

    def __init__(self, one: Replica, journal: Journal) -> None:
        self.metrics = Metrics()
        rooms = [Room(Collection("", one.corpus), one.settings)]
        engines = open_rooms(rooms, self.metrics.object_call)
        self.library: Library = open_indexes(rooms, engines)
        self.keeper = Keeper(one.corpus, one.data, journal, engines[""])
        watching.watch_replica(self.metrics, {"": self.keeper}, self.library, journal)

    def take_over(self) -> None:
        self.keeper.live()
        self.library.put("", self.keeper.open())

    def shown(self, name: str, **labels: str) -> float | None:
        return self.metrics.registry.get_sample_value(f"verbatim_{name}", {"collection": "", **labels})

    def numbers(self) -> list[float | None]:
        return [self.shown("snapshot", which=which) for which in ("live", "served")]


def test_a_replica_that_is_behind_shows_since_when_and_how_far(
    replica: Make, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    monkeypatch.setattr("bot.objects.publishing.time.monotonic", clock)
    one = replica("one")
    one.write("tower.md", "镇上的水塔高四十米。")
    one.reindex()
    other = Watched(replica("other"), journal)
    other.keeper.live()
    assert other.numbers() == [1, 1]
    assert other.shown("snapshot_lag_seconds") == 0
    one.write("bridge.md", "The bridge over the river is 90 metres long.")
    one.reindex()
    other.keeper.live()
    clock.time += 7
    other.keeper.live()
    assert other.numbers() == [2, 1]
    assert other.shown("snapshot_lag_seconds") == 7
    other.take_over()
    assert other.numbers() == [2, 2]
    assert other.shown("snapshot_lag_seconds") == 0


def test_a_replica_shows_what_it_keeps_and_what_it_asked_of_the_store(replica: Make, journal: Journal) -> None:
    one = replica("one")
    one.write("tower.md", "镇上的水塔高四十米。")
    one.reindex()
    other_replica = replica("other")
    other = Watched(other_replica, journal)
    files = [path for path in Path(other_replica.data, "snapshots").rglob("*") if path.is_file()]
    kept = other.shown("cache_bytes")
    assert kept is not None
    assert kept >= sum(path.stat().st_size for path in files) > 0
    downloads = other.metrics.registry.get_sample_value("verbatim_objects_seconds_count", {"call": "download"})
    assert downloads is not None
    assert downloads > 10


def test_before_anything_is_published_a_replica_is_not_behind(replica: Make, journal: Journal) -> None:
    other = Watched(replica("other"), journal)
    assert other.numbers() == [0, 0]
    assert other.shown("snapshot_lag_seconds") == 0


def test_the_connections_to_the_database_are_counted(replica: Make, postgres_server: Server) -> None:
    with closing(Journal(postgres_server.empty())) as journal:
        one = Watched(replica("one"), journal)

        def shown() -> list[float | None]:
            return [
                one.metrics.registry.get_sample_value("verbatim_database_connections", {"state": state})
                for state in ("used", "waited for")
            ]

        assert shown() == [0, 0]
        with journal.together():
            assert shown() == [1, 0]
        assert shown() == [0, 0]


def test_one_machine_alone_shows_none_of_it(replica: Make, journal: Journal) -> None:
    one = replica("one")
    one.write("tower.md", "镇上的水塔高四十米。")
    alone = Replica(one.settings.model_copy(update={"objects_url": type(one.settings.objects_url)("")}))
    watched = Watched(alone, journal)
    assert watched.shown("snapshot_lag_seconds") is None
    assert b"verbatim_cache_bytes{" not in watched.metrics.page()
