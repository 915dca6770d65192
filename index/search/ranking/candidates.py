"""The passages that may answer, and how each of them and of its sentences meets the question.

All candidates are compared as wholes; only the best are looked at sentence by sentence, which costs several times more.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

import numpy as np

from index.document import Source, Span
from index.encoders.protocol import Encoder, TokenVectors, Vectors
from index.encoders.span_reader import Reading
from index.search.question import names_by_sound
from index.search.question.other_words import Rewording, places_of, rewordings
from index.search.question.query import Query
from index.search.ranking.late_interaction import (
    Match,
    Weighted,
    best,
    best_within,
    matches,
    raise_to,
    similarities,
    weigh,
)
from index.snapshots.snapshot import Snapshot
from index.text import occurrences as occurrence
from index.text.passages import heading_text

OTHER_WORD = 0.75
"""The least cosine of a word of the question with another word for it."""
_NO_TOKENS = TokenVectors(np.zeros((0, 0), np.float32), np.zeros((0, 2), np.int32))


@dataclass(frozen=True, slots=True)
class PassageMatch:
    """A candidate passage: what was found of the query in it, and what the reader made of it (None: not read).

    `matches` holds one match a sentence, and is empty for a passage that was compared only as a whole.
    """

    passage: int
    source: Source
    dense: float
    cross: float
    """1 where the document's language is not the question's, else 0."""
    whole: Match
    sentences: tuple[Span, ...]
    text: str
    """What was encoded: the section's heading, then the passage."""
    body: int
    """Offset in `text` of the passage itself."""
    start: int
    """Offset of the passage in its document."""
    matches: tuple[Match, ...] = ()
    reading: Reading | None = None
    cosines: Vectors = field(default_factory=lambda: np.zeros((0, 0), np.float32), repr=False)
    tokens: TokenVectors = field(default=_NO_TOKENS, repr=False)
    places: Sequence[Sequence[int]] = field(default=(), repr=False)
    """For each content term of the query, where in `text` it stands."""
    other: tuple[str, ...] = ()
    """Other words for those of the question that stand in `text` (`index.search.question.other_words`)."""

    def within(self, span: Span) -> Span:
        """A span of the document as a span of `text`."""
        shift = self.body - self.start
        return span[0] + shift, span[1] + shift


class Candidates:
    """Compares passages of one snapshot with questions. Holds nothing of any question."""

    def __init__(self, snapshot: Snapshot, encoder: Encoder) -> None:
        self._snapshot = snapshot
        self._encoder = encoder
        self.languages = _languages(snapshot)
        """Those that documents of the corpus are in."""

    def weigh(self, query: Query, tokens: TokenVectors) -> Weighted:
        """The weights of a question's parts in this corpus."""
        size = len(self._snapshot.passages)
        return weigh(query, tokens, self._snapshot.lexical.document_frequency, size, self.languages)

    def rewordings(self, query: Query) -> tuple[Rewording, ...]:
        """The words of a question that documents of this corpus write otherwise."""
        return rewordings(query, self._snapshot.lexical.document_frequency, len(self._snapshot.passages))

    def passages(
        self, proposed: Sequence[int], weighted: Weighted, pooled: Vectors, reworded: Sequence[Rewording] = ()
    ) -> list[PassageMatch]:
        """Each proposed passage as a whole; `pooled` is the question's vector, `reworded` its words that documents
        write otherwise."""
        if not proposed:
            return []
        placed = self._snapshot.passages.many(proposed)
        documents = [self._snapshot.documents[one.document] for one in placed]
        texts = [heading_text(document, one) for document, one in zip(documents, placed, strict=True)]
        tokens = self._tokens(proposed, [text for text, _ in texts])
        titles = {document.id: document.source.title for document in documents}
        found = self._places(weighted.query, [text for text, _ in texts], list(titles.values()))
        places, titled = found[: len(texts)], dict(zip(titles, found[len(texts) :], strict=True))
        cosines = [similarities(weighted, vectors) for vectors in tokens]
        others = places_of(reworded, [text for text, _ in texts])
        for one, vectors, found_there in zip(cosines, tokens, others, strict=True):
            for number, span in found_there:
                raise_to(OTHER_WORD, one, weighted.vectors.spans, reworded[number].span, vectors.spans, span)
        exact = [
            [bool(here or there) for here, there in zip(own, titled[document.id], strict=True)]
            for own, document in zip(places, documents, strict=True)
        ]
        stands = np.asarray(exact, bool).reshape(len(proposed), -1).T
        wholes = matches(weighted, np.stack([best(one) for one in cosines], axis=1), stands)
        dense = self._snapshot.vectors[proposed].astype(np.float32) @ pooled
        return [
            PassageMatch(
                passage=passage,
                source=documents[n].source,
                dense=float(dense[n]),
                cross=float(weighted.query.lang != documents[n].source.lang),
                whole=wholes[n],
                sentences=placed[n].sentences,
                text=texts[n][0],
                body=texts[n][1],
                start=placed[n].start,
                cosines=cosines[n],
                tokens=tokens[n],
                places=places[n],
                other=tuple({number: texts[n][0][slice(*span)] for number, span in reversed(others[n])}.values()),
            )
            for n, passage in enumerate(proposed)
        ]

    def _places(self, query: Query, texts: Sequence[str], titles: Sequence[str]) -> list[list[list[int]]]:
        """For each text and each title, and each content term, where it stands, as written or by its sound."""
        both = [*texts, *titles]
        found = occurrence.places(query.content, both)
        for own, by_sound in zip(found, names_by_sound.places(query, both), strict=True):
            for term, at in by_sound.items():
                own[term] = own[term] or [at]
        return found

    def _tokens(self, proposed: Sequence[int], texts: Sequence[str]) -> list[TokenVectors]:
        """Token vectors of these passages: those that are stored, or made again of their pieces."""
        if self._encoder.token_dimensions:
            return self._snapshot.token_vectors_of(proposed)
        return self._encoder.encode_again(texts, [self._snapshot.pieces(passage) for passage in proposed])

    def sentences(self, candidates: Sequence[PassageMatch], weighted: Weighted) -> list[PassageMatch]:
        """The same candidates, with a match for each of their sentences."""
        if not candidates:
            return []
        within = [[one.within(span) for span in one.sentences] for one in candidates]
        parts = [best_within(one.cosines, one.tokens, spans) for one, spans in zip(candidates, within, strict=True)]
        exact = [
            [any(left <= at < right for at in places) for places in one.places]
            for one, spans in zip(candidates, within, strict=True)
            for left, right in spans
        ]
        stands = np.asarray(exact, bool).reshape(len(exact), -1).T
        found = iter(matches(weighted, np.concatenate(parts, axis=1), stands))
        return [replace(one, matches=tuple(islice(found, len(one.sentences)))) for one in candidates]


def _languages(snapshot: Snapshot, sample: int = 200) -> frozenset[str]:
    """Languages of the corpus, from documents spread evenly over it."""
    count = len(snapshot.documents)
    return frozenset(snapshot.documents[n].source.lang for n in range(0, count, max(1, count // sample)))
