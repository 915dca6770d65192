"""Questions without an answer that somebody asked to be told about, once there is one."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.journal.answers import Given
from bot.journal.store import Database
from bot.question import Conversation, Language

MOST_OPEN = 200
"""Questions that are asked again after a reindex, the oldest first."""


@dataclass(frozen=True, slots=True)
class Want:
    """`place` is who wants to know, and where they are told. `answer` is the abstention that they got."""

    answer: str
    place: Conversation
    lang: Language
    question: str


class Wanted:
    def __init__(self, database: Database, now: Callable[[], float]) -> None:
        self._database = database
        self._now = now

    def add(self, given: Given, user: str) -> bool:
        """Writes down that `user` wants an answer. False where the question was not kept: there is nothing to ask."""
        place = given.conversation
        if not given.question:
            return False
        with self._database.writing() as connection:
            connection.execute(
                "INSERT INTO wanted (answer, at, channel, chat, thread, user, lang, question, told)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0) ON CONFLICT DO NOTHING",
                (given.id, self._now(), place.channel, place.chat, place.thread, user, given.lang, given.question),
            )
        return True

    def open(self, channel: str = "", user: str = "") -> list[Want]:
        """What nobody was told yet; with a `channel` and `user`, what this person wants."""
        rows = self._database.rows(
            "SELECT answer, channel, chat, thread, user, lang, question FROM wanted WHERE told = 0"
            " AND ? IN ('', channel) AND ? IN ('', user) ORDER BY at LIMIT ?",
            (channel, user, MOST_OPEN),
        )
        return [
            Want(answer, Conversation(*place), "zh" if lang == "zh" else "en", question)
            for answer, *place, lang, question in rows
        ]

    def claim(self, answer: str) -> bool:
        """Whether it is for the caller to tell: true once. Written down before it is sent, so nobody is told twice."""
        with self._database.writing() as connection:
            return (
                connection.execute("UPDATE wanted SET told = 1 WHERE answer = ? AND told = 0", (answer,)).rowcount == 1
            )

    def prune(self, before: float) -> None:
        with self._database.writing() as connection:
            connection.execute("DELETE FROM wanted WHERE at < ?", (before,))
