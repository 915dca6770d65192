"""Small fits in numpy: listwise softmax over a sum or a network, ridge logistic regression, and how that holds."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from index.search.ranking.choice import Network

Rows = NDArray[np.float32]
Marks = NDArray[np.bool_]
BATCH, RATE, DECAY, DROPPED = 64, 3e-3, 0.03, 0.1
"""Of the network: groups a step, the highest rate, the decay of weights, and the share of units left out."""


def fit_listwise(groups: Sequence[tuple[Rows, Marks]], rising: Marks, decay: float = 1e-3, steps: int = 500) -> Rows:
    """Weights that maximise the mean log share of the right rows in softmax(rows @ weights).

    Adam on scaled features; `groups` without a right row, or with nothing else, teach nothing and are passed over.
    Weights of `rising` features are kept from falling below zero: features that say nearly the same would else be
    played off against each other, which fits this data and no other.
    """
    kept = [(x, y) for x, y in groups if y.any() and not y.all()]
    scale = np.concatenate([x for x, _ in kept]).std(axis=0) + 1e-6
    weights = np.zeros(len(scale))
    first, second = np.zeros(len(scale)), np.zeros(len(scale))
    for step in range(1, steps + 1):
        slope = decay * weights
        for rows, right in kept:
            slope = slope + _listwise_slope(rows / scale, right, weights) / len(kept)
        first = 0.9 * first + 0.1 * slope
        second = 0.99 * second + 0.01 * slope**2
        weights = weights - 0.05 * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.99**step)) + 1e-8)
        weights = np.where(rising, np.maximum(weights, 0.0), weights)
    return np.asarray(np.where(scale > 1e-5, weights / scale, 0.0), np.float32)


def _listwise_slope(rows: Rows, right: Marks, weights: NDArray[np.float64]) -> NDArray[np.float64]:
    logits = rows @ weights
    share = np.exp(logits - logits.max())
    share /= share.sum()
    good = np.where(right, share, 0.0)
    return np.asarray(rows.T @ (share - good / max(good.sum(), 1e-12)), np.float64)


def fit_network(
    groups: Sequence[tuple[Rows, Marks]], features: tuple[str, ...], seed: int, units: int = 32, epochs: int = 20
) -> Network:
    """The network that maximises the mean log share of the right rows in the softmax over each group.

    Adam with decoupled decay (Loshchilov and Hutter, 2019) and a rate that rises and falls, 64 groups a step; one unit
    in ten is left out at a time. `groups` without a right row, or with nothing else, teach nothing and are passed over.
    """
    chance = np.random.default_rng(seed)
    kept = [(x, y) for x, y in groups if y.any() and not y.all()]
    every = np.concatenate([x for x, _ in kept])
    mean, scale = every.mean(axis=0), every.std(axis=0) + 1e-3
    scaled = [(np.clip((x - mean) / scale, -6.0, 6.0), y) for x, y in kept]
    width = len(features)
    parts = [
        (chance.uniform(-1, 1, (width, units)) / np.sqrt(width)).astype(np.float32),
        np.zeros(units, np.float32),
        (chance.uniform(-1, 1, units) / np.sqrt(units)).astype(np.float32),
    ]
    first, second = [np.zeros_like(one) for one in parts], [np.zeros_like(one) for one in parts]
    steps = epochs * -(-len(scaled) // BATCH)
    step = 0
    for _ in range(epochs):
        order = chance.permutation(len(scaled))
        for at in range(0, len(order), BATCH):
            step += 1
            rate = RATE * min(step / (0.3 * steps), (steps - step + 1) / (0.7 * steps))
            slopes = _network_slopes([scaled[n] for n in order[at : at + BATCH]], parts, chance)
            for n, slope in enumerate(slopes):
                first[n] = 0.9 * first[n] + 0.1 * slope
                second[n] = 0.999 * second[n] + 0.001 * slope**2
                moved = (first[n] / (1 - 0.9**step)) / (np.sqrt(second[n] / (1 - 0.999**step)) + 1e-8)
                parts[n] = parts[n] - rate * (moved + DECAY * parts[n])
    return Network(features, mean.astype(np.float32), scale.astype(np.float32), *parts)


def _network_slopes(
    batch: Sequence[tuple[Rows, Marks]], parts: Sequence[Rows], chance: np.random.Generator
) -> list[Rows]:
    hidden, bias, out = parts
    rows = np.concatenate([x for x, _ in batch])
    right = np.concatenate([y for _, y in batch])
    begins = np.cumsum([0, *(len(y) for _, y in batch)])
    held = (chance.random((len(rows), len(bias)), dtype=np.float32) >= DROPPED) / np.float32(1 - DROPPED)
    within = rows @ hidden + bias
    units = np.maximum(within, 0.0) * held
    logits = units @ out
    slope = np.empty_like(logits)
    for start, end in pairwise(begins):
        share = np.exp(logits[start:end] - logits[start:end].max())
        share /= share.sum()
        good = np.where(right[start:end], share, 0.0)
        slope[start:end] = (share - good / max(float(good.sum()), 1e-12)) / len(batch)
    back = slope[:, None] * out * held * (within > 0)
    return [rows.T @ back, back.sum(axis=0), units.T @ slope]


def fit_logistic(rows: Rows, right: Marks, rising: Marks, counts: Rows | None = None) -> tuple[Rows, float]:
    """Weights and bias of ridge logistic regression, no `rising` feature's weight below zero.

    `counts`: how much each row counts, one by default. The feature with the most negative weight among the rising ones
    is left out, until there is none.
    """
    used = np.ones(rows.shape[1], bool)
    counts = np.ones(len(rows), np.float32) if counts is None else counts
    while True:
        found, bias = _newton(rows[:, used], right, counts)
        weights = np.zeros(rows.shape[1], np.float32)
        weights[used] = found
        worst = int(np.argmin(np.where(rising, weights * rows.std(axis=0), 0.0)))
        if not rising[worst] or weights[worst] >= 0:
            return weights, bias
        used[worst] = False


def _newton(rows: Rows, right: Marks, counts: Rows, ridge: float = 0.02) -> tuple[Rows, float]:
    """Ridge logistic regression by Newton's method on standardised features."""
    mean, scale = rows.mean(axis=0), rows.std(axis=0) + 1e-6
    design = np.concatenate([(rows - mean) / scale, np.ones((len(rows), 1))], axis=1).astype(np.float64)
    pull = ridge * float(counts.sum()) * np.eye(design.shape[1])
    pull[-1, -1] = 1e-9
    weights = np.zeros(design.shape[1])
    for _ in range(30):
        share = 1 / (1 + np.exp(-design @ weights))
        slope = design.T @ (counts * (right - share)) - pull @ weights
        curve = (design * (counts * share * (1 - share))[:, None]).T @ design + pull
        weights = weights + np.linalg.solve(curve, slope)
    flat = np.where(scale > 1e-5, weights[:-1] / scale, 0.0)
    return np.asarray(flat, np.float32), float(weights[-1] - flat @ mean)


def reliability(judged: Rows, right: Marks, shown: Marks, kinds: Sequence[str], bins: int = 10) -> dict[str, object]:
    """Brier score, calibration table (mean probability, share right, count), and how many of each kind were `shown`."""
    table = []
    for low in np.arange(bins) / bins:
        inside = (judged >= low) & (judged < low + 1 / bins + (1e-9 if low + 1 / bins >= 1 else 0))
        if inside.any():
            row = (judged[inside].mean(), right[inside].mean())
            table.append([round(float(x), 3) for x in row] + [int(inside.sum())])
    names = np.asarray(kinds)
    by_kind = {
        kind: {"n": int((names == kind).sum()), "answered": round(float(shown[names == kind].mean()), 3)}
        for kind in sorted(set(kinds))
    }
    answerable = np.char.startswith(names, "answerable")
    return {
        "brier": round(float(((judged - right) ** 2).mean()), 4),
        "right_first": round(float(right[answerable].mean()), 3),
        "right_when_shown": round(float(right[shown].mean()), 3),
        "kinds": by_kind,
        "reliability": table,
    }
