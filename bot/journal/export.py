"""The journal as CSV, for a spreadsheet."""

import csv
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import TextIO

from bot.journal import Journal

TABLES: dict[str, Callable[[Journal], Iterator[tuple[object, ...]]]] = {
    "questions": lambda journal: journal.answers.export(),
    "feedback": lambda journal: journal.feedback.export(),
    "actions": lambda journal: journal.actions.export(),
}
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_csv(journal: Journal, table: str, file: TextIO) -> int:
    """Writes `table` (a name of `TABLES`) and returns the number of rows under the row of names."""
    writer = csv.writer(file)
    rows = TABLES[table](journal)
    writer.writerow(next(rows))
    count = 0
    for at, *values in rows:
        moment = datetime.fromtimestamp(float(str(at)), UTC).isoformat(timespec="seconds")
        writer.writerow([moment, *map(_cell, values)])
        count += 1
    return count


def _cell(value: object) -> object:
    """A spreadsheet would run text that begins like a formula: people's questions are shown, never run."""
    return "'" + value if isinstance(value, str) and value.startswith(FORMULA) else value
