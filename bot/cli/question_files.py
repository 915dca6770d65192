"""Files of questions, a JSON object a line, as `eval` and `calibrate` read them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from bot import strict_json
from bot.cli.terminal.console import Console
from bot.errors import BotError, UsageError

Line = TypeVar("Line")


def question_lines(path: Path, console: Console, line: Callable[[int, Any], Line]) -> list[Line]:
    """What `line` makes of each line's number and content. Raises UsageError with the number of a wrong line."""
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except UnicodeDecodeError:
        raise UsageError(console.say("no-questions", path=path)) from None
    except OSError as error:
        raise BotError(f"{path}: {error.strerror}") from None
    found = []
    for number, text in enumerate(lines, start=1):
        if not text.strip():
            continue
        try:
            found.append(line(number, strict_json.loads(text)))
        except ValueError as error:
            raise UsageError(console.say("bad-line", number=number, reason=error)) from None
    if not found:
        raise UsageError(console.say("no-questions", path=path))
    return found
