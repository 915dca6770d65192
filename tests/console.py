"""A terminal in memory: what a command writes, and what is typed to it."""

import io
from dataclasses import dataclass, field
from typing import Any

from bot.cli.main import main
from bot.cli.terminal.console import Console
from bot.question import Language


@dataclass
class Terminal:
    """Runs commands in this process; `out`, `err` and `code` are those of the last one."""

    common: tuple[str, ...] = ()
    """Arguments of every command, such as `--data`."""
    lang: Language = "en"
    width: int = 0
    colour: bool = False
    out: str = field(default="", init=False)
    err: str = field(default="", init=False)
    code: int = field(default=-1, init=False)

    def run(self, *arguments: str, typed: str = "", **console: Any) -> "Terminal":
        out, err = io.StringIO(), io.StringIO()
        shown = Console(io.StringIO(typed), out, err, self.lang, self.colour, width=self.width, **console)
        self.code = main([*arguments, *self.common], shown)
        self.out, self.err = out.getvalue(), err.getvalue()
        return self
