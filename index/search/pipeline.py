"""The search, step by step: what a question finds in a snapshot, and how probable it is that the first of it answers.

A question is encoded once; vectors and terms propose passages, fusion makes one list of them, late interaction orders
it, the reader model reads the best, and their sentences are ranked. Nothing is decided here: see `answering`.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from index.document import Document, Source
from index.encoders.cross_encoder import Reranker
from index.encoders.protocol import Encoder, TokenVectors, Vectors
from index.encoders.span_reader import SpanReader
from index.search.question.missing_names import unknown_names
from index.search.question.other_words import search_terms
from index.search.question.query import Query
from index.search.question.spell_check import Speller
from index.search.question.translations import other_languages, translated
from index.search.quoting.shapes import shaped
from index.search.quoting.stretches import stretches
from index.search.ranking.candidates import Candidates, PassageMatch
from index.search.ranking.choice import Rows, choice_features
from index.search.ranking.fusion import fuse
from index.search.ranking.late_interaction import Weighted
from index.search.ranking.ranking_model import MOST_TERMS, Ranking, confidence_features, passage_features, probability
from index.search.ranking.reading import read_on
from index.search.ranking.sentence_matches import SentenceMatch, best_first, sentence_features, sentence_matches
from index.snapshots.snapshot import Snapshot
from index.text.terms import Term, query_terms

PROPOSED = 50
"""Passages that vectors and terms may each propose."""
CONSIDERED = 32
"""Passages whose token vectors are compared."""
PROPOSED_ACROSS, CONSIDERED_ACROSS = 100, 64
"""The same, for a question in a language that no document is in: terms find little, so vectors are followed further."""
CONSIDERED_TRANSLATED = 16
"""How many more, where the corpus has documents in another language than the question's."""
CONSIDERED_ANEW = 10
"""The same, where token vectors are not stored and have to be made for every question."""
SCANNED = 12
"""Passages whose sentences are compared. More than are read: what stands beside the best tells how sure it is."""
SCANNED_UNREAD = 5
"""The same, where there is no reader to tell them apart better: more find nothing more."""
UNRELATED_DENSE, UNRELATED_LATE = 0.2, 0.5
"""Cosine and late interaction of the first passage: where both are less, it has nothing to do with the question. That
holds for 33 of 48 questions about something else, and for none of 104 right stretches over real documents."""
ENCODED = 8
"""Questions whose vectors are kept: those that are being asked, of one collection after the other."""
JUDGED = 8
"""Passages that a re-ranker scores; no others are compared then."""
RERANKED = 4.0
"""How far, in logits, a re-ranker may push the worst passage behind the best."""


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What one question found, before anything is decided: for answering, and for fitting the ranking."""

    weighted: Weighted
    considered: tuple[PassageMatch, ...]
    """All candidates, best first."""
    passages: tuple[PassageMatch, ...]
    """The best of them, read where there is a reader."""
    sentences: tuple[SentenceMatch, ...]
    """Each sentence of `passages` by itself, best first: what the ranking is fitted on."""
    stretches: tuple[SentenceMatch, ...]
    """The same as they are quoted: neighbours that may answer as well are one. Best first."""
    confidence: float

    @property
    def matched_terms(self) -> frozenset[Term]:
        """Terms of the question that stand in one of `passages`, by their letters or by their sound."""
        content = self.weighted.query.content
        return frozenset(
            term for one in self.passages for term, places in zip(content, one.places, strict=True) if places
        )


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Searches one snapshot, with the models that belong to it. Holds nothing of any question."""

    snapshot: Snapshot
    encoder: Encoder
    ranking: Ranking
    candidates: Candidates
    speller: Speller
    reader: SpanReader | None = None
    reranker: Reranker | None = None

    @classmethod
    def over(
        cls,
        snapshot: Snapshot,
        encoder: Encoder,
        ranking: Ranking,
        reader: SpanReader | None = None,
        reranker: Reranker | None = None,
    ) -> "Pipeline":
        """The search over `snapshot`, which was made with `encoder`."""
        return cls(snapshot, encoder, ranking, Candidates(snapshot, encoder), Speller(snapshot), reader, reranker)

    def find(self, query: Query, skip: Callable[[Source], bool] | None = None) -> SearchResult:
        """Candidates for `query`, matched, read and ordered, with the probability that the first answers.

        Documents that `skip` names are passed over: for asking what the corpus would say without them.
        """
        weighted, matched, behind = self._matched(query, skip)
        scanned = JUDGED if self.reranker else SCANNED if self.reader else SCANNED_UNREAD
        passages = self._read(query, self.candidates.sentences(matched[:scanned], weighted))
        scored = best_first(self._scored(passages, weighted, behind))
        together = stretches(scored, self.document_of, query.text)
        sure = self._confidence(together, matched, query)
        return SearchResult(weighted, tuple(matched), tuple(passages), tuple(scored), tuple(together), sure)

    def considered(self, query: Query) -> Sequence[PassageMatch]:
        """The candidates that `find` considers, best first; without reading any, which is most of what `find` costs."""
        return self._matched(query, None)[1]

    def compare(self, query: Query, passages: Sequence[int]) -> tuple[Weighted, list[SentenceMatch]]:
        """The weights of `query`, and each sentence of these passages as it meets it, best first; none is read."""
        pooled, tokens = encoded(self.encoder, query.text)
        weighted = self.candidates.weigh(query, tokens)
        matched = self.candidates.sentences(self.candidates.passages(passages, weighted, pooled[0]), weighted)
        return weighted, best_first(row for one in matched for row in self._sentences(one, query, {}))

    def _matched(
        self, query: Query, skip: Callable[[Source], bool] | None
    ) -> tuple[Weighted, list[PassageMatch], dict[int, float]]:
        """The question's weights, its candidates, best first, and how far a re-ranker puts each behind the first."""
        pooled, tokens = encoded(self.encoder, query.text)
        weighted = self.candidates.weigh(query, tokens)
        reworded = self.candidates.rewordings(query)
        proposed = self._propose(query, search_terms(reworded), pooled, skip)
        matched = self.candidates.passages(proposed, weighted, pooled[0], reworded)
        matched.sort(key=lambda m: (-self.ranking.passage(passage_features(m)), m.passage))
        return weighted, *self._rerank(query, matched)

    def sure(self, found: SearchResult) -> bool:
        """Whether what was found is sure enough to be quoted."""
        if not found.stretches:
            return False
        return self.ranking.answers(found.confidence, bool(found.stretches[0].candidate.cross))

    def unrelated(self, found: SearchResult) -> bool:
        """Whether the first stretch has nothing to do with the question, and is not worth a look. Never for an encoder
        without a reader: its cosines lie elsewhere."""
        if self.reader is None or not found.stretches:
            return False
        first = found.stretches[0].candidate
        return first.dense < UNRELATED_DENSE and first.whole.late < UNRELATED_LATE

    def with_thresholds(self, same: float, cross: float) -> "Pipeline":
        """The same search that is sure from these confidences on, in the question's language and in another one."""
        return replace(self, ranking=replace(self.ranking, thresholds=(same, cross)))

    def text_of(self, row: SentenceMatch) -> str:
        """A candidate sentence, as it stands."""
        return self.document_of(row.candidate.passage).text[slice(*row.span)]

    def document_of(self, passage: int) -> Document:
        """The document that a passage is of."""
        return self.snapshot.documents[self.snapshot.passages.document(passage)]

    def unknown_names(self, query: Query, row: SentenceMatch) -> float:
        """Weighted share of the question's names that the document of `row` never mentions (`question.names`)."""
        return unknown_names(query, self.document_of(row.candidate.passage), row.candidate.text)

    def _propose(
        self, query: Query, other: Sequence[str], pooled: Vectors, skip: Callable[[Source], bool] | None
    ) -> list[int]:
        """The passages that vectors and terms find, in one list, best first; `pooled` (1, d) is the question's vector,
        `other` the terms of other words for its own."""
        across = query.lang not in self.candidates.languages
        most, considered = breadth(across=across, stored=bool(self.encoder.token_dimensions))
        _, near = self.snapshot.store.search(pooled, most)
        words = query_terms(query.content or query.terms)
        rankings = [
            [int(i) for i in near[0] if i >= 0],
            [passage for passage, _ in self.snapshot.lexical.search(words, most)],
        ]
        if other:
            rankings.append([passage for passage, _ in self.snapshot.lexical.search([*words, *other], most)])
        if other_languages(query, self.candidates.languages):
            groups = translated(query, self.snapshot.lexical.document_frequency)
            rankings.append([passage for passage, _ in self.snapshot.lexical.search_any(groups, most)])
            considered += CONSIDERED_TRANSLATED if self.encoder.token_dimensions else 0
        if skip is not None:
            rankings = [[p for p in ranking if not skip(self.document_of(p).source)] for ranking in rankings]
        return fuse(rankings, considered)

    def _rerank(self, query: Query, matched: list[PassageMatch]) -> tuple[list[PassageMatch], dict[int, float]]:
        """`matched` in the re-ranker's order, and how far it puts each passage behind the first."""
        if self.reranker is None or not matched:
            return matched, {}
        return reranked(matched, self.reranker.score(query.text, [m.text for m in matched[:JUDGED]]))

    def _read(self, query: Query, passages: Sequence[PassageMatch]) -> list[PassageMatch]:
        """The same passages, the first of them with what the reader model says."""
        if self.reader is None:
            return list(passages)
        odds = [self.ranking.passage(passage_features(passage)) for passage in passages]
        return read_on(self.reader, query, passages, odds)

    def _sentences(self, passage: PassageMatch, query: Query, behind: dict[int, float]) -> list[SentenceMatch]:
        features = sentence_features(passage, self.document_of(passage.passage), query)
        scores = [self.ranking.sentence(row) for row in features]
        return sentence_matches(passage, features, scores, behind.get(passage.passage, 0.0))

    def _scored(
        self, passages: Sequence[PassageMatch], weighted: Weighted, behind: dict[int, float]
    ) -> Iterator[SentenceMatch]:
        """The sentences of the passages that were read, scored beside one another where the ranking can."""
        choice = self.ranking.choice
        if choice is None:
            for passage in passages:
                yield from self._sentences(passage, weighted.query, behind)
            return
        for passage, own, beside in zip(passages, *self.rows(passages, weighted), strict=True):
            yield from sentence_matches(passage, own, choice(beside), behind.get(passage.passage, 0.0))

    def rows(self, passages: Sequence[PassageMatch], weighted: Weighted) -> tuple[list[Rows], list[Rows]]:
        """For each of the passages that were read, best first: features of its sentences by themselves, (sentences,
        len(FEATURES)), and beside all the others, (sentences, len(CHOICE_FEATURES))."""
        own = [sentence_features(one, self.document_of(one.passage), weighted.query) for one in passages]
        odds = [self.ranking.passage(passage_features(one)) for one in passages]
        return own, choice_features(passages, own, odds, weighted, self.document_of)

    def _confidence(self, ranked: Sequence[SentenceMatch], considered: Sequence[PassageMatch], query: Query) -> float:
        if not ranked:
            return 0.0
        # A page of letters has something in common with any text.
        if len(query.content) > MOST_TERMS and not self.speller.readable(query):
            return 0.0
        unknown = self.unknown_names(query, ranked[0])
        shape = shaped(self.document_of(ranked[0].candidate.passage), ranked[0].span, query.text).shape
        features = confidence_features(ranked, considered, len(query.content), unknown, shape)
        return probability(self.ranking.confidence(features))


@lru_cache(maxsize=ENCODED)
def encoded(encoder: Encoder, question: str) -> tuple[Vectors, TokenVectors]:
    """The vector of a question, (1, d), and those of its tokens: once for all collections that it is asked of."""
    pooled, tokens = encoder.encode_both([question])
    for shared in (pooled, tokens[0].vectors, tokens[0].spans):
        shared.flags.writeable = False
    return pooled, tokens[0]


def breadth(*, across: bool, stored: bool) -> tuple[int, int]:
    """How many passages vectors and terms may each propose, and how many of them are compared.

    `across`: the question is in a language that no document is in. `stored`: the snapshot holds token vectors.
    """
    if not stored:
        return PROPOSED, CONSIDERED_ANEW
    return (PROPOSED_ACROSS, CONSIDERED_ACROSS) if across else (PROPOSED, CONSIDERED)


def reranked(
    matched: Sequence[PassageMatch], scores: NDArray[np.float32]
) -> tuple[list[PassageMatch], dict[int, float]]:
    """The first passages of `matched`, one for each of `scores`, by their scores, then the others as they are.

    With them what is added, in logits, to the scores of a passage's sentences: 0 for the best, -RERANKED for the worst.
    """
    spread = float(scores.max() - scores.min()) or 1.0
    head = matched[: len(scores)]
    behind = {m.passage: RERANKED * float(s - scores.max()) / spread for m, s in zip(head, scores, strict=True)}
    return [*sorted(head, key=lambda m: (-behind[m.passage], m.passage)), *matched[len(scores) :]], behind
