"""A journal moved into another database, from a file to PostgreSQL or back: all of it, or nothing."""

from collections.abc import Callable, Iterator
from typing import Any

from bot.errors import JournalError
from bot.journal import Journal
from bot.journal.store import Connection, Database

TABLES: dict[str, tuple[int, tuple[str, ...]]] = {
    "deliveries": (
        1,
        (
            *("delivery", "channel", "state", "owner", "payload", "chat", "message"),
            *("answer", "sent", "attempts", "received", "token", "mark"),
        ),
    ),
    "answers": (
        1,
        (
            *("id", "at", "channel", "chat", "thread", "user", "lang"),
            *("kind", "question", "confidence", "quotes", "suggestions", "snapshot"),
        ),
    ),
    "memory": (5, ("channel", "chat", "thread", "user", "delivery", "at", "question")),
    "feedback": (2, ("answer", "user", "at", "value", "reason", "question", "document", "quote")),
    "actions": (1, ("id", "at", "channel", "user", "action", "detail")),
    "people": (2, ("channel", "user", "lang")),
    "streams": (1, ("id", "delivery", "reply", "taken", "at")),
    "sign_ins": (1, ("digest", "kind", "channel", "user", "until")),
    "opted_out": (2, ("channel", "user")),
    "uses": (2, ("channel", "chat", "names")),
    "wanted": (1, ("answer", "at", "channel", "chat", "thread", "user", "lang", "question", "told")),
}
"""Every table with history, and its columns; so many of them, from the first on, are its key."""
LEFT_BEHIND = frozenset({"leases", "hits", "agreed"})
"""Who works, how much they ask just now, and what replicas agreed on: of no use elsewhere."""
BATCH = 500

Progress = Callable[[int, int], None]
"""Rows that are copied, and how many there are."""


def move(source: Journal, target: Journal, progress: Progress = lambda done, total: None) -> int:
    """Copies everything into an empty journal, and counts it there. What it was copied from stays as it is.

    Raises JournalError where somebody works with either, a newer version made one, or `target` is not empty; then
    nothing was copied.
    """
    old, new = source._database, target._database
    if old.newer or new.newer:
        raise JournalError(
            "The journal was written by a newer version of this program, and holds what this one does not know: move it"
            " with that version."
        )
    for journal in (source, target):
        with journal._database.writing() as connection:
            if journal.leases.living(connection) != {journal.leases.owner}:
                raise JournalError(
                    "A program still works with the journal: stop every `verbatim serve`, wait half a minute, and move"
                    " it then."
                )
    counts = {table: _count(old, table) for table in TABLES}
    with new.writing() as connection:
        for table in TABLES:
            if _count(new, table):
                raise JournalError(
                    "There is a journal already where this one should go: move it away, or name an empty database."
                )
        _copy(old, connection, lambda done: progress(done, sum(counts.values())))
        new.continue_numbers()
        for table, count in counts.items():
            if (arrived := _count(new, table)) != count:
                raise JournalError(f"Of {count} rows of {table} {arrived} arrived: nothing was moved; try it again.")
    return sum(counts.values())


def _copy(old: Database, into: Connection, progress: Callable[[int], None]) -> None:
    done = 0
    for table, (_, columns) in TABLES.items():
        places = ", ".join("?" * len(columns))
        insert = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})"  # noqa: S608
        for rows in _batches(old, table):
            into.executemany(insert, rows)
            done += len(rows)
            progress(done)
    # Whoever had them works there no longer.
    into.execute("UPDATE deliveries SET owner = ''")


def _batches(old: Database, table: str) -> Iterator[list[Any]]:
    """The rows of a table in the order of its key, `BATCH` at a time."""
    size, columns = TABLES[table]
    key = ", ".join(columns[:size])
    query = f"SELECT {', '.join(columns)} FROM {table}"  # noqa: S608
    order = f" ORDER BY {key} LIMIT {BATCH}"
    rows = old.rows(query + order)
    while rows:
        yield rows
        beyond = f" WHERE ({key}) > ({', '.join('?' * size)})"
        rows = old.rows(query + beyond + order, rows[-1][:size])


def _count(database: Database, table: str) -> int:
    return int(database.row(f"SELECT count(*) FROM {table}")[0])  # noqa: S608
