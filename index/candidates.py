"""The passages that may answer, and how each of them and of its sentences meets the question.

All candidates are compared as wholes; only the best are looked at sentence by sentence, which costs several times more.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from index.document import Source, Span
from index.encoder import Encoder, TokenVectors, Vectors
from index.matching import Match, Weighted, columns, match, similarities, weigh
from index.occurrence import Lookup
from index.query import Query
from index.snapshot import Snapshot
from index.spans import Reading


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
    tokens: TokenVectors | None = field(default=None, repr=False)

    def within(self, span: Span) -> Span:
        """A span of the document as a span of `text`."""
        shift = self.body - self.start
        return span[0] + shift, span[1] + shift


class Candidates:
    """Compares passages of one snapshot with questions. Holds nothing of any question."""

    def __init__(self, snapshot: Snapshot, encoder: Encoder) -> None:
        self._snapshot = snapshot
        self._encoder = encoder
        self._languages = _languages(snapshot)

    def weigh(self, query: Query, tokens: TokenVectors) -> Weighted:
        """The weights of a question's parts in this corpus."""
        size = len(self._snapshot.passages)
        return weigh(query, tokens, self._snapshot.lexical.document_frequency, size, self._languages)

    def passages(self, proposed: Sequence[int], weighted: Weighted, pooled: Vectors) -> list[PassageMatch]:
        """Each proposed passage as a whole; `pooled` is the question's vector."""
        texts = [self._snapshot.text(passage) for passage in proposed]
        if self._encoder.token_dimensions:
            tokens = [self._snapshot.token_vectors(passage) for passage in proposed]
        else:
            pieces = [self._snapshot.pieces(passage) for passage in proposed]
            tokens = self._encoder.encode_again([text for text, _ in texts], pieces)
        lookup = Lookup(weighted.query.content)
        titles: dict[int, list[list[int]]] = {}
        found = []
        for passage, (text, body), vectors in zip(proposed, texts, tokens, strict=True):
            placed = self._snapshot.passages[passage]
            source = self._snapshot.documents[placed.document].source
            if placed.document not in titles:
                titles[placed.document] = lookup(source.title)
            places = lookup(text)
            stands = np.asarray([bool(a or b) for a, b in zip(places, titles[placed.document], strict=True)], bool)
            cosines = similarities(weighted, vectors)
            found.append(
                PassageMatch(
                    passage=passage,
                    source=source,
                    dense=float(pooled @ self._snapshot.vector(passage)),
                    cross=float(weighted.query.lang != source.lang),
                    whole=match(weighted, cosines, stands),
                    sentences=placed.sentences,
                    text=text,
                    body=body,
                    start=placed.start,
                    cosines=cosines,
                    tokens=vectors,
                )
            )
        return found

    def sentences(self, candidate: PassageMatch, weighted: Weighted) -> PassageMatch:
        """The same candidate, with a match for each of its sentences."""
        if candidate.tokens is None:
            return candidate
        inside = [candidate.within(span) for span in candidate.sentences]
        places = Lookup(weighted.query.content)(candidate.text)
        matches = []
        for (left, right), where in zip(inside, columns(candidate.tokens, inside), strict=True):
            stands = np.asarray([any(left <= at < right for at in found) for found in places], bool)
            matches.append(match(weighted, candidate.cosines[:, where], stands))
        return replace(candidate, matches=tuple(matches), tokens=None)


def _languages(snapshot: Snapshot, sample: int = 200) -> frozenset[str]:
    """Languages of the corpus, from documents spread evenly over it."""
    count = len(snapshot.documents)
    return frozenset(snapshot.documents[n].source.lang for n in range(0, count, max(1, count // sample)))
