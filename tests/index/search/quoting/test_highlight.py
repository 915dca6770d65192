"""Which neighbour joins a quoted sentence, and which words of the quote are highlighted as the answer."""

from collections.abc import Sequence

import numpy as np
import pytest

from index.document import Document, Source, Span
from index.encoders.protocol import TokenVectors
from index.encoders.span_reader import Reading
from index.search.question.query import parse
from index.search.quoting.highlight import COMFORTABLE, extend, highlight
from index.search.ranking.candidates import PassageMatch
from index.search.ranking.late_interaction import Match, Weighted
from index.search.ranking.sentence_matches import SentenceMatch
from index.text.sentences import sentences

SOURCE = Source("a.txt", "A", "zh")
NO_VECTORS = TokenVectors(np.zeros((0, 0), np.float32), np.zeros((0, 2), np.int32))
NAMED, UNNAMED = 1.0, 0.1
"""How well a sentence matches the one heavy term of the question: it names it, or it does not."""


def weighted(question: str, terms: int = 1) -> Weighted:
    weights = np.ones(terms, np.float32)
    return Weighted(parse(question), NO_VECTORS, np.zeros(0, np.float32), weights, np.zeros((terms, 0), np.float32))


def match(term: float) -> Match:
    return Match(0.0, 0.0, 0.0, np.array([term], np.float32))


def ranked(text: str, terms: Sequence[float], scores: Sequence[float]) -> list[SentenceMatch]:
    """The sentences of `text` as candidates, in text order; `terms` is how well each matches the question's term."""
    spans = tuple(sentences(text, 0, len(text), "zh"))
    assert len(spans) == len(terms)
    whole = match(max(terms))
    passage = PassageMatch(0, SOURCE, 0.0, 0.0, whole, spans, text, 0, 0, tuple(map(match, terms)))
    none = np.zeros(0, np.float32)
    return [
        SentenceMatch(passage, n, span, none, score) for n, (span, score) in enumerate(zip(spans, scores, strict=True))
    ]


def quoted(text: str, terms: Sequence[float], scores: Sequence[float] = (0.0, 9.0)) -> str:
    """What is quoted where the second sentence was chosen."""
    rows = ranked(text, terms, scores)
    start, end = extend(Document("a", SOURCE, text), rows[1], weighted("龙泉驿?"))
    return text[start:end]


SUBJECT = "龙泉驿区在东部。"
LEANING = "它已经建成八个智能工厂和十六个数字化车间，还有一些企业正在改造自己的生产线，把机器一台一台地连接在一起。"
STANDING = LEANING.replace("它", "全区", 1)


def test_the_sentence_before_joins_where_it_names_what_a_pronoun_points_at() -> None:
    assert quoted(SUBJECT + LEANING, (NAMED, UNNAMED)) == SUBJECT + LEANING


def test_a_pronoun_alone_brings_no_neighbour_that_names_nothing() -> None:
    assert quoted(SUBJECT + LEANING, (UNNAMED, UNNAMED)) == LEANING


def test_a_sentence_that_names_its_subject_itself_stands_alone() -> None:
    assert quoted(SUBJECT + LEANING, (NAMED, NAMED)) == LEANING


def test_a_long_sentence_without_a_pronoun_stands_alone() -> None:
    assert quoted(SUBJECT + STANDING, (NAMED, UNNAMED)) == STANDING


def test_a_short_sentence_takes_the_subject_from_the_one_before() -> None:
    assert quoted(f"{SUBJECT}八个智能工厂已建成。", (NAMED, UNNAMED)) == f"{SUBJECT}八个智能工厂已建成。"


def test_a_neighbour_never_makes_a_quote_longer_than_is_comfortable() -> None:
    subject = f"龙泉驿区在{'很' * COMFORTABLE}远的东部。"
    assert quoted(subject + LEANING, (NAMED, UNNAMED)) == LEANING


def test_a_neighbour_does_not_join_across_what_may_not_be_quoted() -> None:
    text = f"{SUBJECT}[图1]{LEANING}"
    rows = ranked(SUBJECT + LEANING, (NAMED, UNNAMED), (0.0, 9.0))
    shift = len("[图1]")
    spans = (rows[0].span, (rows[1].span[0] + shift, rows[1].span[1] + shift))
    passage = PassageMatch(0, SOURCE, 0.0, 0.0, match(1.0), spans, text, 0, 0, rows[0].candidate.matches)
    chosen = SentenceMatch(passage, 1, spans[1], np.zeros(0, np.float32), 9.0)
    start, end = extend(Document("a", SOURCE, text), chosen, weighted("龙泉驿?"))
    assert text[start:end] == LEANING


def test_the_first_sentence_of_a_passage_has_no_neighbour() -> None:
    rows = ranked(SUBJECT + LEANING, (UNNAMED, NAMED), (9.0, 0.0))
    assert extend(Document("a", SOURCE, SUBJECT + LEANING), rows[0], weighted("龙泉驿?")) == rows[0].span


QUOTE = "全区建成8个智能工厂。"


def read(text: str, *found: tuple[str, float]) -> Reading:
    """A reading of `text`, a token a character, that points at each of `found` with the given log odds."""
    start, end = np.full(len(text), -20.0, np.float32), np.full(len(text), -20.0, np.float32)
    for words, odds in found:
        at = text.index(words)
        start[at], end[at + len(words) - 1] = odds / 2, odds / 2
    spans = np.array([(n, n + 1) for n in range(len(text))], np.int32)
    return Reading(spans, start, end, 0.0, 0.0)


def highlighted(question: str, reading: Reading | None, text: str = QUOTE) -> list[str]:
    spans: tuple[Span, ...] = ((0, len(text)),)
    passage = PassageMatch(0, SOURCE, 0.0, 0.0, match(1.0), spans, text, 0, 0, reading=reading)
    chosen = SentenceMatch(passage, 0, spans[0], np.zeros(0, np.float32))
    asked = weighted(question, len(parse(question).content))
    return [text[left:right] for left, right in highlight(Document("a", SOURCE, text), (0, len(text)), chosen, asked)]


def test_the_number_beside_the_questions_word_is_highlighted_though_the_text_begins_with_that_word() -> None:
    text = "起重机有12台，本区另有一些库房、许多码头以及40个泊位。"
    assert highlighted("起重机有多少?", None, text) == ["12台"]
    assert highlighted("多少泊位?", None, text) == ["40个"]


def test_a_number_is_highlighted_where_a_number_is_asked_though_the_reader_prefers_the_noun() -> None:
    reading = read(QUOTE, ("智能工厂", 9.0), ("8", 3.0))
    assert highlighted("有多少个智能工厂?", reading) == ["8"]


def test_the_readers_span_is_highlighted_where_no_number_is_asked() -> None:
    assert highlighted("建成了什么?", read(QUOTE, ("智能工厂", 9.0), ("8", 3.0))) == ["智能工厂"]


@pytest.mark.parametrize(("question", "words"), [("有多少个智能工厂?", ["8个"]), ("什么智能工厂?", ["智能工厂"])])
def test_without_a_reader_the_number_or_the_questions_own_words_are_highlighted(
    question: str, words: list[str]
) -> None:
    assert highlighted(question, None) == words
