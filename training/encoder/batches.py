"""Pairs as numbers, in batches of about one length, with the noise that makes a student robust.

Half of the Chinese sentences are disturbed: words put into English (mixed scripts), words taken apart into characters
(names and typos do that to any segmentation).
"""

import math
import random
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor

from training.encoder.export import WINDOW
from training.encoder.folding import is_han
from training.encoder.sources import PARALLEL, Pair, glosses, pairs
from training.encoder.vocabulary import Piece

Ids = list[int]
CLS, SEP = 2, 3
TOKENS = 2600
"""Of one side of a batch, padding included."""
MOST = 160
_BUCKET = 12_000
_CAPS = {"tatoeba": 64, "tico19": 64, "ntrex": 64, "joined": 160}
_PYDOCS, _GLOSSES = 10_000, 14_000


@dataclass(frozen=True, slots=True)
class Numbers:
    """Everything that an epoch is drawn from, as piece numbers."""

    pairs: dict[str, list[tuple[Ids, Ids]]]
    glosses: list[tuple[Ids, Ids]]
    gloss_weights: list[float]
    swaps: dict[int, list[Ids]]
    parts: dict[int, Ids]


def joined(found: list[Pair], count: int) -> list[Pair]:
    """Neighbouring sentences as one text: these sources are in the order of their articles."""
    groups = [found[n : n + count] for n in range(0, len(found) - count, count)]
    return [(" ".join(en for en, _ in group), "".join(zh for _, zh in group)) for group in groups]


def numbers(
    data: Path, vocabulary: list[Piece], tokenizer: Tokenizer, folding: dict[int, str], frequency: NDArray
) -> Numbers:
    """All pairs and glosses, tokenised once."""

    def cut(texts: list[str]) -> list[Ids]:
        return [found.ids for found in tokenizer.encode_batch(texts, add_special_tokens=False)]

    def both(found: list[Pair]) -> list[tuple[Ids, Ids]]:
        return list(zip(cut([en for en, _ in found]), cut([zh for _, zh in found]), strict=True))

    sets = {name: pairs(data, name) for name in PARALLEL}
    long = joined(sets["tico19"], 3) + joined(sets["ntrex"], 3) + joined(sets["ntrex"], 5)
    row = {piece.text: n for n, piece in enumerate(vocabulary)}
    known = {
        word: [text for text, _ in sorted(found, key=lambda g: g[1])] for word, found in glosses(data, folding).items()
    }
    short = [(text, word) for word in known if len(word) > 1 and word in row for text in known[word][:4]]
    short += [(t, word) for word in known if 1 < len(word) <= 6 and word not in row for t in known[word][:2]]
    cut_short = both(short)
    weights = [math.sqrt(frequency[zh[0]] * 1e6 + 0.05) / min(len(zh), 2) for _, zh in cut_short]
    swaps: dict[int, list[Ids]] = defaultdict(list)
    choices = [(row[w], text) for w in known if w in row for text in known[w][:3] if len(text.split()) <= 3]
    for (word, _), ids in zip(choices, cut([text for _, text in choices]), strict=True):
        swaps[word].append(ids)
    words = {n: p.text for n, p in enumerate(vocabulary) if len(p.text) > 1 and is_han(p.text[0])}
    parts = {n: [row[c] for c in text] for n, text in words.items() if all(c in row for c in text)}
    return Numbers(
        {name: both(s) for name, s in (sets | {"joined": long}).items()}, cut_short, weights, dict(swaps), parts
    )


def epoch(source: Numbers, chance: random.Random) -> list[list[tuple[Ids, Ids]]]:
    """One pass: all sentence pairs, some of the documentation's, some glosses; batches in random order."""
    items = [
        pair
        for name, cap in _CAPS.items()
        for pair in source.pairs[name]
        if max(map(len, pair)) <= cap and min(map(len, pair)) >= 1
    ]
    fitting = [pair for pair in source.pairs["pydocs"] if 4 <= len(pair[0]) <= 48 and 3 <= len(pair[1]) <= 56]
    items += chance.sample(fitting, min(_PYDOCS, len(fitting)))
    drawn = chance.choices(source.glosses, source.gloss_weights, k=_GLOSSES)
    items += [pair for pair in drawn if 1 <= len(pair[0]) <= 20]
    chance.shuffle(items)
    found = [
        batch for start in range(0, len(items), _BUCKET) for batch in _bucket(items[start : start + _BUCKET], chance)
    ]
    chance.shuffle(found)
    return found


def sample(source: Numbers, each: int = 12) -> list[Ids]:
    """Some texts of every kind in both languages, marks around them: what the layers usually see."""
    found = [
        text
        for pairs in source.pairs.values()
        for pair in pairs[:: max(1, len(pairs) // each)]
        for text in pair
        if text
    ]
    return [[CLS, *text[: WINDOW - 2], SEP] for text in found]


def _bucket(items: list[tuple[Ids, Ids]], chance: random.Random) -> list[list[tuple[Ids, Ids]]]:
    found: list[list[tuple[Ids, Ids]]] = [[]]
    for pair in sorted(items, key=lambda pair: max(map(len, pair)) + chance.random() * 3):
        length = max(map(len, pair)) + 2
        if found[-1] and (length * (len(found[-1]) + 1) > TOKENS or len(found[-1]) >= MOST):
            found.append([])
        found[-1].append(pair)
    # A handful has no wrong answers worth telling apart.
    return [batch for batch in found if len(batch) > 15]


def noisy(ids: Ids, source: Numbers, chance: random.Random) -> Ids:
    """A Chinese sentence with some words in English, some words in pieces; or, half of the time, as it is."""
    kind = chance.random()
    if kind > 0.5:
        return ids
    found: Ids = []
    for n in ids:
        draw = chance.random()
        if kind < 0.3 and draw < 0.2 and n in source.swaps:
            found += chance.choice(source.swaps[n])
        elif draw > 0.94 and n in source.parts:
            found += source.parts[n]
        else:
            found.append(n)
    return found


def padded(rows: list[Ids]) -> tuple[Tensor, Tensor]:
    """(n, longest + 2) numbers with the marks around them, and the mask of what is real."""
    ids = torch.zeros(len(rows), max(map(len, rows)) + 2, dtype=torch.long)
    for n, row in enumerate(rows):
        ids[n, : len(row) + 2] = torch.tensor([CLS, *row, SEP])
    return ids, ids != 0
