"""Foreign names in Chinese characters: how well a word of Latin letters sounds like a run of them (Norman, 诺曼).

A name is written by sound, a character for a stretch of its letters: nor-man, 诺 (nuo) 曼 (man). Which letters a
reading stands for was counted in CC-CEDICT's names (`training/transliteration.py`): first just these letters, then, for
what was not seen, how often its initial stands for the consonants and its final for the rest. The score of a word over
a run is the log of how much likelier its letters are there than in any name, and its characters in such a name than in
any text: the source-channel model of Knight and Graehl, "Machine Transliteration" (Computational Linguistics 24, 1998),
compared with a background.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from index.text import pinyin

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

COUNTED = files("index") / "text" / "words" / "transliteration.npz"
"""What was counted: see `training/transliteration.py`, which writes it."""
MOST_LETTERS = 5
"""Letters that one character may stand for."""
LONGEST = 20
"""Letters of a word; a longer one is no name."""
BACKED = 8.0
"""How many times a reading must have been seen for what it was seen with to count as much as what its parts say."""
LEAST_CHARACTERS = 2
LEAST_WORTH = -4.0
"""Of a character that hardly ever stands in such a name."""
_NEVER = -99.0
_EDGE = 0.7
"""What a run loses of what the character next to it is worth: it is probably a part of a longer name."""
_JOINED = 0.5
"""Worth above which a character next to the run probably belongs to it."""
_FEW = 1e-7
"""Of letters that no counted name holds, 27 times less with each letter."""
_INITIAL = re.compile("zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw]?")
_SIZES = range(1, MOST_LETTERS + 1)
_KEPT = 8192
"""Words, and stretches of letters, that are cut once: those of the same passages come again and again."""
_SYLLABIC = re.compile("[^aeiouy]*y?[aeiouy]*[^aeiouy]*")
_LETTERS = re.compile(f"[a-z]{{2,{LONGEST}}}")


@dataclass(frozen=True, slots=True)
class SoundMatch:
    """Where a text sounds most like a word: characters `start` to `end`, and how much like it (nats)."""

    score: float
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class SyllableCounts:
    """What was counted. `syllables` are those of `pinyin.syllables`, in its order; `seen[chunk, syllable]`: how often
    these letters stood for it; `letters[a, b]`: log probability of letter b after a (0: the word begins); `worth`: of a
    character, the log of how much more often it stands in such names than in text."""

    chunks: tuple[str, ...]
    syllables: tuple[str, ...]
    seen: NDArray[np.floating]
    letters: Floats
    worth: dict[str, float]


def parts(syllable: str) -> tuple[str, str]:
    """Initial and final of a pinyin syllable without tone; either may be empty."""
    end = _INITIAL.match(syllable).end()  # type: ignore[union-attr]
    return syllable[:end], syllable[end:]


def halves(chunk: str) -> tuple[str, str]:
    """The consonants that letters begin with, and the rest."""
    end = next((n for n, letter in enumerate(chunk) if letter in "aeiou" or (letter == "y" and n)), len(chunk))
    return chunk[:end], chunk[end:]


def one_syllable(chunk: str) -> bool:
    """Whether one character may stand for these letters: at most one run of vowels."""
    return _SYLLABIC.fullmatch(chunk) is not None


class Model:
    """Scores of letters for readings, from counts."""

    def __init__(self, counts: SyllableCounts) -> None:
        self.counts = counts
        self._seen = counts.seen
        self._times = counts.seen.sum(axis=0, dtype=np.float32)
        self._number = {chunk: n for n, chunk in enumerate(counts.chunks)}
        initials, finals = zip(*map(parts, counts.syllables), strict=True)
        onsets, rests = zip(*map(halves, counts.chunks), strict=True)
        self._onsets, self._first, self._initial = _shares(onsets, initials, counts.seen)
        self._rests, self._last, self._final = _shares(rests, finals, counts.seen)
        self._row = lru_cache(maxsize=_KEPT)(self._of)

    def log_odds(self, chunks: Sequence[str], syllables: Ints | slice = slice(None)) -> Floats:
        """(chunks, syllables) log probability of the letters, given the syllable; of all, or of these numbers."""
        known, onset, rest, few = np.asarray([self._row(chunk) for chunk in chunks]).reshape(-1, 4).T
        first, last = self._first[:, self._initial[syllables]], self._last[:, self._final[syllables]]
        backed = first[onset.astype(int)] * last[rest.astype(int)] + few[:, None]
        seen = np.where(known[:, None] >= 0, self._seen[:, syllables][known.astype(int)], 0.0).astype(np.float32)
        return np.asarray(np.log((seen + BACKED * backed) / (self._times[syllables] + BACKED)), np.float32)

    def _of(self, chunk: str) -> tuple[int, int, int, float]:
        """Its number, those of its halves, -1 where one was not counted; and what it has where nothing was."""
        onset, rest = halves(chunk)
        few = _FEW * 27.0 ** -len(chunk)
        return self._number.get(chunk, -1), self._onsets.get(onset, -1), self._rests.get(rest, -1), few


def background(word: str, letters: Floats) -> float:
    """Log probability of a word of small letters among names, each letter given the one before it."""
    return float(sum(letters[pair] for pair in letter_pairs(word)))


def letter_pairs(word: str) -> Iterator[tuple[int, int]]:
    """Each letter of a word of small letters with the one before it, as numbers from 1 on; 0 is before the first."""
    return pairwise([0, *(ord(letter) - ord("a") + 1 for letter in word)])


def _shares(
    mine: Sequence[str], theirs: Sequence[str], seen: NDArray[np.floating]
) -> tuple[dict[str, int], Floats, Ints]:
    """Numbers of distinct `mine`; (mine, parts) the share that each has of each part among `theirs`, with a last row
    for what was not counted; and the number of each syllable's part.

    As if each part had been seen once more, with everything as often as it was seen in all.
    """
    rows = {part: n for n, part in enumerate(dict.fromkeys(mine))}
    columns = {part: n for n, part in enumerate(dict.fromkeys(theirs))}
    at = np.asarray([columns[part] for part in theirs])
    row_of = np.asarray([rows[part] for part in mine])
    chunk, syllable = np.nonzero(seen)
    found = np.zeros((len(rows) + 1, len(columns)), np.float32)
    np.add.at(found, (row_of[chunk], at[syllable]), seen[chunk, syllable])
    usual = found.sum(axis=1, keepdims=True) / max(float(found.sum()), 1e-9)
    return rows, (found + usual) / (found.sum(axis=0) + 1.0), at


@cache
def model() -> Model:
    """The shipped model."""
    with np.load(str(COUNTED)) as stored:
        chunks, syllables = stored["chunks"].tolist(), stored["syllables"].tolist()
        # As exact as it is stored: a small machine has no memory to spare.
        seen = np.zeros((len(chunks), len(syllables)), np.float16)
        seen[stored["rows"], stored["columns"]] = stored["times"]
        worth = dict(zip(stored["characters"].tolist(), stored["worth"].astype(float).tolist(), strict=True))
        return Model(SyllableCounts(tuple(chunks), tuple(syllables), seen, stored["letters"].astype(np.float32), worth))


@cache
def _worths() -> Floats:
    """(65 537,) what each code point says for a name; `_NEVER` for what no syllable is read from."""
    worth = np.full(pinyin.BEYOND + 1, _NEVER, np.float32)
    for char in pinyin.readings():
        if ord(char) < pinyin.BEYOND:
            worth[ord(char)] = model().counts.worth.get(char, LEAST_WORTH)
    return worth


def sound_matches(words: Sequence[str], texts: Sequence[str]) -> list[list[SoundMatch | None]]:
    """For each word of small letters, where each folded text sounds most like it; None where nothing can be said.

    All words and texts at once: a question has few names and many candidate texts, or is the text for names of many.
    """
    usable = [n for n, word in enumerate(words) if _LETTERS.fullmatch(word)]
    found: list[list[SoundMatch | None]] = [[None] * len(texts) for _ in words]
    if not usable or not any(texts):
        return found
    # No run reaches across the line between two texts: it has no reading.
    joined = np.frombuffer("\n".join([*texts, ""]).encode("utf-32-le", "surrogatepass"), "<u4")
    codes = np.minimum(joined, pinyin.BEYOND)
    scores, starts = _aligned([words[n] for n in usable], codes)
    borders = np.cumsum([0, *(len(text) + 1 for text in texts)])
    for row, n in enumerate(usable):
        for m, (left, right) in enumerate(pairwise(borders.tolist())):
            end = left + int(scores[row, left:right].argmax())
            if starts[row, end] >= left:
                found[n][m] = SoundMatch(float(scores[row, end]), int(starts[row, end]) - left, end + 1 - left)
    return found


def _aligned(words: Sequence[str], codes: Ints) -> tuple[Floats, Ints]:
    """For each word and each place, the score of the best run that ends there, and where it starts (-1: none)."""
    characters, places = np.unique(codes, return_inverse=True)
    chunks, numbers = _chunks(words)
    read, worth = pinyin.table()[characters], _worths()[characters]
    # Only of the readings that occur; -1 stands for none.
    syllables, readings = np.unique(read, return_inverse=True)
    odds = model().log_odds(chunks, np.maximum(syllables, 0))
    odds[:, syllables < 0] = _NEVER
    # Of several readings the one that says most; the last row is of letters that no character stands for.
    odds_of = np.full((len(chunks) + 1, len(characters)), _NEVER, np.float32)
    odds_of[:-1] = odds[:, readings.reshape(len(characters), -1)].max(axis=2) + worth
    longest, size = numbers.shape[1], len(codes)
    best = np.full((len(words), longest + 1, size + 1), _NEVER, np.float32)
    start = np.full((len(words), longest + 1, size + 1), -1, np.int32)
    best[:, 0], start[:, 0] = 0.0, np.arange(size + 1)
    for done in range(1, longest + 1):
        for letters in range(1, min(done, MOST_LETTERS) + 1):
            chunk = numbers[:, done - 1, letters - 1]
            if (chunk < 0).all():
                continue
            before = done - letters
            reached = best[:, before, :-1] + odds_of[chunk][:, places]
            better = reached > best[:, done, 1:]
            best[:, done, 1:] = np.where(better, reached, best[:, done, 1:])
            start[:, done, 1:] = np.where(better, start[:, before, :-1], start[:, done, 1:])
    rows, lengths = np.arange(len(words)), np.asarray([len(word) for word in words])
    scores, starts = best[rows, lengths, 1:], start[rows, lengths, 1:]
    starts = np.where(np.arange(size) - starts + 1 >= LEAST_CHARACTERS, starts, -1)
    joined = np.where(worth > _JOINED, _EDGE * worth, 0.0)[places]
    around = np.concatenate([[0.0], joined, [0.0]]).astype(np.float32)
    scores = scores - around[np.maximum(starts, 0)] - around[2:]
    scores = scores - np.asarray([background(word, model().counts.letters) for word in words], np.float32)[:, None]
    return np.where(starts >= 0, scores, np.float32(_NEVER)), starts


def _chunks(words: Sequence[str]) -> tuple[list[str], Ints]:
    """Distinct stretches of letters, and (words, letters, MOST_LETTERS) the number of the one that ends behind so many
    letters and has so many, -1 where there is none."""
    known: dict[str, int] = {}
    numbers = np.full((len(words), max(map(len, words)), MOST_LETTERS), -1, np.int64)
    for row, word in enumerate(words):
        chunks = _stretches(word)
        ids = [known.setdefault(chunk, len(known)) if chunk else -1 for chunk in chunks]
        numbers[row, : len(word)] = np.asarray(ids, np.int64).reshape(-1, MOST_LETTERS)
    return list(known), numbers


@lru_cache(maxsize=_KEPT)
def _stretches(word: str) -> tuple[str, ...]:
    """Of each end, the letters before it, one to MOST_LETTERS of them; "" where no character stands for these."""
    endings = (word[max(end - letters, 0) : end] for end in range(1, len(word) + 1) for letters in _SIZES)
    sizes = (letters for _ in word for letters in _SIZES)
    return tuple(
        chunk if len(chunk) == size and one_syllable(chunk) else "" for chunk, size in zip(endings, sizes, strict=True)
    )
