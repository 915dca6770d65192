"""How Chinese characters are read, so that a name spelled in Latin letters finds them: Meisherui, 美奢锐.

A syllable is one code of the private use area, and what is indexed and asked for is two of them: pairs make a spelling
rarer than chance, and codes are made and stored in a fraction of what letters cost.
"""

from collections.abc import Collection, Iterator
from functools import cache, lru_cache
from importlib.resources import files
from itertools import chain, pairwise
from operator import add

import numpy as np
from numpy.typing import NDArray

READINGS = files("index") / "text" / "words" / "readings.tsv"
"""A character and its readings a line, the usual one first."""

_FIRST_CODE = 0xE000
BEYOND = 1 << 16
"""Stands for every code point outside the basic plane: none of these has a reading here."""
_MOST_PAIRS = 1 << 17


@cache
def readings() -> dict[str, tuple[str, ...]]:
    """The readings of each character, the usual one first, without tones."""
    lines = READINGS.read_text(encoding="utf-8").splitlines()
    return {line[0]: tuple(line[2:].split(" ")) for line in lines}


def syllables() -> list[str]:
    """Every reading of any character, in the order of the alphabet."""
    return sorted({reading for ways in readings().values() for reading in ways})


@cache
def _codes() -> dict[str, str]:
    return {syllable: chr(_FIRST_CODE + n) for n, syllable in enumerate(syllables())}


@cache
def _read_as() -> dict[str, tuple[str, ...]]:
    """The codes of each character's readings."""
    codes = _codes()
    return {char: tuple([codes[reading] for reading in ways]) for char, ways in readings().items()}


@cache
def _ambiguous() -> dict[str, str]:
    """Two syllables that are written like two others, to one of both: "changan" is chang'an and chan'gan."""
    codes = _codes()
    alike: dict[str, set[str]] = {}
    for longer, at in ((one, at) for one in codes for at in range(1, len(one)) if one[:at] in codes):
        for second in codes:
            if longer[at:] + second in codes:
                ways = {codes[longer] + codes[second], codes[longer[:at]] + codes[longer[at:] + second]}
                alike.setdefault(longer + second, set()).update(ways)
    return {two: min(ways) for ways in alike.values() for two in ways}


def _pair(first: str, second: str) -> str:
    """The codes of two syllables, the same for all that are written alike."""
    two = _codes()[first] + _codes()[second]
    return _ambiguous().get(two, two)


@cache
def table() -> NDArray[np.int16]:
    """(65 537, most readings) numbers among `syllables` of what a code point may be read as, -1 for none."""
    found = np.full((BEYOND + 1, max(map(len, readings().values()))), -1, np.int16)
    for char, ways in _read_as().items():
        if ord(char) < BEYOND:
            found[ord(char), : len(ways)] = [ord(code) - _FIRST_CODE for code in ways]
    return found


def places(folded: str) -> dict[str, int]:
    """The readings of the pairs of a folded text, and where each stands first."""
    found: dict[str, int] = {}
    for at, two in enumerate(map(add, folded, folded[1:])):
        for pair in _PAIRS[two]:
            found.setdefault(pair, at)
    return found


def sounds(folded: str) -> str:
    """The readings of the pairs of a folded text, once each, with spaces between: what is indexed of them."""
    return " ".join(dict.fromkeys(chain.from_iterable(map(_PAIRS.__getitem__, map(add, folded, folded[1:])))))


def sounding(folded: str, sounds: Collection[str]) -> Iterator[str]:
    """The pairs of characters of a folded text that are read as one of `sounds`, in order, as often as they stand."""
    wanted = frozenset(sounds)
    return (two for two in map(add, folded, folded[1:]) if not wanted.isdisjoint(_PAIRS[two]))


class _Pairs(dict[str, tuple[str, ...]]):
    """The readings of two characters, by the two; so that looking one up costs no call of ours."""

    def __missing__(self, two: str) -> tuple[str, ...]:
        if len(self) >= _MOST_PAIRS:
            self.clear()
        known, same = _read_as(), _ambiguous()
        made = [first + second for first in known.get(two[:1], ()) for second in known.get(two[1:], ())]
        found = self[two] = tuple([same.get(pair, pair) for pair in made])
        return found


_PAIRS = _Pairs()


@lru_cache(maxsize=4096)
def spelling(word: str) -> tuple[str, ...]:
    """Pairs of syllables of a folded Latin word that is wholly pinyin of 2 to 6 syllables, or ()."""
    if not word.isascii() or not 4 <= len(word) <= 36:
        return ()
    spelled = split(word)
    return tuple(_pair(*two) for two in pairwise(spelled)) if 2 <= len(spelled) <= 6 else ()


def split(word: str) -> tuple[str, ...]:
    """The fewest syllables that spell `word`, longest first among equals; () where none do."""
    best: list[tuple[str, ...] | None] = [()] + [None] * len(word)
    for end in range(1, len(word) + 1):
        for start in range(max(0, end - 6), end):
            head = best[start]
            if head is not None and word[start:end] in _codes() and (start == 0 or head):
                known = best[end]
                if known is None or len(head) + 1 < len(known):
                    best[end] = (*head, word[start:end])
    return best[-1] or ()
