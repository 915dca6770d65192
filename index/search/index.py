"""The one door: `Index.ask(question) -> Answer`.

Behind it, `pipeline` searches, `answering` decides between quotes and an abstention, and `quoter` makes the quotes.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from copy import copy
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from index.answer import Answer, Quote
from index.document import Document
from index.encoders.cross_encoder import Reranker
from index.encoders.open import open_encoder
from index.encoders.protocol import Encoder
from index.encoders.span_reader import READER, SpanReader, shipped_reader
from index.search.answering import Answering
from index.search.calibration import Calibration, load, models_fingerprint
from index.search.pipeline import Pipeline
from index.search.question.query import parse
from index.search.ranking.ranking_model import Ranking
from index.search.suggestions import Place, Suggester
from index.snapshots.snapshot import Snapshot, SnapshotInfo, active
from index.snapshots.vectors import VectorStores

MOST_ANSWERED = 10_000
"""Suggestions of which is remembered whether they are answered."""


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
        self._answering = Answering.over(Pipeline.over(snapshot, encoder, ranking, reader, reranker))
        self._ask: Callable[..., Answer] = self._answering.ask
        self._suggester = Suggester(snapshot)
        self._answered: dict[str, bool] = {}
        """Suggestions that were asked, and whether they are answered: the same as long as this index lives."""

    @classmethod
    def open(
        cls,
        data: Path | str,
        *,
        encoder: Encoder | str = "bundled",
        reranker: str = "",
        store: str | VectorStores = "faiss",
    ) -> "Index":
        """The live index of the folder `data`, its vectors in the named `store`, or in one that has an address.

        Raises SnapshotError where nothing was indexed or it is damaged, EncoderError where `encoder` is not the one
        that made it.
        """
        data = Path(data)
        # The snapshot first: that nothing is indexed yet should not take loading an encoder to say.
        snapshot = active(data, store=store)
        index = cls.over(snapshot, open_encoder(encoder) if isinstance(encoder, str) else encoder, reranker=reranker)
        calibration = load(data)
        return index.calibrated(calibration) if calibration else index

    @classmethod
    def over(cls, snapshot: Snapshot, encoder: Encoder, *, reranker: str = "") -> "Index":
        """An index over a snapshot that is opened already, live or not. Raises EncoderError as `open` does."""
        snapshot.require(encoder)
        return cls(
            snapshot,
            encoder,
            Ranking.load(encoder.ranking),
            shipped_reader() if encoder.reads and READER.is_dir() else None,
            Reranker(reranker) if reranker else None,
        )

    @property
    def pipeline(self) -> Pipeline:
        """The search behind this index: for fitting and measuring it."""
        return self._answering.pipeline

    @property
    def models(self) -> str:
        """Changes when confidence may mean something else: another encoder, reader, re-ranker, or fitted numbers."""
        encoder, reader, reranker = self.pipeline.encoder, self.pipeline.reader, self.pipeline.reranker
        names = encoder.fingerprint, reader.fingerprint if reader else "", reranker.name if reranker else ""
        return models_fingerprint(encoder.ranking, *names)

    def calibrated(self, calibration: Calibration) -> "Index":
        """The same index with the thresholds that an operator was promised; as it is, where the models changed."""
        if calibration.fingerprint != self.models:
            return self
        return self.with_thresholds(*calibration.thresholds(self.pipeline.ranking.thresholds))

    def with_thresholds(self, same: float, cross: float) -> "Index":
        """The same index that answers from these confidences on, in the question's language and in another one."""
        return self._searching(self.pipeline.with_thresholds(same, cross))

    def watched(self, reading: Callable[[int], AbstractContextManager[object]]) -> "Index":
        """The same index that enters `reading`, given the number of windows of text, whenever its reader reads."""
        pipeline = self.pipeline
        if pipeline.reader is None:
            return self
        return self._searching(replace(pipeline, reader=pipeline.reader.watched(reading)))

    def _searching(self, pipeline: Pipeline) -> "Index":
        """The same index with another search, and nothing remembered of this one."""
        other = copy(self)
        other._answering = replace(self._answering, pipeline=pipeline)
        other._ask = other._answering.ask
        other._answered = {}
        return other

    def remembering(self, most: int) -> "Index":
        """The same index that gives the answers to the last `most` questions again without searching.

        Neither it nor its documents change, so neither do answers; with other thresholds nothing is remembered.
        """
        other = copy(self)
        other._ask = lru_cache(most)(self._answering.ask)
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
        return self._ask(question, top=top, before=tuple(before[-1:]))

    def verify(self, quote: Quote) -> None:
        """Raises QuoteError unless `quote`, with each of its parts, stands letter for letter in its document."""
        self._answering.quoter.verify(quote)

    def context(self, quote: Quote, paragraphs: int = 1) -> Quote:
        """The paragraph of `quote`, with `paragraphs` - 1 more on either side; letter for letter, like a quote."""
        return self._answering.quoter.context(quote, paragraphs)

    def locate(self, text: str) -> tuple[Quote, ...]:
        """Where a given text stands in the corpus, whatever its spacing, script and punctuation; empty if nowhere."""
        return self._answering.quoter.locate(text)

    def suggest(self, lang: str, count: int, near: str = "") -> tuple[str, ...]:
        """Up to `count` questions in `lang` that the corpus answers: each was asked, and is answered.

        With `near`, a question that was asked, those about what it comes closest to are first.
        """
        asked: list[str] = []
        for question in self._suggester.suggest(lang, self._near(near) if near else ()):
            if len(asked) == count:
                break
            if question != near and self._is_answered(question):
                asked.append(question)
        return tuple(asked)

    def _is_answered(self, question: str) -> bool:
        known = self._answered.get(question)
        if known is None:
            if len(self._answered) >= MOST_ANSWERED:
                self._answered.clear()
            known = self._answered[question] = self.ask(question).answered
        return known

    def _near(self, question: str) -> list[Place]:
        """Where the passages stand that a question comes closest to, best first."""
        query = parse(question)
        if query.empty:
            return []
        passages = (self._snapshot.passages[one.passage] for one in self.pipeline.considered(query))
        return [(passage.document, passage.start) for passage in passages]
