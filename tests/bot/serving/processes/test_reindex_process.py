"""A reindex beside the process that answers: the same result, the same errors, and nothing left running."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.serving import upkeep
from bot.serving.processes import reindex_process
from index.answer import Answer
from index.builds import build
from index.builds.checks import SavedQuestion
from index.encoders.open import open_encoder
from index.errors import BusyError, CorpusError, EncoderError, SnapshotError
from index.snapshots import snapshot
from index.snapshots.lock import hold

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
FAST = "bundled-fast"


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "a.txt").write_text("Elm harbour has 12 cranes. 龙泉驿有8个智能工厂。", "utf-8")
    return folder


def test_what_is_prepared_apart_goes_live_here(corpus: Path, tmp_path: Path) -> None:
    told: list[str] = []
    prepared = reindex_process.prepare(
        corpus, tmp_path / "data", FAST, now=NOW, progress=lambda phase, done, total: told.append(phase)
    )
    assert prepared.report.added == ("a.txt",)
    assert list(dict.fromkeys(told)) == ["read", "encode", "write", "check"]
    assert build.activate(prepared).snapshot == snapshot.active(tmp_path / "data").info.id


def test_saved_questions_are_asked_here(corpus: Path, tmp_path: Path) -> None:
    build.activate(reindex_process.prepare(corpus, tmp_path / "data", FAST, now=NOW))
    (corpus / "a.txt").write_text("Something else.", "utf-8")
    prepared = reindex_process.prepare(corpus, tmp_path / "data", FAST, now=NOW)

    def ask(opened: snapshot.Snapshot) -> object:
        source = opened.documents[0].source
        harbour = "harbour" in opened.documents[0].text
        from index.answer import Quote

        return lambda question: Answer(question, (Quote("", source, "12", 0, 2),) if harbour else (), 1.0)

    tried = build.tried(prepared, corpus, open_encoder(FAST), ask, (SavedQuestion("cranes?"),))  # type: ignore[arg-type]
    assert [lost.question for lost in tried.lost] == ["cranes?"]


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="only /proc shows another process's environment")
def test_it_is_told_no_secret(corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "123456789:very-secret")
    monkeypatch.setenv("TELEGRAM_API_URL", "https://telegram.example")
    seen: list[bytes] = []

    def look(*_: object) -> None:
        # Once: at the last sign of life it may be gone.
        running = reindex_process._running if not seen else ()
        seen.extend(Path(f"/proc/{process.pid}/environ").read_bytes() for process in running)

    reindex_process.prepare(corpus, tmp_path / "data", FAST, now=NOW, progress=look)
    assert b"telegram.example" in seen[0]
    assert b"very-secret" not in seen[0]


def test_errors_arrive_as_they_were_raised(corpus: Path, tmp_path: Path) -> None:
    with hold(tmp_path / "data", NOW), pytest.raises(BusyError, match="pid"):
        reindex_process.prepare(corpus, tmp_path / "data", FAST, now=NOW)
    with pytest.raises(EncoderError):
        reindex_process.prepare(corpus, tmp_path / "data", str(tmp_path / "no model"), now=NOW)
    (corpus / "a.txt").unlink()
    with pytest.raises(CorpusError, match="put documents there"):
        reindex_process.prepare(corpus, tmp_path / "data", FAST, now=NOW)


def test_a_process_that_dies_is_said_so_and_leaves_a_whole_index(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reindex_process.sys, "executable", "/bin/false")
    with pytest.raises(SnapshotError, match="ended without a result"):
        reindex_process.prepare(corpus, tmp_path / "data", FAST, now=NOW)
    monkeypatch.undo()
    build.activate(reindex_process.prepare(corpus, tmp_path / "data", FAST, now=NOW))


def test_a_process_that_says_nothing_for_too_long_is_ended(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    silent = tmp_path / "silent"
    silent.write_text("#!/bin/sh\nexec cat >/dev/null 2>&1 <&0\n", "utf-8")
    silent.chmod(0o755)
    monkeypatch.setattr(reindex_process.sys, "executable", str(silent))
    monkeypatch.setattr(reindex_process, "SILENCE", 0.05)
    with pytest.raises(SnapshotError, match="ended without a result"):
        reindex_process.prepare(corpus, tmp_path / "data", FAST, now=NOW)


def test_giving_up_ends_the_other_process(corpus: Path, tmp_path: Path) -> None:
    def give_up(phase: str, done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reindex_process.prepare(corpus, tmp_path / "data", FAST, now=NOW, progress=give_up)
    # The lock went with the process, so that the next one is not refused.
    build.activate(reindex_process.prepare(corpus, tmp_path / "data", FAST, now=NOW))
    assert not [path for path in (tmp_path / "data" / "snapshots").iterdir() if path.name.startswith(".")]


async def test_a_program_that_ends_does_not_wait_for_a_reindex(corpus: Path, tmp_path: Path) -> None:
    for number in range(2000):
        (corpus / f"{number}.txt").write_text(f"Plant {number} makes {number * 3} cars.", "utf-8")
    begun = asyncio.Event()
    loop = asyncio.get_running_loop()
    at_the_end = asyncio.create_task(upkeep.stop_reindex())
    work = asyncio.create_task(
        asyncio.to_thread(
            reindex_process.prepare,
            corpus,
            tmp_path / "data",
            FAST,
            now=NOW,
            progress=lambda *step: loop.call_soon_threadsafe(begun.set),
        )
    )
    await begun.wait()
    at_the_end.cancel()
    with pytest.raises(SnapshotError, match="ended without a result"):
        await work
