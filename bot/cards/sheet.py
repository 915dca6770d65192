"""A quote on a card: its parts above and below it, what is highlighted, the links in it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from bot.cards.card import Button, Card, Style, StyledSpan
from index.answer import Part, Quote
from index.document import Document, Span
from index.text.looks import shown_links
from index.text.shown import shown_spans

_MARK = "• "
"""Before an item of a list that is shown with the line that introduces it, unless it has a number."""
_NUMBERED = re.compile(r"[（(]?\w{1,4}[.)、．）]")


@dataclass(slots=True)
class Sheet:
    """Text being written, and the spans on it."""

    text: str = ""
    spans: list[StyledSpan] = field(default_factory=list)

    def add(self, text: str, style: Style | None = None, url: str = "") -> int:
        """Appends `text`, styled without the whitespace around it; returns where `text` begins."""
        start = len(self.text)
        self.text += text
        if style is not None and text.strip():
            left, right = len(text) - len(text.lstrip()), len(text.rstrip())
            self.spans.append(StyledSpan(style, start + left, start + right, url))
        return start

    def card(self, buttons: tuple[tuple[Button, ...], ...]) -> Card:
        return Card(self.text, tuple(self.spans), buttons)


def add_quote(sheet: Sheet, quote: Quote, document: Document | None) -> None:
    """A quote with its parts, as it is read."""
    begun = len(sheet.text)
    for part in quote.parts:
        if part.before:
            _add_stretch(sheet, part, document)
            sheet.add("\n")
    highlights = _highlights(quote, document)
    _add_stretch(sheet, quote, document, highlights)
    for part in quote.parts:
        if not part.before:
            sheet.add(_joint(quote, part, document))
            _add_stretch(sheet, part, document)
    sheet.spans.append(StyledSpan(Style.QUOTE, begun, len(sheet.text)))


def _joint(quote: Quote, part: Part, document: Document | None) -> str:
    """What stands before a part that is shown below a quote: nothing but a space where its sentence goes on in it, or a
    border where its row does."""
    between = document.text[quote.end : part.start] if document and quote.end <= part.start else "\n\n"
    if part.role == "more" and not between.strip() and "\n\n" not in between and quote.shape in ("sentence", "row"):
        return " " if quote.text[-1] < "\u2e80" else ""
    if part.role == "more" and between.strip() == "|":
        return " | "
    return f"\n{_MARK if part.role == 'item' and not _NUMBERED.match(part.shown or part.text) else ''}"


def _add_stretch(
    sheet: Sheet, stretch: Quote | Part, document: Document | None, highlights: Sequence[Span] = ()
) -> None:
    """A quote or a part of one without its markup, its links where they are known, what is highlighted in it."""
    at = sheet.add(stretch.shown or stretch.text)
    sheet.spans += (StyledSpan(Style.HIGHLIGHT, at + left, at + right) for left, right in highlights)
    if document is None or not stretch.shown:
        return
    for span, url in shown_links(document, stretch.start, stretch.end):
        sheet.spans += (StyledSpan(Style.LINK, at + a, at + b, url) for a, b in _apart(span, highlights))


def _apart(span: Span, others: Sequence[Span]) -> Iterator[Span]:
    """`span` in pieces that lie within or outside each of `others`: platforms take spans only as they nest."""
    inside = {at for other in others for at in other if span[0] < at < span[1]}
    return pairwise(sorted({*span, *inside}))


def _highlights(quote: Quote, document: Document | None) -> tuple[Span, ...]:
    """What is highlighted in a quote as it is read."""
    if not quote.shown or document is None:
        return quote.highlights
    return shown_spans(document, quote.start, quote.end, quote.highlights)
