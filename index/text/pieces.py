"""The tokenizer for a few texts: it reads of the vocabulary what they need, and is ready at once.

`tokenizers` takes the whole vocabulary in before the first text, which is a third of what a cold question costs. Here
the vocabulary stays in a file, its words ordered by how they begin, and a group of them is read when a text has that
beginning. The pieces are those of `tokenizers`, number by number; the few texts of which this is not sure (`sure_of`)
are left to it.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from math import inf
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

WORDS = files("index") / "text" / "words"
"""The folder of the one vocabulary: tokenizer, folding table, readings."""
ROW = np.dtype([("id", "<i4"), ("row", "<i4"), ("at", "<i4"), ("score", "<f8")])
"""A word in the order of the file: its number, where it stands in bytes, its score in the unigram model. `row` is not
of that word: it is the place in the file of the word whose number is this row's place."""
GROUP = np.dtype([("key", "<u4"), ("row", "<i4")])
START = "▁"
"""Stands before a Latin word."""
LATIN = 0x110000
"""Added to the first letter of words with that mark: their groups would be one large one."""
UNKNOWN = 1
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
_UNKNOWN_SCORE = -99.0 - 10.0
"""`tokenizers` puts an unknown character ten below the least score, which is that of the special marks."""
_KEPT = 8192


class Piece(NamedTuple):
    """A piece of a text: its number, and where it stands in what was cut."""

    id: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Encoded:
    """A text as the encoders read it."""

    ids: list[int]
    spans: NDArray[np.int32]
    """(t, 2) code points of the text that each piece stands for."""


Words = tuple[dict[str, tuple[float, int]], tuple[int, ...]]
"""Score and number of each word of a group, and the lengths that there are, rising."""


class Vocabulary:
    """The words of a folder by how they begin. Safe to use from threads: the worst is that a group is read twice."""

    def __init__(self) -> None:
        self._rows: NDArray[np.void] = np.asarray(np.load(str(WORDS / "pieces.npy"), mmap_mode="r"))
        self._text = (WORDS / "pieces.txt").read_bytes()
        groups = np.load(str(WORDS / "pieces-groups.npy"))
        ends = [*groups["row"][1:].tolist(), len(self._rows)]
        self._places = dict(zip(groups["key"].tolist(), zip(groups["row"].tolist(), ends, strict=True), strict=True))
        self._groups: dict[int, Words] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def group(self, key: int) -> Words:
        """The words that begin with the character `key`, or with the mark and the letter `key` - LATIN."""
        known = self._groups.get(key)
        if known is None:
            known = self._groups[key] = self._read(*self._places.get(key, (0, 0)))
        return known

    def _read(self, first: int, last: int) -> Words:
        if first == last:
            return {}, ()
        rows = self._rows[first:last]
        words = self._text[int(rows["at"][0]) : self._end(last)].decode("utf-8").split("\n")
        known = dict(zip(words, zip(rows["score"].tolist(), rows["id"].tolist(), strict=True), strict=True))
        return known, tuple(sorted(set(map(len, words))))

    def _end(self, row: int) -> int:
        """Where the word before `row` ends."""
        return int(self._rows["at"][row]) - 1 if row < len(self._rows) else len(self._text)

    def number(self, word: str) -> int | None:
        """The number of a word, None where there is no such."""
        if not word:
            return None
        key = LATIN + ord(word[1]) if word[0] == START and len(word) > 1 else ord(word[0])
        found = self.group(key)[0].get(word)
        return found[1] if found else None

    def word(self, id: int) -> str:
        """The word of that number."""
        row = int(self._rows["row"][id])
        return self._text[int(self._rows["at"][row]) : self._end(row + 1)].decode("utf-8")


@cache
def vocabulary() -> Vocabulary:
    """The shipped one."""
    return Vocabulary()


@lru_cache(maxsize=_KEPT)
def likeliest(run: str) -> tuple[Piece, ...]:
    """`run`, a Latin word behind its mark or a run of Chinese, in the pieces whose scores add up to the most.

    Neighbours that the vocabulary lacks are one unknown piece. Of equal ways the one that is found first wins.
    """
    size, group = len(run), vocabulary().group
    best = [0.0, *[-inf] * size]
    came: list[tuple[int, int]] = [(0, 0)] * (size + 1)
    for start in range(size):
        here = best[start]
        words, lengths = group(LATIN + ord(run[1]) if run[start] == START and size > 1 else ord(run[start]))
        alone = False
        for length in (1, *lengths) if run[start] == START and size > 1 else lengths:
            end = start + length
            if end > size:
                break
            known = words.get(run[start:end]) if length > 1 or run[start] != START else _mark()
            if known is None:
                continue
            alone |= length == 1
            if here + known[0] > best[end]:
                best[end], came[end] = here + known[0], (start, known[1])
        if not alone and here + _UNKNOWN_SCORE > best[start + 1]:
            best[start + 1], came[start + 1] = here + _UNKNOWN_SCORE, (start, UNKNOWN)
    return tuple(_backwards(came, size))[::-1]


def _mark() -> tuple[float, int] | None:
    return vocabulary().group(ord(START))[0].get(START)


def _backwards(came: Sequence[tuple[int, int]], end: int) -> list[Piece]:
    found: list[Piece] = []
    while end:
        start, id = came[end]
        if id == UNKNOWN and found and found[-1].id == UNKNOWN:
            found[-1] = Piece(UNKNOWN, start, found[-1].end)
        else:
            found.append(Piece(id, start, end))
        end = start
    return found


_SPACE = r"\t-\r\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000 "
_PLAIN = re.compile(
    r"[\t-~\u2010-\u2027\u2030-\u205e\u3000-\u3029\u3030-\u3096\u309b-\u312f\u4e00-\u9fff\uff00-\uff9d]*"
)
"""Texts of these characters have nothing that is taken away: nearly all texts. The full patterns take a hundredth of a
second to make."""
_MARKS = re.compile("|".join(map(re.escape, (*SPECIAL, START))))


@cache
def _class(name: str) -> str:
    """The inside of the brackets of a pattern: characters that `tokenizers` treats alike, by its table of Unicode."""
    return dict(line.split("\t") for line in (WORDS / "pieces-classes.tsv").read_text("ascii").splitlines())[name]


@cache
def _unseen() -> re.Pattern[str]:
    """Combining marks and formatting, which are taken away."""
    return re.compile(f"[{_class('unseen')}]")


@cache
def _unsure() -> re.Pattern[str]:
    """Clusters that may be folded as one, because they are of fewer than six bytes: a mark behind a Latin letter, and
    one of two bytes behind anything."""
    return re.compile(f"[\\x00-\\u07ff][{_class('joined')}]|[\\x80-\\u07ff](?<=[{_class('unseen')}])")


@cache
def _runs() -> re.Pattern[str]:
    return re.compile(f"[a-z0-9]+|[{_class('han')}]+|[^{_SPACE}]")


def sure_of(text: str) -> bool:
    """Whether `split_into_pieces` of this text is what `tokenizers` gives."""
    return not _MARKS.search(text) and bool(_PLAIN.fullmatch(text) or not _unsure().search(text))


def split_into_pieces(text: str, fold: Callable[[str], str]) -> Encoded:
    """The pieces of a text of which this is `sure_of`; `fold` turns one code point into one."""
    places: Sequence[int] = range(len(text))
    plain = fold(text)
    if not _PLAIN.fullmatch(plain):
        places = [n for n, character in enumerate(plain) if not _unseen().match(character)]
        plain = "".join(plain[n] for n in places)
    ids: list[int] = []
    spans: list[tuple[int, int]] = []
    for found in _runs().finditer(plain):
        run, at = found.group(), found.start()
        if run.isascii() and run.isalnum():
            _latin(run, at, places, ids, spans)
            continue
        for piece in likeliest(run):
            ids.append(piece.id)
            spans.append((places[at + piece.start], places[at + piece.end - 1] + 1))
    return Encoded(ids, np.asarray(spans, np.int32).reshape(-1, 2))


def _latin(run: str, at: int, places: Sequence[int], ids: list[int], spans: list[tuple[int, int]]) -> None:
    """Add the pieces of a Latin word. Its mark stands where the character before it does, as `tokenizers` has it,
    unless that makes the piece as long as its letters and the mark together."""
    before = places[at - 1] if at else 0
    for id, start, end in likeliest(START + run):
        ids.append(id)
        last = places[at + end - 2] + 1 if end > 1 else before + (at > 0)
        if start:
            spans.append((places[at + start - 1], last))
        else:
            taken = last - before >= end > 1
            spans.append((before + taken, last))
