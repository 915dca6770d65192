"""A text tokenized once, for whoever encodes it and for BM25: it takes most of the time that indexing takes.

What the tokenizer makes of a text also tells its Chinese words, and where each piece stands: neither is asked for
again, nor has the text to be tokenized anew when it is matched with a question.
"""

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain, pairwise

import numpy as np
from numpy.typing import NDArray

from index.text import pinyin
from index.text.chinese import HAN_CHARACTER
from index.text.pieces import vocabulary
from index.text.terms import PIECE, STORED, Pieces, encode_ids, fold_all, words, words_in


@dataclass(frozen=True, slots=True)
class TokenizedText:
    """A text, its pieces, and what BM25 stores of it."""

    text: str
    ids: Pieces
    """(t,) numbers of its pieces, as `encode_ids` gives them."""
    terms: list[str]
    """In any order."""
    sounds: str
    """The pinyin of each pair of neighbouring Chinese characters, with spaces between (`index.pinyin`)."""


def tokenized(texts: Sequence[str], pieces: Sequence[Pieces] | None = None) -> list[TokenizedText]:
    """Each text with its `pieces`, made now if they were not before, and its terms."""
    ids = encode_ids(texts) if pieces is None else pieces
    folded = fold_all(texts)
    return [
        TokenizedText(text, own, _terms(plain, own), pinyin.sounds(plain))
        for text, own, plain in zip(texts, ids, folded, strict=True)
    ]


def index_terms(text: str) -> list[str]:
    """What BM25 stores for `text`."""
    made = tokenized([text])[0]
    return made.terms + made.sounds.split()


def _terms(folded: str, ids: Pieces) -> list[str]:
    """The terms of a folded text with these pieces.

    Its Chinese words are the pieces, except behind a numeral of Chinese characters: there the pieces are those of both
    together, and the words are cut without it, as a question's are.
    """
    found: list[str] = []
    whole: list[str] = []
    separate: list[tuple[int, int]] = []
    end = -1
    for piece in PIECE.finditer(folded):
        kind = piece.lastgroup
        if kind == "han" and piece.start() == end:
            found += words(piece.group())
            separate.append(piece.span())
        elif kind == "han":
            whole.append(piece.group())
        else:
            found.append(STORED[kind or "word"](piece.group()))
            if kind == "number" and not piece.group().isascii():
                separate.append(piece.span())
                end = piece.end()
    known = _words_of(folded, ids, whole, separate)
    found += chain.from_iterable(map(words, whole)) if known is None else known
    return found


def _words_of(
    folded: str, ids: Pieces, whole: Sequence[str], separate: Sequence[tuple[int, int]]
) -> Iterator[str] | None:
    """The Chinese words of a text's pieces: those of its runs that are `whole`, none of those that stand `separate`.

    None where the pieces do not tell: a character that the vocabulary lacks is among them.
    """
    lengths = _han_lengths()(ids)
    mine = lengths > 0
    count = sum(map(len, whole))
    if separate:
        # Where these stand among the Chinese characters of the text.
        characters = [found.start() for found in HAN_CHARACTER.finditer(folded)]
        places = np.searchsorted(characters, np.asarray(separate, np.int64))
        count += int((places[:, 1] - places[:, 0]).sum())
    if int(lengths.sum()) != count:
        return None
    if separate:
        rows = np.flatnonzero(mine)
        ends = lengths[rows].cumsum(dtype=np.int64)
        for first, last in np.searchsorted(ends, places, side="right").tolist():
            mine[rows[first:last]] = False
    return chain.from_iterable(map(_WORDS_OF.__getitem__, ids[mine].tolist()))


def piece_spans(texts: Sequence[str], pieces: Sequence[Pieces]) -> list[NDArray[np.int32] | None]:
    """The `token_spans` of texts with these pieces, found from their lengths alone; None where these do not tell."""
    codes = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), "<u4")
    seen = ~_blank()[np.minimum(codes, len(_blank()) - 1)]
    lengths = _lengths()(np.concatenate([np.zeros(0, np.int64), *pieces])).astype(np.int64)
    borders = np.cumsum([0, *map(len, texts)]).tolist()
    rows = np.cumsum([0, *map(len, pieces)]).tolist()
    return [
        _placed(np.flatnonzero(seen[left:right]), lengths[first:last])
        for (left, right), (first, last) in zip(pairwise(borders), pairwise(rows), strict=True)
    ]


def _placed(visible: NDArray[np.int64], lengths: NDArray[np.int64]) -> NDArray[np.int32] | None:
    """Spans of pieces of these lengths over a text whose `visible` characters stand at these offsets."""
    ends = lengths.cumsum()
    if not len(ends) or int(ends[-1]) != len(visible):
        return None
    spans = np.empty((len(ends), 2), np.int32)
    spans[:, 0] = visible[ends - lengths]
    spans[:, 1] = visible[ends - 1] + 1
    return spans


@cache
def _blank() -> NDArray[np.bool_]:
    """(65 537,) which code points no piece holds: space, combining marks, formatting. None beyond is taken for such."""
    blank = [chr(n).isspace() or unicodedata.category(chr(n)) in _UNSEEN for n in range(1 << 16)]
    return np.asarray([*blank, False], bool)


_UNSEEN = frozenset({"Mn", "Mc", "Me", "Cf"})


class _WordsOf(dict[int, tuple[str, ...]]):
    """The words of a Chinese piece, by its number; so that looking one up costs no call of ours."""

    def __missing__(self, id: int) -> tuple[str, ...]:
        found = self[id] = words_in(id)
        return found


_WORDS_OF = _WordsOf()


class _Lengths:
    """Characters of pieces, by their numbers: looked up in the vocabulary when a piece is first met."""

    def __init__(self, tell: Callable[[str], int]) -> None:
        self._tell = tell
        self._known = np.full(len(vocabulary()), -1, np.int16)

    def __call__(self, ids: Pieces) -> NDArray[np.int16]:
        found = self._known[ids]
        new = ids[found < 0]
        if len(new):
            self._known[new] = [self._tell(vocabulary().word(id)) for id in new.tolist()]
            found = self._known[ids]
        return found


@cache
def _lengths() -> _Lengths:
    """Without the mark before a Latin word; an unknown piece is taken for one character."""
    return _Lengths(lambda piece: 1 if piece in _MARKS else len(piece.removeprefix("▁")) or 1)


@cache
def _han_lengths() -> _Lengths:
    """0 for a piece that is not Chinese."""
    return _Lengths(lambda piece: len(piece) if HAN_CHARACTER.match(piece) else 0)


_MARKS = frozenset({"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"})
