"""`serve --watch`: whatever the folder says is indexed, also what was changed while nobody looked."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.admin.corpus_admin import CorpusAdmin
from bot.admin.corpus_keeper import Keeper
from bot.desk.desk import Desk
from bot.serving import upkeep
from bot.serving.engines import open_engines, reindex
from bot.settings import Settings
from index.snapshots import snapshot
from index.snapshots.lock import hold

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Of a folder with one document that is indexed."""
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]
        corpus_dir=tmp_path / "corpus",
        data_dir=tmp_path / "data",
        encoder="bundled-fast",
    )
    settings.corpus_dir.mkdir()
    (settings.corpus_dir / "tower.md").write_text("# Tower\n\nThe tower is 40 metres high.\n", "utf-8")
    reindex(settings, now=NOW, progress=lambda *_: None)
    return settings


def change(settings: Settings) -> None:
    (settings.corpus_dir / "bridge.md").write_text("# Bridge\n\nThe bridge is 90 metres long.\n", "utf-8")


@asynccontextmanager
async def watched(settings: Settings, desk: Desk) -> AsyncIterator[CorpusAdmin]:
    engines = open_engines(settings)
    desk.index = engines.open()
    admin = CorpusAdmin(desk, Keeper(settings.corpus_dir, settings.data_dir, desk.journal, engines))
    task = asyncio.create_task(upkeep.watch(admin, desk.workers, settings.corpus_dir, 0.01))
    try:
        yield admin
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_a_change_while_it_runs_is_indexed(settings: Settings, desk: Desk) -> None:
    before = snapshot.live(settings.data_dir)
    async with watched(settings, desk):
        change(settings)
        await until(lambda: desk.index is not None and desk.index.snapshot.id != before)
    assert desk.index is not None
    assert desk.index.snapshot.documents == 2


async def test_a_change_while_no_program_ran_is_indexed_at_the_next_start(settings: Settings, desk: Desk) -> None:
    change(settings)
    async with watched(settings, desk):
        await until(lambda: desk.index is not None and desk.index.snapshot.documents == 2)


async def test_a_change_while_another_process_reindexes_is_indexed_after_it(
    settings: Settings, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    async with watched(settings, desk):
        with hold(settings.data_dir, NOW):
            change(settings)
            await until(lambda: "Another process is reindexing" in caplog.text)
        await until(lambda: desk.index is not None and desk.index.snapshot.documents == 2)


async def test_a_change_that_the_reindex_after_a_rollback_began_too_early_to_see_is_indexed_after_it(
    settings: Settings, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    (settings.corpus_dir / "gate.md").write_text("# Gate\n\nThe gate is 9 metres wide.\n", "utf-8")
    reindex(settings, now=NOW, progress=lambda *_: None)
    snapshot.rollback(settings.data_dir)
    async with watched(settings, desk):
        change(settings)
        await until(lambda: "Somebody went back" in caplog.text)
        aside = settings.data_dir / "bridge.md"
        (settings.corpus_dir / "bridge.md").rename(aside)
        reindex(settings, now=NOW, progress=lambda *_: None)
        aside.rename(settings.corpus_dir / "bridge.md")
        await until(lambda: desk.index is not None and desk.index.snapshot.documents == 3)


async def test_a_folder_that_is_as_it_was_indexed_is_left_alone(
    settings: Settings, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[str] = []
    look = upkeep.signature
    monkeypatch.setattr(upkeep, "signature", lambda corpus: looks.append(look(corpus)) or looks[-1])
    async with watched(settings, desk) as admin:
        asked: list[bool] = []

        async def refresh(*, anyway: bool = False) -> None:
            asked.append(anyway)

        admin.refresh = refresh  # type: ignore[method-assign]
        await until(lambda: len(looks) > 5)
        assert not asked
