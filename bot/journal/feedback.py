"""What people thought of answers; a thumb up confirms a question as well answered."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.journal.answers import Given
from bot.journal.database import Database


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A question that somebody confirmed as well answered, and the quote that answered it."""

    question: str
    document: str
    quote: str


class Feedback:
    def __init__(self, database: Database, now: Callable[[], float], *, keeps: bool) -> None:
        self._database = database
        self._now = now
        self._keeps = keeps

    def record(self, given: Given, user: str, value: int, reason: str = "") -> None:
        """One vote a person and answer, 1 or -1; a later one takes the place of an earlier."""
        if not self._keeps:
            return
        document, quote = (given.quotes[0].document, given.quotes[0].text) if given.quotes else ("", "")
        with self._database.writing() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO feedback (answer, user, at, value, reason, question, document, quote)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (given.id, user, self._now(), value, reason, given.question, document, quote),
            )

    def confirmed(self) -> tuple[Confirmed, ...]:
        """Questions with more thumbs up than down, newest first: a reindex must not lose their answers."""
        rows = self._database.rows(
            "SELECT question, document, quote FROM feedback WHERE question != '' AND quote != ''"
            " GROUP BY question, document, quote HAVING sum(value) > 0 ORDER BY max(at) DESC"
        )
        return tuple(Confirmed(*row) for row in rows)

    def export(self) -> Iterator[tuple[object, ...]]:
        """Every vote, oldest first, after a row of names."""
        names = "at", "answer", "user", "value", "reason", "question", "document", "quote"
        yield names
        yield from self._database.rows(f"SELECT {', '.join(names)} FROM feedback ORDER BY at, answer, user")  # noqa: S608

    def prune(self, before: float) -> None:
        with self._database.writing() as connection:
            connection.execute("DELETE FROM feedback WHERE at < ?", (before,))
