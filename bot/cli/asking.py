"""`verbatim ask`: one question, or a stream of them, one JSON answer a line."""

import time
from typing import Any

from bot import strict_json
from bot.cli import shape, view
from bot.cli.console import Console
from bot.cli.session import Session
from bot.errors import UsageError
from bot.serving.bootstrap import open_index
from bot.texts.language import of_text
from index.search.index import Index

SINGLE = "1"
"""Id of an answer whose question came without one."""


def run(session: Session) -> int:
    """Answers what the arguments or standard input ask. An abstention is an answer too: exit 0."""
    args, console = session.args, session.console
    if args.jsonl:
        if args.question is not None:
            raise UsageError(console.say("both-ways"))
        return _stream(open_index(session.index_settings), console, args.top)
    question = args.question
    if question is None:
        question = "" if console.source.isatty() else console.source.read()
    if not question.strip():
        raise UsageError(console.say("empty-question"))
    index = open_index(session.index_settings)
    if args.json:
        console.json(_answered(index, console, SINGLE, question.strip(), args.top))
        return 0
    answer = view.ask(index, console, question.strip(), top=args.top)
    suggestions: tuple[str, ...] = ()
    if not answer.answered:
        lang = of_text(question, console.lang)
        suggestions = view.examples(index, session.index_settings.corpus_dir, lang, view.SUGGESTIONS)
    console.print(view.show(answer, index, console, suggestions=suggestions))
    return 0


def _stream(index: Index, console: Console, top: int) -> int:
    """Answers line by line, each flushed before the next is read. A bad line is named, left out, and ends in exit 2."""
    bad = 0
    for number, line in enumerate(console.source, start=1):
        if not line.strip():
            continue
        try:
            id, question = _parsed(line, number)
        except ValueError as error:
            bad += 1
            console.warn(console.say("error", reason=console.say("bad-line", number=number, reason=error)))
            continue
        console.json(_answered(index, console, id, question, top))
    if bad:
        raise UsageError(console.say("bad-lines", count=bad))
    return 0


def _parsed(line: str, number: int) -> tuple[Any, str]:
    """Id (the line's number where it has none) and question. Raises ValueError with the reason."""
    value = strict_json.loads(line.removeprefix("\ufeff"))
    if not isinstance(value, dict):
        raise ValueError(f"it is a {type(value).__name__}")
    question = value.get("question")
    if not isinstance(question, str):
        raise ValueError('"question" is missing or no text')
    return value.get("id", str(number)), question


def _answered(index: Index, console: Console, id: Any, question: str, top: int) -> dict[str, Any]:
    begun = time.perf_counter()
    answer = view.ask(index, console, question, top=top)
    return shape.answer(answer, id=id, took_ms=(time.perf_counter() - begun) * 1000)
