"""The live index, opened as the settings say."""

from typing import TYPE_CHECKING

from bot.serving.vectors import vector_stores
from index.search.index import Index
from index.snapshots.snapshot import active

if TYPE_CHECKING:
    from bot.index_settings import IndexSettings
    from bot.settings import Settings
    from bot.traces import Traces
    from index.encoders.protocol import Encoder

REMEMBERED = 256
"""Answers that an open index gives again: what many ask at once, and who turns back. A few kilobytes each."""


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
    return opened_index(settings, active(settings.data_dir).info.encoder)
