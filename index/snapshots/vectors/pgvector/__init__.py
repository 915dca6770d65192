"""Vectors in PostgreSQL with pgvector, for more of them than the memory of one machine should hold.

One table a snapshot: filled once, searched, dropped as a whole, never changed. Needs the extra `postgres`, which is
imported when a store is opened.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from numpy.typing import NDArray

from index.errors import VectorsError
from index.snapshots.folder import number_of
from index.snapshots.vectors import Told, VectorStore, silent

if TYPE_CHECKING:
    from index.snapshots.vectors.pgvector.database import Database
    from index.snapshots.vectors.pgvector.table import Table

PREFIX = "vectors"
PLACE = re.compile("[a-z0-9]{1,20}")


@dataclass(frozen=True, slots=True)
class Held:
    """What a database holds of one snapshot."""

    version: str
    """Of pgvector."""
    table: "Table | None"


@dataclass(frozen=True, slots=True)
class PgVector:
    """A `VectorStores`. `conninfo`: what libpq reads, or an address postgresql://user:password@host:5432/database."""

    conninfo: str = field(repr=False)
    place: str
    """Whose snapshots these are, in small letters and digits: collections, and bots in one database, differ in it."""
    lasting: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if not self.conninfo:
            raise VectorsError("vectors-no-database")
        if not PLACE.fullmatch(self.place):
            raise ValueError(f"{self.place!r} is not a place: up to 20 small letters and digits.")

    def of(self, snapshot: str, vectors: NDArray[Any], digest: str, told: Told = silent) -> VectorStore:
        from index.snapshots.vectors.pgvector.filling import filled
        from index.snapshots.vectors.pgvector.store import PgVectorStore
        from index.snapshots.vectors.pgvector.table import find

        database, name = self.database(), self.table(snapshot)
        table = database.read(lambda connection: find(connection, name))
        if table is None or table.digest != digest:
            table = filled(database, name, vectors, digest, told)
        return PgVectorStore(database, table, snapshot)

    def held(self, snapshot: str) -> Held:
        """What there is of a snapshot; pgvector is created where it is not. VectorsError where it cannot be."""
        from index.snapshots.vectors.pgvector.table import find, prepared

        database, name = self.database(), self.table(snapshot)
        return Held(prepared(database).version, database.read(lambda connection: find(connection, name)))

    def drop(self, snapshot: str) -> None:
        from index.snapshots.vectors.pgvector.table import drop

        with self.database().writing() as connection:
            drop(connection, self.table(snapshot))

    def keep_only(self, snapshots: Collection[str], live: str) -> None:
        from index.snapshots.vectors.pgvector.table import drop, named

        database, prefix = self.database(), self.table("")
        keep = {self.table(one) for one in snapshots}
        for name in database.read(lambda connection: named(connection, prefix)):
            number = name.removeprefix(prefix).partition("_")[0]
            if name not in keep and number.isdecimal() and int(number) <= number_of(live):
                with database.writing() as connection:
                    drop(connection, name)

    def table(self, snapshot: str) -> str:
        """The name of a snapshot's table; of "", how the names of all begin."""
        return f"{PREFIX}_{self.place}_{snapshot.replace('-', '_')}"

    def database(self) -> "Database":
        """Connections to it, shared by the whole process. VectorsError where it cannot be reached."""
        try:
            from index.snapshots.vectors.pgvector.database import database
        except ImportError:
            raise VectorsError("vectors-needs-extra") from None
        return database(self.conninfo)
