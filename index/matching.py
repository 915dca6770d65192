"""Late interaction: how well the words of a passage, or of one of its sentences, meet the words of a question.

The score is ColBERT's MaxSim (Khattab and Zaharia, SIGIR 2020) with a weight for each question token: the inverse
document frequency of the term it belongs to, as in BM25, so that "how many" counts for little and a name for much.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.document import Span
from index.encoder import TokenVectors
from index.query import Query, language
from index.tokens import Term, general_rarity

FORM_WEIGHT = 0.12
"""Weight of a token that carries only the form of the question."""
ABSENT_LEAST = 0.3
"""Least weight of a term of another language than the corpus: how rare it is, general text must tell."""
BORROWED = 0.5
"""What a term weighs less when a follow-up took it over from the question before."""
EXACT_BONUS = 0.1
"""Added to a match of the same term: equal letters are better evidence than near meanings."""


@dataclass(frozen=True, slots=True)
class Weighted:
    """A query with what each part of it weighs.

    `tokens` (t,) weights of the token vectors, `terms` (n,) weights of `query.content`, `shares` (n, t) what each token
    contributes to each term: rows add up to 1, or to 0 for a term without tokens.
    """

    query: Query
    vectors: TokenVectors
    tokens: NDArray[np.float32]
    terms: NDArray[np.float32]
    shares: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Match:
    """How a stretch of text meets a query. Every score is between 0 and 1.

    `late` weighted MaxSim; `lexical` share of the content terms' weight whose very term stands there; `weakest` the
    worst match of any content term that matters; `terms` (content terms,) the match of each.
    """

    late: float
    lexical: float
    weakest: float
    terms: NDArray[np.float32]


def weigh(
    query: Query, vectors: TokenVectors, frequency: Callable[[str], int], passages: int, languages: frozenset[str]
) -> Weighted:
    """Weights for the tokens and terms of `query` over a corpus of so many `passages` in these `languages`."""
    weights = [_rarity(query, term, frequency, passages, languages) for term in query.content]
    terms = np.asarray(weights, np.float32)
    left, right = query.borrowed
    terms[[left <= term.start < right for term in query.content]] *= BORROWED
    middle = (vectors.spans[:, 0] + vectors.spans[:, 1]) // 2
    shares = np.zeros((len(query.content), len(middle)), np.float32)
    tokens = np.full(len(middle), FORM_WEIGHT, np.float32)
    for position, term in enumerate(query.content):
        mine = (middle >= term.start) & (middle < term.end)
        count = max(int(mine.sum()), 1)
        shares[position, mine] = 1 / count
        tokens[mine] = terms[position] / math.sqrt(count)
    return Weighted(query, vectors, tokens, terms, shares)


def similarities(weighted: Weighted, text: TokenVectors) -> NDArray[np.float32]:
    """(question tokens, text tokens) cosines, never below 0."""
    if not len(text.spans) or not len(weighted.tokens):
        return np.zeros((len(weighted.tokens), len(text.spans)), np.float32)
    return np.asarray(np.maximum(weighted.vectors.vectors @ text.vectors.T, 0.0), np.float32)


def match(weighted: Weighted, cosines: NDArray[np.float32], exact: NDArray[np.bool_]) -> Match:
    """How a stretch with these token cosines, in which the `exact` ones of the content terms stand, meets the query."""
    best = cosines.max(axis=1) if cosines.shape[1] else np.zeros(len(weighted.tokens), np.float32)
    strength = weighted.shares @ best
    strength = np.where(exact, np.minimum(1.0, np.maximum(strength, 0.8) + EXACT_BONUS), strength)
    total = float(weighted.terms.sum()) or 1.0
    heavy = weighted.terms >= 0.5 * float(weighted.terms.max(initial=0.0))
    return Match(
        late=float(weighted.tokens @ best) / (float(weighted.tokens.sum()) or 1.0),
        lexical=float(weighted.terms[exact].sum()) / total,
        weakest=float(strength[heavy].min(initial=1.0)),
        terms=strength,
    )


def columns(text: TokenVectors, spans: Sequence[Span]) -> list[NDArray[np.intp]]:
    """For each of `spans` (offsets into the text that `text` was made from) the token columns that lie within it."""
    middle = (text.spans[:, 0] + text.spans[:, 1]) // 2
    return [np.flatnonzero((middle >= start) & (middle < end)) for start, end in spans]


def _rarity(
    query: Query, term: Term, frequency: Callable[[str], int], passages: int, languages: frozenset[str]
) -> float:
    count = frequency(term.text)
    if not count:
        word = query.text[term.start : term.end]
        foreign = language(word) not in languages
        return ABSENT_LEAST + (1 - ABSENT_LEAST) * general_rarity(word) if foreign else 1.0
    idf = math.log(1 + (passages - count + 0.5) / (count + 0.5))
    return 0.3 + 0.7 * idf / math.log(1 + (passages + 0.5) / 0.5)
