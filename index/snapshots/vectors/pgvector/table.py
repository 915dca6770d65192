"""The tables of vectors. What a table holds stands in its comment: it comes with it and goes with it."""

import json
from dataclasses import asdict, dataclass
from typing import Any

from psycopg import errors, sql

from index.errors import VectorsError
from index.snapshots.vectors.pgvector.database import Connection, Database

NEEDED = (0, 7)
"""The pgvector that has vectors in half precision."""
_EXTENSION_LOCK = 0x76656378
"""Two processes that create the extension at once would get in each other's way ("vecx")."""


@dataclass(frozen=True, slots=True)
class Table:
    """A finished table: `rows` vectors of `dimensions` numbers, that `digest` tells from others."""

    schema: str
    name: str
    operators: str
    """The schema that the extension is in."""
    rows: int
    dimensions: int
    digest: str
    ef: int
    """How many candidates the index keeps, for `recall` of what an exact search finds."""
    recall: float

    @property
    def identifier(self) -> sql.Identifier:
        return sql.Identifier(self.schema, self.name)

    @property
    def comment(self) -> str:
        """What `find` reads back."""
        about = asdict(self)
        return json.dumps({name: about[name] for name in ("rows", "dimensions", "digest", "ef", "recall")})


@dataclass(frozen=True, slots=True)
class Extension:
    """pgvector in one database."""

    schema: str
    version: str


def find(connection: Connection, name: str) -> Table | None:
    """The table of that name as it was finished, None where there is none."""
    row = connection.execute(
        b"SELECT n.nspname, obj_description(c.oid, 'pg_class') FROM pg_class c"
        b" JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = to_regclass(quote_ident(%s))",
        (name,),
    ).fetchone()
    found = extension(connection)
    if row is None or found is None:
        return None
    try:
        about: dict[str, Any] = json.loads(row[1] or "")
        return Table(schema=row[0], name=name, operators=found.schema, **about)
    except (ValueError, TypeError):
        # Nobody finished it, or another version did.
        return None


def named(connection: Connection, prefix: str) -> list[str]:
    """The tables of the current schema whose names begin with `prefix`."""
    rows = connection.execute(
        b"SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace"
        b" AND starts_with(relname, %s) ORDER BY relname",
        (prefix,),
    )
    return [name for (name,) in rows]


def drop(connection: Connection, name: str) -> None:
    """Waits for the questions that are in it."""
    connection.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(sql.Identifier(name)))


def extension(connection: Connection) -> Extension | None:
    """pgvector, where the database has it."""
    row = connection.execute(
        b"SELECT n.nspname, e.extversion FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace"
        b" WHERE e.extname = 'vector'"
    ).fetchone()
    return Extension(*row) if row else None


def prepared(database: Database) -> Extension:
    """pgvector, created where it can be. VectorsError says what to do where it cannot."""
    found = database.read(extension)
    if found is None:
        try:
            with database.writing() as connection:
                connection.execute(b"SELECT pg_advisory_xact_lock(%s)", (_EXTENSION_LOCK,))
                connection.execute(b"CREATE EXTENSION IF NOT EXISTS vector")
                found = extension(connection)
        except VectorsError as error:
            if isinstance(error.__cause__, errors.InsufficientPrivilege):
                raise VectorsError("vectors-extension-forbidden", name=database.name) from error
            if isinstance(error.__cause__, errors.FeatureNotSupported | errors.UndefinedFile):
                raise VectorsError("vectors-no-extension", name=database.name) from error
            raise
    if found is None or tuple(map(int, found.version.split(".")[:2])) < NEEDED:
        version = found.version if found else ""
        raise VectorsError("vectors-old-extension", name=database.name, version=version)
    return found
