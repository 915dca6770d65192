"""Long sentences: where they may be cut, and where the whole of one begins and ends."""

import re

from index.answer import MAX_QUOTE
from index.document import Block, BlockKind, Document, Span
from index.text.sentences import sentence_around

_LONGEST_SENTENCE = 1000
"""Code points: what goes on for longer without a full stop is no sentence, and stays cut as it was."""
ENDED = re.compile(r"[。！？!?.…；;：:][\W_]*\Z")
_CLAUSE = re.compile(r"[。！？!?；;，：、]|[,:](?!\s?\d)|(?<=[a-z0-9)])\. ")
_STRONG = re.compile(r"[；;：:][ \t]*\Z")


def within(document: Document, span: Span, around: int, most: int = MAX_QUOTE) -> Span:
    """At most `most` code points of a long sentence, cut at clause borders, with the place `around` inside.

    `span` may be a part of it already. The stretch ends where the sentence does, or at a semicolon or a colon, if that
    is near enough, for what breaks off reads worse than what sets in; else it begins where the sentence does; else at
    any clause. It is never cut within a link or a bracket: borders in markup are no borders.
    """
    start, end = uncut(document, span, around)
    if end - start <= most:
        return min(start, span[0]), max(end, span[1])
    text = document.plain(start, end)
    borders = [0, *(m.end() for m in _CLAUSE.finditer(text) if _closed(text[: m.end()])), end - start]
    at = min(max(around - start, 0), end - start - 1)
    strong = {b for b in borders if b == end - start or _STRONG.search(text[:b])}
    windows = [(left, right) for right in borders for left in borders if left <= at < right <= left + most]
    if windows:
        left, right = min(windows, key=lambda one: (one[1] not in strong, one[0] > 0, -one[1], one[0]))
        return trimmed(document, start + left, start + right)
    left = max(0, min(at - most // 3, end - start - most))
    return span if span[1] - span[0] <= most else trimmed(document, start + left, start + left + most)


def uncut(document: Document, span: Span, around: int) -> Span:
    """The sentence that `span` was cut from, where it does not end as one; `span` itself where it does."""
    block = document.block_at(around)
    ended = block is None or span[1] >= block.end or ENDED.search(document.text[slice(*span)])
    if block is None or ended or block.kind is BlockKind.CODE:
        return span
    found = whole_sentence(document, block, around)
    return found if found[1] - found[0] <= _LONGEST_SENTENCE else span


def whole_sentence(document: Document, block: Block, at: int) -> Span:
    """The whole sentence of `block` that holds the offset `at`, looked for near to that."""
    near = max(block.start, at - 2 * _LONGEST_SENTENCE), min(block.end, at + 2 * _LONGEST_SENTENCE)
    return sentence_around(document.text, *near, at)


def trimmed(document: Document, start: int, end: int, marks: str | None = None) -> Span:
    """The stretch without white space at its ends, or without these `marks`."""
    said = document.text[start:end]
    return start + len(said) - len(said.lstrip(marks)), start + len(said.rstrip(marks))


def _closed(text: str) -> bool:
    """Whether every bracket that opens in `text` closes in it."""
    return all(text.count(a) <= text.count(b) for a, b in ("()", "[]", "（）", "「」", "《》"))
