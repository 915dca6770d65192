"""How Chinese characters are read, so that a name spelled in Latin letters finds them: Meisherui, 美奢锐.

A syllable is one code of the private use area, and what is indexed and asked for is two of them: pairs make a spelling
rarer than chance, and codes are made and stored in a fraction of what letters cost.
"""

import re
from functools import cache, lru_cache
from importlib.resources import files
from itertools import chain, pairwise
from operator import add

READINGS = files("index") / "encoders" / "words" / "readings.tsv"
"""A character and its readings a line, the usual one first."""

_FIRST_CODE = 0xE000
_MOST_PAIRS = 1 << 17


@cache
def _readings() -> dict[str, tuple[str, ...]]:
    lines = READINGS.read_text(encoding="utf-8").splitlines()
    return {line[0]: tuple(line[2:].split(" ")) for line in lines}


@cache
def _codes() -> dict[str, str]:
    syllables = sorted({reading for readings in _readings().values() for reading in readings})
    return {syllable: chr(_FIRST_CODE + n) for n, syllable in enumerate(syllables)}


@cache
def _read_as() -> dict[str, tuple[str, ...]]:
    """The codes of each character's readings."""
    codes = _codes()
    return {char: tuple([codes[reading] for reading in readings]) for char, readings in _readings().items()}


@cache
def _usual() -> dict[int, str]:
    """Every character to the code of its usual reading. Codes that a text holds itself mean nothing to us."""
    codes = _codes()
    table = {ord(code): " " for code in codes.values()}
    return table | {ord(char): codes[readings[0]] for char, readings in _readings().items()}


@cache
def _runs() -> re.Pattern[str]:
    last = chr(_FIRST_CODE + len(_codes()) - 1)
    return re.compile(f"[{chr(_FIRST_CODE)}-{last}]{{2,}}")


@cache
def _several() -> re.Pattern[str]:
    """Characters that are read in more than one way."""
    return re.compile("[" + "".join(char for char, readings in _readings().items() if len(readings) > 1) + "]")


@cache
def _ambiguous() -> dict[str, str]:
    """Two syllables that are written like two others, to one of both: "changan" is chang'an and chan'gan."""
    codes = _codes()
    alike: dict[str, set[str]] = {}
    for longer, cut in ((one, cut) for one in codes for cut in range(1, len(one)) if one[:cut] in codes):
        for second in codes:
            if longer[cut:] + second in codes:
                ways = {codes[longer] + codes[second], codes[longer[:cut]] + codes[longer[cut:] + second]}
                alike.setdefault(longer + second, set()).update(ways)
    return {two: min(ways) for ways in alike.values() for two in ways}


def _pair(first: str, second: str) -> str:
    """The codes of two syllables, the same for all that are written alike."""
    two = _codes()[first] + _codes()[second]
    return _ambiguous().get(two, two)


def pairs(folded: str) -> list[str]:
    """The readings of each pair of neighbouring Chinese characters of a folded text, each once."""
    usual = folded.translate(_usual())
    found = dict.fromkeys(chain.from_iterable(map(add, run, run[1:]) for run in _runs().findall(usual)))
    for two in found.keys() & _ambiguous().keys():
        found[_ambiguous()[two]] = None
    beside = f" {folded}"
    starts = [char.start() for char in _several().finditer(folded)]
    twos = [*(beside[at : at + 2] for at in starts), *(folded[at : at + 2] for at in starts)]
    found |= dict.fromkeys(chain.from_iterable(map(_PAIRS.__getitem__, twos)))
    return list(found)


def places(folded: str) -> dict[str, int]:
    """The same, with where each stands first."""
    found: dict[str, int] = {}
    for at, two in enumerate(map(add, folded, folded[1:])):
        for pair in _PAIRS[two]:
            found.setdefault(pair, at)
    return found


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
    syllables = _split(word)
    return tuple(_pair(*two) for two in pairwise(syllables)) if 2 <= len(syllables) <= 6 else ()


def _split(word: str) -> tuple[str, ...]:
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
