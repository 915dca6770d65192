"""Logs for people or machines, and never a secret: every line is cleaned at the very end, tracebacks included.

Libraries put the token into URLs and errors (httpx at INFO, python-telegram-bot when a token is refused), so the
cleaning happens where a line is finished, not where it is written.
"""

import json
import logging
import re
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Literal, TextIO
from urllib.parse import quote

HIDDEN = "[secret]"
SHORTEST = 6
"""A shorter "secret" would eat ordinary words."""
TOKEN = re.compile(r"(?<!\d)\d{6,12}(?::|%3[Aa])[A-Za-z0-9_-]{30,}")
UNPRINTABLE = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
CHATTY = (
    "httpx",
    "httpcore",
    "faiss",
    "telegram",
    "telegram.ext",
    "asyncio",
    "uvicorn.access",
    "websockets",
    "mcp",
)
SILENT = ("telegram.ext.Updater",)
"""Writes a traceback for each poll that fails. The channel says what happened itself, once."""
EXTRAS = ("error_id", "delivery", "channel")


class Redactor:
    """Replaces secrets in a text, in plain and in URL form; anything that looks like a bot token, too."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        forms = {form for secret in secrets if len(secret) >= SHORTEST for form in (secret, quote(secret, safe=""))}
        longest_first = sorted(forms, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, longest_first))) if forms else None

    def __call__(self, text: str) -> str:
        if self._known is not None:
            text = self._known.sub(HIDDEN, text)
        return TOKEN.sub(HIDDEN, text)


class TextFormatter(logging.Formatter):
    """One line for people: when, how bad, where, what. What follows is a traceback, and indented.

    Whatever stands in a message or an error, it can neither look like a line of ours nor speak to a terminal.
    """

    def __init__(self, redact: Redactor) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s: %(message)s")
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        record.message = record.getMessage()
        record.asctime = self.formatTime(record)
        extras = "".join(f" {name}={value}" for name, value in _extras(record).items())
        lines = [self.formatMessage(record) + extras]
        if record.exc_info:
            lines += [f"    {line}" for line in self.formatException(record.exc_info).split("\n")]
        return "\n".join(_printable(self._redact(line)) for line in lines)


class JsonFormatter(logging.Formatter):
    """One JSON object a line."""

    def __init__(self, redact: Redactor) -> None:
        super().__init__()
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": self._redact(record.getMessage()),
        }
        line.update({name: self._redact(str(value)) for name, value in _extras(record).items()})
        if record.exc_info:
            line["exception"] = self._redact(self.formatException(record.exc_info))
        # Half a surrogate pair cannot be written: it goes as an escape.
        return json.dumps(line, ensure_ascii=False).encode("utf-8", "backslashreplace").decode()


def configure(
    level: str = "INFO",
    form: Literal["text", "json"] = "text",
    secrets: Iterable[str] = (),
    stream: TextIO | None = None,
) -> None:
    """Makes the root logger write to `stream` (standard error), and quiets libraries that tell too much."""
    redact = Redactor(secrets)
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonFormatter(redact) if form == "json" else TextFormatter(redact))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in CHATTY:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    for name in SILENT:
        logging.getLogger(name).setLevel(logging.CRITICAL)


def _printable(line: str) -> str:
    """`line` with escapes for what would break it, move a cursor, or turn the direction of what follows."""
    return UNPRINTABLE.sub(lambda found: found[0].encode("unicode_escape").decode(), line)


def _extras(record: logging.LogRecord) -> dict[str, object]:
    return {name: vars(record)[name] for name in EXTRAS if name in vars(record)}
