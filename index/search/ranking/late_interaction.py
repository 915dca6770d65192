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
from index.encoders.protocol import TokenVectors
from index.search.question.query import Query
from index.text.language import of_question
from index.text.terms import Term, general_rarity

Spans = NDArray[np.int32]

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


def raise_to(
    least: float,
    cosines: NDArray[np.float32],
    question_tokens: Spans,
    question_span: Span,
    text_tokens: Spans,
    text_span: Span,
) -> None:
    """Makes the cosines between two spans, of the question and of the text, at least `least`, in place.

    `question_tokens` (t, 2) and `text_tokens` (n, 2) are the tokens' spans, `cosines` (t, n).
    """
    rows, columns = (
        np.flatnonzero((start <= middle) & (middle < end))
        for middle, (start, end) in (
            (question_tokens.sum(axis=1) // 2, question_span),
            (text_tokens.sum(axis=1) // 2, text_span),
        )
    )
    block = np.ix_(rows, columns)
    cosines[block] = np.maximum(cosines[block], least)


def match(weighted: Weighted, cosines: NDArray[np.float32], exact: NDArray[np.bool_]) -> Match:
    """How a stretch with these token cosines, in which the `exact` ones of the content terms stand, meets the query."""
    return matches(weighted, best(cosines)[:, None], exact[:, None])[0]


def matches(weighted: Weighted, found: NDArray[np.float32], exact: NDArray[np.bool_]) -> tuple[Match, ...]:
    """The same of several stretches at once: `found` (question tokens, stretches) is the best cosine of each token in
    each, `exact` (content terms, stretches) which terms stand there."""
    strength = weighted.shares @ found
    strength = np.where(exact, np.minimum(1.0, np.maximum(strength, 0.8) + EXACT_BONUS), strength).astype(np.float32)
    heavy = weighted.terms >= 0.5 * float(weighted.terms.max(initial=0.0))
    late = weighted.tokens @ found / (float(weighted.tokens.sum()) or 1.0)
    lexical = weighted.terms @ exact / (float(weighted.terms.sum()) or 1.0)
    weakest = strength[heavy].min(axis=0, initial=1.0)
    parts = zip(late.tolist(), lexical.tolist(), weakest.tolist(), strength.T, strict=True)
    return tuple(Match(*part) for part in parts)


def best(cosines: NDArray[np.float32]) -> NDArray[np.float32]:
    """(question tokens,) the best cosine of each; 0 where there are no text tokens."""
    return np.asarray(cosines.max(axis=1, initial=0.0), np.float32)


def best_within(cosines: NDArray[np.float32], text: TokenVectors, spans: Sequence[Span]) -> NDArray[np.float32]:
    """(question tokens, spans) the best cosine of each within each of `spans`, offsets into the text of `text`."""
    middle = (text.spans[:, 0] + text.spans[:, 1]) // 2
    borders = np.searchsorted(middle, np.asarray(spans, np.int64).reshape(-1)).reshape(-1, 2)
    # A column more, so that the last stretch may end behind all tokens; of an empty one, reduceat says what follows.
    wider = np.concatenate([cosines, np.zeros((len(cosines), 1), np.float32)], axis=1)
    found = np.maximum.reduceat(wider, borders.reshape(-1), axis=1)[:, ::2]
    return np.asarray(np.where(borders[:, 0] < borders[:, 1], found, 0.0), np.float32)


def _rarity(
    query: Query, term: Term, frequency: Callable[[str], int], passages: int, languages: frozenset[str]
) -> float:
    count = frequency(term.text)
    if not count:
        word = query.text[term.start : term.end]
        foreign = of_question(word) not in languages
        return ABSENT_LEAST + (1 - ABSENT_LEAST) * general_rarity(word) if foreign else 1.0
    idf = math.log(1 + (passages - count + 0.5) / (count + 0.5))
    return 0.3 + 0.7 * idf / math.log(1 + (passages + 0.5) / 0.5)
