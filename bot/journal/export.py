"""The journal as CSV, for a spreadsheet."""

import csv
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import TextIO

from bot.journal import Journal

TABLES: dict[str, Callable[[Journal], Iterator[tuple[object, ...]]]] = {
    "questions": lambda journal: journal.answers.export(),
    "feedback": lambda journal: journal.feedback.export(),
    "actions": lambda journal: journal.actions.export(),
}
FORMULA = re.compile(r"(?:^|(?<=[\n\r\v\f\x85\u2028\u2029]))(?=[\s\x00]*[=+\-@＝＋－＠]|[\t\r])")
"""Where a line of a cell begins like a formula, also behind white space."""


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
    """A spreadsheet would run text that begins like a formula: people's questions are shown, never run.

    So is a later line of a cell, where a program reads the file line by line.
    """
    return FORMULA.sub("'", value) if isinstance(value, str) else value
