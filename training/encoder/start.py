"""Where the student starts: MiniLM, and for every Chinese word the mean of its glosses' input vectors.

So it reads Chinese as a word-by-word gloss before it has seen a single sentence of it.
"""

import math
import random
from collections import Counter
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor

from training.encoder.folding import is_han
from training.encoder.model import PROJECTED, Body, Student, read_minilm, unit
from training.encoder.sources import PARALLEL, glosses, pairs, some_pairs
from training.encoder.vocabulary import Piece, teacher_folder

RARE = 1e-3
MOST_GLOSSES = 8
_PYDOCS = 6000


def frequencies(data: Path, vocabulary: list[Piece], tokenizer: Tokenizer) -> NDArray[np.float32]:
    """How often each piece stands in general text of its language: counted in the pairs, smoothed by larger counts."""
    counts: Counter[int] = Counter()
    for name in PARALLEL:
        chosen = some_pairs(data, name, _PYDOCS) if name == "pydocs" else pairs(data, name)
        for side in (0, 1):
            for encoded in tokenizer.encode_batch([pair[side] for pair in chosen], add_special_tokens=False):
                counts.update(encoded.ids)
    counted = np.array([counts[n] for n in range(len(vocabulary))], np.float64)
    chinese = np.array([is_han(piece.text[0]) for piece in vocabulary])
    likely = np.array([math.exp(piece.score) if han else 0 for piece, han in zip(vocabulary, chinese, strict=True)])
    origin = np.array([piece.origin for piece in vocabulary])
    # MiniLM's rows are ordered by frequency from about the thousandth on: Zipf's law stands in for counts.
    zipf = np.where(~chinese & (origin > 0), 1 / np.maximum(origin - 900, 30), 0)
    found = np.zeros(len(vocabulary))
    found[~chinese] = 0.7 * counted[~chinese] / counted[~chinese].sum() + 0.3 * zipf[~chinese] / zipf.sum()
    found[chinese] = 0.5 * counted[chinese] / counted[chinese].sum() + 0.5 * likely[chinese] / likely.sum()
    return found.astype(np.float32)


def start(
    data: Path, vocabulary: list[Piece], tokenizer: Tokenizer, folding: dict[int, str], frequency: NDArray[np.float32]
) -> Student:
    """The student before any training."""
    body, minilm = read_minilm(teacher_folder())
    origin = torch.tensor([piece.origin for piece in vocabulary])
    rows = torch.zeros(len(vocabulary), minilm.shape[1])
    rows[origin >= 0] = minilm[origin[origin >= 0]]
    rarity = RARE / (RARE + torch.tensor(frequency))
    usual = minilm[1996:].norm(dim=1).mean()
    new = _glossed(data, vocabulary, tokenizer, folding, rows, rarity)
    chinese = origin < 0
    rows[chinese] = unit(new[chinese]) * usual
    student = Student(rows, body)
    student.proj.weight.data.copy_(_principal(data, tokenizer, student))
    return student


def _glossed(
    data: Path,
    vocabulary: list[Piece],
    tokenizer: Tokenizer,
    folding: dict[int, str],
    rows: Tensor,
    rarity: Tensor,
) -> Tensor:
    """The mean of each Chinese word's glosses, earlier ones heavier; of its characters where it has none."""
    known = glosses(data, folding)
    jobs = [job for n, piece in enumerate(vocabulary) if piece.origin < 0 for job in _jobs(n, piece.text, known)]
    total, weight = torch.zeros_like(rows), torch.zeros(len(rows))
    encoded = tokenizer.encode_batch([gloss for _, gloss, _ in jobs], add_special_tokens=False)
    for (n, _, share), found in zip(jobs, encoded, strict=True):
        ids = [i for i in found.ids if vocabulary[i].origin >= 0 and i > 4]
        if ids:
            total[n] += share * (rows[ids] * rarity[ids, None]).sum(0) / rarity[ids].sum()
            weight[n] += share
    has = weight > 0
    total[has] /= weight[has][:, None]
    number = {piece.text: n for n, piece in enumerate(vocabulary)}
    for n, piece in enumerate(vocabulary):
        if piece.origin < 0 and not has[n]:
            parts = [number[c] for c in piece.text if c in number and has[number[c]]]
            total[n] = total[parts].mean(0) if parts else rows[5:].mean(0)
    return total


def _jobs(n: int, word: str, known: dict[str, list[tuple[str, bool]]]) -> list[tuple[int, str, float]]:
    """(row, gloss, share) of a word's glosses; of a single character, those as a surname come last and count little."""
    single = len(word) == 1
    found = sorted(known.get(word, []), key=lambda gloss: gloss[1] and single)[:MOST_GLOSSES]
    return [
        (n, text, (0.2 if named and single else 1.0) / (1 + 0.5 * place)) for place, (text, named) in enumerate(found)
    ]


@torch.no_grad()
def _principal(data: Path, tokenizer: Tokenizer, student: Student) -> Tensor:
    """The main directions of MiniLM's token vectors: where the projection starts."""
    vectors = []
    for english, _ in pairs(data, "ntrex")[:600]:
        ids = torch.tensor([tokenizer.encode(english).ids])
        vectors.append(unit(student(ids, torch.ones_like(ids, dtype=torch.bool))[0, 1:-1]))
    rows = torch.cat(vectors)
    chosen = random.Random(0).sample(range(len(rows)), min(8000, len(rows)))
    _, _, directions = torch.linalg.svd(rows[chosen], full_matrices=False)
    return directions[:PROJECTED] * 4


def teacher_of(student: Student) -> tuple[Body, Tensor]:
    """A frozen copy of the start: its layers, and its word table."""
    body = Body()
    body.load_state_dict(student.body.state_dict())
    return body.eval().requires_grad_(False), student.words.weight.detach().clone()
