"""Where each collection lives: its documents, and a folder of its own with its snapshots and its lock."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pydantic import SecretStr

from bot.collections.declared import Collection, read_collections
from bot.collections.library import Library
from bot.errors import ObjectsError
from bot.objects.address import below
from bot.serving.engines import open_engines, reindex
from bot.serving.live_index import open_index
from index.encoders.open import open_encoder
from index.errors import BusyError, VerbatimError
from index.snapshots.snapshot import live

if TYPE_CHECKING:
    from bot.admin.corpus_keeper import Engines
    from bot.objects.measured import Observe
    from bot.objects.publishing import Publishing
    from bot.serving.processes.answer_pool import AnswerPool
    from bot.settings import Settings
    from bot.traces import Traces
    from index.encoders.protocol import Encoder

log = logging.getLogger(__name__)

FOLDER = "collections"
"""In the data folder."""


@dataclass(frozen=True, slots=True)
class Room:
    """One collection, and the settings as they are for it alone."""

    collection: Collection
    settings: "Settings"

    @property
    def name(self) -> str:
        return self.collection.name


def rooms(settings: "Settings") -> tuple[Room, ...]:
    """A room for each collection that the settings declare; one without a name where they declare none."""
    if settings.collections is None:
        return (Room(Collection("", settings.corpus_dir), settings),)
    return tuple(_room(one, settings) for one in read_collections(settings.collections))


def open_library(found: Sequence[Room]) -> Library:
    """The live indexes of these rooms. Raises as `open_index` does."""
    library = Library([room.collection for room in found if room.name])
    encoders: dict[str, Encoder] = {}
    for room in found:
        library.put(room.name, open_index(room.settings, encoder_of(room, encoders)))
    return library


def open_rooms(
    found: Sequence[Room],
    observe: "Observe | None" = None,
    traces: "Traces | None" = None,
    pool: "AnswerPool | None" = None,
) -> "dict[str, Engines]":
    """The engines of each collection; what was never indexed is now. One that cannot be keeps no other from serving.

    `observe` is told of the calls of the object store. Raises the reason where there is but one.
    """
    encoders: dict[str, Encoder] = {}
    engines = {}
    for room in found:
        engines[room.name] = open_engines(room.settings, encoder_of(room, encoders), observe, traces, pool)
        try:
            _begin(room.settings, engines[room.name].publishing)
        except VerbatimError as error:
            if len(found) == 1 and not room.settings.objects_url.get_secret_value():
                raise
            log.error("The collection %s cannot be indexed: %s", room.name or room.settings.corpus_dir, error)
        except ObjectsError as error:
            # What is on this disk answers; where that is nothing, people are told to wait, and it is tried again.
            log.error("%s", error)
    return engines


def _begin(settings: "Settings", shared: "Publishing | None") -> None:
    """Sees to it that there is something to answer from: published by another replica, or made now."""
    if shared.empty() if shared else live(settings.data_dir) is None:
        log.info("Nothing is indexed yet: indexing %s", settings.corpus_dir)
        try:
            reindex(settings, now=datetime.now(UTC), progress=lambda *_: None)
        except BusyError:
            if shared is None:
                raise
            log.info("Another replica indexes: what it makes is taken over as soon as it is live")
    elif shared:
        shared.live()
        shared.catch_up()


def encoder_of(room: Room, opened: "dict[str, Encoder]") -> "Encoder":
    """The encoder of a room. Each is loaded once, and kept in `opened`."""
    name = room.settings.encoder
    if name not in opened:
        opened[name] = open_encoder(name)
    return opened[name]


def _room(collection: Collection, settings: "Settings") -> Room:
    own = {
        "collections": None,
        "corpus_dir": collection.folder,
        "data_dir": settings.data_dir / FOLDER / collection.name,
        "objects_url": SecretStr(below(settings.objects_url.get_secret_value(), collection.name)),
        "encoder": collection.encoder or settings.encoder,
    }
    return Room(collection, settings.model_copy(update=own))
