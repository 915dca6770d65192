"""What must hold in the chats of Telegram: in every moment, and when all is well again."""

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bot.cards.render import Action
from bot.texts.messages import say
from tests.simulation.corpus import Corpus
from tests.simulation.errors import BrokenError
from tests.simulation.invariants import (
    LANGUAGES,
    VOTES,
    Given,
    Votes,
    check_news,
    check_text,
    check_votes,
    news_of,
    stands,
)
from tests.simulation.telegram_model import TelegramModel
from tests.telegram_rules import Params

ROWS = (
    "SELECT delivery, state, sent, answer, chat, message FROM deliveries WHERE channel = 'telegram'"
    " ORDER BY received, delivery"
)


GONE = {say("gone", lang) for lang in LANGUAGES}


@dataclass(frozen=True)
class Asked:
    """A question, as it was written last."""

    chat: int
    user: int
    message: int
    text: str
    at: float
    edited: bool = False

    def allowed(self, names: frozenset[str]) -> bool:
        return bool({f"telegram:{self.chat}", f"telegram:{self.user}"} & names)


@dataclass(frozen=True)
class Tap:
    """Of a button under a message; `delivery` is its own."""

    delivery: str
    chat: int
    user: int
    message: int
    data: str
    at: float
    text: str = ""
    """The question that it asks."""

    allowed = Asked.allowed


@dataclass
class Chronicle:
    """What people did."""

    asked: list[Asked] = field(default_factory=list)
    taps: list[Tap] = field(default_factory=list)

    def unfolded(self, place: str) -> bool:
        """Whether somebody asked there for more of the document."""
        turned = Action.CONTEXT, Action.PAGE
        return any(f"{tap.chat}:{tap.message}" == place and tap.data[0] in turned for tap in self.taps)


def check_shown(telegram: TelegramModel, chat: int | None) -> None:
    """In every moment: what stands in a chat as a quote stands in a document."""
    for message in telegram.shown(chat) if chat is not None else []:
        for quote in telegram.styled(message, "blockquote"):
            if not stands(quote):
                raise BrokenError(f"{quote!r} in chat {chat} stands in no document.")


def check_agreement(
    journal: sqlite3.Connection,
    telegram: TelegramModel,
    chronicle: Chronicle,
    corpus: Corpus,
    allowed: frozenset[str],
) -> None:
    """When all is well: one answer a question, and journal and chats say the same."""
    rows = journal.execute(ROWS).fetchall()
    left = [delivery for delivery, state, *_ in rows if state not in ("done", "failed")]
    if left:
        raise BrokenError(f"Not done: {left}.")
    check = _Check(telegram, chronicle, corpus, allowed)
    check.answers = {row[0]: row for row in journal.execute("SELECT id, kind, quotes, snapshot FROM answers")}
    check.offered = {id: json.loads(offered) for id, offered in journal.execute("SELECT id, suggestions FROM answers")}
    found: defaultdict[tuple[int, int], list[Sequence[str]]] = defaultdict(list)
    for *row, chat, message in rows:
        if message:
            found[int(chat), int(message)].append(row)
    for one in chronicle.asked:
        check.question(one, found[one.chat, one.message])
    by_delivery = {row[0]: row[:4] for row in rows}
    for tap in chronicle.taps:
        check.tap(tap, by_delivery.get(tap.delivery))
    check_votes(journal, _votes(chronicle.taps, allowed))
    _check_nothing_else(journal, rows, telegram)


def _check_nothing_else(journal: sqlite3.Connection, rows: Sequence[Sequence[str]], telegram: TelegramModel) -> None:
    noted = Counter(place for _, _, sent, *_ in rows for place in json.loads(sent))
    ours = {place: one["text"] for place, one in telegram.messages.items() if one["from"]["id"] == telegram.me["id"]}
    news = {place: about for place, text in ours.items() if (about := news_of(text))}
    standing = Counter(f"{chat}:{id}" for chat, id in ours.keys() - news.keys())
    if noted != standing:
        more, fewer = sorted(standing - noted), sorted(noted - standing)
        raise BrokenError(f"In the chats only: {more}; in the journal only: {fewer}.")
    check_news(journal, "telegram", Counter((str(chat), about) for (chat, _), about in news.items()))


def _votes(taps: Sequence[Tap], allowed: frozenset[str]) -> Votes:
    votes: Votes = defaultdict(set)
    for tap in taps:
        # A message that is looked at for a duplicate has a button without an answer for a moment.
        name, answer, *_ = [*tap.data.split(":"), ""]
        if name in VOTES and tap.allowed(allowed):
            votes[answer, str(tap.user)].add(VOTES[name])
    return votes


@dataclass
class _Check:
    telegram: TelegramModel
    chronicle: Chronicle
    corpus: Corpus
    allowed: frozenset[str]
    answers: dict[str, Given] = field(default_factory=dict)
    offered: dict[str, list[str]] = field(default_factory=dict)
    """By answer, the questions that its buttons ask."""

    def question(self, asked: Asked, rows: Sequence[Sequence[str]]) -> None:
        """`rows`: the journal's of the message and of its edits, in their order."""
        if not rows:
            raise BrokenError(f"{asked} was never written down.")
        self._answer(asked, rows)

    def tap(self, tap: Tap, row: Sequence[str] | None) -> None:
        if row is None:
            raise BrokenError(f"{tap} was never written down.")
        if tap.data.startswith(f"{Action.ASK}:"):
            _, answer, number = tap.data.split(":")
            self._answer(replace(tap, text=self.offered[answer][int(number)]), [row])
        elif json.loads(row[2]):
            raise BrokenError(f"{tap} was answered with a message.")

    def _answer(self, asked: Asked | Tap, rows: Sequence[Sequence[str]]) -> None:
        places = [place for row in rows for place in json.loads(row[2])]
        answer = [row[3] for row in rows if row[3]][-1:]
        if not asked.allowed(self.allowed):
            if answer:
                raise BrokenError(f"{asked} was answered to somebody who may not ask.")
            return
        if any(row[1] != "done" for row in rows):
            raise BrokenError(f"{asked} ended as {[row[1] for row in rows]}.")
        if len(places) != 1:
            raise BrokenError(f"{asked} has {len(places)} answers: {places}.")
        message = self._message(asked, places[0])
        quotes, given = self.telegram.styled(message, "blockquote"), self.answers.get(answer[0]) if answer else None
        if message["text"] in GONE and given and given[3] not in self.corpus.serving_now().values():
            # A tap or another edit of that moment had shown what was answered before, and the documents changed since.
            return
        check_text(asked, quotes, given, self.corpus, unfolded=self.chronicle.unfolded(places[0]))

    def _message(self, asked: Asked | Tap, place: str) -> Params:
        chat, id = map(int, place.split(":"))
        message = self.telegram.messages.get((chat, id))
        if message is None or chat != asked.chat:
            raise BrokenError(f"The answer to {asked} does not stand at {place}.")
        return message
