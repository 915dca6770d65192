"""What must hold: in every moment, and when all is well again."""

import json
import sqlite3
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tests.simulation.library import TOPICS, knows, question, sentence
from tests.simulation.telegram_model import TelegramModel
from tests.telegram_rules import Params

EDITIONS = range(1, 10)
SENTENCES = {sentence(topic, edition) for topic in range(TOPICS) for edition in EDITIONS if knows(topic, edition)}


class BrokenError(AssertionError):
    """An invariant does not hold."""


@dataclass(frozen=True)
class Asked:
    chat: int
    user: int
    message: int
    text: str
    at: float

    def allowed(self, names: frozenset[str]) -> bool:
        return bool({f"telegram:{self.chat}", f"telegram:{self.user}"} & names)


def check_shown(telegram: TelegramModel, allowed: frozenset[str], chat: int | None) -> None:
    """In every moment: what stands in a chat as a quote stands in a document, and only where it may be read."""
    for message in telegram.shown(chat) if chat is not None else []:
        for quote in telegram.styled(message, "blockquote"):
            if quote not in SENTENCES:
                raise BrokenError(f"{quote!r} in chat {chat} stands in no document.")


def check_agreement(
    journal: sqlite3.Connection,
    telegram: TelegramModel,
    asked: Sequence[Asked],
    editions: Sequence[tuple[float, int]],
    allowed: frozenset[str],
) -> None:
    """When all is well: one answer a question, and journal and chats say the same."""
    rows = journal.execute("SELECT delivery, state, sent, answer, chat, message FROM deliveries").fetchall()
    left = [delivery for delivery, state, *_ in rows if state not in ("done", "failed")]
    if left:
        raise BrokenError(f"Not done: {left}.")
    found = {(int(chat), int(message)): row for *row, chat, message in rows if message}
    answers = {row[0]: row for row in journal.execute("SELECT id, kind, quotes, snapshot FROM answers")}
    for one in asked:
        _check_answer(one, found.get((one.chat, one.message)), answers, telegram, editions, allowed)
    noted = Counter(place for _, _, sent, *_ in rows for place in json.loads(sent))
    ours = [place for place, message in telegram.messages.items() if message["from"]["id"] == telegram.me["id"]]
    standing = Counter(f"{chat}:{id}" for chat, id in ours)
    if noted != standing:
        more, fewer = sorted(standing - noted), sorted(noted - standing)
        raise BrokenError(f"In the chats only: {more}; in the journal only: {fewer}.")


def _check_answer(
    asked: Asked,
    row: Sequence[str] | None,
    answers: dict[str, tuple[str, ...]],
    telegram: TelegramModel,
    editions: Sequence[tuple[float, int]],
    allowed: frozenset[str],
) -> None:
    if row is None:
        raise BrokenError(f"{asked} was never written down.")
    _, state, sent, answer, *_ = row
    places = json.loads(sent)
    if not asked.allowed(allowed):
        if answer:
            raise BrokenError(f"{asked} was answered to somebody who may not ask.")
        return
    if state != "done":
        raise BrokenError(f"{asked} ended as {state}.")
    if len(places) != 1:
        raise BrokenError(f"{asked} has {len(places)} answers: {places}.")
    chat, id = map(int, places[0].split(":"))
    message = telegram.messages.get((chat, id))
    if message is None or chat != asked.chat:
        raise BrokenError(f"The answer to {asked} does not stand at {places[0]}.")
    _check_text(asked, message, answers.get(answer), telegram, editions)


def _check_text(
    asked: Asked,
    message: Params,
    answer: Sequence[str] | None,
    telegram: TelegramModel,
    editions: Sequence[tuple[float, int]],
) -> None:
    said = asked.text.removeprefix("/ask ")
    topic = next((topic for topic in range(TOPICS) if question(topic) == said), None)
    quotes = telegram.styled(message, "blockquote")
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
    if kind == "answer" and quotes != wanted:
        raise BrokenError(f"{asked} shows {quotes}, and the journal has {wanted} for it.")
    if kind == "abstention" and not set(quotes) <= {quote[3] for quote in json.loads(kept)}:
        raise BrokenError(f"{asked} shows {quotes} beside an abstention, and the journal has {kept}.")
