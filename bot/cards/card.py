"""An answer as people see it, before any platform formats it: plain text, styled spans, buttons.

One renderer makes cards, one splitter cuts them on sentence borders, and each channel turns spans into what its
platform has: entities on Telegram, Markdown on WeCom, colours in a terminal.
"""

from dataclasses import dataclass
from enum import StrEnum


class Style(StrEnum):
    """What a span is, not how it looks."""

    QUOTE = "quote"
    HIGHLIGHT = "highlight"
    CONTEXT = "context"
    """Surrounding text, collapsed where the platform can."""
    SOURCE = "source"
    """A link when `url` is set."""
    NOTE = "note"
    LINK = "link"
    """Words of a quote that lead to a page of the web, in its document too."""


@dataclass(frozen=True, slots=True)
class StyledSpan:
    """`card.text[start:end]` in code points. Only HIGHLIGHT and LINK nest, within QUOTE and within one another."""

    style: Style
    start: int
    end: int
    url: str = ""


@dataclass(frozen=True, slots=True)
class Button:
    """Something to tap: an action of ours (at most 64 bytes), or a link."""

    label: str
    action: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """What one message shows. The quote stands in `text` letter for letter."""

    text: str
    spans: tuple[StyledSpan, ...] = ()
    buttons: tuple[tuple[Button, ...], ...] = ()
