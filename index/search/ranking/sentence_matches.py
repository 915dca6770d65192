"""The sentences of the passages that may answer, each with a row of features, by which it is ranked.

What the features weigh was fitted by `training/ranking.py`.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.document import Document, Span
from index.encoders.span_reader import sentence_scores
from index.search.question.answer_types import spans as kind_spans
from index.search.question.query import Query, Wanted
from index.search.ranking.candidates import PassageMatch

LIMIT = 12.0
"""Log odds beyond this say nothing more."""
UNREAD, UNREAD_PASSAGE = -LIMIT, -6.0
"""Log odds given to a sentence, and to its passage, that the reader was not shown: it stopped at better ones."""

FEATURES = (
    "passage_late",
    "passage_lexical",
    "dense",
    "late",
    "lexical",
    "weakest",
    "reader",
    "relevance",
    "wanted",
    "near",
    "short",
    "cross",
    "cross_late",
)

Place = tuple[int, int]
"""A passage, and the position of a sentence in it."""


@dataclass(frozen=True, slots=True)
class SentenceMatch:
    """One sentence that could be quoted, or a stretch of several (`index.search.quoting.stretches`).

    `span` holds document offsets; `features` is in the order of FEATURES. Of a stretch, `position` is that of its first
    sentence, and the features are those of its best.
    """

    candidate: PassageMatch
    position: int
    span: Span
    features: NDArray[np.float32]
    score: float = 0.0


def sentence_features(candidate: PassageMatch, document: Document, query: Query) -> NDArray[np.float32]:
    """(sentences, len(FEATURES)): a row for each sentence of `candidate`, a passage of `document`."""
    texts = [document.plain(*span) for span in candidate.sentences]
    found, whole = candidate.matches, candidate.whole
    lexical = [one.lexical for one in found]
    rows = np.empty((len(texts), len(FEATURES)), np.float32)
    rows[:, :3] = whole.late, whole.lexical, candidate.dense
    rows[:, 3:6] = [(one.late, one.lexical, one.weakest) for one in found]
    rows[:, 6] = reader_odds(candidate)
    rows[:, 7] = candidate.reading.relevance if candidate.reading else UNREAD_PASSAGE
    rows[:, 8] = wanted_features(query, texts)
    rows[:, 9] = [0.0, *lexical[:-1]]
    rows[:, 10] = [len(text.strip()) < 12 for text in texts]
    rows[:, 11] = candidate.cross
    rows[:, 12] = candidate.cross * rows[:, 3]
    return rows


def sentence_matches(
    candidate: PassageMatch,
    features: NDArray[np.float32],
    scores: Iterable[float],
    more: float = 0.0,
) -> list[SentenceMatch]:
    """The sentences of `candidate` with these rows of features and these scores; `more` is added to each score."""
    rows = zip(candidate.sentences, features, scores, strict=True)
    return [
        SentenceMatch(candidate, position, span, row, float(score) + more)
        for position, (span, row, score) in enumerate(rows)
    ]


def reader_odds(candidate: PassageMatch) -> NDArray[np.float32]:
    """(sentences,) the reader's log odds of each sentence against "not answered here", within -LIMIT and LIMIT."""
    if candidate.reading is None:
        return np.full(len(candidate.sentences), UNREAD, np.float32)
    inside = [candidate.within(span) for span in candidate.sentences]
    return np.clip(sentence_scores(candidate.reading, inside), -LIMIT, LIMIT)


def wanted_features(query: Query, texts: Sequence[str]) -> list[float]:
    """1 where a text names the kind of thing that is asked for, -1 where it should and does not, 0 where it may not."""
    if query.wanted in (Wanted.THING, Wanted.REASON, Wanted.PLACE, Wanted.PERSON):
        return [float(any(True for _ in kind_spans(query.wanted, text))) for text in texts]
    asked = set(_DIGITS.findall(query.text))
    named = ((text[slice(*span)] for span in kind_spans(query.wanted, text)) for text in texts)
    return [1.0 if any(_answers(one, asked) for one in found) else -1.0 for found in named]


_DIGITS = re.compile(r"[0-9]+(?:\.[0-9]+)?")


def _answers(named: str, asked: set[str]) -> bool:
    """Whether a number or a time says more than the question did itself."""
    digits = _DIGITS.findall(named)
    return not digits or any(one not in asked for one in digits)


def place_of(row: SentenceMatch) -> Place:
    """Which sentence it is."""
    return row.candidate.passage, row.position


def best_first(rows: Iterable[SentenceMatch]) -> list[SentenceMatch]:
    """`rows` by their scores; equal ones in the order of the corpus, so that an answer is the same every time."""
    return sorted(rows, key=lambda row: (-row.score, *place_of(row)))


def one_a_passage(ranked: Sequence[SentenceMatch]) -> list[SentenceMatch]:
    """The first sentence of each passage of `ranked`, in the same order."""
    first: dict[int, SentenceMatch] = {}
    for row in ranked:
        first.setdefault(row.candidate.passage, row)
    return list(first.values())


def prefer_language(ranked: Sequence[SentenceMatch], lang: str, slack: float) -> list[SentenceMatch]:
    """`ranked` with the asker's language first, where the best sentence stands in a document that has a translation.

    A sentence of the translation moves up only if it is itself a fair answer (`slack`, in logits, behind the best).
    """
    best = ranked[0]
    if best.candidate.source.lang == lang:
        return list(ranked)
    mine = [
        row
        for row in ranked
        if row.candidate.source.lang == lang
        and row.candidate.source.same_text(best.candidate.source)
        and best.score - row.score < slack
    ]
    return mine + [row for row in ranked if row not in mine]
