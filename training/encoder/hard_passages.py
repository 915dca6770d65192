"""Typed questions with the passages that a search takes for answers, right or wrong, as the third stage reads them."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tokenizers import Tokenizer

from index.document import Document
from index.encoders.student import Student
from index.search.index import Index
from index.search.question.query import parse
from index.text import passages as stored
from index.text.passages import heading_text
from index.text.terms import token_spans
from training.typed import Typed, load
from training.typed_bases import holds, opened, readable

MOST_TOKENS, MOST_ASKED = 200, 48
"""Pieces of a passage and of a question."""
NEAR = 16
"""Passages that a question may be asked beside: the first that are found and do not answer."""

FIRST = 6
"""How many of these count as the hardest to tell from an answer."""


@dataclass(frozen=True, slots=True)
class Passage:
    """As it is encoded: piece numbers, the sentence that each piece is of (-1: a heading), and the language."""

    window: list[int]
    sentence: list[int]
    lang: str


@dataclass(frozen=True, slots=True)
class TypedQuestion:
    """`right`: by passage, its sentences that answer; `near`: others that were found, best first."""

    text: str
    asked: list[int]
    right: dict[int, list[int]]
    near: list[int]


@dataclass(frozen=True, slots=True)
class KnowledgeBase:
    """All questions about one small knowledge base, and its passages that matter for them, by their numbers."""

    questions: list[TypedQuestion]
    passages: dict[int, Passage]


def knowledge_bases(documents: Path, encoder: Path, cut: Tokenizer) -> list[KnowledgeBase]:
    """The answered questions about documents that are not set aside, searched for with the encoder of a folder."""
    known = load(documents)
    chosen = [one for one in known if one.answers and not one.held_out]
    found = []
    for base, index in opened(documents, known, {one.corpus for one in chosen}, Student(encoder), None):
        found.append(searched(index, [one for one in chosen if one.corpus == base], cut))
        print(f"{sum(len(one.questions) for one in found)} of {len(chosen)} searched for", flush=True)
    return found


def searched(index: Index, asked: Sequence[Typed], cut: Tokenizer) -> KnowledgeBase:
    """These questions about the documents of `index`, with what its search finds; those whose answer is in no passage
    are left out."""
    count = len(index.pipeline.snapshot.passages)
    documents = [index.pipeline.document_of(n) for n in range(count)]
    passages = index.pipeline.snapshot.passages.many(range(count))
    questions, wanted = [], set[int]()
    for one in asked:
        path, answers = readable(one.document), [span for group in one.answers for span in group]
        mine = [n for n, document in enumerate(documents) if document.source.path == path]
        marks = {n: [place for place, span in enumerate(passages[n].sentences) if holds(answers, *span)] for n in mine}
        right = {n: places for n, places in marks.items() if places}
        pieces = cut.encode(one.question, add_special_tokens=False).ids[:MOST_ASKED]
        if right and pieces:
            considered = [match.passage for match in index.pipeline.considered(parse(one.question))]
            near = [n for n in considered if n not in right][:NEAR]
            questions.append(TypedQuestion(one.question, pieces, right, near))
            wanted |= {*right, *near}
    return KnowledgeBase(questions, {n: _encoded(documents[n], passages[n], cut) for n in wanted})


def _encoded(document: Document, passage: stored.Passage, cut: Tokenizer) -> Passage:
    text, body = heading_text(document, passage)
    shift = body - passage.start
    encoded = cut.encode(text, add_special_tokens=False)
    middles = [(int(a) + int(b)) // 2 - shift for a, b in token_spans(encoded)][:MOST_TOKENS]
    owners = [next((n for n, (a, b) in enumerate(passage.sentences) if a <= at < b), -1) for at in middles]
    return Passage(encoded.ids[:MOST_TOKENS], owners, document.source.lang)


def drawn(
    base: KnowledgeBase, count: int, near: tuple[int, int], chance: random.Random
) -> tuple[list[TypedQuestion], list[int], list[int]]:
    """Some questions of a base, the number of a passage that answers each, and all passages that they are asked
    beside: of the FIRST that were found so many, of the following so many."""
    questions = chance.sample(base.questions, min(count, len(base.questions)))
    right = [chance.choice(sorted(one.right)) for one in questions]
    found = dict.fromkeys(right)
    for one in questions:
        for part, most in zip((one.near[:FIRST], one.near[FIRST:]), near, strict=True):
            found |= dict.fromkeys(chance.sample(part, min(most, len(part))))
    return questions, right, list(found)
