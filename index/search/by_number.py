"""The place that a question asks for by its number: "劳动合同法第41条", "section 3.2 of the travel policy".

Neither words nor vectors tell article 41 from article 42, so the label is looked for at the beginnings of lines, in the
document that the question names; where it names none, in the one that most of the candidates are of.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, takewhile
from pathlib import PurePosixPath

from index.answer import MAX_QUOTE, Answer, Part, Quote, without_repeats
from index.document import QUOTABLE, BlockKind, Document, Source, Span
from index.search.pipeline import Pipeline
from index.search.question.asked_for import asks_whether
from index.search.question.asked_number import AskedNumber, Label, Labelled, labelled
from index.search.question.query import Query, Wanted
from index.search.quoting.quoter import Quoter
from index.search.quoting.shapes import LONGEST_LIST, part_at, shaped
from index.text.sentences import sentences
from index.text.structure import number_start
from index.text.terms import fold, terms

NAMED, NEAR = 0.9, 0.6
"""The confidence of a place in the document that is named, and in the one that the question is most about."""
AHEAD = 1.5
"""So many times more of the candidates than of the next document show which one a question is about."""
LOOKED = 1000
"""Documents whose names are all compared with the question; of more, those of the candidates."""
NUMBERED = 3
"""So many labels of a kind show that a document has all of its places of that kind under such labels."""
SHORTEST = 2
"""Characters of a name that is looked for in a question."""
_BESIDE_NAME = re.compile(r"^中华人民共和国|(?:\s*[(\[【][^()\[\]【】]*[)\]】])+$|[《》「」]")
"""Of a folded title: the country, an edition or a date in brackets, the marks of titles in it."""


@dataclass(frozen=True, slots=True)
class ByNumber:
    """Finds it in the snapshot that `pipeline` searches."""

    pipeline: Pipeline
    quoter: Quoter

    def answer(self, question: str, query: Query, asked: AskedNumber, top: int) -> Answer | None:
        """The place as it is quoted, of each document that is named; an abstention where such a document has no place
        of that number; None where nothing can be told, and the question has to be searched for like any other."""
        snapshot, documents = self.pipeline.snapshot.info.id, self.pipeline.snapshot.documents
        # Not where they are not needed: the document that is named among few is found in a quarter of the time.
        candidates = self._candidates(query) if len(documents) > LOOKED else None
        named = self._named(query, asked, range(len(documents)) if candidates is None else sorted(candidates))
        if named:
            found = [(document, place) for document in named if (place := _place(document, asked.label))]
            if not found and any(_has_such(document, asked.label) for document in named):
                return Answer(question, (), 0.0, snapshot=snapshot)
        else:
            found = self._near(query, asked, self._candidates(query) if candidates is None else candidates)
        sure = NAMED if named else NEAR
        if not found or not self.pipeline.ranking.answers(sure, True):
            return None
        own = [one for one in found if one[0].source.lang == query.lang] or found
        quotes = without_repeats((replace(self._quote(*one, query.text), score=sure) for one in own), top)
        return Answer(question, quotes, sure, snapshot=snapshot, doubtful=self.pipeline.ranking.doubts(sure))

    def _candidates(self, query: Query) -> Counter[int]:
        """The documents of the candidates, each with how many it has."""
        passages = self.pipeline.snapshot.passages
        return Counter(passages.document(one.passage) for one in self.pipeline.considered(query))

    def _named(self, query: Query, asked: AskedNumber, numbers: Sequence[int]) -> list[Document]:
        """Those of the documents with these numbers whose names the question has most of; of their versions those that
        it is about."""
        documents, words = self.pipeline.snapshot.documents, frozenset(term.text for term in query.terms)
        folded = fold(query.text)
        sources = {number: documents.source(number) for number in numbers}
        known = {
            number: max(_name_in(name, folded, words, asked.head) for name in _names(source))
            for number, source in sources.items()
        }
        most = max(known.values(), default=0)
        return [
            documents[number]
            for number, own in known.items()
            if own == most >= SHORTEST and self.quoter.versions.wants(sources[number], query.text)
        ]

    def _near(self, query: Query, asked: AskedNumber, candidates: Counter[int]) -> list[tuple[Document, Span]]:
        """The document that most of the candidates are of, among those that have the label, and its place; none where
        that is hardly told. A label by itself that several documents have is of none of them, and who asks how many,
        when or whether may name a number in passing."""
        if query.wanted is not Wanted.THING or asks_whether(query.text):
            return []
        snapshot, versions = self.pipeline.snapshot, self.quoter.versions
        having = [
            (count, document, place)
            for number, count in candidates.most_common()
            if (place := _place(document := snapshot.documents[number], asked.label))
            and versions.wants(document.source, query.text)
        ]
        if not having:
            return []
        most, nearest, place = having[0]
        rivals = [count for count, other, _ in having if not other.source.same_text(nearest.source)]
        told = not rivals or (most >= AHEAD * rivals[0] and not asked.bare)
        return [(nearest, place)] if told else []

    def _quote(self, document: Document, place: Span, question: str) -> Quote:
        """What stands at `place`: as much of it as is a quote, and what follows as its parts, up to the last whole
        block that may be shown; a row with the names of its columns."""
        pieces = list(_pieces(document, place))
        if _kind_at(document, place[0]) is BlockKind.ROW:
            unit = shaped(document, pieces[0], question)
            return replace(self.quoter.quote(document, unit.start, unit.end), shape=unit.shape, parts=unit.parts)
        first = list(_that_fit(pieces, MAX_QUOTE)) or pieces[:1]
        rest = _that_fit(pieces[len(first) :], LONGEST_LIST - (first[-1][1] - first[0][0]))
        parts = tuple(_part(document, span) for span in rest)
        listed = any(part.role == "item" for part in parts)
        quote = self.quoter.quote(document, first[0][0], first[-1][1])
        return replace(quote, shape="list" if listed else "sentence", parts=parts)


def _names(source: Source) -> list[str]:
    """What a document may be called in a question: its title and its file's name, without country, date and quotes."""
    both = (source.title, PurePosixPath(source.path).stem)
    return [_BESIDE_NAME.sub("", fold(one).strip()).strip() for one in both]


def _name_in(name: str, question: str, words: frozenset[str], head: str) -> int:
    """How many characters of a document's name the question has: all of it, or what stands right before the label."""
    if not name:
        return 0
    if name in question and (not name.isascii() or len(name.split()) > 1):
        return len(name)
    if head and len(head) >= SHORTEST and head in name:
        return len(head)
    own = [term.text for term in terms(name)]
    return len(name) if name.isascii() and len(own) > 1 and words.issuperset(own) else 0


def _places(document: Document, asked: Label) -> list[Labelled]:
    """The labels of a document that are of the kind asked for, where they can be quoted; a number alone is one in a
    heading only."""
    found = []
    for one in labelled(document.text):
        kind = _kind_at(document, one.start)
        if asked.is_like(one.label) and (kind is BlockKind.HEADING or (kind in QUOTABLE and one.label.kind)):
            found.append(one)
    return found


def _has_such(document: Document, label: Label) -> bool:
    """Whether the document has its places of this kind under such labels."""
    return len(_places(document, label)) >= NUMBERED


def _place(document: Document, label: Label) -> Span | None:
    """From the label to where the next one of its kind begins: the longest such stretch, since a table of contents has
    the label as well."""
    labels = _places(document, label)
    starts = [*(one.start for one in labels), len(document.text)]
    places = [place for one, place in zip(labels, pairwise(starts), strict=False) if label.names(one.label)]
    return max(places, key=lambda place: place[1] - place[0], default=None)


def _kind_at(document: Document, offset: int) -> BlockKind | None:
    block = document.block_at(offset)
    return block.kind if block else None


def _pieces(document: Document, place: Span) -> Iterable[Span]:
    """The blocks at `place`, up to the next heading; of a paragraph that is too long its sentences. A heading that
    bears the label alone comes before what stands below it."""
    for number, block in enumerate(document.blocks_within(*place)):
        if number and (block.kind is BlockKind.HEADING or block.kind not in QUOTABLE):
            return
        start, end = max(block.start, place[0]), min(block.end, place[1])
        if block.kind is BlockKind.ITEM and number:
            start = number_start(document, block)
        if end - start <= MAX_QUOTE:
            yield start, end
        else:
            yield from ((start + a, start + b) for a, b in sentences(document.text[start:end]))


def _that_fit(pieces: Sequence[Span], room: int) -> Iterable[Span]:
    """The first of `pieces` that are no longer than `room` together."""
    return takewhile(lambda piece: piece[1] - pieces[0][0] <= room, pieces)


def _part(document: Document, span: Span) -> Part:
    role = "item" if _kind_at(document, span[1] - 1) is BlockKind.ITEM else "more"
    return part_at(document, role, *span)
