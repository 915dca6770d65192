"""Snapshots that one replica makes and all switch to: whole or not at all, and never an older one over a newer."""

import shutil
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest

from bot.errors import ObjectsError, TakenOverError
from bot.journal import Journal
from bot.objects.snapshots import SharedSnapshots
from bot.serving import engines
from index.builds.build import Prepared, prepare
from index.encoders.open import open_encoder
from index.errors import BusyError, SnapshotError
from index.search.calibration import load, save
from index.snapshots import snapshot
from tests import object_store
from tests.bot.objects.conftest import NOW, Replica
from tests.object_store import S3Server
from tests.postgres import Server

TOWER, BRIDGE = "镇上的水塔高四十米。", "The bridge over the river is 90 metres long."
HOW_HIGH, HOW_LONG = "镇上的水塔有多高？", "How long is the bridge?"
Make = Callable[..., Replica]


def prepared(replica: Replica) -> Prepared:
    """A snapshot that waits for a word to go live."""
    with replica.publishing.preparing():
        return prepare(replica.corpus, replica.data, open_encoder("bundled-fast"), now=NOW)


def uploads(store: Path) -> list[Path]:
    return sorted((store / "snapshots").iterdir())


@pytest.fixture
def both(replica: Make) -> tuple[Replica, Replica]:
    """Two replicas that serve the same snapshot."""
    one, other = replica("one"), replica("other")
    one.write("tower.md", TOWER)
    one.reindex()
    other.follow()
    return one, other


def test_a_snapshot_that_one_makes_answers_at_the_other_with_its_documents(both: tuple[Replica, Replica]) -> None:
    one, other = both
    assert one.live() == other.live()
    assert other.answers(HOW_HIGH)
    assert (other.corpus / "tower.md").is_file()
    other.write("bridge.md", BRIDGE)
    made = other.reindex()
    assert one.follow() == one.live() == made
    assert one.answers(HOW_LONG)


def test_what_one_calibrates_holds_at_the_other(both: tuple[Replica, Replica]) -> None:
    one, other = both
    save(other.data, other.calibration(0.3, "2026-11-23T10:00:00+00:00"))
    assert one.answers(HOW_HIGH)
    one.publishing.promise(one.calibration(1.0, "2026-11-23T11:00:00+00:00"))
    other.follow()
    assert not one.answers(HOW_HIGH)
    assert not other.answers(HOW_HIGH)
    # What came of testing it over a new snapshot is each replica's own.
    tested = replace(one.calibration(1.0, "2026-11-23T11:00:00+00:00"), checked=other.live() or "")
    save(other.data, tested)
    other.follow()
    assert load(other.data) == tested
    other.publishing.promise(other.calibration(0.2, "2026-11-23T12:00:00+00:00"))
    one.follow()
    assert one.answers(HOW_HIGH)


def test_a_damaged_calibration_is_said_and_what_holds_goes_on(both: tuple[Replica, Replica], store: Path) -> None:
    one, other = both
    one.publishing.promise(one.calibration(0.2, "2026-11-23T11:00:00+00:00"))
    other.follow()
    (shared,) = (store / "calibration").iterdir()
    shared.write_text(shared.read_text().replace("promises", "premises"))
    with pytest.raises(ObjectsError, match="calibration/1"):
        other.follow()
    assert load(other.data) == one.calibration(0.2, "2026-11-23T11:00:00+00:00")
    one.write("bridge.md", BRIDGE)
    made = one.reindex()
    with pytest.raises(ObjectsError):
        other.follow()
    assert other.live() == made


def test_it_works_the_same_with_s3(replica: Make, s3_server: S3Server) -> None:
    url = s3_server.empty()
    one, other = replica("one", url), replica("other", url)
    one.write("tower.md", TOWER)
    made = one.reindex()
    assert other.follow() == made
    assert other.answers(HOW_HIGH)
    one.write("bridge.md", BRIDGE)
    one.reindex()
    assert other.follow() == one.live() != made
    other.publishing.rollback(None, NOW)
    assert one.follow() == made


def test_an_outage_leaves_what_serves_in_place(replica: Make, s3_server: S3Server) -> None:
    url = s3_server.empty()
    with object_store.line(s3_server) as line:
        one, other = replica("one", url), replica("other", url.replace(str(s3_server.port), str(line.port)))
        one.write("tower.md", TOWER)
        made = one.reindex()
        other.follow()
        line.cut()
        one.write("bridge.md", BRIDGE)
        one.reindex()
        with pytest.raises(ObjectsError, match="does not answer"):
            other.follow()
        with pytest.raises(ObjectsError, match="does not answer"):
            other.reindex()
        assert other.live() == made
        assert other.answers(HOW_HIGH)
        assert [info.id for info in other.publishing.kept()] == [made]
        line.mend()
        assert other.follow() == one.live()
        assert other.answers(HOW_LONG)


@pytest.mark.parametrize("spoil", [lambda path: path.write_bytes(b"spoiled"), lambda path: path.unlink()])
@pytest.mark.parametrize("name", ["manifest.json", "documents.bin", "vectors.npy"])
def test_a_broken_upload_is_never_switched_to(
    both: tuple[Replica, Replica], store: Path, spoil: Callable[[Path], None], name: str
) -> None:
    one, other = both
    before = other.live()
    one.write("bridge.md", BRIDGE)
    one.reindex()
    spoil(uploads(store)[-1] / name)
    with pytest.raises((ObjectsError, SnapshotError)):
        other.follow()
    assert other.live() == before
    assert other.answers(HOW_HIGH)
    assert [path.name for path in (other.data / "snapshots").iterdir()] == [before]
    one.write("third.md", BRIDGE)
    one.reindex()
    assert other.follow() == one.live()


def test_an_upload_that_broke_off_is_never_pointed_to_and_goes_with_the_next(
    both: tuple[Replica, Replica], store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = both
    one.write("bridge.md", BRIDGE)
    with monkeypatch.context() as patched:
        patched.setattr("bot.objects.folder.FolderObjects.put", breaks_off_at("rows.npy"))
        with pytest.raises(ObjectsError):
            one.reindex()
    assert len(uploads(store)) == 2
    assert other.follow() == one.live()
    assert not other.answers(HOW_LONG)
    one.reindex()
    other.follow()
    assert other.answers(HOW_LONG)
    assert all((upload / "manifest.json").is_file() for upload in uploads(store) if list(upload.iterdir()))


def breaks_off_at(name: str) -> Callable[..., None]:
    from bot.objects.folder import FolderObjects

    put = FolderObjects.put

    def broken(self: FolderObjects, where: str, content: bytes | Path) -> None:
        if where.endswith(name):
            raise ObjectsError("objects-away", name=self.name, reason="broken off")
        put(self, where, content)

    return broken


def test_of_two_that_were_built_on_the_same_snapshot_the_second_is_refused(both: tuple[Replica, Replica]) -> None:
    one, other = both
    one.write("bridge.md", BRIDGE)
    waiting = prepared(one)
    other.write("third.md", BRIDGE)
    made = other.reindex()
    with pytest.raises(SnapshotError, match="has gone live"):
        one.publishing.activate(waiting)
    assert one.follow() == other.publishing.live() == made


def test_who_is_overtaken_while_it_uploads_overwrites_nothing(
    both: tuple[Replica, Replica], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = both
    one.write("bridge.md", BRIDGE)
    waiting = prepared(one)
    upload, made = SharedSnapshots.upload, []

    def slow(self: SharedSnapshots, folder: Path, id: str) -> str:
        name = upload(self, folder, id)
        if not made:
            made.append("")
            other.write("third.md", BRIDGE)
            made.append(other.reindex())
        return name

    monkeypatch.setattr(SharedSnapshots, "upload", slow)
    with pytest.raises(SnapshotError, match="has gone live"):
        one.publishing.activate(waiting)
    assert one.follow() == other.publishing.live() == made[-1]


def test_numbers_rise_over_all_replicas(both: tuple[Replica, Replica]) -> None:
    one, other = both
    one.write("bridge.md", BRIDGE)
    newest = one.reindex()
    one.publishing.rollback(None, NOW)
    other.follow()
    shutil.rmtree(other.data)
    other.follow()
    other.write("third.md", BRIDGE)
    assert int(other.reindex()[:6]) > int(newest[:6])


def test_a_rollback_holds_everywhere_until_somebody_reindexes(both: tuple[Replica, Replica]) -> None:
    one, other = both
    first = one.live()
    one.write("bridge.md", BRIDGE)
    second = one.reindex()
    assert [info.id for info in other.publishing.kept()] == [second, first]
    assert other.publishing.rollback("1", NOW).id == first
    assert one.follow() == first
    assert snapshot.held(one.data)
    one.reindex()
    other.follow()
    assert other.answers(HOW_LONG)
    assert not snapshot.held(one.data)
    assert not snapshot.held(other.data)


def test_a_rollback_to_what_the_documents_say_is_let_go_everywhere_by_a_reindex(both: tuple[Replica, Replica]) -> None:
    one, other = both
    first = one.live()
    one.write("bridge.md", BRIDGE)
    one.reindex()
    one.publishing.rollback(None, NOW)
    other.follow()
    assert snapshot.held(other.data)
    (one.corpus / "bridge.md").unlink()
    one.reindex()
    assert other.follow() == one.live() == first
    assert not snapshot.held(one.data)
    assert not snapshot.held(other.data)


def test_there_is_no_going_back_to_what_does_not_exist(both: tuple[Replica, Replica]) -> None:
    with pytest.raises(SnapshotError, match="earlier"):
        both[0].publishing.rollback(None, NOW)
    with pytest.raises(SnapshotError, match="77"):
        both[0].publishing.rollback("77", NOW)


def test_five_are_kept_in_the_store_and_two_on_a_replica_that_only_serves(
    both: tuple[Replica, Replica], store: Path
) -> None:
    one, other = both
    for number in range(6):
        one.write("bridge.md", f"{BRIDGE} {number}")
        one.reindex()
        other.follow()
    assert len([upload for upload in uploads(store) if (upload / "manifest.json").is_file()]) == 5
    assert len(list((other.data / "snapshots").iterdir())) == 2


def test_an_index_that_was_there_before_the_store_is_published_by_the_next_reindex(replica: Make) -> None:
    one, other = replica("one"), replica("other")
    one.write("tower.md", TOWER)
    alone = one.settings.model_copy(update={"objects_url": type(one.settings.objects_url)("")})
    engines.reindex(alone, now=NOW, progress=lambda *_: None)
    assert other.follow() is None
    made = one.reindex()
    assert other.follow() == made == one.live()


def test_one_replica_builds_at_a_time(replica: Make, postgres_server: Server) -> None:
    database = postgres_server.empty()
    one, other = replica("one", database=database), replica("other", database=database)
    one.write("tower.md", TOWER)
    with one.publishing.preparing(), pytest.raises(BusyError):
        other.reindex()
    one.reindex()
    assert other.follow() == one.live()


def test_who_lost_its_turn_makes_nothing_live(
    replica: Make, postgres_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its connection, and the lock with it, went away while it uploaded; another began."""
    database = postgres_server.empty()
    one = replica("one", database=database)
    one.write("tower.md", TOWER)
    waiting = prepared(one)
    upload = SharedSnapshots.upload

    def slow(self: SharedSnapshots, folder: Path, id: str) -> str:
        postgres_server.run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE query LIKE '%pg_try_advisory_xact_lock%' AND pid <> pg_backend_pid()"
        )
        journal = Journal(database)
        with journal.turns.take(f"reindex {one.settings.objects_url.get_secret_value().removeprefix('file://')}"):
            pass
        journal.close()
        return upload(self, folder, id)

    monkeypatch.setattr(SharedSnapshots, "upload", slow)
    with pytest.raises(TakenOverError):
        one.publishing.activate(waiting)
    assert one.follow() is None


def test_without_a_store_the_disk_is_all_there_is(replica: Make) -> None:
    from bot.serving.publishing import publishing_of

    one = replica("one")
    alone = one.settings.model_copy(update={"objects_url": type(one.settings.objects_url)("")})
    one.write("tower.md", TOWER)
    here = publishing_of(alone)
    assert here.live() is None
    with here.preparing() or nullcontext():
        waiting = prepare(one.corpus, one.data, open_encoder("bundled-fast"), now=NOW)
    made = here.activate(waiting).snapshot
    assert here.live() == made == one.live()
    assert [info.id for info in here.kept()] == [made]
    here.share()
