"""`verbatim ask`: one question, or a stream of them, one JSON answer a line."""

import time
from dataclasses import dataclass
from typing import Any

from bot import strict_json
from bot.cards.answerer import Answerer
from bot.cli.session import Session
from bot.cli.terminal import shape, view
from bot.cli.terminal.console import Console
from bot.errors import UsageError
from bot.texts.language import of_text

SINGLE = "1"
"""Id of an answer whose question came without one."""


def run(session: Session) -> int:
    """Answers what the arguments or standard input ask. An abstention is an answer too: exit 0."""
    args, console = session.args, session.console
    if args.jsonl:
        if args.question is not None:
            raise UsageError(console.say("both-ways"))
        return _stream(session, session.index())
    question = args.question
    if question is None:
        question = "" if console.source.isatty() else console.source.read()
    if not question.strip():
        raise UsageError(console.say("empty-question"))
    index = session.index()
    if args.json:
        console.json(_answered(index, console, _Line(SINGLE, question.strip()), args.top))
        return 0
    answer = view.ask(index, console, question.strip(), top=args.top)
    suggestions: tuple[str, ...] = ()
    if not answer.answered:
        lang = of_text(question, console.lang)
        suggestions = view.examples(index, session.folders, lang, view.SUGGESTIONS)
    console.print(view.show(answer, index, console, suggestions=suggestions))
    return 0


@dataclass(frozen=True, slots=True)
class _Line:
    """One question of a stream."""

    id: Any
    question: str
    before: tuple[str, ...] = ()
    """Earlier questions of the same conversation, oldest first."""
    collection: str = ""
    """Its name, where only one is asked."""


def _stream(session: Session, index: Answerer) -> int:
    """Answers line by line, each flushed before the next is read. A bad line is named, left out, and ends in exit 2."""
    console, bad = session.console, 0
    for number, line in enumerate(console.source, start=1):
        if not line.strip():
            continue
        try:
            parsed = _parsed(line, number)
            asked = _collection(session, parsed.collection) if parsed.collection else index
        except ValueError as error:
            bad += 1
            console.warn(console.say("error", reason=console.say("bad-line", number=number, reason=error)))
            continue
        console.json(_answered(asked, console, parsed, session.args.top))
    if bad:
        raise UsageError(console.say("bad-lines", count=bad))
    return 0


def _collection(session: Session, name: str) -> Answerer:
    """One of the collections that are asked. Raises ValueError where there is none of that name."""
    found = session.library.view([name]) if any(room.name == name for room in session.rooms) else None
    if found is None:
        raise ValueError(session.console.say("no-collection", name=name))
    return found


def _parsed(line: str, number: int) -> _Line:
    """What a line asks; its id is its number where it has none. Raises ValueError with the reason."""
    value = strict_json.loads(line.removeprefix("\ufeff"))
    if not isinstance(value, dict):
        raise ValueError(f"it is a {type(value).__name__}")
    question = value.get("question")
    if not isinstance(question, str):
        raise ValueError('"question" is missing or no text')
    before, collection = value.get("before", []), value.get("collection", "")
    if not isinstance(before, list) or not all(isinstance(one, str) for one in before):
        raise ValueError('"before" is no list of texts')
    if not isinstance(collection, str):
        raise ValueError('"collection" is no text')
    return _Line(value.get("id", str(number)), question, tuple(before), collection)


def _answered(index: Answerer, console: Console, line: _Line, top: int) -> dict[str, Any]:
    begun = time.perf_counter()
    answer = view.ask(index, console, line.question, top=top, before=line.before)
    return shape.answer(answer, id=line.id, took_ms=(time.perf_counter() - begun) * 1000)
