"""`bundled-fast`: the student's trained word table, centred, and then trained alone as means of words.

Batches are large because a mean of rows costs next to nothing; a pull towards the start keeps words apart that never
met.
"""

import random

import numpy as np
import torch
import torch.nn.functional as functional
from numpy.typing import NDArray
from torch import Tensor, nn

from training.encoder.batches import Ids, Numbers, noisy
from training.encoder.folding import is_han
from training.encoder.model import unit
from training.encoder.start import RARE
from training.encoder.vocabulary import SPECIAL, Piece

EPOCHS, BATCH, RATE, SCALE, PULL = 3, 1024, 2e-3, 20, 2.0
_SAME = 0.98
_PYDOCS, _GLOSSES = 12_000, 16_000


def train_fast(words: Tensor, vocabulary: list[Piece], source: Numbers, frequency: Tensor) -> NDArray[np.float32]:
    """Rows that carry their weights: a text's vector is the direction of their sum."""
    torch.manual_seed(0)
    chance, rarity = random.Random(0), RARE / (RARE + frequency)
    table = nn.Embedding.from_pretrained(_centred(words, vocabulary, frequency), freeze=False, sparse=True)
    start = table.weight.detach().clone()
    optimiser = torch.optim.SparseAdam(list(table.parameters()), lr=RATE)
    for number in range(EPOCHS):
        items = _epoch(source, chance)
        for at in range(0, len(items) - BATCH // 2, BATCH):
            batch = items[at : at + BATCH]
            optimiser.zero_grad()
            loss = _loss(table, start, rarity, [(en, noisy(zh, source, chance)) for en, zh in batch])
            loss.backward()
            optimiser.step()
        print(f"static table, epoch {number + 1} of {EPOCHS}: {loss.item():.3f}", flush=True)
    return (unit(table.weight.detach()) * rarity[:, None]).numpy()


def _centred(words: Tensor, vocabulary: list[Piece], frequency: Tensor) -> Tensor:
    """Unit rows with the usual vector of their script taken away; marks, which never occur, at random."""
    weight = frequency.sqrt()[:, None]
    han = torch.tensor([is_han(piece.text[0]) for piece in vocabulary])
    rows = words.detach().clone()
    for part in (han, ~han):
        rows[part] -= (rows[part] * weight[part]).sum(0) / weight[part].sum()
    rows[: len(SPECIAL)] = torch.randn(len(SPECIAL), rows.shape[1])
    return unit(rows)


def _epoch(source: Numbers, chance: random.Random) -> list[tuple[Ids, Ids]]:
    items = [pair for name in ("tatoeba", "tico19", "ntrex", "joined") for pair in source.pairs[name]]
    fitting = [pair for pair in source.pairs["pydocs"] if len(pair[0]) > 3 and len(pair[1]) > 2]
    items += chance.sample(fitting, min(_PYDOCS, len(fitting)))
    items += chance.choices(source.glosses, source.gloss_weights, k=_GLOSSES)
    items = [pair for pair in items if all(pair)]
    chance.shuffle(items)
    return items


def _loss(table: nn.Embedding, start: Tensor, rarity: Tensor, batch: list[tuple[Ids, Ids]]) -> Tensor:
    en, zh = ([pair[side] for pair in batch] for side in (0, 1))
    english, chinese = _means(table, rarity, en), _means(table, rarity, zh)
    same = (english.detach() @ english.detach().T > _SAME).fill_diagonal_(False)
    scores, right = (SCALE * english @ chinese.T).masked_fill(same, -1e4), torch.arange(len(batch))
    choose = (functional.cross_entropy(scores, right) + functional.cross_entropy(scores.T, right)) / 2
    used = torch.unique(torch.tensor([n for text in en + zh for n in text]))
    return choose + PULL * (1 - (unit(table(used)) * start[used]).sum(1)).mean()


def _means(table: nn.Embedding, rarity: Tensor, texts: list[Ids]) -> Tensor:
    ids = torch.tensor([n for text in texts for n in text])
    owner = torch.repeat_interleave(torch.arange(len(texts)), torch.tensor([len(text) for text in texts]))
    return unit(torch.zeros(len(texts), table.weight.shape[1]).index_add(0, owner, table(ids) * rarity[ids, None]))
