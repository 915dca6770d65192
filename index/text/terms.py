"""Text as terms: the words that BM25 indexes and that matching compares, in Chinese and English alike.

Folding (Traditional to Simplified, full width to half, case, accents) turns one code point into one code point, so
every offset stays an offset of the text as it stands. Numbers become their value in any script, and pairs of Chinese
characters also yield their pinyin, so that a name spelled in Latin letters finds them.
"""

import gzip
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

import numpy as np
import Stemmer
from numpy.typing import NDArray

from index.text import pieces, pinyin
from index.text.chinese import HAN
from index.text.numbers import NUMERAL, value
from index.text.pieces import WORDS as WORDS
from index.text.pieces import Encoded, likeliest, vocabulary

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

Pieces = NDArray[np.int64]
"""(t,) numbers of a text's pieces in the vocabulary."""

MANY = 100_000
"""Characters at once from which on `tokenizers` is worth the fifth of a second that it takes to load."""


@dataclass(frozen=True, slots=True)
class Term:
    """A term and the span of the text that it stands for. `text` is folded; spans of terms may repeat."""

    text: str
    start: int
    end: int
    spelled: tuple[str, ...] = ()
    """Pinyin terms that together say the same: a Latin spelling of a Chinese name."""


@cache
def _folding() -> dict[int, str]:
    lines = (WORDS / "fold.tsv").read_text(encoding="utf-8").split("\n")
    return {ord(line[0]): line[2] for line in lines if line}


@cache
def tokenizer() -> "Tokenizer":
    """The shared tokenizer, as `tokenizers` loads it: rare Chinese words are whole, and numbered after all others."""
    from tokenizers import Tokenizer

    return Tokenizer.from_buffer(gzip.decompress((WORDS / "tokenizer.json.gz").read_bytes()))


@cache
def _split_points() -> tuple[int, NDArray[np.uint8]]:
    """The number of the first rare word, and of each of them bits: bit i set where it is cut after i + 1 characters."""
    cuts = np.asarray(np.load(str(WORDS / "composed-cuts.npy")), np.uint8)
    return len(vocabulary()) - len(cuts), cuts


def encode(texts: Sequence[str]) -> list[Encoded]:
    """The pieces of each text as the encoders read them, without marks around the text."""
    return [_encoded(text) for text in _whole(texts)]


def _encoded(text: str) -> Encoded:
    if pieces.sure_of(text):
        return pieces.split_into_pieces(text, fold)
    encoded = tokenizer().encode(text, add_special_tokens=False)
    return Encoded(encoded.ids, token_spans(encoded))


def encode_ids(texts: Sequence[str]) -> list[Pieces]:
    """The numbers of the pieces of each text. Many texts are cut beside whatever else holds the interpreter."""
    if sum(map(len, texts)) < MANY and not tokenizer.cache_info().currsize:
        return [np.asarray(e.ids, np.int64) for e in encode(texts)]
    encoded = tokenizer().encode_batch_fast(_whole(texts), add_special_tokens=False)
    return [np.asarray(e.ids, np.int64) for e in encoded]


def _whole(texts: Sequence[str]) -> list[str]:
    return [_LONE.sub("\ufffd", text) for text in texts]


_LONE = re.compile("[\ud800-\udfff]")
"""Halves of a pair, which JSON may carry and no tokenizer takes: another unknown character of the same length."""


def token_spans(encoded: "Encoding") -> NDArray[np.int32]:
    """(t, 2) code points of the text that each token stands for.

    The normaliser puts "▁" before a Latin word, and the tokenizer counts the character before it, a space or a Chinese
    one, to the word: it is taken off again.
    """
    spans = np.asarray(encoded.offsets, np.int32).reshape(-1, 2)
    for row, token in enumerate(encoded.tokens):
        if token[0] == "▁" and spans[row, 1] - spans[row, 0] >= len(token) > 1:
            spans[row, 0] += 1
    return spans


@cache
def rarities() -> NDArray[np.uint8]:
    """(pieces,) how rare each piece of the vocabulary is in general text, 255 being hardly ever seen.

    Composed words, numbered after all others, were not counted. The reader model was trained on these numbers.
    """
    return np.asarray(np.load(str(WORDS / "rarity.npy")), np.uint8)


@lru_cache(maxsize=4096)
def general_rarity(word: str) -> float:
    """How rare a word is in general text, 0 to 1: the mean over its pieces, 1 being a word hardly ever seen."""
    counted = rarities()
    # Composed words come after all that were counted.
    known = [int(counted[i]) if i < len(counted) else 255 for i in encode([word])[0].ids]
    return sum(known) / len(known) / 255 if known else 1.0


def fold(text: str) -> str:
    """`text` in Simplified, half width, lower case, without accents; the same number of code points."""
    return text.translate(_folding())


def fold_all(texts: Sequence[str]) -> list[str]:
    """`fold` of each of many texts, as numbers: a tenth of the time that a character at a time takes."""
    table = _folded()
    joined = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), "<u4")
    codes = np.where(joined < len(table), table[np.minimum(joined, len(table) - 1)], joined)
    folded = codes.tobytes().decode("utf-32-le", "surrogatepass")
    return [folded[start:end] for start, end in pairwise(accumulate(map(len, texts), initial=0))]


@cache
def _folded() -> NDArray[np.uint32]:
    """What each code point is folded to, up to the last one that is not folded to itself."""
    table = np.arange(max(_folding()) + 1, dtype="<u4")
    table[list(_folding())] = list(map(ord, _folding().values()))
    return table


PIECE = re.compile(
    rf"(?P<number>{NUMERAL})|(?P<name>[a-z]+[0-9][a-z0-9]*|[0-9]+[a-z]+[a-z0-9]*)"
    rf"|(?P<word>[^\W_{HAN}]+)|(?P<han>[{HAN}]+)"
)
"""What terms are made of, in folded text: numbers first, then names that mix letters and digits, then words, then runs
of Chinese."""


class _Stemmers(threading.local):
    """A stemmer for each thread: one keeps the word that it works on within itself, and two words would be mixed up."""

    def __init__(self) -> None:
        self.english = Stemmer.Stemmer("english")


_STEMMERS = _Stemmers()


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """The English stem of a folded Latin word (Snowball, "Porter2")."""
    return str(_STEMMERS.english.stemWord(word)) if word.isascii() and len(word) > 3 else word


def terms(text: str) -> list[Term]:
    """Every term of `text` in order: words, numbers by value, names; no pinyin of what stands in Chinese."""
    folded = fold(text)
    found: list[Term] = []
    for piece in PIECE.finditer(folded):
        found.extend(_READERS[piece.lastgroup or "word"](piece.group(), piece.start()))
    return found


def words(run: str) -> list[str]:
    """The words of a folded run of Chinese, a rare one taken apart: "太原市" is to be found by "太原" as well."""
    return [word for id, start, end in likeliest(run) for word in _parts(run[start:end], id)]


def words_in(id: int) -> tuple[str, ...]:
    """The words of a Chinese piece, by its number: itself, or its parts where it is a rare one."""
    return _parts(vocabulary().word(id), id)


def _parts(word: str, id: int) -> tuple[str, ...]:
    return _split_rare(word, id) if id >= _split_points()[0] else (word,)


@lru_cache(maxsize=4096)
def _split_rare(word: str, id: int) -> tuple[str, ...]:
    first, cuts = _split_points()
    bits = int(cuts[id - first])
    ends = [after for after in range(1, len(word)) if bits >> (after - 1) & 1]
    return tuple(word[left:right] for left, right in pairwise((0, *ends, len(word))))


def query_terms(found: Sequence[Term]) -> list[str]:
    """What BM25 is asked for: the terms and, for Latin words that read as pinyin, the pairs of syllables."""
    return [text for term in found for text in (term.text, *term.spelled)]


def _number(piece: str, start: int) -> Iterator[Term]:
    yield Term(f"#{value(piece)}", start, start + len(piece))


def _name(piece: str, start: int) -> Iterator[Term]:
    yield Term(piece, start, start + len(piece))


def _word(piece: str, start: int) -> Iterator[Term]:
    yield Term(stem(piece), start, start + len(piece), pinyin.spelling(piece))


def _han(piece: str, start: int) -> Iterator[Term]:
    for word in words(piece):
        yield Term(word, start, start + len(word))
        start += len(word)


_READERS = {"number": _number, "name": _name, "word": _word, "han": _han}
STORED: dict[str, Callable[[str], str]] = {"number": lambda piece: f"#{value(piece)}", "name": str, "word": stem}
"""The term of a piece that is not Chinese, for whoever needs neither its place nor its spelling."""
