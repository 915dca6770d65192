"""Every place that speaks of something, one quote each: the answer to a question for all of it.

A place is a document, or a section where sections are asked for or all stands in one document. It counts where one of
its sentences has every word of what is asked for: that can be checked, so the number of all places is no guess.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from index.answer import Answer, Places, Quote, without_repeats
from index.document import Span, originals
from index.search.pipeline import Pipeline
from index.search.question.all_asked import AllAsked
from index.search.question.query import Query, parse
from index.search.quoting.quoter import Quoter
from index.search.ranking.sentence_matches import SentenceMatch
from index.text import occurrences
from index.text.chinese import HAN_RUN
from index.text.terms import fold, terms

FIRST = 5
"""Places that are quoted."""
COMPARED = 16
"""Places that are compared to choose those."""
EACH = 3
"""Passages of a place that its sentence is chosen from."""
PHRASE = 6
"""Chinese characters of the longest run that has to stand as it was typed; of a longer one each word has to."""
MOST = 2000
"""Passages that are looked through; where more have the words, the number of all is a least one."""
STANDS = 0.9
"""The confidence of "which documents mention X" where X stands in what is quoted, letter for letter."""

Key = tuple[str, str]
"""A document and its translations, and a section of it ("" where documents are counted)."""
Held = dict[int, list[Span]]
"""Passages, and their sentences that have every word."""


@dataclass(frozen=True, slots=True)
class AllPlaces:
    """Finds them in the snapshot that `pipeline` searches."""

    pipeline: Pipeline
    quoter: Quoter

    def mentions(self, question: str, asked: AllAsked, text: str) -> Answer | None:
        """The documents or sections that mention what is asked for; None where fewer than two do."""
        query = parse(asked.subject)
        if query.empty or not self.pipeline.ranking.answers(STANDS, False):
            return None
        found = self._found(query, asked, text)
        if found is None:
            return None
        quotes, places = found
        return Answer(question, quotes, STANDS, snapshot=self.pipeline.snapshot.info.id, places=places)

    def beside(self, answer: Answer, asked: AllAsked, text: str) -> Answer:
        """`answer` with what other documents or sections say of the same; as it is where it is a whole list already,
        or where nothing else has the words of what is asked for."""
        query, first = parse(asked.subject), answer.quotes[0]
        single = first.shape in ("sentence", "row") and not any(part.role == "item" for part in first.parts)
        if query.empty or not single or not _holder(query)(first.text):
            return answer
        found = self._found(query, asked, text)
        if found is None:
            return answer
        quotes, places = found
        others = [quote for quote in quotes if not _one_place(quote, first, places)]
        return replace(answer, quotes=without_repeats([first, *others], FIRST), places=places)

    def _found(self, query: Query, asked: AllAsked, text: str) -> tuple[tuple[Quote, ...], Places] | None:
        """A quote of each of the first places that have every word of `query`, and their number; None under two."""
        held, more = self._held(query, text)
        by_section = asked.sections
        grouped = self._grouped(held, query.lang, by_section)
        if len(grouped) == 1 and not by_section:
            by_section = True
            grouped = self._grouped(held, query.lang, by_section)
        if len(grouped) < 2:
            return None
        compared = [passage for group in list(grouped.values())[:COMPARED] for passage in group[:EACH]]
        weighted, ranked = self.pipeline.compare(query, compared)
        best = _one_a_place([row for row in ranked if row.span in held[row.candidate.passage]], grouped.values())
        quotes = self.quoter.best(best, weighted, FIRST)
        if len(quotes) < 2:
            return None
        marked = tuple(replace(one, highlights=_spans(query, one.text)) for one in quotes)
        return marked, Places(len(grouped), "sections" if by_section else "documents", more)

    def _held(self, query: Query, text: str) -> tuple[Held, bool]:
        """The passages with a sentence that has every word, best first, and whether there may be more.

        Those of older versions are left out, unless the question is about these.
        """
        snapshot, holds = self.pipeline.snapshot, _holder(query)
        passages = [place for place, _ in snapshot.lexical.search_all([term.text for term in query.content], MOST)]
        wanted: dict[int, bool] = {}
        held: Held = {}
        for passage in passages:
            number = snapshot.passages.document(passage)
            if number not in wanted:
                wanted[number] = self.quoter.versions.wants(snapshot.documents.source(number), text)
            if wanted[number]:
                document = snapshot.documents[number]
                spans = [one for one in snapshot.passages[passage].sentences if holds(document.plain(*one))]
                if spans:
                    held[passage] = spans
        return held, len(passages) == MOST

    def _grouped(self, held: Held, lang: str, by_section: bool) -> dict[Key, list[int]]:
        """The passages of each place, best first; of translations those in the asker's language."""
        passages, documents = self.pipeline.snapshot.passages, self.pipeline.snapshot.documents
        sources = {passage: documents.source(passages.document(passage)) for passage in held}
        original = originals(sources.values())
        grouped: dict[Key, list[int]] = {}
        for passage, source in sources.items():
            section = passages[passage].section if by_section else ""
            grouped.setdefault((original[source.path], section), []).append(passage)
        return {key: self._preferred(group, lang) for key, group in grouped.items()}

    def _preferred(self, group: list[int], lang: str) -> list[int]:
        passages, documents = self.pipeline.snapshot.passages, self.pipeline.snapshot.documents
        langs = {one: documents.source(passages.document(one)).lang for one in group}
        return [one for one in group if langs[one] == lang] or [one for one in group if langs[one] == langs[group[0]]]


def _one_place(quote: Quote, other: Quote, places: Places) -> bool:
    """Whether two quotes are of one of the places that are counted."""
    same = quote.source.same_text(other.source)
    return same and (places.of == "documents" or quote.section == other.section)


def _one_a_place(ranked: Sequence[SentenceMatch], groups: Iterable[Sequence[int]]) -> list[SentenceMatch]:
    """The best of `ranked` in each group of passages, in the same order."""
    group_of = {passage: number for number, group in enumerate(groups) for passage in group}
    best: dict[int, SentenceMatch] = {}
    for row in ranked:
        best.setdefault(group_of[row.candidate.passage], row)
    return list(best.values())


def _phrases(query: Query) -> list[str]:
    """The Chinese of `query` that has to stand as it was typed."""
    return [run for run in HAN_RUN.findall(fold(query.text)) if len(run) <= PHRASE]


def _spans(query: Query, text: str) -> tuple[Span, ...]:
    """Where the words of `query` stand in `text`, in order."""
    phrases = _phrases(query)
    words = {term.text for term in query.content if not any(term.text in phrase for phrase in phrases)}
    found = [at.span() for phrase in phrases for at in re.finditer(re.escape(phrase), fold(text))]
    found += [(term.start, term.end) for term in terms(text) if term.text in words]
    return tuple(sorted(found))


def _holder(query: Query) -> Callable[[str], bool]:
    """Tells whether a sentence has every word of `query`: by its letters, its stem, its value or its sound."""
    phrases = _phrases(query)

    def holds(sentence: str) -> bool:
        folded = fold(sentence)
        return all(phrase in folded for phrase in phrases) and all(occurrences.places(query.content, [sentence])[0])

    return holds
