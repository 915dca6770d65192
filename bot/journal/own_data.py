"""What people may do with the data kept about them: see it, delete it, or have nothing kept at all."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from bot.journal.memory import Memory
from bot.journal.store import Database

MOST = 2000
"""Questions and votes of an export, the newest."""
THEIRS = "channel = ? AND user = ?"
GIVEN = "channel = ? AND (user = ? OR (user = '' AND chat = ?))"
"""Answers given to somebody: to one who is not remembered, those in the private chat."""


class OwnData:
    def __init__(self, database: Database, memory: Memory) -> None:
        self._database = database
        self._memory = memory

    def opted_out(self, channel: str, user: str) -> bool:
        """Whether this person does not want to be remembered."""
        return opted_out(self._database, channel, user)

    def opt_out(self, channel: str, user: str) -> int:
        """From now on neither their questions nor their votes are kept; what is there is deleted, as `forget` does."""
        with self._database.writing() as connection:
            connection.execute(
                "INSERT INTO opted_out (channel, user) VALUES (?, ?) ON CONFLICT DO NOTHING", (channel, user)
            )
            return self.forget(channel, user)

    def opt_in(self, channel: str, user: str) -> None:
        with self._database.writing() as connection:
            connection.execute(f"DELETE FROM opted_out WHERE {THEIRS}", (channel, user))  # noqa: S608

    def forget(self, channel: str, user: str) -> int:
        """Deletes this person's questions, what is remembered of their conversations, their votes and those on their
        questions. Returns how many questions. The language that they chose stays, and so does an admin's record."""
        me, given = (channel, user), (channel, user, user)
        with self._database.writing() as connection:
            # What is deleted is overwritten, not only marked as free.
            self._database.overwrite_deleted()
            mine = f"SELECT id FROM answers WHERE {GIVEN}"  # noqa: S608
            connection.execute(
                f"DELETE FROM feedback WHERE answer IN ({mine})"  # noqa: S608
                " OR (user = ? AND answer NOT IN (SELECT id FROM answers WHERE channel != ?))",
                (*given, user, channel),
            )
            connection.execute(f"DELETE FROM wanted WHERE {THEIRS} OR answer IN ({mine})", (*me, *given))  # noqa: S608
            self._memory.forget(channel, user)
            return connection.execute(f"DELETE FROM answers WHERE {GIVEN}", given).rowcount  # noqa: S608

    def export(self, channel: str, user: str, may_read: Callable[[str], bool] = lambda _: True) -> dict[str, Any]:
        """Everything that is kept about this person, as JSON has it. Of documents that they may not read (any more), by
        their ids, no quotes are shown.
        """
        me = (channel, user)
        language = self._database.row(f"SELECT lang FROM people WHERE {THEIRS}", me)  # noqa: S608
        asked = self._database.rows(
            f"SELECT at, chat, question, kind, confidence, quotes FROM answers WHERE {THEIRS}"  # noqa: S608
            " ORDER BY at DESC, id LIMIT ?",
            (*me, MOST),
        )
        votes = self._database.rows(
            "SELECT feedback.at, feedback.question, value, reason, quote, document FROM feedback"
            " LEFT JOIN answers ON answers.id = answer WHERE feedback.user = ? AND coalesce(channel, ?) = ?"
            " ORDER BY feedback.at DESC LIMIT ?",
            (user, channel, channel, MOST),
        )
        return {
            "person": f"{channel}:{user}",
            "language": language[0] if language else None,
            "remembered": not self.opted_out(*me),
            "questions": [
                {
                    "at": _moment(at),
                    "chat": chat,
                    "question": question,
                    "outcome": kind,
                    "confidence": round(confidence, 4),
                    "quotes": [quote[3] for quote in json.loads(quotes) if may_read(quote[0])],
                }
                for at, chat, question, kind, confidence, quotes in asked
            ],
            "votes": [
                {
                    "at": _moment(at),
                    "question": question,
                    "value": value,
                    "reason": reason,
                    "quote": quote if may_read(document) else "",
                }
                for at, question, value, reason, quote, document in votes
            ],
            "recent": [
                {"at": _moment(at), "chat": chat, "question": question}
                for at, chat, question in self._memory.about(*me)
            ],
        }


def opted_out(database: Database, channel: str, user: str) -> bool:
    """Whether this person does not want to be remembered."""
    return database.row(f"SELECT 1 FROM opted_out WHERE {THEIRS}", (channel, user)) is not None  # noqa: S608


def _moment(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds")
