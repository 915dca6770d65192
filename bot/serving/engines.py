"""Engines: how an index is opened and a new one prepared, as the settings of one collection say.

What only some commands need is imported where it is used: answering should not wait for what reads documents.
"""

from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, TypedDict

from bot.serving.live_index import REMEMBERED, open_index, opened_index
from bot.serving.vectors import vector_stores
from index.encoders.open import open_encoder
from index.search.calibration import FILE as CALIBRATION
from index.search.index import Index
from index.snapshots.snapshot import Snapshot, active

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.admin.corpus_keeper import Engines
    from bot.cards.answerer import Answerer
    from bot.objects.measured import Observe
    from bot.serving.processes.answer_pool import AnswerPool
    from bot.settings import Settings
    from bot.traces import Traces
    from index.builds.build import Prepared
    from index.builds.checks import Asker, SavedQuestion
    from index.builds.pipeline import Progress
    from index.encoders.protocol import Encoder
    from index.snapshots.vectors import VectorStores


class Ways(TypedDict):
    """How a snapshot is built."""

    now: datetime
    progress: "Progress"
    ask: "Asker"
    store: "str | VectorStores"


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
    from bot.serving.processes import reindex_process
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
            from bot.serving.processes.pooled_index import PooledIndex

            return PooledIndex(opened_index(settings, encoder), settings.vector_store, pool, REMEMBERED)
        index = open_index(settings, encoder, traces)
        # Before it takes over, and not at somebody's question.
        index.pipeline.snapshot.keep_ready()
        return index

    return Engines(opened, outdated, prepare_next, publishing)
