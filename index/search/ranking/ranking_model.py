"""From what was found to the probability that the first quote answers.

Logistic regression over a few features, fitted by `training/ranking.py` on questions that their corpus answers and on
the same questions over a corpus from which the answer was taken away. A cosine alone cannot tell those apart.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.answer import MAX_QUOTE
from index.errors import EncoderError
from index.search.ranking.candidates import PassageMatch
from index.search.ranking.choice import CHOICE_FEATURES, Network
from index.search.ranking.sentence_matches import FEATURES, UNREAD, UNREAD_PASSAGE, SentenceMatch

CONFIDENCE_FEATURES = (
    *FEATURES,
    "margin",
    "terms",
    "whole_weakest",
    "cross_weakest",
    "unknown_names",
    "share",
    "unread",
    "reader_gap",
    "best_relevance",
    "relevance_gap",
    "length",
    "row",
    "code",
    "earlier",
    "together",
)
MOST_TERMS = 20
"""Content terms of the longest questions that the probability was fitted on. More of them do not make an answer surer:
a page of letters is no question."""
MOST_MARGIN = 6.0
"""How far ahead of the next, in logits, the first is said to be at most."""
RIVALS = 20
"""Other stretches from which on the lead counts in full: to be ahead of the few of a small corpus says little."""
FOLLOWING = 3
"""Stretches after the first that are asked whether they are of its document."""
SHAPES = ("row", "code")
"""Shapes of a quote (CONTRACT) that have a feature of their own: the reader and late interaction know sentences."""
READER, RELEVANCE, CROSS = (FEATURES.index(name) for name in ("reader", "relevance", "cross"))


@dataclass(frozen=True, slots=True)
class Linear:
    """`bias + weights @ features`, with the names of the features that it was fitted on."""

    features: tuple[str, ...]
    weights: NDArray[np.float32]
    bias: float

    def __call__(self, row: NDArray[np.float32]) -> float:
        return float(self.weights @ row) + self.bias

    def part(self, row: NDArray[np.float32], names: Sequence[str]) -> float:
        """What the features of these names add to the sum."""
        return sum(float(self.weights[n] * row[n]) for n in map(self.features.index, names))


@dataclass(frozen=True, slots=True)
class Ranking:
    """What was fitted for one encoder: which passages to look at first, which sentence to quote, when to be silent."""

    passage: Linear
    sentence: Linear
    """Of a sentence by itself: what orders them where there is no `choice`."""
    confidence: Linear
    thresholds: tuple[float, float]
    """Probability below which the answer is an abstention: in the question's language, and in another one."""
    doubtful: float
    """Probability below which an answer is hardly probable: misspelled words are looked for, and a quote is shown with
    a word of warning. `docs/decisions/silence.md` has the numbers."""
    choice: Network | None = None
    """Orders the sentences of all passages that were read, by more than each of them has by itself."""

    @classmethod
    def load(cls, path: Path) -> "Ranking":
        """Reads the fitted numbers; EncoderError where the file is not of this version of the features."""
        try:
            stored = json.loads(path.read_text(encoding="utf-8"))
            parts = {name: _linear(stored[name]) for name in ("passage", "sentence", "confidence")}
            limits = {name: float(stored["thresholds"][name]) for name in ("same", "cross", "doubtful")}
            choice = _network(stored["choice"]) if "choice" in stored else None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise EncoderError("ranking-unreadable", file=path.name, reason=error) from error
        expected = {"passage": PASSAGE_FEATURES, "sentence": FEATURES, "confidence": CONFIDENCE_FEATURES}
        for name, features in expected.items():
            if parts[name].features != features:
                raise EncoderError("ranking-version", file=path.name)
        if choice is not None and choice.features != CHOICE_FEATURES:
            raise EncoderError("ranking-version", file=path.name)
        return cls(thresholds=(limits["same"], limits["cross"]), doubtful=limits["doubtful"], choice=choice, **parts)

    def answers(self, confidence: float, cross: bool) -> bool:
        """Whether so sure an answer is given; `cross` where it is in another language than the question."""
        return confidence >= self.thresholds[cross]

    def doubts(self, confidence: float) -> bool:
        """Whether so sure an answer is hardly probable."""
        return confidence < self.doubtful


PASSAGE_FEATURES = ("late", "lexical", "dense", "weakest", "cross_late")


def _linear(stored: dict[str, object]) -> Linear:
    weights = stored["weights"]
    bias = stored["bias"]
    if not isinstance(weights, dict) or not isinstance(bias, int | float):
        raise TypeError("weights must be a table of numbers")
    return Linear(tuple(weights), np.asarray(list(weights.values()), np.float32), float(bias))


def _network(stored: dict[str, Any]) -> Network:
    """A table of features, each with its mean, its scale and its weight for each unit; and a row of biases and of
    outputs."""
    features = tuple(stored["features"])
    rows = np.asarray(list(stored["features"].values()), np.float32)
    bias, out = (np.asarray(stored[name], np.float32) for name in ("bias", "out"))
    if rows.shape != (len(features), 2 + len(bias)) or bias.shape != out.shape:
        raise ValueError("a row of weights is too short or too long")
    return Network(features, rows[:, 0], rows[:, 1], rows[:, 2:], bias, out)


def confidence_features(
    ranked: Sequence[SentenceMatch],
    considered: Sequence[PassageMatch],
    content_terms: int,
    unknown_names: float,
    shape: str,
) -> NDArray[np.float32]:
    """(len(CONFIDENCE_FEATURES),) for the first of `ranked`, which is not empty: all stretches, best first.

    `considered`: all candidates, best first. `unknown_names`: weighted share of the question's names that
    the document never mentions (`index.search.question.missing_names`). `shape`: that of the quote.
    """
    best, rest = ranked[0], ranked[1:]
    row = best.features.copy()
    unread = float(row[RELEVANCE] == UNREAD_PASSAGE and row[READER] == UNREAD)
    if unread:
        # The reader was not asked: what stands for that in the ranking says nothing of the answer.
        row[READER] = row[RELEVANCE] = 0.0
    scores = np.asarray([one.score for one in ranked], np.float64)
    most_relevant = max(float(one.features[RELEVANCE]) for one in ranked)
    weakest = best.candidate.whole.weakest
    extra = (
        min(best.score - rest[0].score, MOST_MARGIN) * min(len(rest) / RIVALS, 1.0) if rest else 0.0,
        math.log1p(min(content_terms, MOST_TERMS)),
        weakest,
        float(row[CROSS]) * weakest,
        unknown_names,
        float(np.logaddexp.reduce(scores)) - best.score,
        unread,
        float(row[READER]) - max((float(one.features[READER]) for one in rest), default=UNREAD),
        most_relevant,
        most_relevant - float(row[RELEVANCE]),
        (best.span[1] - best.span[0]) / MAX_QUOTE,
        *(float(shape == one) for one in SHAPES),
        float([one.passage for one in considered].index(best.candidate.passage)),
        _together(ranked, considered),
    )
    return np.concatenate([row, np.asarray(extra, np.float32)])


def _together(ranked: Sequence[SentenceMatch], considered: Sequence[PassageMatch]) -> float:
    """How many more of the next stretches than of all candidates are of the document of the first, as shares.

    Where the corpus is one document, all of both are, and it says nothing.
    """
    path, following = ranked[0].candidate.source.path, ranked[1 : 1 + FOLLOWING]
    if not following:
        return 0.0
    next_ones = sum(one.candidate.source.path == path for one in following) / len(following)
    return next_ones - sum(one.source.path == path for one in considered) / len(considered)


def passage_features(candidate: PassageMatch) -> NDArray[np.float32]:
    """(len(PASSAGE_FEATURES),) for one candidate, before it is read."""
    whole = candidate.whole
    row = (whole.late, whole.lexical, candidate.dense, whole.weakest, candidate.cross * whole.late)
    return np.asarray(row, np.float32)


def probability(logit: float) -> float:
    """The logistic function, without overflow."""
    return 1 / (1 + math.exp(-logit)) if logit >= 0 else math.exp(logit) / (1 + math.exp(logit))
