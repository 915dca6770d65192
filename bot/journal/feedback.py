"""What people thought of answers; a thumb up confirms a question as well answered."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from bot.journal.answers import Given
from bot.journal.store import Database, upsert

CONFIRMERS = 2
MOST_CONFIRMED = 200
"""Each is asked twice at every reindex."""
MOST_READ = 20_000
"""Votes that are looked at, the newest."""
ANONYMOUS = "page"
RECORD = upsert("feedback", ["answer", "user"], "at", "value", "reason", "question", "document", "quote")


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A question that somebody confirmed as well answered, and the quote that answered it."""

    question: str
    document: str
    quote: str


def _confirms(people: Mapping[str, int], admins: Collection[str]) -> bool:
    """Whether these votes by "channel:id" confirm an answer."""
    if any(people[admin] > 0 for admin in people.keys() & set(admins)):
        return sum(people.values()) > 0
    # A browser is nobody in particular: who clears its cookies votes again.
    known = [value for person, value in people.items() if not person.startswith(f"{ANONYMOUS}:")]
    return sum(known) >= CONFIRMERS


@dataclass(frozen=True, slots=True)
class Vote:
    """One thumb, 1 or -1, and why where somebody said it. Not whose."""

    at: float
    value: int
    reason: str
    question: str
    quote: str


class Feedback:
    def __init__(
        self, database: Database, now: Callable[[], float], opted_out: Callable[[str, str], bool], *, keeps: bool
    ) -> None:
        self._database = database
        self._now = now
        self._opted_out = opted_out
        self._keeps = keeps

    def record(self, given: Given, user: str, value: int, reason: str = "") -> None:
        """One vote a person and answer, 1 or -1; a later one takes the place of an earlier."""
        if not self._keeps or self._opted_out(given.conversation.channel, user):
            return
        document, quote = (given.quotes[0].document, given.quotes[0].text) if given.quotes else ("", "")
        with self._database.writing() as connection:
            connection.execute(RECORD, (given.id, user, self._now(), value, reason, given.question, document, quote))

    def confirmed(self, admins: Collection[str] = ()) -> tuple[Confirmed, ...]:
        """Questions whose answers a reindex must not lose, newest first, `MOST_CONFIRMED` at most.

        One is confirmed by an admin ("channel:id"), or by `CONFIRMERS` more people than call it wrong. A person counts
        once, however often the same was asked and answered.
        """
        votes: dict[Confirmed, dict[str, int]] = {}
        for question, document, quote, channel, user, value in self._database.rows(
            "SELECT feedback.question, document, quote, channel, feedback.user, value FROM feedback"
            " JOIN answers ON answers.id = feedback.answer WHERE feedback.question != '' AND quote != ''"
            " ORDER BY feedback.at DESC LIMIT ?",
            (MOST_READ,),
        ):
            people = votes.setdefault(Confirmed(question, document, quote), {})
            people.setdefault(f"{channel}:{user}", value)
        found = (one for one, people in votes.items() if _confirms(people, admins))
        return tuple(islice(found, MOST_CONFIRMED))

    def latest(self, limit: int = 100) -> list[Vote]:
        """The newest votes first."""
        rows = self._database.rows(
            "SELECT at, value, reason, question, quote FROM feedback ORDER BY at DESC LIMIT ?", (limit,)
        )
        return [Vote(*row) for row in rows]

    def export(self) -> Iterator[tuple[object, ...]]:
        """Every vote, oldest first, after a row of names."""
        names = "at", "answer", "user", "value", "reason", "question", "document", "quote"
        yield names
        yield from self._database.rows(f"SELECT {', '.join(names)} FROM feedback ORDER BY at, answer, user")  # noqa: S608

    def prune(self, before: float) -> None:
        with self._database.writing() as connection:
            connection.execute("DELETE FROM feedback WHERE at < ?", (before,))
