"""What must hold in the chats of WeCom: in every moment, and when all is well again."""

import json
import math
import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Sequence

from bot.channels.wecom.passive import BY_ANOTHER
from bot.channels.wecom.shelf import BY_STREAM
from bot.channels.wecom.template import task_id
from tests.simulation.corpus import Corpus
from tests.simulation.errors import BrokenError
from tests.simulation.invariants import (
    VOTES,
    Given,
    Votes,
    check_news,
    check_text,
    check_votes,
    news_of,
    stands,
)
from tests.simulation.virtual_time import BEGAN
from tests.simulation.wecom_calls import Call, Values
from tests.simulation.wecom_model import WeComModel
from tests.simulation.wecom_sockets import STREAM_SECONDS

QUOTED = re.compile(r"^> (.*)$", re.MULTILINE)
ROWS = "SELECT delivery, state, sent, answer FROM deliveries WHERE channel LIKE 'wecom%'"


def check_wecom_shown(wecom: WeComModel) -> None:
    """In every moment: what stands in a chat as a quote stands in a document."""
    shown = [text for call in wecom.calls for text in call.texts()]
    for text in shown + [_text(message) for message in (*wecom.sent, *wecom.gateway.pushes)]:
        for quote in quotes_of(text):
            if not stands(quote):
                raise BrokenError(f"{quote!r} stands in no document.")


def quotes_of(text: str) -> list[str]:
    """Line by line, without what makes the words stand out that answer."""
    return [line.replace("**", "") for line in QUOTED.findall(text)]


def check_wecom_agreement(
    journal: sqlite3.Connection, wecom: WeComModel, corpus: Corpus, allowed: frozenset[str], ends: int = 0
) -> None:
    """When all is well: one answer a question, and journal and chats say the same. `ends`: of processes, so far."""
    rows: dict[str, Sequence[str]] = {row[0]: row for row in journal.execute(ROWS)}
    left = [delivery for delivery, (_, state, *_) in rows.items() if state not in ("done", "failed")]
    if left:
        raise BrokenError(f"Not done: {left}.")
    answers = {row[0]: row for row in journal.execute("SELECT id, kind, quotes, snapshot FROM answers")}
    taken = dict(journal.execute("SELECT id, taken FROM streams"))
    taken_over = {delivery for (delivery,) in journal.execute("SELECT delivery FROM deliveries WHERE token > 1")}
    for call in wecom.calls:
        row = rows.get(call.delivery)
        if call.key or call.vote is not None:
            _check_press(call, row, wecom, allowed)
        elif row is not None:
            if call.app:
                texts = _of_app(call, row, wecom)
            else:
                over = call.delivery in taken_over
                texts = (
                    _of_socket(call, row, wecom, taken_over=over)
                    if wecom.by_socket
                    else _of_bot(call, row, wecom, taken)
                )
            _check(call, row, texts, answers, corpus, allowed)
        elif call.accepted:
            raise BrokenError(f"{call} was never written down.")
        elif call.texts():
            raise BrokenError(f"{call} is answered and not in the journal.")
    given = dict(journal.execute("SELECT id, at FROM answers"))
    check_votes(journal, _votes(wecom.calls, rows, allowed, given))
    _check_nothing_else(journal, rows, wecom)
    if wecom.by_socket:
        _check_pushes(journal, wecom, rows, ends)


def _check_press(call: Call, row: Sequence[str] | None, wecom: WeComModel, allowed: frozenset[str]) -> None:
    """What a press brings comes at most once: where a process ended over it, nobody presses again for its person."""
    if row is None:
        if call.accepted:
            raise BrokenError(f"{call} was never written down.")
        return
    texts = _of_app(call, row, wecom) if call.app else call.texts()
    if len(texts) > (1 if _allowed(call, allowed) else 0):
        raise BrokenError(f"{call} brought {texts}.")


def _votes(
    calls: Sequence[Call], rows: dict[str, Sequence[str]], allowed: frozenset[str], given: dict[str, float]
) -> Votes:
    """By the platform's own thumbs, which count from when the answer was `given`: before that they stand under a word
    that it is looked for. A thumb on a card is pressed again by who misses it."""
    votes: Votes = defaultdict(set)
    counts = set()
    for call in calls:
        if call.vote is not None and call.delivery in rows and _allowed(call, allowed):
            votes[call.vote[0], call.user].add(1 if call.vote[1] == 1 else -1)
            if BEGAN + call.at >= given.get(call.vote[0], math.inf):
                counts.add((call.vote[0], call.user))
    votes = defaultdict(set, {vote: values for vote, values in votes.items() if vote in counts})
    for call in calls:
        # Each of them may have been the last.
        name, answer, *_ = call.key.split(":") if call.key else ("", "")
        if (answer, call.user) in votes and name in VOTES:
            votes[answer, call.user].add(VOTES[name])
    return votes


def _allowed(call: Call, allowed: frozenset[str]) -> bool:
    return bool({f"wecom:{call.chat}", f"wecom:{call.user}"} & allowed)


def _of_app(call: Call, row: Sequence[str], wecom: WeComModel) -> list[str]:
    """The texts that answer a question to the app."""
    sent = json.loads(row[2])
    found = [message for message in wecom.sent if message["msgid"] in sent and message["touser"] == call.user]
    return [_text(message) for message in found if _text(message)]


def _of_socket(call: Call, row: Sequence[str], wecom: WeComModel, *, taken_over: bool) -> list[str]:
    """The texts that answer a question over the long connection. What was pushed to the chat is counted, for it does
    not say what it answers.

    An answer that may have been lost on its way, and whose place is closed after ten minutes, comes again as a message.
    Where a process ended over it, nobody knows either, and the bot takes it for sent, unless the question had waited
    for a connection.
    """
    pushed = json.loads(row[2]).count("push")
    closed = wecom.gateway.now() > call.at + STREAM_SECONDS
    if not call.texts() and "stream" in json.loads(row[2]) and taken_over and closed:
        return ["excused"]
    late = [one for one in wecom.gateway.pushes if one["chatid"] == call.chat and one["at"] > call.at + STREAM_SECONDS]
    # The message itself may have been lost as well: then the journal alone knows of it.
    if call.texts() and pushed and (late or wecom.gateway.dropped[call.chat]) and (call.unsure or taken_over):
        return call.texts()
    return call.texts() + ["excused"] * pushed


def _check_pushes(journal: sqlite3.Connection, wecom: WeComModel, rows: dict[str, Sequence[str]], ends: int) -> None:
    """In each chat stand as many pushed messages as the journal has sent, but for what was lost on its way, or about to
    leave when one of `ends` processes ended: nobody could tell whether another one would be the second."""
    noted, pressed = Counter[str](), Counter[str]()
    for call in wecom.calls:
        if not call.app and call.delivery in rows:
            noted[call.chat] += json.loads(rows[call.delivery][2]).count("push")
            # What a press brings may be out without a line in the journal.
            pressed[call.chat] += bool(call.key)
    texts = [(push["chatid"], _text(push)) for push in wecom.gateway.pushes if _text(push)]
    news = [(chat, about) for chat, text in texts if (about := news_of(text))]
    check_news(journal, "wecom", Counter(news))
    standing = Counter(chat for chat, text in texts if not news_of(text))
    for chat in noted | standing:
        if standing[chat] > noted[chat] + pressed[chat]:
            raise BrokenError(f"{standing[chat]} messages were pushed to {chat}, and the journal has {noted[chat]}.")
        if standing[chat] + wecom.gateway.dropped[chat] + ends < noted[chat]:
            raise BrokenError(f"{noted[chat]} messages were pushed to {chat} by the journal: {standing[chat]} stand.")


def _of_bot(call: Call, row: Sequence[str], wecom: WeComModel, taken: dict[str, str]) -> list[str]:
    """The texts that answer a question to the AI bot. None is expected where the platform has called, was answered, did
    not get that, and calls no more: the bot cannot know, and a message to the address might be the second."""
    sent, texts = json.loads(row[2]), call.texts()
    if not texts and BY_ANOTHER in sent:
        return [_text(message) for message in _told(wecom, call.user)][:1]
    if not texts and call.given_up and taken.get(task_id(call.delivery, -1)) == BY_STREAM:
        return ["excused"]
    return texts


def _check(
    call: Call,
    row: Sequence[str],
    texts: Sequence[str],
    answers: dict[str, Given],
    corpus: Corpus,
    allowed: frozenset[str],
) -> None:
    _, state, _, answer = row
    if not _allowed(call, allowed):
        if answer or any(map(quotes_of, texts)):
            raise BrokenError(f"{call} was answered to somebody who may not ask.")
        return
    if state != "done":
        raise BrokenError(f"{call} ended as {state}.")
    if len(texts) != 1:
        raise BrokenError(f"{call} has {len(texts)} answers: {texts}.")
    if texts != ["excused"]:
        check_text(call, quotes_of(texts[0]), answers.get(answer), corpus)


def _check_nothing_else(journal: sqlite3.Connection, rows: dict[str, Sequence[str]], wecom: WeComModel) -> None:
    """No message of the app answers nothing.

    What a press brings may be out without a line in the journal, where a process ended over it. One that the platform
    takes for a repeat of the same words in the answer to another question is noted twice, and the first not at all.
    """
    noted = Counter(id for _, _, sent, _ in rows.values() for id in json.loads(sent))
    repeats = Counter[tuple[str, str]]()
    for message in wecom.sent:
        repeats[_words(message)] += max(0, noted[message["msgid"]] - 1)
    told = sum(BY_ANOTHER in json.loads(sent) for _, _, sent, _ in rows.values())
    pressed = [rows[call.delivery] for call in wecom.calls if call.app and call.key and call.delivery in rows]
    told += sum(sent == "[]" for _, _, sent, _ in pressed)
    news = [(message["touser"], about) for message in wecom.sent if (about := news_of(_text(message)))]
    if not wecom.by_socket:
        check_news(journal, "wecom", Counter(news), to_people=True)
    unnoted = [message for message in wecom.sent if message["msgid"] not in noted and not news_of(_text(message))]
    repeats.subtract(map(_words, unnoted))
    more = {words: -count for words, count in repeats.items() if count < 0}
    if sum(more.values()) > told:
        raise BrokenError(f"Messages of the app that answer nothing: {more}.")


def _told(wecom: WeComModel, user: str) -> list[Values]:
    return [message for message in wecom.sent if message["touser"] == user and _text(message)]


def _words(message: Values) -> tuple[str, str]:
    return message["touser"], json.dumps(message[message["msgtype"]], sort_keys=True)


def _text(message: Values) -> str:
    """ "" where it is a card of buttons."""
    return str(message.get(message["msgtype"], {}).get("content", ""))
