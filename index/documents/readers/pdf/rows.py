"""Words that share a baseline, and what they read as."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from unicodedata import category

from index.documents.readers.pdf.page import Word
from index.documents.readers.pdf.unicode import BULLET, superscript

_WIDE = "\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\u201c\u201d\u2018\u2019\u2026\u2014"
_WIDE_END = re.compile(f"[{_WIDE}]\\Z")
_WIDE_START = re.compile(f"[{_WIDE}]")
_COMPOUND = re.compile(r"\w[-‐–]\Z|\w[/@]\Z")
_ADDRESS = re.compile(r"(?:https?:|www\.)\S*[/\-_.=&?]\Z")
_BULLETS = "•·●○▪◦■◆◇▶►➢✓❖∙⚫‣⁃"
_MARK = re.compile(
    rf"(?P<bullet>[{_BULLETS}]|□(?!.*[□√☑☒])|[-–—*+o](?=\s))\s*(?=\S)|"
    r"(?P<number>\(?\d{1,3}[.)、）．](?!\d)|[（(]\d{1,3}[）)]|\[\d{1,3}\]|[①-⑳]|\(?[a-zA-Z][.)](?=\s)|\(?[ivx]{1,5}[.)](?=\s)|"
    r"[（(]?[一二三四五六七八九十]{1,3}[、.．）)])\s*(?=\S)"
)
_WORD = re.compile(r"[^\W\d_]+(?:[-‐][^\W\d_]+)*")
_LAST = re.compile(r"[^\W\d_]+(?:[-‐][^\W\d_]+)*[-‐]\Z")
_FIRST = re.compile(r"[^\W\d_]+")
_LONG = 4
"""Letters of a word that may be a part of a compound that nothing else tells."""
_SAME_LINE = 0.3
_RAISED, _TOUCHING = 0.8, 0.15
_WIDE_GAP = 0.6
"""Of the size of the letters: how far two baselines of one row are apart at most, how small a raised word is and how
close, and how far a bullet stands from its text."""
_PICTURES = "nluqvØüÊ§¢¤¨"
"""What fonts of pictures write their bullets as."""
_SIGNS = frozenset(("So", "Po", "Pd"))
"""Unicode's classes of the signs that bullets are of."""


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
    size = words[0].size
    if any(word.size != size for word in words):
        letters: Counter[float] = Counter()
        for word in words:
            letters[word.size] += len(word.text)
        # Small capitals may be most of a row of text.
        least = min(letters.total() / 5, max(letters.values()))
        size = max(size for size, count in letters.items() if count >= least)
    return Row(_marked(words), next(word.base for word in words if word.size == size), size)


def _marked(words: Sequence[Word]) -> tuple[Word, ...]:
    """A sign that stands apart at the beginning of a row is a bullet, whatever its font makes of it."""
    first, spaced = words[0], len(words) > 1 and words[1].left - words[0].right > _WIDE_GAP * words[0].size
    if not spaced or len(first.text) != 1:
        return tuple(words)
    foreign = first.text in _PICTURES and first.face != words[1].face
    if not (foreign or first.text in "o+~>|" or category(first.text) in _SIGNS):
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


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Tells whether a hyphen at the end of a row parts a word or belongs to it, by the other words of a document."""

    words: frozenset[str] = frozenset()
    """Every word, and every compound with its hyphens, in small letters."""

    @classmethod
    def of(cls, lines: Iterable[str]) -> "Vocabulary":
        """All words of these lines, but those that a line break parts."""
        words: set[str] = set()
        parted = False
        for line in lines:
            whole = _LAST.sub("", line)
            found = _WORD.findall(whole)
            words.update(word.lower() for word in (found[1:] if parted else found))
            parted = len(whole) < len(line)
        return cls(frozenset(words))

    def is_one_word(self, before: str, after: str) -> bool:
        """`before` ends with a hyphen that goes where `after` goes on."""
        last, first = _LAST.search(before), _FIRST.match(after)
        if last is None or first is None or not after[0].islower():
            return False
        left, right = last.group()[:-1].lower(), first.group()
        if f"{left}-{right}" in self.words:
            return False
        if left + right in self.words:
            return True
        return not (len(left) >= _LONG <= len(right) and left in self.words and right in self.words)


def mark_of(text: str, *, bullets: bool = False) -> tuple[str, int] | None:
    """The number that an item begins with ("" for a bullet), and where its text begins; None where it is no item.

    With `bullets` numbers are none: a heading may begin with one.
    """
    found = _MARK.match(text)
    if found is None or (bullets and found.group("number")):
        return None
    return found.group("number") or "", found.end()


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
