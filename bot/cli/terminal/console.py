"""The terminal as it is: its streams, language, width, and whether it shows colour. Read once, at the start."""

import json
import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TextIO

from bot.cli.terminal.texts import say
from bot.errors import BilingualError
from bot.question import Language
from bot.texts import language
from bot.texts.errors import sentence

WIDEST = 100
"""Columns that a text is wrapped to at most; longer lines are hard to read."""


@dataclass(frozen=True, slots=True)
class Console:
    """Where a command reads and writes. `colour` and `live` are false wherever the output is not a terminal."""

    source: TextIO
    out: TextIO
    err: TextIO
    lang: Language = "en"
    colour: bool = False
    live: bool = False
    """Whether a person sits on both ends: prompts and line editing make sense."""
    progress: bool = False
    """Whether standard error is a terminal that a progress bar can move on."""
    width: int = 0
    """Columns to wrap to, 0 where the output is not a terminal."""

    def print(self, text: str = "", end: str = "\n") -> None:
        """One piece of the result, seen at once by whoever reads the other end."""
        self.out.write(text + end)
        self.out.flush()

    def json(self, value: Any) -> None:
        """A result for programs, on one line."""
        self.print(json.dumps(value, ensure_ascii=False, allow_nan=False))

    def warn(self, text: str) -> None:
        """Something beside the result."""
        self.err.write(text + "\n")
        self.err.flush()

    def say(self, key: str, **values: object) -> str:
        """A text of the command line in the language of this terminal."""
        return say(key, self.lang, **values)

    def reason(self, reason: object) -> str:
        """An error, or a sentence of `index` on why a file was skipped, in the language of this terminal."""
        return reason.sentence_in(self.lang) if isinstance(reason, BilingualError) else sentence(reason, self.lang)

    def style(self, text: str, *codes: int) -> str:
        """`text` in a terminal's colours, or as it is."""
        if not self.colour or not text:
            return text
        return f"\x1b[{';'.join(map(str, codes))}m{text}\x1b[0m"


def standard(environment: Mapping[str, str]) -> Console:
    """The process's own streams. They speak UTF-8 whatever the locale says, for quotes must arrive as they are."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    shown = sys.stdout.isatty()
    plain = environment.get("TERM") == "dumb"
    return Console(
        source=sys.stdin,
        out=sys.stdout,
        err=sys.stderr,
        lang=language.of_locale(environment),
        colour=shown and not plain and not environment.get("NO_COLOR"),
        live=shown and sys.stdin.isatty(),
        progress=sys.stderr.isatty() and not plain,
        width=min(shutil.get_terminal_size().columns, WIDEST) if shown else 0,
    )


def words(arguments: list[str]) -> list[str]:
    """Arguments as UTF-8, also where the locale made Python read them as something else."""
    if sys.getfilesystemencoding().lower() == "utf-8":
        return [os.fsencode(word).decode("utf-8", "replace") for word in arguments]
    return [os.fsencode(word).decode("utf-8", "surrogateescape") for word in arguments]
