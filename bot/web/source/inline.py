"""A stretch of a document as HTML: emphasis, code and links as its format means them, what is quoted marked.

Nothing that a document holds enters the page unescaped.
"""

import html
import re
from dataclasses import dataclass
from html import escape
from itertools import groupby

from bot.web.source.marking import Marking
from index.text.looks import BREAK, Looks, Run
from index.text.shown import MARKED_UP

_WIDE = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f"
_TURNED = re.compile(rf"(?<=[{_WIDE}])[ \t]*\n[ \t]*(?=[{_WIDE}])")


@dataclass(slots=True)
class Inline:
    """Writes stretches of one document."""

    looks: Looks
    marking: Marking

    def html(self, start: int, end: int) -> str:
        """`text[start:end]` as HTML."""
        parts = []
        for href, runs in groupby(self.looks.runs(start, end), key=lambda run: run.href):
            inside = "".join(map(self._run, runs))
            parts.append(f"{link(href)}{inside}</a>" if href and inside else inside)
        return "".join(parts)

    def literal(self, start: int, end: int) -> str:
        """`text[start:end]` as HTML, letter for letter: code."""
        return "".join(self._marked(*piece, literal=True) for piece in self.marking.split(start, end))

    def _run(self, run: Run) -> str:
        if BREAK in run.styles:
            return "<br>"
        literal = "code" in run.styles
        inside = "".join(self._marked(*piece, literal=literal) for piece in self.marking.split(run.start, run.end))
        for style in reversed(run.styles):
            inside = f"<{style}>{inside}</{style}>" if inside else ""
        return inside

    def _marked(self, start: int, end: int, number: int, *, literal: bool) -> str:
        text = self.looks.document.text[start:end]
        if not literal:
            text = _TURNED.sub("", text)
        if not literal and self.looks.document.source.path.lower().endswith(MARKED_UP):
            text = html.unescape(text)
        said = escape(text)
        return said if number < 0 else self.marking.wrap(said, number)


def link(href: str) -> str:
    """The opening tag of a link out of the page, or to a place on it."""
    if href.startswith("#"):
        return f'<a href="{escape(href)}">'
    return f'<a href="{escape(href)}" target="_blank" rel="noopener nofollow">'
