"""Where each collection lives: its documents, and a folder of its own with its snapshots and its lock."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.collections.declared import Collection, read_collections
from bot.collections.library import Library
from bot.serving.bootstrap import open_index
from index.encoders.open import open_encoder

if TYPE_CHECKING:
    from bot.settings import Settings
    from index.encoders.protocol import Encoder

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
        "encoder": collection.encoder or settings.encoder,
    }
    return Room(collection, settings.model_copy(update=own))
