"""From passages to the sentence that is quoted, and the span in it that answers.

Every sentence of the best passages gets a row of features; a small linear model, fitted on public reading
comprehension (`training/ranking.py`), orders them. The quote is the first sentence, with a neighbour where it cannot
be understood alone.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.document import Document, Span
from index.encoders.span_reader import Reading, best_spans, sentence_scores
from index.search.answer_types import spans as kind_spans
from index.search.candidates import PassageMatch
from index.search.late_interaction import Weighted
from index.search.query import Query, Wanted

COMFORTABLE = 160
"""A neighbour joins the quote only up to this length."""
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
    """One sentence that could be quoted, or a stretch of several (`index.search.stretches`).

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


# A sentence that begins like this speaks of what the sentence before it named.
_LEANS = re.compile(
    r"^[“\"「『（(]?(?:该|該|此|其|这|這|那|它|他|她|同时|目前|其中|后来|之后|随后|随即|并|并且|但|而|因此|所以|"
    r"(?:It|They|He|She|This|That|These|Those|Its|Their|His|Her|There|The company|Both|However|Then|But|And|Also)\b)"
)


def extend(document: Document, chosen: SentenceMatch, weighted: Weighted) -> Span:
    """The stretch to quote: `chosen`, with the sentence before it where that one names what this one only points at.

    The neighbour joins when the chosen sentence leans on it, or when it alone holds a term of the question.
    """
    start, end = chosen.span
    if chosen.position == 0:
        return start, end
    before = chosen.candidate.sentences[chosen.position - 1]
    if end - before[0] > COMFORTABLE or document.text[before[1] : start].strip():
        return start, end
    mine, theirs = (chosen.candidate.matches[p].terms for p in (chosen.position, chosen.position - 1))
    heavy = weighted.terms >= 0.6 * float(weighted.terms.max(initial=0.0))
    named_before = bool((heavy & (theirs >= 0.9) & (mine < 0.55)).any())
    leans = bool(_LEANS.match(document.text[start:end]))
    if named_before and (leans or end - start < 40):
        return before[0], end
    return start, end


def highlight(document: Document, quote: Span, chosen: SentenceMatch, weighted: Weighted) -> tuple[Span, ...]:
    """Offsets into the quote of what answers: the reader's span, else the nearest of the wanted kind."""
    candidate = chosen.candidate
    named = list(kind_spans(weighted.query.wanted, document.plain(*quote)))
    if candidate.reading is not None:
        # A count or a date that stands in the quote is what a question for one is answered by, not the noun beside it.
        must = named if weighted.query.wanted in (Wanted.NUMBER, Wanted.TIME) else []
        found = _reader_span(candidate.reading, candidate.start - candidate.body, quote, must)
        if found:
            return (found,)
    text = document.text[quote[0] : quote[1]]
    if named:
        anchors = [text.find(term.text) for term in weighted.query.content]
        anchors = [a for a in anchors if a >= 0]
        return (min(named, key=lambda s: (min((abs(s[0] - a) for a in anchors), default=0), s[0])),)
    return _term_spans(text, weighted.query)


def answering_place(chosen: SentenceMatch, start: int) -> int:
    """Where in the document the reader's best span within the sentence begins; `start` where nothing was read."""
    candidate = chosen.candidate
    if candidate.reading is None:
        return start
    shift = candidate.start - candidate.body
    places = (span.start + shift for span in best_spans(candidate.reading, n=6))
    return next((place for place in places if chosen.span[0] <= place < chosen.span[1]), start)


def _reader_span(reading: Reading, shift: int, quote: Span, must: Sequence[Span]) -> Span | None:
    """The best span of the reader within `quote` that touches one of `must`, if there are any.

    `shift` turns the reader's offsets into the document's; the span and `must` are offsets into the quote.
    """
    for span in best_spans(reading, n=6):
        left, right = span.start + shift - quote[0], span.end + shift - quote[0]
        if 0 <= left < right <= quote[1] - quote[0] and (not must or any(a < right and left < b for a, b in must)):
            return left, right
    return None


def _term_spans(text: str, query: Query) -> tuple[Span, ...]:
    """Where the question's own words stand, when nothing better is known; merged, in order."""
    spans: list[Span] = []
    for term in query.content:
        at = text.find(query.text[term.start : term.end])
        if at >= 0:
            spans.append((at, at + term.end - term.start))
    merged: list[Span] = []
    for left, right in sorted(spans):
        if merged and left <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(right, merged[-1][1])
        else:
            merged.append((left, right))
    return tuple(merged)
