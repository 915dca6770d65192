"""Cards in WeCom's two kinds of text: markdown, and plain text with links.

Whatever markup does, the person who reads must see the quote letter for letter. Markdown gets a backslash only where a
reader of CommonMark would otherwise take a character for markup, and bold only where `**` can open and close there
(next to Chinese punctuation it often cannot, and the asterisks would stand in the quote). Blanks at the borders of a
line are not letters: markdown drops them.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from bot.cards.card import Card, Style, StyledSpan
from bot.cards.render import split, utf8
from bot.question import Language
from bot.texts.messages import say

STREAM_BYTES = 20_480
APP_BYTES = 2_048
LINK_BYTES = 1_000
"""A link beside which an app message still has room for its text."""

Dress = Callable[[Card], str]

_BLANK = " \t"
_LINE_STARTS = re.compile(
    r"""(?P<mark>
        \#(?=\#{0,5}(?:\s|$))      # heading
      | >                          # block quote
      | [-+](?=\s|$)               # list
      | [-=|:](?=[-=|:\s]*$)       # rule, heading underlined, table
      | \d{1,9}(?=[.)](?:\s|$))    # numbered list
    )""",
    re.VERBOSE,
)
_LINK_LIKE = re.compile(r"\][(\[:]")
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]*);")
_TAG = re.compile(r"<[A-Za-z/!?]")
_UNIT = re.compile(r"\\[!-/:-@\[-`{-~]|.")
"""A character as written: an escape counts as one."""
_ANCHOR = re.compile(r"</?a\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of one line under one style."""

    text: str
    bold: bool = False
    url: str = ""


def without_context(card: Card) -> Card:
    """`card` without the surrounding paragraph: WeCom folds nothing away, and unfolded it would bury the quote."""
    for span in sorted(card.spans, key=lambda span: span.start, reverse=True):
        if span.style is Style.CONTEXT:
            card = _without(card, span.start, span.end)
    return replace(card, text=card.text.rstrip())


def late(card: Card, lang: Language) -> Card:
    """`card` with a word before it that it comes late."""
    word = say("late", lang) + "\n\n"
    spans = (replace(span, start=span.start + len(word), end=span.end + len(word)) for span in card.spans)
    return replace(card, text=word + card.text, spans=tuple(spans))


def markdown(card: Card) -> str:
    """`card` as markdown that shows `card.text`, the quote as a block quote, the answering span in bold."""
    lines: list[str] = []
    quoted_before = False
    for start, end in _lines(card.text):
        quoted = _within(card, Style.QUOTE, start, end)
        # Without an empty line the text below a block quote is drawn into it.
        if lines and quoted_before and not quoted and lines[-1] and start < end:
            lines.append("")
        if quoted and lines and not quoted_before and lines[-1]:
            lines.append("")
        text = _dressed(card, start, end, quoted=quoted)
        lines.append(f"> {text}".rstrip(_BLANK) if quoted else text)
        quoted_before = quoted
    return "\n".join(lines).strip("\n")


def plain(card: Card) -> str:
    """`card` as the text message of an own app: no markup at all but `<a>` around what is linked."""
    parts: list[str] = []
    for start, end in _lines(card.text):
        pieces = (_anchor(piece) if piece.url else piece.text for piece in _pieces(card, start, end))
        parts.append("".join(pieces))
    return "\n".join(parts).strip("\n")


def exact(card: Card) -> bool:
    """Whether markdown shows this card's text without a single escape, so that every client shows it alike."""
    return markdown(card).count("\\") == card.text.count("\\")


def anchored(card: Card) -> bool:
    """Whether the text itself holds what a text message would take for a link."""
    return _ANCHOR.search(card.text) is not None


def fitted(card: Card, limit: int, dress: Dress) -> list[tuple[str, Card]]:
    """`card` in parts whose dressed text has at most `limit` bytes, cut on sentence borders, nothing lost."""
    card = _with_short_links(card)
    budget = limit
    while True:
        parts = [(dress(part), part) for part in split(card, budget, utf8)]
        over = max(utf8(text) for text, _ in parts) - limit
        if over <= 0:
            return [(text, part) for text, part in parts if text.strip()] or parts[:1]
        budget = max(1, budget - over)


def _lines(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for line in text.split("\n"):
        yield start, start + len(line)
        start += len(line) + 1


def _within(card: Card, style: Style, start: int, end: int) -> bool:
    """An empty line belongs to a span that goes on on both sides of it."""
    if start == end:
        return any(span.style is style and span.start < start and span.end > end for span in card.spans)
    return any(span.style is style and span.start < end and span.end > start for span in card.spans)


def _pieces(card: Card, start: int, end: int) -> Iterator[_Piece]:
    """The line's text in order, cut wherever a highlight or a link begins or ends."""
    spans = [s for s in card.spans if s.start < end and s.end > start]
    bold = [s for s in spans if s.style is Style.HIGHLIGHT]
    links = [s for s in spans if s.style in (Style.SOURCE, Style.LINK) and s.url]
    borders = {start, end}
    for span in (*bold, *links):
        borders |= {max(span.start, start), min(span.end, end)}
    marks = sorted(borders)
    pending: _Piece | None = None
    for left, right in pairwise(marks):
        url = next((s.url for s in links if _covers(s, left, right)), "")
        piece = _Piece(card.text[left:right], any(_covers(s, left, right) for s in bold) and not url, url)
        if pending is not None and (pending.bold, pending.url) == (piece.bold, piece.url):
            pending = replace(pending, text=pending.text + piece.text)
            continue
        if pending is not None:
            yield pending
        pending = piece
    if pending is not None:
        yield pending


def _covers(span: StyledSpan, left: int, right: int) -> bool:
    return span.start <= left and right <= span.end


def _dressed(card: Card, start: int, end: int, *, quoted: bool) -> str:
    """One line as markdown."""
    while start < end and card.text[start] in _BLANK:
        start += 1
    while start < end and card.text[end - 1] in _BLANK:
        end -= 1
    # Links and struck-out text may reach over several lines.
    links, tildes = _LINK_LIKE.search(card.text) is not None, card.text.count("~") > 1
    pieces = list(_pieces(card, start, end))
    texts, at = [], 0
    for piece in pieces:
        texts.append(_escaped(card.text[start:end], at, piece, brackets=links or bool(piece.url), tildes=tildes))
        at += len(piece.text)
    out = ""
    for position, (piece, text) in enumerate(zip(pieces, texts, strict=True)):
        if piece.url:
            out = out[:-1] + "\\!" if out.endswith("!") else out
            out += f"[{text}]({_target(piece.url)})"
        elif piece.bold:
            out += _bold(text, out[-1:], texts[position + 1][:1] if position + 1 < len(texts) else "")
        else:
            out += text
    return _escaped_start(out, numbers=quoted)


def _escaped(line: str, at: int, piece: _Piece, *, brackets: bool, tildes: bool) -> str:
    """`piece`, which stands in `line` at `at`, with a backslash where a character would be taken for markup."""
    out = []
    for position in range(at, at + len(piece.text)):
        edge = position in (at, at + len(piece.text) - 1)
        if _is_markup(line, position, edge=edge, brackets=brackets, tildes=tildes):
            out.append("\\")
        out.append(line[position])
    return "".join(out)


def _is_markup(line: str, at: int, *, edge: bool, brackets: bool, tildes: bool) -> bool:
    """`edge`: asterisks or a bracket of ours may come to stand beside this character."""
    character, after = line[at], line[at + 1 : at + 2]
    checks: dict[str, Callable[[], bool]] = {
        "*": lambda: True,
        "`": lambda: True,
        "\\": lambda: True,
        # Within a word of letters and digits an underscore is only itself.
        "_": lambda: edge or not (line[at - 1].isalnum() and after.isalnum()),
        "[": lambda: brackets,
        "]": lambda: brackets,
        "~": lambda: tildes,
        "<": lambda: _TAG.match(line, at) is not None,
        "&": lambda: _ENTITY.match(line, at) is not None,
    }
    return character in checks and checks[character]()


def _escaped_start(line: str, *, numbers: bool) -> str:
    """`line` so that it does not open a block of its own; our own numbered lists may, if `numbers` is false."""
    match = _LINE_STARTS.match(line)
    if match is None:
        return line
    mark = match["mark"]
    if mark.isdigit():
        return f"{mark}\\{line[len(mark) :]}" if numbers else line
    return f"\\{line}"


def _bold(text: str, before: str, after: str) -> str:
    """`text` in bold, or as much of it as `**` can stand around: punctuation at its ends stays outside."""
    units = _UNIT.findall(text)
    start, end = 0, len(units)
    while start < end and not _holds(units[start], units[start - 1] if start else before):
        start += 1
    while start < end and not _holds(units[end - 1], units[end] if end < len(units) else after):
        end -= 1
    if start == end:
        return text
    return "".join((*units[:start], "**", *units[start:end], "**", *units[end:]))


def _holds(inside: str, outside: str) -> bool:
    """Whether `**` between these two is read as bold (CommonMark: left- and right-flanking)."""
    return _is_letter(inside) or (not inside.isspace() and _is_border(outside))


def _is_letter(character: str) -> bool:
    """Neither blank nor punctuation nor symbol, under each edition of CommonMark's rules."""
    return len(character) == 1 and unicodedata.category(character)[0] not in "PSZC"


def _is_border(character: str) -> bool:
    return not character or character.isspace() or unicodedata.category(character[0])[0] == "P"


def _target(url: str) -> str:
    """`url` where nothing in it can end the link early."""
    codes = {" ": "%20", "(": "%28", ")": "%29", "<": "%3C", ">": "%3E", "\\": "%5C", "\n": "%0A", '"': "%22"}
    return "".join(codes.get(character, character) for character in url)


def _anchor(piece: _Piece) -> str:
    return f'<a href="{_target(piece.url)}">{piece.text}</a>'


def _with_short_links(card: Card) -> Card:
    """A link longer than a message can bear loses what points into its page, and then itself."""
    spans = []
    for span in card.spans:
        url = span.url if utf8(span.url) <= LINK_BYTES else span.url.split("#", 1)[0]
        spans.append(replace(span, url=url if utf8(url) <= LINK_BYTES else ""))
    return replace(card, spans=tuple(spans))


def _without(card: Card, start: int, end: int) -> Card:
    """`card` without `text[start:end]`; the other spans keep what they point at."""
    while start and card.text[start - 1] == "\n" and (end == len(card.text) or card.text[end] == "\n"):
        start -= 1
    gone = end - start

    def moved(at: int) -> int:
        return at if at <= start else max(start, at - gone)

    spans = (
        replace(span, start=moved(span.start), end=moved(span.end))
        for span in card.spans
        if not (start <= span.start and span.end <= end)
    )
    return replace(card, text=card.text[:start] + card.text[end:], spans=tuple(spans))
