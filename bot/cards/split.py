"""The one splitter: a card longer than a platform's message becomes several, cut on sentence borders, nothing lost.

Every platform measures in its own unit (Telegram in UTF-16 units, WeCom in bytes), so the measure is a parameter.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace

from bot.cards.card import Card, StyledSpan

Measure = Callable[[str], int]

# From the border people like best to the one they mind most; each pattern ends where the next part may begin.
BORDERS = tuple(
    re.compile(pattern)
    for pattern in (
        r"\n[^\S\n]*\n+",
        r"\n|[。！？!?；…]+[”’」』）)\]]*|[.;][”’\"')\]]*\s+",
        r"[，,、：:]|\s+",
    )
)
# A better border is taken only where it does not leave the part nearly empty.
LEAST_FILLED = (0.5, 0.25, 0.1)
JOINERS = frozenset("\u200d\ufe0e\ufe0f")
SKIN_TONES = range(0x1F3FB, 0x1F400)


def utf16(text: str) -> int:
    """Length in UTF-16 units, as Telegram counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def utf8(text: str) -> int:
    """Length in bytes, as WeCom counts."""
    return len(text.encode("utf-8", "surrogatepass"))


def split(card: Card, limit: int, measure: Measure) -> list[Card]:
    """`card` in parts of at most `limit`, in order. The parts' texts together are exactly the card's text.

    Spans are carried over into each part that they reach; the buttons stand under the last part.
    """
    parts = [_part(card, start, end) for start, end in _ranges(card.text, limit, measure)]
    if not parts:
        return [card]
    parts[-1] = replace(parts[-1], buttons=card.buttons)
    return parts


def _ranges(text: str, limit: int, measure: Measure) -> Iterator[tuple[int, int]]:
    start = 0
    while start < len(text):
        fits = _fitting(text, start, limit, measure)
        end = fits if fits == len(text) else _border(text, start, fits)
        yield start, end
        start = end


def _fitting(text: str, start: int, limit: int, measure: Measure) -> int:
    """The largest end for which `text[start:end]` is within `limit`; always one code point at least."""
    low, high = start + 1, min(len(text), start + limit)
    if measure(text[start:high]) <= limit:
        return high
    while low < high:
        middle = (low + high + 1) // 2
        if measure(text[start:middle]) <= limit:
            low = middle
        else:
            high = middle - 1
    return low


def _border(text: str, start: int, fits: int) -> int:
    window = text[start:fits]
    for pattern, least in zip(BORDERS, LEAST_FILLED, strict=True):
        ends = [match.end() for match in pattern.finditer(window)]
        if ends and ends[-1] >= least * len(window):
            return start + ends[-1]
    end = fits
    while end > start + 1 and _inside_a_character(text, end):
        end -= 1
    return end if not _inside_a_character(text, end) else fits


def _inside_a_character(text: str, at: int) -> bool:
    """Whether a cut before `text[at]` would tear apart what people see as one character."""
    after = text[at]
    return after in JOINERS or text[at - 1] == "\u200d" or ord(after) in SKIN_TONES or unicodedata.combining(after) != 0


def _part(card: Card, start: int, end: int) -> Card:
    spans = (
        StyledSpan(span.style, max(span.start, start) - start, min(span.end, end) - start, span.url)
        for span in card.spans
        if span.start < end and span.end > start
    )
    return Card(card.text[start:end], tuple(spans))
