"""Where the vectors of one collection are searched, as the settings say."""

import hashlib
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from bot.objects.address import Address as ObjectsAddress
from index.errors import VectorsError
from index.snapshots import files
from index.snapshots.vectors import PGVECTOR, VectorStores

if TYPE_CHECKING:
    from bot.index_settings import IndexSettings
    from bot.settings import Settings
    from index.snapshots.vectors.pgvector import Held, PgVector

PLACE = "vectors.place"
"""In a data folder: what the tables of its snapshots are told from others by."""
_LENGTH = 10


def vector_stores(settings: "Settings | IndexSettings") -> str | VectorStores:
    """The store in memory that the settings name, or the tables of this collection in the database.

    Raises as `_tables` does.
    """
    return _tables(settings) if settings.vector_store == PGVECTOR else settings.vector_store


def vectors_of(settings: "Settings", snapshot: str) -> "Held":
    """What the database holds of a snapshot; pgvector is added where it is lacking. Raises as `_tables` does, and
    VectorsError where that is not possible."""
    return _tables(settings).held(snapshot)


def _tables(settings: "Settings | IndexSettings") -> "PgVector":
    """VectorsError where the settings name no database, JournalError where its address is none."""
    from index.snapshots.vectors.pgvector import PgVector

    url = getattr(settings, "database_url", None)
    if url is None or not url.get_secret_value():
        raise VectorsError("vectors-no-database")
    try:
        from bot.journal.postgres.address import Address
    except ImportError:
        raise VectorsError("vectors-needs-extra") from None
    objects = settings.objects_url.get_secret_value()  # type: ignore[union-attr]
    return PgVector(
        Address(url.get_secret_value()).conninfo, _shared(objects) if objects else _of_this_disk(settings.data_dir)
    )


def _shared(objects: str) -> str:
    """The same at every replica: they have the same snapshots."""
    return hashlib.sha256(ObjectsAddress(objects).name.encode()).hexdigest()[:_LENGTH]


def _of_this_disk(data: Path) -> str:
    """Another in each data folder: snapshots of two may have one name."""
    path = data / PLACE
    try:
        place = path.read_text("ascii").strip()
    except (OSError, ValueError):
        place = ""
    if not (place.isalnum() and place.isascii() and len(place) == _LENGTH):
        place = secrets.token_hex(_LENGTH // 2)
        data.mkdir(parents=True, exist_ok=True)
        files.put(path, f"{place}\n".encode())
    return place
