"""Questions to admins that are not answered yet: each waits under a number of its own for a yes or a no."""

import secrets
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.cards.card import Button, Card
from bot.question import Conversation, Language
from bot.texts.messages import say

ACTION = "k"
"""First part of the actions of confirm buttons."""
MOST_PENDING = 8

Show = Callable[[Card], Awaitable[None]]
"""Makes the message that reports an action say something new."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who acts, where, in which language."""

    place: Conversation
    lang: Language


Resume = Callable[[Caller, bool, Show], Awaitable[Card]]


@dataclass(frozen=True, slots=True)
class Pending:
    """One question: what goes on once it is answered, and the card that asks it."""

    name: str
    resume: Resume
    asked: Card


class PendingQuestions:
    """At most `MOST_PENDING` at once; the oldest is forgotten first."""

    def __init__(self) -> None:
        self._open: OrderedDict[str, Pending] = OrderedDict()

    def ask(self, text: str, name: str, work: Resume, yes: str, no: str, caller: Caller) -> Card:
        """The card that asks; `yes` and `no` are the keys of what its buttons say."""
        token = secrets.token_hex(8)
        row = (
            Button(say(yes, caller.lang), f"{ACTION}:y:{token}"),
            Button(say(no, caller.lang), f"{ACTION}:n:{token}"),
        )
        asked = Card(text, (), (row,))
        self._open[token] = Pending(name, work, asked)
        while len(self._open) > MOST_PENDING:
            self._open.popitem(last=False)
        return asked

    def get(self, token: str) -> Pending | None:
        return self._open.get(token)

    def close(self, token: str) -> None:
        del self._open[token]
