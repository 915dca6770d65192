"""Searching a table of vectors: the index proposes in half precision, the scores are those of the exact store.

One message to the server a search: a transaction with its settings, so that a pgbouncer in transaction mode may stand
between.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from psycopg import errors, sql

from index.errors import VectorsError
from index.snapshots.vectors.checks import check_ids, check_matrix
from index.snapshots.vectors.pgvector.database import Connection, Database
from index.snapshots.vectors.pgvector.table import Table

CHECKED = 50
"""How many neighbours of a question are looked for when the recall of a table is measured."""
MOST_CANDIDATES = 1000
"""What pgvector allows as hnsw.ef_search."""
_SPARE = 16
"""Looked at beyond `k`: for the index a question is in half precision, which changes the order at the border."""
_BEGIN, _COMMIT = sql.SQL("BEGIN; "), sql.SQL("COMMIT")
_SETTINGS = sql.SQL(
    "SET LOCAL search_path = {operators}; SET LOCAL hnsw.ef_search = {ef}; SET LOCAL enable_seqscan = {scan}; "
)
_NEAREST = sql.SQL(
    "WITH question AS MATERIALIZED (SELECT {vector}::vector AS q), near AS MATERIALIZED"
    " (SELECT id, v FROM {table} ORDER BY v <#> (SELECT q::halfvec FROM question) LIMIT {most})"
    " SELECT id, -(v::vector <#> q) AS score FROM near, question ORDER BY score DESC, id LIMIT {k}; "
)
_AMONG = sql.SQL(
    "SELECT id, -(v::vector <#> {vector}::vector) AS score FROM {table} WHERE id = ANY({keep}::bigint[])"
    " ORDER BY score DESC, id LIMIT {k}; "
)
Rows = list[tuple[int, float]]


class PgVectorStore:
    """A `VectorStore` over one table. Raises VectorsError where the database is away, or the table gone."""

    def __init__(self, database: Database, table: Table, snapshot: str) -> None:
        self._database = database
        self._table = table
        self._snapshot = snapshot
        self.dimensions = table.dimensions

    def __len__(self) -> int:
        return self._table.rows

    def search(
        self, queries: NDArray[Any], k: int, *, keep: NDArray[np.int64] | None = None
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        queries = check_matrix(queries, self.dimensions)
        keep = None if keep is None else check_ids(keep)
        if not len(queries) or not k:
            return _padded([[]] * len(queries), k)
        try:
            found = self._database.read(lambda connection: search(connection, self._table, queries, k, keep))
        except VectorsError as error:
            if isinstance(error.__cause__, errors.UndefinedTable):
                raise VectorsError("vectors-gone", id=self._snapshot, name=self._database.name) from error
            raise
        return _padded(found, k)


def search(
    connection: Connection, table: Table, queries: NDArray[np.float32], k: int, keep: NDArray[np.int64] | None = None
) -> list[Rows]:
    """Ids and scores for each of `queries`, best first, in a transaction of its own."""
    return _fetched(connection, sql.Composed([_BEGIN, *_statements(table, queries, k, keep), _COMMIT]))


def search_within(connection: Connection, table: Table, queries: NDArray[np.float32], k: int) -> list[Rows]:
    """The same in the transaction that `connection` is in, whose settings it changes."""
    return _fetched(connection, sql.Composed(_statements(table, queries, k, None)))


def _statements(
    table: Table, queries: NDArray[np.float32], k: int, keep: NDArray[np.int64] | None
) -> list[sql.Composed]:
    """The settings of the transaction, and a SELECT for each of `queries`."""
    # Where more is wanted than the index can give, and among those that are kept, everything is looked at.
    scan = keep is not None or k + _SPARE > MOST_CANDIDATES
    operators, ef = sql.Identifier(table.operators), sql.Literal(candidates(table.ef, k))
    settings = _SETTINGS.format(operators=operators, ef=ef, scan=sql.SQL("on" if scan else "off"))
    names = {"table": table.identifier, "k": sql.Literal(k), "most": sql.Literal(k + _SPARE)}
    select = _NEAREST
    if keep is not None:
        select, names["keep"] = _AMONG, sql.Literal("{" + ",".join(map(str, keep.tolist())) + "}")
    return [settings, *(select.format(vector=sql.Literal(str(query)), **names) for query in queries.tolist())]


def candidates(ef: int, k: int) -> int:
    """hnsw.ef_search for `k` neighbours, where `ef` is right for `CHECKED`: more of them need more."""
    return min(MOST_CANDIDATES, max(ef, ef * k // CHECKED, k + _SPARE))


def _fetched(connection: Connection, statements: sql.Composed) -> list[Rows]:
    """What each SELECT among `statements` gives, sent as one message."""
    cursor = connection.execute(statements)
    found: list[Rows] = []
    while True:
        if cursor.description:
            found.append(cursor.fetchall())
        if not cursor.nextset():
            return found


def _padded(found: list[Rows], k: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    scores = np.full((len(found), k), -np.inf, dtype=np.float32)
    ids = np.full((len(found), k), -1, dtype=np.int64)
    for number, rows in enumerate(found):
        for place, (id, score) in enumerate(rows):
            ids[number, place], scores[number, place] = id, score
    return scores, ids
