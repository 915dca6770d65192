"""Wiring: the one place that names concrete engines, and turns settings into things that work."""

from datetime import datetime

from bot.settings import Settings
from index.assembly import Progress
from index.build import Prepared, build
from index.encoder import Encoder, open_encoder
from index.search import Index


def open_index(settings: Settings) -> Index:
    """The live index. Raises SnapshotError where there is none, EncoderError where it was made with another encoder."""
    return Index.open(
        settings.data_dir,
        encoder=settings.encoder,
        reranker=settings.reranker,
        store=settings.vector_store,
    )


def reindex(settings: Settings, *, now: datetime, progress: Progress, force: bool = False) -> Prepared:
    """Reindexes the corpus folder; it goes live unless saved questions lose their answers and `force` is false."""
    encoder: Encoder = open_encoder(settings.encoder)
    return build(
        settings.corpus_dir,
        settings.data_dir,
        encoder,
        now=now,
        progress=progress,
        ask=lambda snapshot: Index.over(snapshot, encoder).ask,
        force=force,
    )
