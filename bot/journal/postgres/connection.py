"""The journal's statements as PostgreSQL has them."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import psycopg
from psycopg.abc import QueryNoTemplate

from bot.journal.store import Cursor

RESERVED = re.compile(r"\buser\b")
"""PostgreSQL's own name for whoever is connected: without quotation marks it would be that, and no error."""


class PostgresConnection:
    """A `bot.journal.store.Connection` over one of psycopg."""

    def __init__(self, raw: "psycopg.Connection[Any]") -> None:
        self._raw = raw

    def execute(self, query: str, values: Sequence[object] = (), /) -> Cursor:
        return self._raw.execute(translated(query), storable(values))

    def executemany(self, query: str, rows: Iterable[Sequence[object]], /) -> None:
        with self._raw.cursor() as cursor:
            cursor.executemany(translated(query), map(storable, rows))


@lru_cache(maxsize=1024)
def translated(query: str) -> QueryNoTemplate:
    """A statement of the journal, with `%s` for each `?`."""
    return RESERVED.sub('"user"', query).replace("%", "%%").replace("?", "%s").encode()


def storable(values: Sequence[object]) -> list[object]:
    """PostgreSQL has no character of value zero: it becomes the one that stands for what cannot be shown."""
    return [value.replace("\0", "\ufffd") if isinstance(value, str) else value for value in values]
