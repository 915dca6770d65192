"""What must hold wherever it was asked: every quote stands in a document, and is what the answering edition says."""

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Protocol

from bot.cards.render import Action
from bot.question import Language
from bot.texts.messages import say
from tests.simulation.library import TOPICS, knows, question, sentence, written

EDITIONS = range(1, 10)
LANGUAGES: tuple[Language, ...] = ("zh", "en")
TEXTS = [written(edition) for edition in EDITIONS]
NEWS = {say("news", lang, question=question(topic)): question(topic) for lang in LANGUAGES for topic in range(TOPICS)}
"""How a message begins that tells somebody of an answer to a question of his."""
Editions = Sequence[tuple[float, int]]
"""From when on which edition was live."""
Given = Sequence[str]
"""An answer as the journal has it: its id, kind, quotes and snapshot."""
Votes = defaultdict[tuple[str, str], set[int]]
"""By answer and person, what was voted."""
VOTES = {Action.UP: 1, Action.DOWN: -1, Action.WHY: -1}


class BrokenError(AssertionError):
    """An invariant does not hold."""


class Question(Protocol):
    @property
    def text(self) -> str: ...

    @property
    def at(self) -> float: ...


def stands(quote: str) -> bool:
    """Whether some edition of the document says so, letter for letter."""
    return any(quote in text for text in TEXTS)


def news_of(text: str) -> str:
    """The question that this message tells an answer to, "" where it tells none."""
    return next((about for head, about in NEWS.items() if text.startswith(head)), "")


def check_news(journal: sqlite3.Connection, channel: str, shown: Counter[tuple[str, str]]) -> None:
    """Nobody is told more often of an answer than he has asked for it. `shown`: by chat and question.

    WeCom's app writes to people, also where they had asked in a group.
    """
    told = journal.execute("SELECT chat, user, question FROM wanted WHERE told = 1 AND channel = ?", (channel,))
    if more := shown - Counter((user if channel == "wecom" else chat, about) for chat, user, about in told):
        raise BrokenError(f"Told of an answer that nobody waited for: {more}.")


def check_votes(journal: sqlite3.Connection, votes: Votes) -> None:
    """One of the votes of a person on an answer counts, whichever came last."""
    counted = {
        (answer, user): value for answer, user, value in journal.execute("SELECT answer, user, value FROM feedback")
    }
    for (answer, user), values in votes.items():
        if counted.get((answer, user)) not in values:
            raise BrokenError(f"{user} voted {values} on {answer}: {counted.get((answer, user))} is written down.")


def check_text(
    asked: Question, quotes: Sequence[str], answer: Given | None, editions: Editions, *, unfolded: bool = False
) -> None:
    """What is shown as the answer is what the journal has, and what the edition says that it was asked of.

    `unfolded`: with more of the document around it.
    """
    topic = next((topic for topic in range(TOPICS) if question(topic) == asked.text.removeprefix("/ask ")), None)
    if topic is None:
        if quotes:
            raise BrokenError(f"{asked} is no question, and was answered with {quotes}.")
        return
    if answer is None:
        raise BrokenError(f"{asked} has no answer in the journal.")
    _, kind, kept, snapshot = answer
    edition = int(snapshot.removeprefix("edition-"))
    live = [one for n, (_, one) in enumerate(editions) if n + 1 == len(editions) or editions[n + 1][0] >= asked.at]
    if edition not in live:
        raise BrokenError(f"{asked} was answered from edition {edition}, and {live} were live.")
    wanted = [sentence(topic, edition)] if knows(topic, edition) else []
    if (kind == "answer") is not bool(wanted):
        raise BrokenError(f"{asked} got {kind!r} of edition {edition}.")
    if unfolded and wanted and quotes and wanted[0] in quotes[0]:
        return
    if kind == "answer" and quotes != wanted:
        raise BrokenError(f"{asked} shows {quotes}, and the journal has {wanted} for it.")
    if kind == "abstention" and not set(quotes) <= {quote[3] for quote in json.loads(kept)}:
        raise BrokenError(f"{asked} shows {quotes} beside an abstention, and the journal has {kept}.")
