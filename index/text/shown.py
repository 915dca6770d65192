"""A stretch of a document as a person reads it: without the marks of its format.

Only markup goes missing: every letter that is shown stands in the text, in the same order.
"""

import html
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator

from index.document import BlockKind, Document, Span
from index.text.structure import number_start

_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
MARKED_UP = (".md", ".markdown", ".mdx", ".ipynb", ".adoc")
"""Suffixes of the formats whose text is the file itself, with its entities."""
_BORDER = re.compile(r"<(?:(?P<cell>t[dh])|br|/?(?:p|div|li|tr|hr|summary|h[1-6]))\b", re.IGNORECASE)
"""Tags that part what stands before them from what stands behind them."""
_EDGE = re.compile(r"^[ \t]*\|[ \t]*|[ \t]*\|[ \t]*$")
_BAR = re.compile(r"[ \t]+\|[ \t]*|[ \t]*\|[ \t]+")
_WIDE = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f"
_TURNED = re.compile(rf"(?<=[{_WIDE}])[ \t]*\n[ \t]*(?=[{_WIDE}])")
_PADDED = re.compile(rf"(?<=[{_WIDE}])[ \t]+(?=[，。、；：！？）】》])")


def shown(document: Document, start: int, end: int) -> str:
    """`text[start:end]` less its markup: a line for each block in it, items with their numbers, code with its lines."""
    lines = [_line(document, a, b, kind) for a, b, kind in _stretches(document, start, end)]
    return "\n".join(line for line in lines if line)


def shown_spans(document: Document, start: int, end: int, spans: Iterable[Span]) -> tuple[Span, ...]:
    """Spans of `text[start:end]`, as offsets into it, as offsets into what is shown of it.

    A span of which nothing is shown is left out.
    """
    said = shown(document, start, end)
    places = _places(document, start, end, said)
    found = ((bisect_left(places, start + left), bisect_left(places, start + right)) for left, right in spans)
    trimmed = ((right - len(said[left:right].lstrip()), left + len(said[left:right].rstrip())) for left, right in found)
    # A border that tags stand for is shown, and answers nothing.
    return tuple((left, right) for left, right in trimmed if said[left:right].strip(" |"))


def _places(document: Document, start: int, end: int, said: str) -> list[int]:
    """Where each character of `said`, which is shown of `text[start:end]`, comes from; white space: behind the last.

    Only marks, white space and borders are passed over, so that a letter is never taken for one further on.
    """
    places: list[int] = []
    left = iter(_unmarked_characters(document, start, end))
    before = start - 1
    for char in said:
        if char.isspace():
            places.append(before + 1)
        else:
            before = next((at for one, at in left if one == char), end)
            places.append(before)
    return places


def _unmarked_characters(document: Document, start: int, end: int) -> Iterator[tuple[str, int]]:
    """What stands between the marks, with its offsets; an entity is the character that it stands for."""
    written = document.source.path.lower().endswith(MARKED_UP)
    for piece, place in _pieces(document, start, end):
        at = 0
        while at < len(piece):
            entity = _ENTITY.match(piece, at) if written else None
            said = html.unescape(entity.group()) if entity else piece[at]
            yield from ((char, place + at) for char in said)
            at = entity.end() if entity else at + 1


def _pieces(document: Document, start: int, end: int) -> Iterator[tuple[str, int]]:
    """What stands between the marks, and where; a break or a border for tags that part what they stand between."""
    at = start
    for left, right in (*document.marks_within(start, end), (end, end)):
        if at < left:
            yield document.text[at:left], at
        border = _BORDER.search(document.text, max(at, left), right)
        if border:
            yield " | " if border.group("cell") else " ", max(at, left)
        at = max(at, right)


def _stretches(document: Document, start: int, end: int) -> list[tuple[int, int, BlockKind]]:
    """The parts of a stretch that lie in one block each."""
    blocks = document.blocks_within(start, end)
    found = [(max(number_start(document, one, start), start), min(one.end, end), one.kind) for one in blocks]
    return found or [(start, end, BlockKind.PARAGRAPH)]


def _line(document: Document, start: int, end: int, kind: BlockKind) -> str:
    if kind is BlockKind.CODE:
        # From the margin on, so that the lines keep their places under each other.
        line = document.text.rfind("\n", 0, start) + 1
        return _dedented(_unmarked(document, line if not document.text[line:start].strip(" \t>") else start, end))
    text = _unmarked(document, start, end)
    if document.source.path.lower().endswith(MARKED_UP):
        text = _ENTITY.sub(lambda found: html.unescape(found.group()), text)
    if kind in (BlockKind.ROW, BlockKind.HEADER):
        text = _BAR.sub(" | ", _EDGE.sub("", text))
    return _PADDED.sub("", " ".join(_TURNED.sub("", text).split()))


def _unmarked(document: Document, start: int, end: int) -> str:
    return "".join(piece for piece, _ in _pieces(document, start, end))


def _dedented(code: str) -> str:
    """Lines of code without the margin that they share."""
    lines = [line.rstrip() for line in code.split("\n")]
    margin = min((len(line) - len(line.lstrip()) for line in lines if line), default=0)
    return "\n".join(line[margin:] for line in lines).strip("\n")
