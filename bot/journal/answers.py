"""Answers given: what buttons refer to, and the questions that found none."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from bot.journal.gaps import Asked, Gap, group
from bot.journal.memory import MINUTES
from bot.journal.store import Database, upsert
from bot.question import Conversation, Language


class Kind(StrEnum):
    ANSWER = "answer"
    ABSTENTION = "abstention"
    LOCATED = "located"


@dataclass(frozen=True, slots=True)
class QuoteRef:
    """Enough to show a quote again, as long as its document still says so."""

    document: str
    start: int
    end: int
    text: str
    section: str = ""
    page: int | None = None
    highlights: tuple[tuple[int, int], ...] = ()
    parts: tuple[tuple[str, int, int, str], ...] = ()
    """The further stretches that it is shown with: role, place, text."""


@dataclass(frozen=True, slots=True)
class Given:
    """One answer as it was given."""

    id: str
    conversation: Conversation
    lang: Language
    kind: Kind
    question: str
    """Empty where the journal keeps no questions."""
    confidence: float
    quotes: tuple[QuoteRef, ...]
    """The nearest passages, for an abstention."""
    suggestions: tuple[str, ...] = ()
    snapshot: str = ""


@dataclass(frozen=True, slots=True)
class Totals:
    """Counts over a stretch of time, for /stats."""

    questions: int
    answered: int
    abstained: int
    people: int
    liked: int
    disliked: int


# Columns are named here and nowhere else; values are always bound.
NAMES = (
    *("channel", "chat", "thread", "user", "lang", "kind"),
    *("question", "confidence", "quotes", "suggestions", "snapshot"),
)
COLUMNS = ", ".join(("id", *NAMES))
RECORD = upsert("answers", ["id"], "at", *NAMES)


class Answers:
    def __init__(
        self, database: Database, now: Callable[[], float], opted_out: Callable[[str, str], bool], *, keeps: bool
    ) -> None:
        self._database = database
        self._now = now
        self._opted_out = opted_out
        self._keeps = keeps

    def record(self, given: Given) -> None:
        """Writes an answer down; one given again for the same delivery takes the place of the first."""
        place = given.conversation
        keeps = self._keeps and not self._opted_out(place.channel, place.user)
        user, question = (place.user, given.question) if keeps else ("", "")
        quotes = [[q.document, q.start, q.end, q.text, q.section, q.page, q.highlights, q.parts] for q in given.quotes]
        with self._database.writing() as connection:
            connection.execute(
                RECORD,
                (
                    *(given.id, self._now()),
                    *(place.channel, place.chat, place.thread, user, given.lang, given.kind, question),
                    given.confidence,
                    json.dumps(quotes, ensure_ascii=False),
                    json.dumps(given.suggestions, ensure_ascii=False),
                    given.snapshot,
                ),
            )

    def get(self, id: str) -> Given | None:
        row = self._database.row(f"SELECT {COLUMNS} FROM answers WHERE id = ?", (id,))  # noqa: S608
        # One of a kind that only a newer version knows is as one that is gone.
        return _given(row) if row and row[6] in set(Kind) else None

    def offered(self, conversation: Conversation) -> tuple[str, ...]:
        """The questions that the last answer of `conversation` offered instead; none where that is a while ago."""
        place = conversation
        row = self._database.row(
            "SELECT suggestions FROM answers WHERE channel = ? AND chat = ? AND thread = ? AND user IN (?, '')"
            " AND at >= ? ORDER BY at DESC LIMIT 1",
            (place.channel, place.chat, place.thread, place.user, self._now() - 60 * MINUTES),
        )
        return tuple(json.loads(row[0])) if row else ()

    def gaps(self, since: float = 0.0, limit: int = 20, within: tuple[str, str] | None = None) -> list[Gap]:
        """Questions that found no answer since then, alike ones grouped: the wanted, then the most asked.

        `within`: a channel and a chat, for only those that were asked there.
        """
        rows = self._database.rows(
            "SELECT answers.question, answers.user, answers.at, CASE WHEN told = 0 THEN 1 ELSE 0 END"
            " FROM answers LEFT JOIN wanted ON wanted.answer = id"
            " WHERE kind = ? AND answers.at >= ? AND answers.question != ''"
            " AND (? OR (answers.channel, answers.chat) = (?, ?)) ORDER BY answers.at DESC LIMIT 2000",
            (Kind.ABSTENTION, since, within is None, *(within or ("", ""))),
        )
        return group(Asked(question, user, at, bool(wanted)) for question, user, at, wanted in rows)[:limit]

    def totals(self, since: float = 0.0) -> Totals:
        kinds = dict(self._database.rows("SELECT kind, count(*) FROM answers WHERE at >= ? GROUP BY kind", (since,)))
        (people,) = self._database.row(
            "SELECT count(DISTINCT channel || ':' || user) FROM answers WHERE at >= ? AND user != ''", (since,)
        )
        votes = dict(self._database.rows("SELECT value, count(*) FROM feedback WHERE at >= ? GROUP BY value", (since,)))
        return Totals(
            questions=sum(kinds.values()),
            answered=kinds.get(Kind.ANSWER, 0) + kinds.get(Kind.LOCATED, 0),
            abstained=kinds.get(Kind.ABSTENTION, 0),
            people=people,
            liked=votes.get(1, 0),
            disliked=votes.get(-1, 0),
        )

    def export(self) -> Iterator[tuple[object, ...]]:
        """Every question with what became of it, oldest first, after a row of names."""
        yield "at", "channel", "chat", "user", "question", "kind", "confidence", "quote", "document"
        rows = self._database.rows(
            "SELECT at, channel, chat, user, question, kind, confidence, quotes FROM answers ORDER BY at, id"
        )
        for *values, quotes in rows:
            first = next(iter(json.loads(quotes)), ["", 0, 0, ""])
            yield *values, first[3], first[0]

    def prune(self, before: float) -> None:
        with self._database.writing() as connection:
            connection.execute("DELETE FROM answers WHERE at < ?", (before,))


def _given(row: tuple[str, ...]) -> Given:
    id, channel, chat, thread, user, lang, kind, question, confidence, quotes, suggestions, snapshot = row
    return Given(
        id,
        Conversation(channel, chat, thread, user),
        "zh" if lang == "zh" else "en",
        Kind(kind),
        question,
        float(confidence),
        tuple(_quote(*quote) for quote in json.loads(quotes)),
        tuple(json.loads(suggestions)),
        snapshot,
    )


def _quote(
    document: str,
    start: int,
    end: int,
    text: str,
    section: str,
    page: int | None,
    highlights: list[list[int]],
    parts: list[tuple[str, int, int, str]] | None = None,
    *_: object,
) -> QuoteRef:
    """`parts` is missing in answers that were written down before quotes had any; newer versions may add more."""
    spans = tuple((left, right) for left, right in highlights)
    quote_parts = tuple((role, left, right, said) for role, left, right, said in parts or ())
    return QuoteRef(document, start, end, text, section, page, spans, quote_parts)
