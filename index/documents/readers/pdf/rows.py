"""Words that share a baseline, and what they read as."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from index.documents.readers.pdf.hyphens import Vocabulary
from index.documents.readers.pdf.page import Word
from index.documents.readers.pdf.unicode import BULLET, superscript

_WIDE = "\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\u201c\u201d\u2018\u2019\u2026\u2014"
_WIDE_END = re.compile(f"[{_WIDE}]\\Z")
_WIDE_START = re.compile(f"[{_WIDE}]")
_COMPOUND = re.compile(r"\w[-‐–]\Z|\w[/@]\Z")
_ADDRESS = re.compile(r"(?:https?:|www\.)\S*[/\-_.=&?]\Z")
_SAME_LINE = 0.3
_RAISED, _TOUCHING = 0.8, 0.15
_APART = 0.6
"""Of the size of the letters: how far two baselines of one row are apart at most, how small a raised word is and how
close, and how far a bullet stands from its text."""
_NO_BULLET = "$€£¥#%@&|([{（【《“‘\"'"


@dataclass(frozen=True, slots=True)
class Row:
    """Words from left to right."""

    words: tuple[Word, ...]
    base: float
    size: float

    @property
    def left(self) -> float:
        return self.words[0].left

    @property
    def right(self) -> float:
        return self.words[-1].right

    @property
    def text(self) -> str:
        return joined(self.words)

    @property
    def bold(self) -> bool:
        return all(word.bold for word in self.words)

    @property
    def fixed(self) -> bool:
        return all(word.fixed for word in self.words)


def rows(words: Iterable[Word]) -> list[Row]:
    """The words in rows from the top, raised and lowered ones in rows of their own."""
    found: list[list[Word]] = []
    for word in sorted(words, key=lambda word: (word.base, word.left)):
        last = found[-1][-1] if found else None
        if last and word.base - last.base < _SAME_LINE * min(word.size, last.size):
            found[-1].append(word)
        else:
            found.append([word])
    return [row(sorted(one, key=lambda word: word.left)) for one in found]


def whole_rows(words: Iterable[Word]) -> list[Row]:
    """The rows of one column: raised and lowered words stand in the row that they touch."""
    found: list[Row] = []
    for line in rows(words):
        last = found[-1] if found else None
        small, large = sorted((last, line), key=lambda one: one.size) if last else (line, line)
        if last and line.base - last.base < 0.6 * large.size and _is_raised(small, large):
            found[-1] = _with_raised(small, large)
        else:
            found.append(line)
    return found


def _is_raised(small: Row, large: Row) -> bool:
    """Each word of the small row is close to one of the large row."""
    close = 0.5 * large.size
    return small.size < _RAISED * large.size and all(
        any(word.left - close < other.right and other.left < word.right + close for other in large.words)
        and not any(word.left < other.right - close and other.left < word.right - close for other in large.words)
        for word in small.words
    )


def _with_raised(small: Row, large: Row) -> Row:
    up = small.base < large.base
    words = [replace(word, text=superscript(word.text)) if up else word for word in small.words]
    merged = sorted((*large.words, *words), key=lambda word: word.left)
    ends = [merged[0].right, *(word.right for word in merged)]
    fitted = [
        replace(word, spaced=word.left - end > _TOUCHING * large.size) if word.size < large.size else word
        for word, end in zip(merged, ends, strict=False)
    ]
    return Row(tuple(fitted), large.base, large.size)


def row(words: Sequence[Word]) -> Row:
    letters: Counter[float] = Counter()
    for word in words:
        letters[word.size] += len(word.text)
    # Small capitals may be most of a row of text.
    size = max(
        size for size, count in letters.items() if count * 5 >= letters.total() or count == max(letters.values())
    )
    return Row(_marked(words), next(word.base for word in words if word.size == size), size)


def _marked(words: Sequence[Word]) -> tuple[Word, ...]:
    """A sign that stands apart at the beginning of a row is a bullet, whatever its font makes of it."""
    first, apart = words[0], len(words) > 1 and words[1].left - words[0].right > _APART * words[0].size
    if not apart or len(first.text) != 1 or (first.text.isalnum() and first.text != "o") or first.text in _NO_BULLET:
        return tuple(words)
    return (replace(first, text=BULLET), *words[1:])


def joined(words: Sequence[Word]) -> str:
    """One row as text: a space where there is room for one, but none between Chinese characters."""
    text = words[0].text
    for left, right in pairwise(words):
        gap = right.left - left.right
        wide = bool(_WIDE_END.search(left.text) and _WIDE_START.match(right.text))
        text += right.text if (gap < 0.8 * right.size if wide else not right.spaced) else f" {right.text}"
    return text


def is_wide(text: str) -> bool:
    """It begins with a Chinese character, before which a line may break anywhere."""
    return "\u2e80" <= text[:1] <= "\u9fff" or "\uac00" <= text[:1] <= "\uffef"


def continued(text: str, more: str, vocabulary: Vocabulary) -> str:
    """Two rows of one paragraph: without a space between Chinese, without the hyphen that parted a word."""
    if text.endswith(("-", "\u2010", "\u00ad")) and (vocabulary.is_one_word(text, more) or text.endswith("\u00ad")):
        return text[:-1] + more
    if (_WIDE_END.search(text) and _WIDE_START.match(more)) or _ADDRESS.search(text) or _COMPOUND.search(text):
        return text + more
    return f"{text} {more}"
