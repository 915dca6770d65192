"""A table of vectors made in one transaction: filled, indexed, and held against an exact search.

Whatever goes wrong, and wherever the process or the database ends, there is no table; two processes that want the same
one wait for each other.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from psycopg import sql

from index.errors import VectorsError
from index.snapshots.vectors import Told, check_ids
from index.snapshots.vectors.pgvector.database import Connection, Database
from index.snapshots.vectors.pgvector.recall import proven
from index.snapshots.vectors.pgvector.table import Table, drop, find, prepared

WIDEST = 4000
"""Dimensions that pgvector can index in half precision."""
LINKS, BUILD_CANDIDATES = 24, 128
"""HNSW's m and ef_construction: enough is found among half as many candidates as with 16 and 64."""
_MEMORY = 2 << 20
"""Kilobytes of the server's memory that making an index may take: beyond it the rest is built far more slowly."""
_PORTION = 8192
_LOOK_SECONDS = 2.0
_CREATE = sql.SQL("CREATE TABLE {table} (id bigint NOT NULL, v {operators}.halfvec({dimensions}) NOT NULL)")
_INLINE = sql.SQL("ALTER TABLE {table} ALTER v SET STORAGE PLAIN")
"""Beside its id, whatever its size: read from elsewhere, a vector would cost several times as much."""
_COPY = sql.SQL("COPY {table} (id, v) FROM STDIN WITH (FORMAT binary, FREEZE)")
_INDEX = sql.SQL(
    "CREATE INDEX ON {table} USING hnsw (v {operators}.halfvec_ip_ops) WITH (m = {links}, ef_construction = {build})"
)


def filled(
    database: Database,
    name: str,
    vectors: NDArray[Any],
    digest: str,
    told: Told,
    ids: NDArray[np.int64] | None = None,
) -> Table:
    """The table `name` with `vectors` (n, d) under `ids`, else 0 to n - 1; made where it is not there yet.

    VectorsError where the database refuses, or its index finds too little.
    """
    rows, dimensions = vectors.shape
    if dimensions > WIDEST:
        raise VectorsError("vectors-too-wide", dimensions=dimensions, most=WIDEST)
    ids = np.arange(rows) if ids is None else check_ids(ids, rows)
    extension = prepared(database)
    with database.writing() as connection:
        connection.execute(b"SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || '.' || %s, 0))", (name,))
        there = find(connection, name)
        if there is not None and there.digest == digest:
            return there
        drop(connection, name)
        (schema,) = connection.execute(b"SELECT current_schema()").fetchone() or ("public",)
        table = Table(schema, name, extension.schema, rows, dimensions, digest, ef=0, recall=0.0)
        _copy(connection, table, ids, vectors, told)
        _index(database, connection, table, told)
        ef, recall = proven(connection, table, vectors)
        table = replace(table, ef=ef, recall=recall)
        connection.execute(sql.SQL("COMMENT ON TABLE {} IS {}").format(table.identifier, sql.Literal(table.comment)))
        return table


def _copy(connection: Connection, table: Table, ids: NDArray[np.int64], vectors: NDArray[Any], told: Told) -> None:
    names = {"table": table.identifier, "operators": sql.Identifier(table.operators)}
    connection.execute(_CREATE.format(**names, dimensions=sql.Literal(table.dimensions)))
    connection.execute(_INLINE.format(**names))
    with connection.cursor().copy(_COPY.format(**names)) as copy:
        copy.write(b"PGCOPY\n\xff\r\n\0" + bytes(8))
        for start, portion in _portions(ids, vectors):
            copy.write(portion)
            told(min(start + _PORTION, table.rows), 2 * table.rows)
        copy.write(b"\xff\xff")


def _portions(ids: NDArray[np.int64], vectors: NDArray[Any]) -> Iterator[tuple[int, bytes]]:
    """Rows as COPY reads them: the number of fields, then each field after its length, all big-endian.

    A halfvec is its number of dimensions, an unused number, and its values (halfvec_recv in pgvector).
    """
    dimensions = vectors.shape[1]
    form = np.dtype(
        [("fields", ">i2"), ("id_size", ">i4"), ("id", ">i8"), ("size", ">i4"), ("dimensions", ">i2"),
         ("unused", ">i2"), ("values", ">f2", (dimensions,))]
    )  # fmt: skip
    for start in range(0, len(ids), _PORTION):
        rows = np.zeros(len(ids[start : start + _PORTION]), form)
        rows["fields"], rows["id_size"], rows["id"] = 2, 8, ids[start : start + _PORTION]
        rows["size"], rows["dimensions"] = 4 + 2 * dimensions, dimensions
        rows["values"] = vectors[start : start + _PORTION]
        yield start, rows.tobytes()


def _index(database: Database, connection: Connection, table: Table, told: Told) -> None:
    """Makes the index; `told` hears how far it is, and ends it by raising."""
    needed = table.rows * (2 * table.dimensions + 1200) // 1024
    connection.execute(
        b"SELECT set_config('maintenance_work_mem', greatest(setting::bigint, %s)::text, true) FROM pg_settings"
        b" WHERE name = 'maintenance_work_mem'",
        (min(needed, _MEMORY),),
    )
    # Workers share their memory by /dev/shm, which in a container is often far too small; and cores are for answers.
    connection.execute(b"SET LOCAL max_parallel_maintenance_workers = 0")
    statement = _INDEX.format(
        table=table.identifier,
        operators=sql.Identifier(table.operators),
        links=sql.Literal(LINKS),
        build=sql.Literal(BUILD_CANDIDATES),
    )
    pid = connection.execute(b"SELECT pg_backend_pid()").fetchone()
    with ThreadPoolExecutor(1, "vectors") as other:
        made = other.submit(connection.execute, statement)
        try:
            while not wait([made], _LOOK_SECONDS).done:
                told(table.rows + min(table.rows, database.read(lambda one: _progress(one, pid))), 2 * table.rows)
        except BaseException:
            connection.cancel_safe()
            raise
        made.result()


def _progress(connection: Connection, pid: Any) -> int:
    row = connection.execute(
        b"SELECT coalesce(max(tuples_done), 0) FROM pg_stat_progress_create_index WHERE pid = %s", pid
    ).fetchone()
    return int(row[0]) if row else 0
