"""What must hold wherever it was asked: every quote stands in a document, and is what the answering snapshot says."""

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Protocol

from bot.cards.render import Action
from bot.question import Language
from bot.texts.messages import say
from tests.simulation.corpus import Corpus
from tests.simulation.errors import BrokenError
from tests.simulation.library import QUESTIONS, TEXTS, TOPICS, Edition, answer_of, as_read, question, written

LANGUAGES: tuple[Language, ...] = ("zh", "en")
NEWS = {say("news", lang, question=question(topic)): question(topic) for lang in LANGUAGES for topic in range(TOPICS)}
"""How a message begins that tells somebody of an answer to a question of his."""
Given = Sequence[str]
"""An answer as the journal has it: its id, kind, quotes and snapshot."""
Votes = defaultdict[tuple[str, str], set[int]]
"""By answer and person, what was voted."""
VOTES = {Action.UP: 1, Action.DOWN: -1, Action.WHY: -1}


class Question(Protocol):
    @property
    def text(self) -> str: ...

    @property
    def at(self) -> float: ...


def stands(quote: str) -> bool:
    """Whether a document says so in some version, letter for letter."""
    return any(quote in as_read(text) for text in TEXTS)


def news_of(text: str) -> str:
    """The question that this message tells an answer to, "" where it tells none."""
    return next((about for head, about in NEWS.items() if text.startswith(head)), "")


def check_news(
    journal: sqlite3.Connection, channel: str, shown: Counter[tuple[str, str]], *, to_people: bool = False
) -> None:
    """Nobody is told more often of an answer than he has asked for it. `shown`: by chat and question.

    `to_people`: WeCom's app writes to people, also where they had asked in a group.
    """
    told = journal.execute("SELECT chat, user, question FROM wanted WHERE told = 1 AND channel = ?", (channel,))
    if more := shown - Counter((user if to_people else chat, about) for chat, user, about in told):
        raise BrokenError(f"Told of an answer that nobody waited for: {more}.")


def check_votes(journal: sqlite3.Connection, votes: Votes) -> None:
    """One of the votes of a person on an answer counts, whichever came last.

    WeCom's thumbs can stand below what is no answer: that is not known yet when they are asked for.
    """
    known = {id for (id,) in journal.execute("SELECT id FROM answers")}
    counted = {
        (answer, user): value for answer, user, value in journal.execute("SELECT answer, user, value FROM feedback")
    }
    for (answer, user), values in votes.items():
        if answer in known and counted.get((answer, user)) not in values:
            raise BrokenError(f"{user} voted {values} on {answer}: {counted.get((answer, user))} is written down.")


def check_text(
    asked: Question, quotes: Sequence[str], answer: Given | None, corpus: Corpus, *, unfolded: bool = False
) -> None:
    """What is shown as the answer is what the journal has, and what the snapshot says that it was asked of: one that
    was live when it was asked, or later. Nothing of any other snapshot stands there.

    `unfolded`: turned to another passage, or with more of the document around it, since.
    """
    text = asked.text.removeprefix("/ask ")
    if text not in QUESTIONS:
        if quotes:
            raise BrokenError(f"{asked} is no question, and was answered with {quotes}.")
        return
    if answer is None:
        raise BrokenError(f"{asked} has no answer in the journal.")
    _, kind, kept, snapshot = answer
    if snapshot not in (live := corpus.live_since(asked.at)):
        raise BrokenError(f"{asked} was answered from {snapshot}, and {sorted(live)} were live.")
    edition, written_down = corpus.editions[snapshot], [as_read(quote[3]) for quote in json.loads(kept)]
    wanted = answer_of(QUESTIONS.index(text), edition)
    if (kind == "answer") is not bool(wanted) or (wanted and written_down[0] != wanted):
        raise BrokenError(f"{asked} got {kind!r} {written_down[:1]} of {edition}, which says {wanted!r}.")
    if unfolded:
        if kind == "answer" and not any(one in shown for shown in quotes for one in written_down):
            raise BrokenError(f"{asked} shows {quotes}, and the journal has {written_down}.")
    elif kind == "answer" and list(quotes) != [wanted]:
        raise BrokenError(f"{asked} shows {quotes}, and the journal has {wanted!r} for it.")
    elif not all(any(shown in one for one in written_down) for shown in quotes):
        raise BrokenError(f"{asked} shows {quotes}, and the journal has {written_down} for it.")
    _check_one_snapshot(asked, quotes if not unfolded else (), written_down, edition)


def _check_one_snapshot(asked: Question, quotes: Sequence[str], kept: Sequence[str], edition: Edition) -> None:
    texts = [as_read(written(name, version)) for name, version in edition.items()]
    if strange := [one for one in (*quotes, *kept) if not any(one in text for text in texts)]:
        raise BrokenError(f"{asked} was answered from {edition}, where nobody says {strange}.")
