"""Which of the sentences that were found answers: what a sum of their scores cannot say.

A sentence's features (`sentence_matches`) mean one thing in a table's row and another below a heading that names what
is asked, one thing for "why" and another for "how many". A small network over them, over where the sentence stands and
over what the question asks for, fitted by `training/ranking.py`, scores the sentences of all passages that were read.
`docs/decisions/choice.md` has what it gives.
"""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.document import BlockKind, Document
from index.search.question.asked_for import asks_whether, wants_all, wants_many
from index.search.question.query import Query, Wanted
from index.search.ranking.candidates import PassageMatch
from index.search.ranking.late_interaction import Weighted
from index.search.ranking.sentence_matches import FEATURES, LIMIT

Rows = NDArray[np.float32]

_HOW = re.compile(r"怎么|怎麼|如何|怎样|怎樣|咋|步骤|步驟|流程|\bhow (?:do|does|to|can|should)\b", re.IGNORECASE)
_WHICH = re.compile(r"\bwhich\b", re.IGNORECASE)
"""Counts as asking for many here, since the network was fitted so; what is quoted tells one from several."""
_WHY = re.compile(r"为什么|為什麼|为啥|為啥|原因|凭什么|憑什麼|\bwhy\b", re.IGNORECASE)
_NOT = re.compile(r"不|没|沒|禁|勿|\b(?:not|no|never|cannot|except|without)\b|n't\b", re.IGNORECASE)
_REASON = re.compile(
    r"因为|因為|由于|由於|因此|所以|为了|為了|以便|避免"
    r"|\b(?:because|since|due to|so that|in order|therefore|to avoid)\b",
    re.IGNORECASE,
)
_KINDS = (BlockKind.PARAGRAPH, BlockKind.ITEM, BlockKind.ROW, BlockKind.HEADING, BlockKind.CODE)
MOST_WORDS = 12
"""Content terms of a question that is as long as any."""
_READER = FEATURES.index("reader")

_OF_PASSAGES = ("rank", "behind", "read", "relevance_read", "relevance_behind", "heading", "first", "sentences")
_OF_SENTENCES = (
    *("odds", "odds_in_passage", "odds_in_all", "covered", "position", "length"),
    *("asks", "announces", "negates", "reasons", "counts"),
    *(f"kind_{kind.value}" for kind in _KINDS),
)
_OF_QUESTIONS = (
    *("asks_many", "asks_all", "asks_whether", "asks_how", "asks_why", "asks_not", "words", "english"),
    *(f"wants_{wanted.value}" for wanted in Wanted),
)
CHOICE_FEATURES = (*FEATURES, *_OF_PASSAGES, *_OF_SENTENCES, *_OF_QUESTIONS)


@dataclass(frozen=True, slots=True)
class Network:
    """`relu(((x - mean) / scale) @ hidden + bias) @ out`: one hidden layer, for rows x of the features named."""

    features: tuple[str, ...]
    mean: Rows
    """(features,), as `scale`."""
    scale: Rows
    hidden: Rows
    """(features, units)"""
    bias: Rows
    """(units,), as `out`."""
    out: Rows

    def __call__(self, rows: Rows) -> Rows:
        """(n,) log odds of each row among all rows, but for a sum that is the same for all."""
        within = np.clip((rows - self.mean) / self.scale, -6.0, 6.0)
        return np.asarray(np.maximum(within @ self.hidden + self.bias, 0.0) @ self.out, np.float32)


def choice_features(
    passages: Sequence[PassageMatch],
    rows: Sequence[Rows],
    odds: Sequence[float],
    weighted: Weighted,
    document_of: Callable[[int], Document],
) -> list[Rows]:
    """For each passage (sentences, len(CHOICE_FEATURES)). `passages` are best first, with `rows` as
    `quote.sentence_features` gives them, and `odds` as the ranking of passages does."""
    asked = _asked(weighted.query)
    shares = weighted.terms / (float(weighted.terms.sum()) or 1.0)
    most_relevant = max((one.reading.relevance for one in passages if one.reading), default=0.0)
    read = [base[:, _READER] for one, base in zip(passages, rows, strict=True) if one.reading]
    surest = max((float(reader.max(initial=-LIMIT)) for reader in read), default=0.0)
    found = []
    for rank, (passage, base) in enumerate(zip(passages, rows, strict=True)):
        headed = _headed(passage, len(shares))
        about = _of_passage(passage, rank, odds[rank] - odds[0], most_relevant, float(shares @ headed))
        inside = _of_sentences(passage, document_of(passage.passage), base[:, _READER], shares, headed, surest)
        of_passage, of_question = (np.tile(np.asarray(one, np.float32), (len(base), 1)) for one in (about, asked))
        found.append(np.concatenate([base, of_passage, inside, of_question], axis=1))
    return found


def _asked(query: Query) -> list[float]:
    text = query.text
    return [
        *(float(wants_many(text) or bool(_WHICH.search(text))), float(wants_all(text))),
        float(asks_whether(text)),
        *(float(bool(pattern.search(text))) for pattern in (_HOW, _WHY, _NOT)),
        *(min(len(query.content), MOST_WORDS) / MOST_WORDS, float(query.lang == "en")),
        *(float(query.wanted is wanted) for wanted in Wanted),
    ]


def _headed(passage: PassageMatch, terms: int) -> Rows:
    """(terms,) 1 for each content term of the question that stands in the heading of the passage, else 0."""
    places = passage.places or [()] * terms
    return np.asarray([float(any(at < passage.body for at in found)) for found in places], np.float32)


def _of_passage(passage: PassageMatch, rank: int, behind: float, most_relevant: float, heading: float) -> list[float]:
    read = passage.reading is not None
    relevance = passage.reading.relevance if passage.reading else 0.0
    return [
        *(rank / 8, behind, float(read), relevance / 5, (relevance - most_relevant if read else -2.0) / 5),
        *(heading, float(passage.start == 0), len(passage.sentences) / 10),
    ]


def _of_sentences(
    passage: PassageMatch, document: Document, odds: Rows, shares: Rows, headed: Rows, surest: float
) -> Rows:
    """(sentences, len(_OF_SENTENCES)); `odds` (sentences,) the reader's, `surest` its greatest of any sentence that
    was read, `shares` (terms,) what each term weighs of all."""
    count = len(passage.sentences)
    rows = np.zeros((count, len(_OF_SENTENCES)), np.float32)
    if not count:
        return rows
    if passage.reading:
        rows[:, 0], rows[:, 1], rows[:, 2] = odds / 6, (odds - odds.max()) / 6, (odds - surest) / 6
    else:
        rows[:, 2] = -1.0
    for position, (span, match) in enumerate(zip(passage.sentences, passage.matches, strict=True)):
        block, text = document.block_at(span[0]), document.plain(*span).rstrip()
        rows[position, 3:] = [
            float(shares @ np.maximum(match.terms, headed)),
            *(position / count, math.log1p(len(text)) / 5),
            *(float(text.endswith(("?", "？"))), float(text.endswith((":", "：")))),
            *(float(bool(_NOT.search(text))), float(bool(_REASON.search(text)))),
            float(any(char.isdigit() for char in text)),
            *(float(block is not None and block.kind is kind) for kind in _KINDS),
        ]
    return rows
