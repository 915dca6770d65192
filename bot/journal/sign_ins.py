"""Who is signed in to the page for admins: one-time links, and the sessions that they open.

A token is kept as a digest: who reads the journal cannot sign in with it.
"""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from bot.journal.store import Database

LINK_SECONDS = 10 * 60.0
SESSION_SECONDS = 12 * 60 * 60.0


@dataclass(frozen=True, slots=True)
class Holder:
    """Whom a link was made for."""

    channel: str
    user: str


OPERATOR = Holder("terminal", "operator")
"""Whoever can start the command line on the machine: the corpus is theirs already."""


def entrance(page: str, token: str) -> str:
    """The address that a link leads to; `page` is the address below which the page for admins stands."""
    return f"{page}admin/enter?t={token}"


class SignIns:
    def __init__(self, database: Database, now: Callable[[], float]) -> None:
        self._database = database
        self._now = now

    def link(self, holder: Holder) -> str:
        """The token of a new link, which opens one session within `LINK_SECONDS`."""
        return self._add("link", holder, LINK_SECONDS)

    def enter(self, token: str) -> str | None:
        """The token of a new session; None where the link is unknown, too old, or was used. A link is used up here."""
        with self._database.writing() as connection:
            holder = self._holder("link", token)
            gone = connection.execute("DELETE FROM sign_ins WHERE kind = 'link' AND digest = ?", (_digest(token),))
            return self._add("session", holder, SESSION_SECONDS) if holder and gone.rowcount else None

    def holder(self, token: str) -> Holder | None:
        """Whose session this is; None where it is unknown or over."""
        return self._holder("session", token)

    def leave(self, token: str) -> None:
        """Ends a session."""
        with self._database.writing() as connection:
            connection.execute("DELETE FROM sign_ins WHERE digest = ?", (_digest(token),))

    def prune(self) -> None:
        with self._database.writing() as connection:
            connection.execute("DELETE FROM sign_ins WHERE until < ?", (self._now(),))

    def _add(self, kind: str, holder: Holder, seconds: float) -> str:
        # Hexadecimal: a hyphen or a low line could be taken for markup, where a chat shows the link.
        token = secrets.token_hex(32)
        values = _digest(token), kind, holder.channel, holder.user, self._now() + seconds
        with self._database.writing() as connection:
            connection.execute(
                "INSERT INTO sign_ins (digest, kind, channel, user, until) VALUES (?, ?, ?, ?, ?)", values
            )
        return token

    def _holder(self, kind: str, token: str) -> Holder | None:
        row = self._database.row(
            "SELECT channel, user FROM sign_ins WHERE kind = ? AND digest = ? AND until > ?",
            (kind, _digest(token), self._now()),
        )
        return Holder(*row) if row else None


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
