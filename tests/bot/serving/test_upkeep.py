"""What the serving program looks after beside the answers."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.admin.corpus_admin import CorpusAdmin
from bot.admin.corpus_keeper import Keeper
from bot.desk.desk import Desk
from bot.serving import upkeep
from bot.serving.engines import open_engines, reindex
from bot.serving.program import open_what_there_is
from bot.settings import Settings
from index.snapshots import snapshot, stamp
from index.snapshots.manifest import load_manifest

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Of a folder with two snapshots."""
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]
        corpus_dir=tmp_path / "corpus",
        data_dir=tmp_path / "data",
        encoder="bundled-fast",
    )
    settings.corpus_dir.mkdir()
    for name in ("first.md", "second.md"):
        (settings.corpus_dir / name).write_text(f"# {name}\n\n镇上的水塔高四十米。\n", encoding="utf-8")
        reindex(settings, now=NOW, progress=lambda *_: None)
    return settings


def opened(settings: Settings, desk: Desk) -> CorpusAdmin:
    """An admin whose desk answers from the live snapshot, as `serve` begins."""
    engines = open_engines(settings)
    desk.index = engines.open()
    return CorpusAdmin(desk, Keeper(settings.corpus_dir, settings.data_dir, desk.journal, engines))


def spoil(settings: Settings) -> None:
    """Damage that no write made: the files look as they did when they were last read."""
    folder = settings.data_dir / "snapshots" / (snapshot.live(settings.data_dir) or "")
    content = (folder / "documents.bin").read_bytes()
    (folder / "documents.bin").write_bytes(content.replace("高".encode(), "低".encode()))
    names = ["manifest.json", *(record.name for record in load_manifest(folder).files)]
    stamp.put(folder, stamp.look(folder, names))


async def test_a_whole_snapshot_serves_on(settings: Settings, desk: Desk) -> None:
    admin = opened(settings, desk)
    before = desk.index
    await upkeep.verify(admin)
    assert desk.index is before


async def test_damage_that_an_opening_does_not_see_gives_way_to_the_snapshot_before(
    settings: Settings, desk: Desk
) -> None:
    spoil(settings)
    admin = opened(settings, desk)
    assert desk.index is not None
    damaged = desk.index.snapshot.id
    await upkeep.verify(admin)
    assert desk.index.snapshot.id < damaged


async def test_where_no_other_can_be_opened_the_answers_go_on(settings: Settings, desk: Desk) -> None:
    spoil(settings)
    admin = opened(settings, desk)
    before = desk.index
    for name in snapshot.snapshot_ids(settings.data_dir)[1:]:
        (settings.data_dir / "snapshots" / name / "rows.npy").unlink()
    await upkeep.verify(admin)
    assert desk.index is before


async def test_a_rollback_holds_until_somebody_reindexes(settings: Settings, desk: Desk) -> None:
    admin = opened(settings, desk)
    newest = snapshot.live(settings.data_dir)
    before = snapshot.rollback(settings.data_dir).id
    assert snapshot.held(settings.data_dir)
    await admin.refresh()
    assert snapshot.live(settings.data_dir) == before
    reindex(settings, now=NOW, progress=lambda *_: None)
    assert snapshot.live(settings.data_dir) not in (before, newest)
    assert not snapshot.held(settings.data_dir)


async def test_a_rollback_to_what_the_folder_says_is_let_go_by_a_reindex(settings: Settings, desk: Desk) -> None:
    snapshot.rollback(settings.data_dir)
    (settings.corpus_dir / "second.md").unlink()
    reindex(settings, now=NOW, progress=lambda *_: None)
    assert not snapshot.held(settings.data_dir)


async def test_an_index_of_an_older_format_is_made_anew(
    settings: Settings, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    for manifest in settings.data_dir.glob("snapshots/*/manifest.json"):
        manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "format": 1}), "utf-8")
    engines = open_engines(settings)
    desk.index = open_what_there_is(settings, engines)
    assert desk.index is None
    await upkeep.renew(CorpusAdmin(desk, Keeper(settings.corpus_dir, settings.data_dir, desk.journal, engines)))
    assert desk.index is not None
    assert desk.index.ask("镇上的水塔有多高？").answered


async def test_an_index_of_another_encoder_answers_until_it_is_made_anew(settings: Settings, desk: Desk) -> None:
    made = settings.model_copy(update={"encoder": "bundled"})
    engines = open_engines(made)
    desk.index = before = open_what_there_is(made, engines)
    assert before is not None
    assert before.ask("镇上的水塔有多高？").answered
    await upkeep.renew(CorpusAdmin(desk, Keeper(made.corpus_dir, made.data_dir, desk.journal, engines)))
    assert desk.index is not before
    assert snapshot.active(made.data_dir).info.encoder == "bundled"


async def test_an_index_of_this_version_is_left_as_it_is(settings: Settings, desk: Desk) -> None:
    admin = opened(settings, desk)
    before = desk.index
    await upkeep.renew(admin)
    assert desk.index is before
