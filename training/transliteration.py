"""`python -m training.transliteration --data DIR`: what characters make of the letters of foreign names, counted.

CC-CEDICT's names say which characters an English name is written with, but not letter by letter, and many are put into
Chinese by meaning. Expectation maximisation counts which letters stood for which reading, over every way to cut a word
into as many stretches as there are characters. What a name sounds like is learned from the other half of the names, and
names that do not sound like their characters (United States, 美国) are left out. Writes `transliteration.npz`.
"""

import argparse
import math
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.text import pinyin
from index.text.sound_alike import (
    COUNTED,
    LEAST_WORTH,
    LONGEST,
    MOST_LETTERS,
    Model,
    SyllableCounts,
    background,
    halves,
    letter_pairs,
    one_syllable,
    parts,
)
from index.text.terms import fold
from training.encoder.folding import fold_table
from training.encoder.sources import entries
from training.encoder.vocabulary import chinese_frequencies

Floats = NDArray[np.float32]
TIMES = 6
ALIKE = (0.7, 1.0)
"""Nats a character that a word must sound like its characters, the first and the second time names are left out."""
GENERIC = 15
"""A word that names this many things says what they are (county, river), and joins no other word to one name."""
KINDS = "市州县岛河湖山省国语人族区郡镇城湾洋海峡港街堡"
"""Last characters of a name that may say what it names."""
GLOSSES = 3
ALONE = 0.3
"""How much of a letter's probability does not depend on the one before it: names of other tongues are spelled oddly."""
SELDOM = 0.05
"""A count below this is none."""
MOST_WORTH, UNSEEN = 1.5, 2000
"""Most that a character says for a name; and how many characters of names are taken to be still unseen."""
SEED = 3
_DOT = re.compile("[·‧・]")
_LEAD = re.compile(r"[,(;:]|\babbr")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_HAN = re.compile("[\u4e00-\u9fff]+")
_NEVER = -1e9


@dataclass(frozen=True, slots=True)
class Pair:
    """A word of small letters, and the characters that may be it."""

    word: str
    characters: str
    syllables: tuple[str, ...]


def names(data: Path) -> list[list[Pair]]:
    """For each name of the dictionary what may be its word in Latin letters: one of them, at most, is."""
    ways: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for entry in entries(data):
        written = _DOT.split(fold(entry.simplified)) if entry.named else []
        if not written or not all(map(_HAN.fullmatch, written)):
            continue
        for gloss in entry.glosses[:GLOSSES]:
            words = [word for word in _WORD.findall(_LEAD.split(gloss)[0]) if word[0].isupper()]
            plain = tuple(fold(word).replace("'", "") for word in words)
            if len(written) == 1 and plain:
                ways[written[0]].append(plain)
            elif len(written) == len(plain):
                for half, word in zip(written, plain, strict=True):
                    ways[half].append((word,))
    heads: dict[str, set[str]] = defaultdict(set)
    for head, glosses in ways.items():
        for word in {word for gloss in glosses for word in gloss if len(word) > len("new")}:
            heads[word].add(head)
    generic = {word for word, owners in heads.items() if len(owners) > GENERIC}
    found = [list(_pairs(head, glosses, generic)) for head, glosses in ways.items()]
    return [pairs for pairs in found if pairs]


def _pairs(head: str, glosses: Sequence[tuple[str, ...]], generic: set[str]) -> Iterator[Pair]:
    if not all(character in pinyin.readings() for character in head):
        return
    words = [word for gloss in glosses for word in gloss]
    # Two words may be one name: 洛杉矶 is Los Angeles.
    words += [a + b for gloss in glosses for a, b in pairwise(gloss) if not {a, b} & generic]
    for characters in [head, head[:-1]] if len(head) > 2 and head[-1] in KINDS else [head]:
        syllables = tuple(pinyin.readings()[character][0] for character in characters)
        for word in dict.fromkeys(words):
            # What is spelled in pinyin is found by its pinyin, and says nothing of how foreign names sound.
            if fits(word, syllables) and not set(pinyin.split(word)) & set(syllables):
                yield Pair(word, characters, syllables)


def fits(word: str, syllables: Sequence[str]) -> bool:
    """Whether so many letters can be cut into so many stretches."""
    return bool(re.fullmatch(f"[a-z]{{2,{LONGEST}}}", word)) and (
        len(syllables) <= len(word) <= MOST_LETTERS * len(syllables)
    )


class Odds:
    """Log probability of letters, given a reading: of a model, or, where there is none yet, a guess."""

    def __init__(self, model: Model | None = None) -> None:
        self._model = model
        self._known: dict[str, dict[str, float]] = {}

    def __call__(self, chunk: str, syllable: str) -> float:
        known = self._known.get(chunk)
        if known is None:
            known = self._known[chunk] = self._of(chunk)
        found = known.get(syllable)
        if found is None:
            found = known[syllable] = guess(chunk, syllable)
        return found

    def _of(self, chunk: str) -> dict[str, float]:
        if self._model is None:
            return {}
        row = self._model.log_odds([chunk])[0].tolist()
        return dict(zip(self._model.counts.syllables, row, strict=True))


def guess(chunk: str, syllable: str) -> float:
    """Where counting begins: letters that are alike are likelier to stand for each other."""
    (onset, rest), (initial, final) = halves(chunk), parts(syllable)
    alike = 2.5 * bool(onset and onset[:1] == initial[:1]) + bool(rest and rest[:1] == final[:1])
    return alike + (not onset and not initial) - 1.5 * (bool(onset) != bool(initial)) - len(chunk)


def paths(pair: Pair, odds: Odds) -> tuple[list[list[float]], float]:
    """[characters][letters]: log probability of all ways to cut so many letters for so many characters; and of all."""
    word, count = pair.word, len(pair.syllables)
    reached = [[_NEVER] * (len(word) + 1) for _ in range(count + 1)]
    reached[0][0] = 0.0
    for n, a, b, value in _steps(pair, odds):
        if reached[n][a] > _NEVER:
            reached[n + 1][b] = _sum(reached[n + 1][b], reached[n][a] + value)
    return reached, reached[count][len(word)]


def expected(pair: Pair, odds: Odds, reached: list[list[float]], whole: float) -> Iterator[tuple[str, str, float]]:
    """Letters, reading, and how often the one stood for the other, over all ways to cut the word."""
    word, count = pair.word, len(pair.syllables)
    left = [[_NEVER] * (len(word) + 1) for _ in range(count + 1)]
    left[count][len(word)] = 0.0
    for n, a, b, value in reversed(list(_steps(pair, odds))):
        if left[n + 1][b] > _NEVER and reached[n][a] > _NEVER:
            left[n][a] = _sum(left[n][a], left[n + 1][b] + value)
            share = math.exp(reached[n][a] + value + left[n + 1][b] - whole)
            yield word[a:b], pair.syllables[n], share


def _steps(pair: Pair, odds: Odds) -> Iterator[tuple[int, int, int, float]]:
    """Every character, letters a to b that may be its own, and how likely that is: in the order of the characters."""
    size = len(pair.word)
    for n, syllable in enumerate(pair.syllables):
        more = len(pair.syllables) - n - 1
        for a in range(n, size):
            for b in range(a + 1, min(a + MOST_LETTERS, size - more) + 1):
                if size - b <= MOST_LETTERS * more and one_syllable(pair.word[a:b]):
                    yield n, a, b, odds(pair.word[a:b], syllable)


def _sum(a: float, b: float) -> float:
    more, less = (a, b) if a > b else (b, a)
    return more + math.log1p(math.exp(less - more)) if less > _NEVER else more


def best(pairs: Sequence[Pair], odds: Odds, letters: Floats) -> tuple[float, Pair] | None:
    """The pair that sounds most alike, and how much likelier its letters are for its characters than in any name."""
    scored = [(paths(pair, odds)[1] - background(pair.word, letters), pair) for pair in pairs]
    return max(scored, key=lambda one: one[0], default=None)


def spelling(words: Sequence[str]) -> Floats:
    """(27, 27) log probability of a letter after another; row 0 is where a word begins, column 0 is never read."""
    counts = np.full((27, 27), 0.5)
    for word in words:
        for pair in letter_pairs(word):
            counts[pair] += 1
    pairs = counts / counts[:, 1:].sum(axis=1, keepdims=True)
    return np.log((1 - ALONE) * pairs + ALONE * pairs.mean(axis=0)).astype(np.float32)


def fit(groups: Sequence[Sequence[Pair]], letters: Floats) -> Model:
    """Counts after TIMES rounds, each over the best pair of each group that sounds alike at all."""
    model: Model | None = None
    for _ in range(TIMES):
        odds, seen = Odds(model), Counter[tuple[str, str]]()
        for pairs in groups:
            found = best(pairs, odds, letters)
            if found and (model is None or found[0] >= ALIKE[0] * len(found[1].syllables)):
                reached, whole = paths(found[1], odds)
                for chunk, syllable, share in expected(found[1], odds, reached, whole):
                    seen[chunk, syllable] += share
        model = Model(_counts(seen, letters))
    assert model is not None
    return model


def _counts(seen: Counter[tuple[str, str]], letters: Floats) -> SyllableCounts:
    kept = {pair: times for pair, times in seen.items() if times >= SELDOM}
    chunks = {chunk: n for n, chunk in enumerate(sorted({chunk for chunk, _ in kept}))}
    syllables = {syllable: n for n, syllable in enumerate(pinyin.syllables())}
    table = np.zeros((len(chunks), len(syllables)), np.float32)
    for (chunk, syllable), times in kept.items():
        table[chunks[chunk], syllables[syllable]] = times
    return SyllableCounts(tuple(chunks), tuple(syllables), table, letters, {})


def alike(groups: Sequence[list[Pair]], letters: Floats, least: float, last: bool) -> list[list[Pair]]:
    """Those of which a word sounds like its characters, `least` nats a character, to what the other half taught.

    The `last` time, only that word of each.
    """
    judges = [Odds(fit(groups[1 - half :: 2], letters)) for half in (0, 1)]
    kept = []
    for n, pairs in enumerate(groups):
        found = best(pairs, judges[n % 2], letters)
        if found and found[0] >= least * len(found[1].syllables):
            kept.append([found[1]] if last else pairs)
    print(f"{len(kept)} of {len(groups)} names sound like their characters", flush=True)
    return kept


def count(data: Path) -> SyllableCounts:
    """Everything, from the dictionary on."""
    groups = names(data)
    random.Random(SEED).shuffle(groups)
    letters = spelling([pair.word for pairs in groups for pair in pairs])
    for least in ALIKE:
        groups = alike(groups, letters, least, least == ALIKE[-1])
    characters = (character for (pair,) in groups for character in pair.characters)
    return replace(fit(groups, letters).counts, worth=worth(characters))


def worth(characters: Iterable[str]) -> dict[str, float]:
    """Of each character, how much oftener it stands in these names than in text, as a log, within bounds."""
    mine, general = Counter(characters), Counter[str]()
    for word, times in chinese_frequencies(str.maketrans(fold_table())).items():
        for character in word:
            general[character] += times
    found = {}
    for character in pinyin.readings():
        share = (mine[character] + 0.5) / (mine.total() + UNSEEN)
        found[character] = math.log(share / ((general[character] + 0.5) / general.total()))
    return {character: min(value, MOST_WORTH) for character, value in found.items() if value > LEAST_WORTH}


def write(counts: SyllableCounts, path: Path) -> None:
    """The file that `index.transliteration` reads."""
    rows, columns = np.nonzero(counts.seen)
    np.savez_compressed(
        path,
        chunks=np.array(counts.chunks),
        syllables=np.array(counts.syllables),
        rows=rows.astype(np.uint16),
        columns=columns.astype(np.uint16),
        times=counts.seen[rows, columns].astype(np.float16),
        letters=counts.letters.astype(np.float16),
        characters=np.array(list(counts.worth)),
        worth=np.array(list(counts.worth.values()), np.float16),
    )


def main() -> None:
    """Count and write."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, required=True, help="the folder with cedict.txt.gz")
    parser.add_argument("--out", type=Path, default=Path(str(COUNTED)))
    chosen = parser.parse_args()
    write(count(chosen.data), chosen.out)
    print("written:", chosen.out, f"({chosen.out.stat().st_size} bytes)")


if __name__ == "__main__":
    main()
