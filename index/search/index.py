"""The one door: `Index.ask(question) -> Answer`.

A question is encoded once; vectors and terms propose passages, late interaction orders them, the reader model reads
the best, the likeliest stretch is quoted, and a calibrated probability decides between a quote and an abstention.
"""

from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass, replace
from pathlib import Path

from index.answer import Answer, Quote
from index.document import QUOTABLE, BlockKind, Document, Source
from index.encoders.cross_encoder import Reranker
from index.encoders.open import open_encoder
from index.encoders.protocol import Encoder
from index.encoders.span_reader import READER, SpanReader
from index.errors import QuoteError
from index.search.calibration import Calibration, load, models_fingerprint
from index.search.candidates import Candidates, PassageMatch
from index.search.fusion import fuse
from index.search.late_interaction import Weighted
from index.search.locate import locate
from index.search.names import strangers
from index.search.query import Query, parse
from index.search.question_parts import question_parts
from index.search.quote import (
    SentenceMatch,
    answering_place,
    best_first,
    extend,
    highlight,
    one_a_passage,
    prefer_language,
    sentence_features,
    sentence_matches,
)
from index.search.ranking_model import MOST_TERMS, Ranking, confidence_features, passage_features, probability
from index.search.reading import read_on
from index.search.shapes import shaped, within
from index.search.spell_check import Speller
from index.search.stretches import stretches
from index.search.suggestions import Place, suggest
from index.search.versions import Versions
from index.snapshots.snapshot import Snapshot, SnapshotInfo, active
from index.text.shown import shown
from index.text.terms import Term, query_terms

PROPOSED = 50
"""Passages that vectors and terms may each propose."""
CONSIDERED = 32
"""Passages whose token vectors are compared."""
PROPOSED_ACROSS, CONSIDERED_ACROSS = 100, 64
"""The same, for a question in a language that no document is in: terms find little, so vectors are followed further."""
CONSIDERED_ANEW = 10
"""The same, where token vectors are not stored and have to be made for every question."""
SCANNED = 8
"""Passages whose sentences are compared."""
SCANNED_UNREAD = 5
"""The same, where there is no reader to tell them apart better: more find nothing more."""
RERANKED = 4.0
"""How far, in logits, a re-ranker may push the worst passage behind the best."""
SLACK = 4.0
"""How far, in logits, a sentence may be behind one of its translation and be quoted before it."""
NEAREST = 3
"""Passages that an abstention shows at most."""


@dataclass(frozen=True, slots=True)
class Found:
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
    def met(self) -> frozenset[Term]:
        """Terms of the question that stand in one of `passages`, or are heard there."""
        content = self.weighted.query.content
        return frozenset(
            term for one in self.passages for term, places in zip(content, one.places, strict=True) if places
        )


class Index:
    """One opened snapshot with the encoder it was made with. Safe to use from many threads; never changes."""

    def __init__(
        self,
        snapshot: Snapshot,
        encoder: Encoder,
        ranking: Ranking,
        reader: SpanReader | None = None,
        reranker: Reranker | None = None,
    ) -> None:
        snapshot.require(encoder)
        self._snapshot = snapshot
        self._encoder = encoder
        self._ranking = ranking
        self._reader = reader
        self._reranker = reranker
        self._reranked_by = reranker.name if reranker else ""
        self._candidates = Candidates(snapshot, encoder)
        self._speller = Speller(snapshot)
        self._versions = Versions(snapshot.documents)
        self._scanned = SCANNED if reader or reranker else SCANNED_UNREAD

    @classmethod
    def open(
        cls, data: Path, *, encoder: Encoder | str = "bundled", reranker: str = "", store: str = "faiss"
    ) -> "Index":
        """The live index of the folder `data`, its vectors in the named `store`.

        Raises SnapshotError where nothing was indexed or it is damaged, EncoderError where `encoder` is not the one
        that made it.
        """
        # The snapshot first: that nothing is indexed yet should not take loading an encoder to say.
        snapshot = active(data, store=store)
        index = cls.over(snapshot, open_encoder(encoder) if isinstance(encoder, str) else encoder, reranker=reranker)
        told = load(data)
        return index.calibrated(told) if told else index

    @classmethod
    def over(cls, snapshot: Snapshot, encoder: Encoder, *, reranker: str = "") -> "Index":
        """An index over a snapshot that is opened already, live or not. Raises EncoderError as `open` does."""
        snapshot.require(encoder)
        return cls(
            snapshot,
            encoder,
            Ranking.load(encoder.ranking),
            SpanReader.open() if encoder.reads and READER.is_dir() else None,
            Reranker(reranker) if reranker else None,
        )

    @property
    def models(self) -> str:
        """Changes when confidence may mean something else: another encoder, reader, re-ranker, or fitted numbers."""
        names = self._encoder.fingerprint, self._reader.fingerprint if self._reader else "", self._reranked_by
        return models_fingerprint(self._encoder.ranking, *names)

    def calibrated(self, told: Calibration) -> "Index":
        """The same index with the thresholds that an operator was promised; as it is, where the models changed."""
        return (
            self.with_thresholds(*told.thresholds(self._ranking.thresholds))
            if told.fingerprint == self.models
            else self
        )

    def with_thresholds(self, same: float, cross: float) -> "Index":
        """The same index that answers from these confidences on, in the question's language and in another one."""
        other = copy(self)
        other._ranking = replace(self._ranking, thresholds=(same, cross))
        return other

    @property
    def snapshot(self) -> SnapshotInfo:
        """Which snapshot this is."""
        return self._snapshot.info

    def documents(self) -> Sequence[Document]:
        """Every document, in the corpus folder's order."""
        return self._snapshot.documents

    def document(self, id: str) -> Document | None:
        """The document of that id, or None."""
        return self._snapshot.document(id)

    def ask(self, question: str, *, top: int = 1, before: Sequence[str] = ()) -> Answer:
        """Up to `top` quotes that answer `question`, or an abstention.

        `before` holds the earlier questions of this conversation, oldest first; a follow-up is read with the last.
        """
        query = parse(question, before)
        if query.empty:
            return Answer(question, (), 0.0, snapshot=self.snapshot.id)
        if (parts := question_parts(query.text)) and (both := self._both(question, parts)):
            return both
        found = self.find(query)
        read_as = ""
        if self._ranking.doubts(found.confidence) and (mended := self._speller.mend(query, found.met)):
            read = parse(mended)
            again = self.find(read)
            if self.sure(again) and again.confidence > found.confidence:
                query, found, read_as = read, again, mended
        if not self.sure(found):
            nearest = self._quotes(one_a_passage(found.stretches), found, NEAREST)
            return Answer(question, (), found.confidence, nearest, self.snapshot.id)
        ranked = self._in_order(found, query)
        quotes, doubtful = self._quotes(ranked, found, top), self._ranking.doubts(found.confidence)
        return Answer(question, quotes, found.confidence, (), self.snapshot.id, read_as, doubtful)

    def _both(self, question: str, parts: Sequence[str]) -> Answer | None:
        """A quote for each of the questions that `question` was taken apart into, None where one is not answered."""
        quotes: list[Quote] = []
        sure: list[float] = []
        for number, part in enumerate(parts):
            query = parse(part)
            found = None if query.empty else self.find(query)
            if found is None or not self.sure(found):
                return None
            quote = self._quotes(self._in_order(found, query), found, 1)[0]
            if any(quote.repeats(other) for other in quotes):
                return None
            quotes.append(replace(quote, answers=number))
            sure.append(found.confidence)
        least = min(sure)
        doubtful = self._ranking.doubts(least)
        return Answer(
            question, tuple(quotes), least, (), self.snapshot.id, doubtful=doubtful, question_parts=tuple(parts)
        )

    def _in_order(self, found: Found, query: Query) -> list[SentenceMatch]:
        """What may be quoted, best first: the asker's language and the newer version before their equals."""
        # What a sentence gains by being in another language says nothing against its translation.
        gained = self._ranking.sentence.part(found.stretches[0].features, ("cross", "cross_late"))
        ranked = self._versions.prefer(found.stretches, query.text, SLACK)
        return prefer_language(ranked, query.lang, SLACK + gained)

    def find(self, query: Query, skip: Callable[[Source], bool] | None = None) -> Found:
        """Candidates for `query`, matched, read and ordered, with the probability that the first answers.

        Documents that `skip` names are passed over: for asking what the corpus would say without them.
        """
        pooled, tokens = self._encoder.encode_both([query.text])
        weighted = self._candidates.weigh(query, tokens[0])
        most, considered = self._looked_at(query)
        _, near = self._snapshot.store.search(pooled, most)
        words = query_terms(query.content or query.terms)
        lexical = [passage for passage, _ in self._snapshot.lexical.search(words, most)]
        rankings = [[int(i) for i in near[0] if i >= 0], lexical]
        if skip is not None:
            rankings = [[p for p in ranking if not skip(self.document_of(p).source)] for ranking in rankings]
        proposed = fuse(rankings, considered)
        matched = self._candidates.passages(proposed, weighted, pooled[0])
        matched.sort(key=lambda m: (-self._ranking.passage(passage_features(m)), m.passage))
        matched, judged = self._rerank(query, matched)
        scanned = self._candidates.sentences(matched[: self._scanned], weighted)
        passages = tuple(self._read(query, scanned))
        scored = best_first(
            row for one in passages for row in self._sentences(one, query, judged.get(one.passage, 0.0))
        )
        together = stretches(scored, self.document_of, query.text)
        sure = self._confidence(together, query)
        return Found(weighted, tuple(matched), passages, tuple(scored), tuple(together), sure)

    def _looked_at(self, query: Query) -> tuple[int, int]:
        """How many passages may be proposed each way, and how many are compared."""
        if not self._encoder.token_dimensions:
            return PROPOSED, CONSIDERED_ANEW
        across = query.lang not in self._candidates.languages
        return (PROPOSED_ACROSS, CONSIDERED_ACROSS) if across else (PROPOSED, CONSIDERED)

    def text_of(self, row: SentenceMatch) -> str:
        """A candidate sentence, as it stands."""
        return self.document_of(row.candidate.passage).text[slice(*row.span)]

    def document_of(self, passage: int) -> Document:
        """The document that a passage is of."""
        return self._snapshot.documents[self._snapshot.passages.document(passage)]

    def sure(self, found: Found) -> bool:
        """Whether what was found is sure enough to be quoted."""
        if not found.stretches:
            return False
        return self._ranking.answers(found.confidence, bool(found.stretches[0].candidate.cross))

    def context(self, quote: Quote, paragraphs: int = 1) -> Quote:
        """The paragraph of `quote`, with `paragraphs` - 1 more on either side; letter for letter, like a quote."""
        document = self._placed(quote.document)
        blocks = [block for block in document.blocks if block.kind in QUOTABLE]
        inside = [n for n, block in enumerate(blocks) if block.start < quote.end and quote.start < block.end]
        if not inside:
            return quote
        first = blocks[max(inside[0] - paragraphs + 1, 0)].start
        last = blocks[min(inside[-1] + paragraphs - 1, len(blocks) - 1)].end
        more = shown(document, first, last)
        return replace(quote, text=document.text[first:last], shown=more, start=first, end=last, highlights=())

    def verify(self, quote: Quote) -> None:
        """Raises QuoteError unless `quote` stands letter for letter in its document."""
        document = self._snapshot.document(quote.document)
        told = [(quote.start, quote.end, quote.text), *((part.start, part.end, part.text) for part in quote.parts)]
        if document is None or not quote.text or any(document.text[a:b] != text for a, b, text in told):
            raise QuoteError("quote-differs", path=quote.source.path, place=quote.start)

    def locate(self, text: str) -> tuple[Quote, ...]:
        """Where a given text stands in the corpus, whatever its spacing, script and punctuation; empty if nowhere."""
        places = locate(text, self.documents())
        return tuple(self._quote(self._placed(p.document), p.start, p.end) for p in places)

    def _placed(self, id: str) -> Document:
        document = self._snapshot.document(id)
        if document is None:
            raise QuoteError("quote-unknown-document")
        return document

    def suggest(self, lang: str, count: int, near: str = "") -> tuple[str, ...]:
        """Up to `count` questions in `lang` that the corpus answers: each was asked, and is answered.

        With `near`, a question that was asked, those about what it comes closest to are first.
        """
        asked: list[str] = []
        for question in suggest(self._snapshot, lang, self._near(near) if near else ()):
            if len(asked) == count:
                break
            if question != near and self.ask(question).answered:
                asked.append(question)
        return tuple(asked)

    def _near(self, question: str) -> list[Place]:
        """Where the passages stand that a question comes closest to, best first."""
        query = parse(question)
        if query.empty:
            return []
        passages = (self._snapshot.passages[one.passage] for one in self.find(query).considered)
        return [(passage.document, passage.start) for passage in passages]

    def _rerank(self, query: Query, matched: list[PassageMatch]) -> tuple[list[PassageMatch], dict[int, float]]:
        """The first SCANNED passages in the re-ranker's order, and what it adds to the score of their sentences."""
        if self._reranker is None or not matched:
            return matched, {}
        head = matched[:SCANNED]
        scores = self._reranker.score(query.text, [m.text for m in head])
        spread = float(scores.max() - scores.min()) or 1.0
        judged = {m.passage: RERANKED * float(s - scores.max()) / spread for m, s in zip(head, scores, strict=True)}
        return sorted(head, key=lambda m: (-judged[m.passage], m.passage)) + matched[SCANNED:], judged

    def _read(self, query: Query, passages: Sequence[PassageMatch]) -> list[PassageMatch]:
        """The same passages, the first of them with what the reader model says."""
        if self._reader is None:
            return list(passages)
        odds = [self._ranking.passage(passage_features(passage)) for passage in passages]
        return read_on(self._reader, query, passages, odds)

    def _sentences(self, passage: PassageMatch, query: Query, more: float) -> list[SentenceMatch]:
        features = sentence_features(passage, self.document_of(passage.passage), query)
        return sentence_matches(passage, features, self._ranking.sentence, more)

    def _confidence(self, ranked: Sequence[SentenceMatch], query: Query) -> float:
        if not ranked:
            return 0.0
        # A page of letters has something in common with any text.
        if len(query.content) > MOST_TERMS and not self._speller.readable(query):
            return 0.0
        strange = self.strangers(query, ranked[0])
        return probability(self._ranking.confidence(confidence_features(ranked, len(query.content), strange)))

    def strangers(self, query: Query, row: SentenceMatch) -> float:
        """Share of the question's names that the document of `row` never mentions."""
        return strangers(query, self.document_of(row.candidate.passage), row.candidate.text)

    def _quotes(self, ranked: Sequence[SentenceMatch], found: Found, limit: int) -> tuple[Quote, ...]:
        """Quotes of the first `limit` of `ranked`; no two overlap or are equal in text."""
        quotes: list[Quote] = []
        for row in ranked:
            if len(quotes) >= limit:
                break
            document = self.document_of(row.candidate.passage)
            start, end = extend(document, row, found.weighted)
            # Only one sentence may be too long: several are a stretch that fits.
            if row.span == row.candidate.sentences[row.position]:
                start, end = within(document, (start, end), answering_place(row, start))
            unit = shaped(document, (start, end), found.weighted.query.text)
            marked = highlight(document, (unit.start, unit.end), row, found.weighted)
            quote = replace(
                self._quote(document, unit.start, unit.end),
                highlights=marked,
                score=round(probability(row.score), 4),
                shape=unit.shape,
                parts=unit.parts,
            )
            if not any(quote.repeats(other) for other in quotes):
                quotes.append(quote)
        return tuple(quotes)

    def _quote(self, document: Document, start: int, end: int) -> Quote:
        block = document.block_at(start)
        quote = Quote(
            document=document.id,
            source=self._versions.marked(document.source),
            text=document.text[start:end],
            shown=shown(document, start, end),
            start=start,
            end=end,
            section=document.section_at(start),
            page=block.page if block else None,
            row=block.number if block and block.kind is BlockKind.ROW else "",
        )
        self.verify(quote)
        return quote
