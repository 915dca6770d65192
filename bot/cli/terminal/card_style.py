"""A card in a terminal: the quote behind a bar with its answer in bold and its links to follow, the source beneath it.

Colours and wrapping exist only for a person at a terminal. Where the output is piped, every line of a card stays one
line, so that the quote stands in it letter for letter.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from bot.cards.card import Card, Style, StyledSpan

BAR = "\x1b[32m▌\x1b[0m "
PLAIN_BAR = "> "
INDENT = "  "
DIM, BOLD, QUOTED = "2", "1;33", ""
# A line does not begin with these, nor end with an opening one.
CLOSING = frozenset("。，、；：！？…）》」』”’】〕〉%‰.,;:!?)]}")
OPENING = frozenset("（《「『“‘【〔〈([{")
# A document may hold control sequences; a terminal must not obey them. One character for one, so that offsets hold.
HARMLESS = {code: "�" for code in (*range(0x20), *range(0x7F, 0xA0)) if code != ord("\t")}


@dataclass(frozen=True, slots=True)
class Look:
    """How the terminal shows things: `width` 0 wraps nothing."""

    width: int = 0
    colour: bool = False


def paint(card: Card, look: Look, *, context: bool = False) -> str:
    """The card's text for a terminal. Context is collapsed unless it is asked for; buttons have no place here."""
    text, spans = (card.text, card.spans) if context else _without_context(card)
    lines = []
    start = 0
    for line in text.split("\n"):
        end = start + len(line)
        here = [span for span in spans if span.start < end and span.end > start]
        lines.append(_line(line, start, here, look))
        start = end + 1
    return "\n".join(lines).strip("\n")


def flow(text: str, width: int) -> str:
    """Lines of our own words, wrapped to `width` columns; as they are where it is 0."""
    if not width:
        return text
    return "\n".join("\n".join(line[a:b] for a, b in wrap(line, width)) for line in text.split("\n"))


def _without_context(card: Card) -> tuple[str, tuple[StyledSpan, ...]]:
    """Text and spans with the collapsed stretch cut out."""
    text, spans = card.text, card.spans
    for gone in [span for span in reversed(card.spans) if span.style is Style.CONTEXT]:
        start = len(text[: gone.start].rstrip("\n"))
        size = gone.end - start
        text = text[:start] + text[gone.end :]
        spans = tuple(
            span if span.start < start else StyledSpan(span.style, span.start - size, span.end - size, span.url)
            for span in spans
            if span is not gone
        )
    return text, spans


def _line(line: str, start: int, spans: list[StyledSpan], look: Look) -> str:
    styles = {span.style for span in spans}
    if Style.QUOTE in styles:
        lead = BAR if look.colour else PLAIN_BAR
        inner = [replace(span, start=span.start - start, end=span.end - start) for span in spans]
        return _flow(line, lead, QUOTED, inner, look)
    if Style.SOURCE in styles:
        link = next((span.url for span in spans if span.style is Style.SOURCE), "")
        if link and not look.colour:
            line = f"{line} <{link}>"
        shown = _flow(f"— {line}", INDENT, DIM, [], look)
        return _linked(shown, link) if look.colour else shown
    if Style.CONTEXT in styles:
        return _flow(line, INDENT, DIM, [], look)
    return _flow(line, "", DIM if Style.NOTE in styles else "", [], look)


def _flow(line: str, lead: str, code: str, spans: Sequence[StyledSpan], look: Look) -> str:
    """`line` wrapped behind `lead`, with `code` on all of it, highlights among its `spans` in bold, links to follow."""
    if look.colour or look.width:
        line = line.translate(HARMLESS)
    room = look.width - len(INDENT) if look.width else 0
    rows = list(wrap(line, room)) if room > 0 else [(0, len(line))]
    return "\n".join(lead + _coloured(line, a, b, code, spans, look.colour) for a, b in rows)


def _coloured(line: str, start: int, end: int, code: str, spans: Sequence[StyledSpan], colour: bool) -> str:
    if not colour:
        return line[start:end]
    nested = [span for span in spans if span.style in (Style.HIGHLIGHT, Style.LINK)]
    borders = {min(max(border, start), end) for span in nested for border in (span.start, span.end)}
    parts = []
    for left, right in pairwise(sorted({start, end, *borders})):
        here = {span.style: span for span in nested if span.start <= left and right <= span.end}
        part = _with(BOLD if Style.HIGHLIGHT in here else code, line[left:right])
        parts.append(_linked(part, here[Style.LINK].url if Style.LINK in here else ""))
    return "".join(parts)


def _linked(text: str, url: str) -> str:
    """`text` that leads to `url` where the terminal knows links (OSC 8); elsewhere it is text."""
    return f"\x1b]8;;{url.translate(HARMLESS)}\x1b\\{text}\x1b]8;;\x1b\\" if url else text


def _with(code: str, text: str) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if code and text else text


def columns(text: str) -> int:
    """How many columns of a terminal `text` takes: Chinese characters and most emoji take two."""
    return sum(_columns(char) for char in text)


def _columns(char: str) -> int:
    if unicodedata.combining(char) or unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def wrap(text: str, room: int) -> Iterator[tuple[int, int]]:
    """Rows of `text` as ranges: broken at spaces, and anywhere between Chinese characters save before closing marks."""
    start = 0
    while start < len(text):
        end = _fitting(text, start, room)
        stop = end if end == len(text) else _break(text, start, end)
        yield start, max(len(text[:stop].rstrip(" ")), start)
        start = stop
        while start < len(text) and text[start] == " ":
            start += 1
    if not text:
        yield 0, 0


def _fitting(text: str, start: int, room: int) -> int:
    used = 0
    for at in range(start, len(text)):
        used += _columns(text[at])
        if used > room:
            return max(at, start + 1)
    return len(text)


def _break(text: str, start: int, end: int) -> int:
    for stop in range(end, start, -1):
        before, after = text[stop - 1], text[stop]
        wide = _columns(before) == 2 or _columns(after) == 2
        if before == " " or after == " " or (wide and after not in CLOSING and before not in OPENING):
            return stop
    return end
