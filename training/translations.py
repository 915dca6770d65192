"""A table of translations for the search: which Chinese terms stand for an English one, and the other way round.

    python -m training.translations --data DIR

IBM's Model 1 (Brown et al., "The Mathematics of Statistical Machine Translation", 1993), both ways over parallel
sentences and the entries of CC-CEDICT, in the terms that the search itself uses. A pair counts by the geometric mean of
both probabilities: what stands for a word of many senses, or only beside the right one, falls out. Writes
`index/text/words/translations.tsv`: a term, a tab, its translations with blanks between, best first.
"""

import argparse
import gzip
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.search.question.query import is_content
from index.text.chinese import HAN_CHARACTER
from index.text.pieces import WORDS
from index.text.terms import terms
from training.spans_gloss import load_glosses

PARALLEL = ("pydocs", "libreoffice-help", "react", "tatoeba", "tico19", "ntrex", "mkqa-questions")
LONGEST = 24
"""Terms of a sentence at most; longer ones say little of which word stands for which."""
MEANINGS = 4
"""Meanings of a dictionary entry that are read; from the second on they count half."""
ROUNDS = 6
LEAST = 0.08
BEHIND = 0.25
"""A translation this much less likely than the best of a term is left out."""
MOST = 4
SPARSE = 1.0
"""Added to every term's count: what was seen once is no certainty."""


@dataclass(frozen=True, slots=True)
class TermPair:
    """The terms of a sentence, or of an entry, in both languages, and how much it counts."""

    english: Sequence[str]
    chinese: Sequence[str]
    weight: float = 1.0


def pairs(data: Path) -> Iterator[TermPair]:
    """Of all parallel sentences and all entries of the dictionary."""
    for name in PARALLEL:
        with gzip.open(data / "parallel" / f"{name}.en-zh.tsv.gz", "rt", encoding="utf-8") as file:
            for line in file:
                sides = line.rstrip("\n").split("\t")
                if len(sides) == 2:
                    yield TermPair(_english(sides[0][:300]), _chinese(sides[1][:160]))
    for word, meanings in load_glosses(data / "cedict.txt.gz").meanings.items():
        if 1 < len(word) < 6:
            for n, meaning in enumerate(list(dict.fromkeys(meanings))[:MEANINGS]):
                yield TermPair(_english(meaning), _chinese(word), 0.5 if n else 1.0)


def _english(text: str) -> list[str]:
    found = (term.text for term in terms(text) if is_content(term) and term.text[0].isalpha())
    return [word for word in dict.fromkeys(found) if not HAN_CHARACTER.search(word)]


def _chinese(text: str) -> list[str]:
    found = (term.text for term in terms(text) if is_content(term))
    return [word for word in dict.fromkeys(found) if HAN_CHARACTER.search(word)]


class Links:
    """Every term beside every term of the other language that it stands with, in flat arrays."""

    def __init__(self, found: Sequence[TermPair]) -> None:
        self.names: tuple[dict[str, int], dict[str, int]] = ({}, {})
        pair, english, chinese, weight = [], [], [], []
        for number, one in enumerate(found):
            numbers = [
                [names.setdefault(term, len(names)) for term in side]
                for names, side in zip(self.names, (one.english, one.chinese), strict=True)
            ]
            for left in numbers[0]:
                for right in numbers[1]:
                    pair.append(number)
                    english.append(left)
                    chinese.append(right)
                    weight.append(one.weight)
        self._pair, self._weight = np.asarray(pair, np.int64), np.asarray(weight)
        self._side = np.asarray(english, np.int64), np.asarray(chinese, np.int64)
        keys = self._side[0] * len(self.names[1]) + self._side[1]
        distinct, self._entry = np.unique(keys, return_inverse=True)
        self.entries = distinct // len(self.names[1]), distinct % len(self.names[1])

    def probabilities(self, given: int) -> NDArray[np.float64]:
        """(entries,) of the other language's term, where the one of language `given` (0 English, 1 Chinese) stands."""
        width = max(map(len, self.names))
        _, slot = np.unique(self._pair * width + self._side[1 - given], return_inverse=True)
        owner = self.entries[given]
        found = np.ones(len(owner))
        for _ in range(ROUNDS):
            each = found[self._entry]
            share = each / np.bincount(slot, each)[slot] * self._weight
            counted = np.bincount(self._entry, share, len(owner))
            found = counted / (np.bincount(owner, counted) + SPARSE)[owner]
        return found


def table(found: Sequence[TermPair]) -> dict[str, list[str]]:
    """The translations of each term, best first."""
    links = Links([one for one in found if 0 < len(one.english) <= LONGEST and 0 < len(one.chinese) <= LONGEST])
    score = np.sqrt(links.probabilities(0) * links.probabilities(1))
    names = [list(side) for side in links.names]
    made: dict[str, list[str]] = {}
    best: dict[str, float] = {}
    for entry in np.argsort(-score, kind="stable"):
        if score[entry] < LEAST:
            break
        both = [names[side][links.entries[side][entry]] for side in (0, 1)]
        for own, other in (both, both[::-1]):
            if score[entry] >= BEHIND * best.setdefault(own, score[entry]) and len(made.get(own, ())) < MOST:
                made.setdefault(own, []).append(other)
    return made


def main() -> None:
    """Read, fit, write."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, required=True, help="the folder with parallel/ and cedict.txt.gz")
    made = table(list(pairs(parser.parse_args().data)))
    lines = (f"{term}\t{' '.join(others)}\n" for term, others in sorted(made.items()))
    (WORDS / "translations.tsv").write_text("".join(lines), encoding="utf-8")
    print(f"{len(made)} terms")


if __name__ == "__main__":
    main()
