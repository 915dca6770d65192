"""Wiring: the one place that names concrete engines, and turns settings into things that work.

What only some commands need is imported where it is used: answering should not wait for what reads documents.
"""

from contextlib import nullcontext, suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from bot.serving.vectors import vector_stores
from index.encoders.open import open_encoder
from index.search.calibration import FILE as CALIBRATION
from index.search.index import Index
from index.snapshots.snapshot import Snapshot, active

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.admin.corpus_keeper import Engines
    from bot.cards.answerer import Answerer
    from bot.index_settings import IndexSettings
    from bot.journal import Journal
    from bot.objects.measured import Observe
    from bot.serving.answer_pool import AnswerPool
    from bot.settings import Settings
    from bot.traces import Traces
    from index.builds.build import Prepared
    from index.builds.checks import Asker, SavedQuestion
    from index.builds.pipeline import Progress
    from index.encoders.protocol import Encoder
    from index.snapshots.vectors import VectorStores

JOURNAL = "journal.sqlite"
REMEMBERED = 256
"""Answers that an open index gives again: what many ask at once, and who turns back. A few kilobytes each."""


class Ways(TypedDict):
    """How a snapshot is built."""

    now: datetime
    progress: "Progress"
    ask: "Asker"
    store: "str | VectorStores"


def open_index(
    settings: "Settings | IndexSettings", encoder: "Encoder | None" = None, traces: "Traces | None" = None
) -> Index:
    """The live index, with an encoder that is loaded already or the one that the settings name; `traces` hear when it
    reads.

    Raises SnapshotError where there is none, EncoderError where it was made with another encoder.
    """
    index = opened_index(settings, encoder or settings.encoder)
    if traces is not None and traces.collected:
        index = index.watched(lambda windows: traces.span("reading", windows=windows))
    return index.remembering(REMEMBERED)


def opened_index(settings: "Settings | IndexSettings", encoder: "Encoder | str") -> Index:
    """The same without a memory for answers, heard by nobody."""
    return Index.open(
        settings.data_dir,
        encoder=encoder,
        reranker=settings.reranker,
        store=vector_stores(settings),
    )


def open_as_made(settings: "Settings") -> Index:
    """The live index with the encoder that it was made with, whatever the settings name."""
    made = active(settings.data_dir).info.encoder
    return Index.open(settings.data_dir, encoder=made, reranker=settings.reranker, store=vector_stores(settings))


def reindex(settings: "Settings", *, now: datetime, progress: "Progress", force: bool = False) -> "Prepared":
    """Reindexes the corpus folder; it goes live unless saved questions lose their answers and `force` is false.

    Raises as `build` does, and ObjectsError, where the settings name an object store.
    """
    from bot.serving.publishing import open_publishing, published
    from index.builds.build import build, prepare

    encoder = open_encoder(settings.encoder)
    ways: Ways = {
        "now": now,
        "progress": progress,
        "ask": lambda snapshot: Index.over(snapshot, encoder).ask,
        "store": vector_stores(settings),
    }
    publishing = open_publishing(settings)
    if publishing is None:
        prepared = build(settings.corpus_dir, settings.data_dir, encoder, force=force, **ways)
    else:
        with publishing.preparing():
            prepared = prepare(settings.corpus_dir, settings.data_dir, encoder, **ways)
        prepared = published(prepared, publishing, force=force)
    return prepared if prepared.lost and not force else promised(prepared, settings, encoder)


def promised(prepared: "Prepared", settings: "Settings", encoder: "Encoder") -> "Prepared":
    """With the problem that a promise of `verbatim calibrate` is not kept over the new snapshot, where it is not."""
    report = prepared.report
    if not (settings.data_dir / CALIBRATION).is_file() or not (report.added or report.changed or report.removed):
        return prepared
    from index.search.own_questions import recheck

    folder = prepared.folder
    store = prepared.store
    snapshot = Snapshot.open(folder, store=store) if folder else active(settings.data_dir, store=store)
    index = Index.over(snapshot, encoder, reranker=settings.reranker)
    problems = (*report.problems, *recheck(settings.data_dir, index))
    return replace(prepared, report=replace(report, problems=problems))


def open_engines(
    settings: "Settings",
    encoder: "Encoder | None" = None,
    observe: "Observe | None" = None,
    traces: "Traces | None" = None,
    pool: "AnswerPool | None" = None,
) -> "Engines":
    """How a program that serves opens its index and prepares a new one; with an encoder that is loaded already.

    `observe`: is told of the calls of the object store. With a `pool`, its processes answer."""
    from bot.admin.corpus_keeper import Engines
    from bot.serving import reindex_process
    from bot.serving.publishing import open_publishing
    from index.builds.build import tried
    from index.builds.recipe import recipe

    publishing = open_publishing(settings, observe)
    encoder, store = encoder or open_encoder(settings.encoder), vector_stores(settings)

    def prepare_next(now: datetime, progress: "Progress", questions: "Sequence[SavedQuestion]") -> "Prepared":
        with publishing.preparing() if publishing else nullcontext():
            # In a process of its own: in a thread of this one it would hold up the answers.
            prepared = reindex_process.prepare(
                settings.corpus_dir, settings.data_dir, settings.encoder, now=now, progress=progress, store=store
            )
        examined = tried(
            prepared,
            settings.corpus_dir,
            encoder,
            lambda snapshot: Index.over(snapshot, encoder, reranker=settings.reranker).ask,
            questions,
        )
        return promised(examined, settings, encoder)

    def outdated() -> bool:
        snapshot = active(settings.data_dir)
        return (snapshot.manifest.fingerprint, snapshot.manifest.chunking) != (encoder.fingerprint, recipe())

    def opened() -> "Answerer":
        if pool is not None:
            from bot.serving.pooled_index import PooledIndex

            return PooledIndex(opened_index(settings, encoder), settings.vector_store, pool, REMEMBERED)
        index = open_index(settings, encoder, traces)
        # Before it takes over, and not at somebody's question.
        index.pipeline.snapshot.keep_ready()
        return index

    return Engines(opened, outdated, prepare_next, publishing)


def open_journal(settings: "Settings") -> "Journal":
    """The journal of questions, answers and feedback: the database's that the settings name, else the data folder's.

    Made where there is none.
    """
    from bot.journal import Journal

    days = None if settings.journal_days == "OFF" else settings.journal_days
    if url := settings.database_url.get_secret_value():
        return Journal(url, days=days)
    return open_journal_file(settings, days)


def open_journal_file(settings: "Settings", days: int | None) -> "Journal":
    """The journal of the data folder, whatever else the settings name."""
    from bot.journal import Journal

    journal = Journal(settings.data_dir / JOURNAL, days=days)
    keep_private(settings.data_dir)
    return journal


def keep_private(data: Path) -> None:
    """Closes a data folder that was made open to every user of the machine, as far as it is ours."""
    for path in (data, *data.glob(f"{JOURNAL}*")):
        with suppress(OSError):
            path.chmod(path.stat().st_mode & ~0o007)


def run(settings: "Settings", *, watch: bool = False) -> int:
    """Serves every channel that the settings configure until a signal; the exit code."""
    import asyncio

    from bot.serving.program import start

    return asyncio.run(start(settings, watch=watch))
