"""From what a question found to an Answer: quotes where the search is sure enough, an abstention where it is not.

A question that was two is answered by two quotes or as one question; one that nothing answers is tried once more with
its misspelled words mended. One that wants all of something is answered by a quote of each place that has it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.answer import NEAREST, Answer, Quote
from index.search.all_places import AllPlaces
from index.search.by_number import ByNumber
from index.search.pipeline import Pipeline, SearchResult
from index.search.question.all_asked import all_asked
from index.search.question.asked_number import asked_number, continued
from index.search.question.query import Query, parse
from index.search.question.question_parts import question_parts
from index.search.quoting.quoter import Quoter
from index.search.quoting.versions import Versions
from index.search.ranking.sentence_matches import SentenceMatch, one_a_passage, prefer_language

SLACK = 4.0
"""How far, in logits, a sentence may be behind one of its translation and be quoted before it."""


@dataclass(frozen=True, slots=True)
class Answering:
    """Answers questions over the snapshot of `pipeline`."""

    pipeline: Pipeline
    quoter: Quoter

    @classmethod
    def over(cls, pipeline: Pipeline) -> "Answering":
        """What answers from the documents that `pipeline` searches."""
        return cls(pipeline, Quoter(pipeline.snapshot, Versions(pipeline.snapshot.documents)))

    def ask(self, question: str, *, top: int, before: Sequence[str]) -> Answer:
        """Up to `top` quotes that answer `question`, asked after the questions `before`, or an abstention."""
        query, snapshot = parse(question, before), self.pipeline.snapshot.info.id
        if query.empty:
            return Answer(question, (), 0.0, snapshot=snapshot)
        if numbered := self._numbered(question, query, top, before):
            return numbered
        if (parts := question_parts(query.text)) and (both := self._both(question, parts)):
            return both
        places, asked = AllPlaces(self.pipeline, self.quoter), all_asked(query.text)
        if asked and asked.mentions and (mentions := places.mentions(question, asked, query.text)):
            return mentions
        query, found, read_as = self._find(query)
        if not self.pipeline.sure(found):
            near = [] if self.pipeline.unrelated(found) else one_a_passage(self._in_order(found, query))
            nearest = self.quoter.best(near, found.weighted, NEAREST)
            return Answer(question, (), found.confidence, nearest, snapshot)
        quotes = self._quotes(found, query, top)
        doubtful = self.pipeline.ranking.doubts(found.confidence)
        answer = Answer(question, quotes, found.confidence, (), snapshot, read_as, doubtful)
        return places.beside(answer, asked, query.text) if asked and not asked.mentions else answer

    def _numbered(self, question: str, query: Query, top: int, before: Sequence[str]) -> Answer | None:
        """The place that `question` names by its number, None where it names none."""
        meant = continued(question, before)
        query = query if meant == question else parse(meant)
        asked = asked_number(query.text)
        return ByNumber(self.pipeline, self.quoter).answer(question, query, asked, top) if asked else None

    def _find(self, query: Query) -> tuple[Query, SearchResult, str]:
        """`query` and what it finds, or the same mended where that is surer, with the text that it was read as."""
        found = self.pipeline.find(query)
        doubtful = self.pipeline.ranking.doubts(found.confidence)
        if doubtful and (mended := self.pipeline.speller.mend(query, found.matched_terms)):
            read = parse(mended)
            again = self.pipeline.find(read)
            if self.pipeline.sure(again) and again.confidence > found.confidence:
                return read, again, mended
        return query, found, ""

    def _both(self, question: str, parts: Sequence[str]) -> Answer | None:
        """A quote for each of the questions that `question` was taken apart into, None where one is not answered."""
        quotes: list[Quote] = []
        sure: list[float] = []
        for number, part in enumerate(parts):
            query = parse(part)
            found = None if query.empty else self.pipeline.find(query)
            if found is None or not self.pipeline.sure(found):
                return None
            quote = self._quotes(found, query, 1)[0]
            if any(quote.repeats(other) for other in quotes):
                return None
            quotes.append(replace(quote, answers=number))
            sure.append(found.confidence)
        return Answer(
            question,
            tuple(quotes),
            min(sure),
            snapshot=self.pipeline.snapshot.info.id,
            doubtful=self.pipeline.ranking.doubts(min(sure)),
            question_parts=tuple(parts),
        )

    def _quotes(self, found: SearchResult, query: Query, top: int) -> tuple[Quote, ...]:
        return self.quoter.best(self._in_order(found, query), found.weighted, top)

    def _in_order(self, found: SearchResult, query: Query) -> list[SentenceMatch]:
        """What may be quoted, best first: the asker's language and the newer version before their equals."""
        if not found.stretches:
            return []
        # What a sentence gains by being in another language says nothing against its translation.
        gained = self.pipeline.ranking.sentence.part(found.stretches[0].features, ("cross", "cross_late"))
        ranked = self.quoter.versions.prefer(found.stretches, query.text, SLACK)
        return prefer_language(ranked, query.lang, SLACK + gained)
