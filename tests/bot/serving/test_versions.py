"""An older version of the program beside snapshots that a newer one made: what it has answers on."""

import asyncio
from asyncio import CancelledError
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.admin.corpus_admin import CorpusAdmin
from bot.desk.deliveries import Bell
from bot.desk.desk import Desk
from bot.serving import upkeep
from bot.settings import Settings
from index.encoders.static import Static
from index.errors import SnapshotError
from index.snapshots import manifest
from tests.bot.objects.conftest import NOW, Replica
from tests.bot.objects.conftest import replica as replica
from tests.bot.objects.conftest import store as store
from tests.bot.serving import test_upkeep
from tests.bot.serving.test_shared import opened
from tests.bot.serving.test_upkeep import settings as settings

TOWER, BRIDGE = "镇上的水塔高四十米。", "The bridge over the river is 90 metres long."
HOW_HIGH, HOW_LONG = "镇上的水塔有多高？", "How long is the bridge?"
LATER = manifest.FORMAT + 1
NEWER = "made by a newer version"
Make = Callable[..., Replica]
Newer = Callable[[Replica], str]


@pytest.fixture
def newer(monkeypatch: pytest.MonkeyPatch) -> Newer:
    """Reindexes as a version does whose snapshots have a later format."""

    def reindex(replica: Replica) -> str:
        with monkeypatch.context() as patched:
            for place in ("index.snapshots.manifest", "index.builds.pipeline"):
                patched.setattr(f"{place}.FORMAT", LATER)
            return replica.reindex()

    return reindex


async def looks(admin: CorpusAdmin, desk: Desk, monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    """Follows what others make live for so many looks."""
    left = iter(range(times))

    async def wait(self: Bell, seconds: float) -> None:
        if next(left, None) is None:
            raise CancelledError

    with monkeypatch.context() as patched:
        patched.setattr(Bell, "wait", wait)
        with pytest.raises(CancelledError):
            await upkeep.follow(admin, desk.journal)


async def test_a_replica_that_serves_goes_on_when_a_newer_version_publishes_and_says_so_once(
    replica: Make, desk: Desk, newer: Newer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    one, older = replica("one"), replica("older")
    one.write("tower.md", TOWER)
    first = one.reindex()
    admin = opened(older, desk)
    one.write("bridge.md", BRIDGE)
    second = newer(one)
    await looks(admin, desk, monkeypatch, 5)
    assert caplog.text.count(NEWER) == 1
    assert desk.index is not None
    assert desk.index.snapshot.id == first
    assert desk.index.ask(HOW_HIGH).answered
    with pytest.raises(SnapshotError, match=NEWER):
        older.reindex()
    assert older.live() == first
    live = older.publishing._snapshots.live()
    assert live is not None
    assert live.snapshot == second


async def test_a_replica_of_an_older_version_that_starts_cold_answers_from_what_it_can_read(
    replica: Make, desk: Desk, newer: Newer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    one, older = replica("one"), replica("older")
    one.write("tower.md", TOWER)
    first = one.reindex()
    for name in ("bridge.md", "third.md"):
        one.write(name, BRIDGE)
        newer(one)
    admin = opened(older, desk)
    assert desk.index is not None
    assert desk.index.snapshot.id == first
    await upkeep.renew(admin)
    await looks(admin, desk, monkeypatch, 3)
    assert desk.index.snapshot.id == first
    assert desk.index.ask(HOW_HIGH).answered
    assert "An earlier snapshot answers" in caplog.text


async def test_a_replica_without_anything_that_it_can_read_waits(
    replica: Make, desk: Desk, newer: Newer, caplog: pytest.LogCaptureFixture
) -> None:
    one, older = replica("one"), replica("older")
    one.write("tower.md", TOWER)
    newer(one)
    admin = opened(older, desk)
    await upkeep.renew(admin)
    assert desk.index is None
    assert NEWER in caplog.text
    with pytest.raises(SnapshotError, match="no earlier"):
        older.publishing.rollback(None, NOW)


def test_after_a_way_back_to_the_older_version_a_rollback_lets_it_build_again(replica: Make, newer: Newer) -> None:
    one, older = replica("one"), replica("older")
    one.write("tower.md", TOWER)
    first = one.reindex()
    for name in ("bridge.md", "third.md"):
        one.write(name, BRIDGE)
        newer(one)
    assert [bool(info.problems) for info in older.publishing.kept()] == [True, True, False]
    assert older.publishing.rollback(None, NOW).id == first
    made = older.reindex()
    assert older.live() == made
    assert older.answers(HOW_LONG)


async def test_on_one_disk_an_older_process_answers_on_and_says_so_once(
    settings: Settings,
    desk: Desk,
    newer: Newer,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    admin = test_upkeep.opened(settings, desk)
    before = desk.index
    (settings.corpus_dir / "bridge.md").write_text(f"# Bridge\n\n{BRIDGE}\n", "utf-8")
    newer(Replica(settings))
    caplog.set_level("INFO")
    await looks(admin, desk, monkeypatch, 5)
    assert desk.index is before
    assert caplog.text.count(NEWER) == 1
    assert " serves\n" not in caplog.text
    # The older version's own next one it serves, as after every reindex.
    await admin.refresh()
    assert desk.index is not None
    assert desk.index.ask(HOW_LONG).answered


async def test_on_one_disk_an_older_version_that_starts_again_serves_the_snapshot_before(
    settings: Settings, desk: Desk, newer: Newer
) -> None:
    (settings.corpus_dir / "bridge.md").write_text(f"# Bridge\n\n{BRIDGE}\n", "utf-8")
    newer(Replica(settings))
    admin = test_upkeep.opened(settings, desk)
    assert desk.index is not None
    assert desk.index.ask(HOW_HIGH).answered
    assert [NEWER in problem for problem in desk.index.snapshot.problems] == [True]
    await admin.follow()
    assert desk.index.ask(HOW_HIGH).answered


async def test_versions_of_two_encoders_each_go_on_with_what_they_have_and_the_next_reindex_unites_them(
    replica: Make, desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    one, older = replica("one"), replica("older")
    one.write("tower.md", TOWER)
    first = one.reindex()
    admin = opened(older, desk)
    begin = Static.__init__

    def trained_anew(self: Static, folder: Path) -> None:
        begin(self, folder)
        self.fingerprint = "newer"

    with monkeypatch.context() as patched:
        patched.setattr(Static, "__init__", trained_anew)
        one.write("bridge.md", BRIDGE)
        second = one.reindex()
    assert second != first
    await looks(admin, desk, monkeypatch, 5)
    assert desk.index is not None
    assert desk.index.snapshot.id == first
    assert desk.index.ask(HOW_HIGH).answered
    assert caplog.text.count("in another version") == 1
    third = await asyncio.to_thread(older.reindex)
    await looks(admin, desk, monkeypatch, 1)
    assert desk.index.snapshot.id == third
