"""The one door: a question in, quotes or an abstention out, letter for letter."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.answer import MAX_QUOTE
from index.builds.build import build
from index.encoders.open import open_encoder
from index.encoders.protocol import TokenVectors, Vectors
from index.errors import EncoderError, QuoteError, SnapshotError
from index.search.index import Index

HARBOUR_ZH = """港口的一年

# 起重机

榆港有12台起重机。每台起重机可以吊起40吨货物。船只平均等待两天。

# 灯塔

港口北岸的灯塔建于1887年。灯塔高31米，由陈守义负责看管。它的灯光在二十公里外可以看到。

灯塔高31米，由陈守义负责看管。

# 市场

鱼市场每天早上五点开门。去年市场卖出了六千吨鱼，比前年多一成。
"""
HARBOUR_EN = """---
title: A year of the harbour
lang: en
translation_of: harbour.zh.md
---

# Cranes

Port Elm has 12 cranes. Each crane lifts 40 tonnes. Ships wait two days on average.

# Lighthouse

The lighthouse on the north shore was built in 1887. It is 31 metres tall, and Chen Shouyi looks after it.

# Market

The fish market opens at five in the morning. Last year it sold six thousand tonnes of fish.
"""
KITCHEN = "The kitchen of the museum bakes 300 loaves of bread a day. Visitors may watch the bakers from a gallery.\n"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    folder = tmp_path_factory.mktemp("search")
    corpus = folder / "corpus"
    corpus.mkdir()
    (corpus / "harbour.zh.md").write_text(HARBOUR_ZH, encoding="utf-8")
    (corpus / "harbour.en.md").write_text(HARBOUR_EN, encoding="utf-8")
    (corpus / "kitchen.txt").write_text(KITCHEN, encoding="utf-8")
    encoder = open_encoder("bundled")
    build(corpus, folder / "data", encoder, now=datetime(2026, 1, 1, tzinfo=UTC))
    return Index.open(folder / "data", encoder=encoder)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("How many cranes does the port have?", "12 cranes"),
        ("榆港有多少台起重机?", "12台起重机"),
        ("榆港有多少臺起重機?", "12台起重机"),
        ("灯塔是哪年建的?", "1887年"),
        ("谁负责看管灯塔?", "陈守义"),
        ("how many loaves of bread a day?", "300 loaves"),
        ("博物馆的厨房每天烤多少面包?", "300 loaves"),
    ],
)
def test_a_question_is_answered_by_the_sentence_that_says_it(index: Index, question: str, said: str) -> None:
    answer = index.ask(question)
    assert answer.answered
    assert said in answer.quotes[0].text
    assert answer.nearest == ()


def test_every_quote_stands_letter_for_letter_in_its_document(index: Index) -> None:
    for quote in index.ask("灯塔有多高?", top=5).quotes:
        document = index.document(quote.document)
        assert document is not None
        assert document.text[quote.start : quote.end] == quote.text
        assert all(0 <= a < b <= len(quote.text) for a, b in quote.highlights)
        index.verify(quote)


def test_a_quote_that_was_altered_is_refused(index: Index) -> None:
    quote = index.ask("灯塔有多高?").quotes[0]
    with pytest.raises(QuoteError):
        index.verify(replace(quote, text=quote.text + "!"))


@pytest.mark.parametrize("question", ["你好", "thanks!", "How do I cook mapo tofu?", "怎么重置我的密码?", "😀", ""])
def test_what_the_corpus_does_not_say_is_not_answered(index: Index, question: str) -> None:
    answer = index.ask(question)
    assert not answer.answered
    assert answer.quotes == ()


def test_an_abstention_shows_what_is_nearest(index: Index) -> None:
    answer = index.ask("What colour is the lighthouse?")
    assert not answer.answered
    assert answer.nearest
    for quote in answer.nearest:
        index.verify(quote)


def test_a_translation_in_the_askers_language_comes_first(index: Index) -> None:
    assert index.ask("How tall is the lighthouse?").quotes[0].source.path == "harbour.en.md"
    assert index.ask("灯塔有多高?").quotes[0].source.path == "harbour.zh.md"


def test_several_quotes_neither_overlap_nor_repeat(index: Index) -> None:
    quotes = index.ask("灯塔有多高,由谁看管?", top=5).quotes
    assert len({quote.text for quote in quotes}) == len(quotes) > 1
    for one in quotes:
        for other in quotes:
            assert one is other or one.document != other.document or one.end <= other.start or other.end <= one.start
        assert len(one.text) <= MAX_QUOTE


def test_the_highlight_is_what_answers(index: Index) -> None:
    quote = index.ask("榆港有多少台起重机?").quotes[0]
    assert any("12" in quote.text[a:b] for a, b in quote.highlights)


def test_a_follow_up_is_understood_with_the_question_before_it(index: Index) -> None:
    answer = index.ask("And how tall is it?", before=["When was the lighthouse built?"])
    assert answer.answered
    assert "31" in answer.quotes[0].text


def test_the_context_of_a_quote_is_its_paragraph(index: Index) -> None:
    quote = index.ask("榆港有多少台起重机?").quotes[0]
    wider = index.context(quote)
    index.verify(wider)
    assert quote.text in wider.text
    assert "船只平均等待两天" in wider.text


def test_more_context_shows_headings_without_their_marks(index: Index) -> None:
    wider = index.context(index.ask("How tall is the lighthouse?").quotes[0], 3)
    assert "\n# Market\n" in wider.text
    assert "\nMarket\n" in wider.shown
    assert "#" not in wider.shown


def test_a_pasted_text_is_located_whatever_its_script_and_spacing(index: Index) -> None:
    places = index.locate("港口北岸的燈塔 建於1887年")
    assert [place.text for place in places] == ["港口北岸的灯塔建于1887年"]
    assert index.locate("港口南岸的灯塔建于1987年") == ()
    assert index.locate("的") == ()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_suggested_question_is_one_that_is_answered(index: Index, lang: str) -> None:
    for question in index.suggest(lang, 3):
        assert index.ask(question).answered


def test_many_threads_get_the_answers_that_one_gets(index: Index) -> None:
    questions = ["榆港有多少台起重机?", "How tall is the lighthouse?", "how many loaves a day?"] * 4
    alone = [index.ask(question) for question in questions]
    with ThreadPoolExecutor(4) as pool:
        assert [a.quotes for a in pool.map(index.ask, questions)] == [a.quotes for a in alone]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(question=st.text(max_size=60))
def test_any_question_gets_quotes_or_none_but_never_an_error(index: Index, question: str) -> None:
    answer = index.ask(question, top=2)
    assert answer.answered == bool(answer.quotes)
    assert 0.0 <= answer.confidence <= 1.0
    for quote in answer.quotes + answer.nearest:
        index.verify(quote)


def test_an_index_of_another_encoder_says_to_reindex(index: Index, tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "a.txt").write_text(KITCHEN, encoding="utf-8")
    build(tmp_path / "corpus", tmp_path / "data", open_encoder("bundled-fast"), now=datetime(2026, 1, 1, tzinfo=UTC))
    with pytest.raises(EncoderError, match="verbatim index"):
        Index.open(tmp_path / "data", encoder=open_encoder("bundled"))


def test_no_index_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match="verbatim index"):
        Index.open(tmp_path, encoder=open_encoder("bundled-fast"))


def test_two_questions_in_one_get_a_quote_each(index: Index) -> None:
    answer = index.ask("How many cranes does the port have, and when was the lighthouse built?")
    assert answer.question_parts == ("How many cranes does the port have", "when was the lighthouse built")
    assert ["12 cranes" in answer.quotes[0].text, "1887" in answer.quotes[1].text] == [True, True]
    assert [quote.answers for quote in answer.quotes] == [0, 1]


def test_two_questions_of_which_one_has_no_answer_are_searched_as_one(index: Index) -> None:
    assert index.ask("How many cranes does the port have, and who won the chess cup?").question_parts == ()


def test_an_answer_that_is_remembered_is_the_one_that_was_found(index: Index) -> None:
    remembering = index.remembering(8)
    first = remembering.ask("How tall is the lighthouse?", top=2)
    assert first == index.ask("How tall is the lighthouse?", top=2)
    assert remembering.ask("How tall is the lighthouse?", top=2) is first
    assert len(remembering.ask("How tall is the lighthouse?").quotes) == 1
    assert not remembering.with_thresholds(1.0, 1.0).ask("How tall is the lighthouse?", top=2).answered


def test_a_follow_up_is_remembered_with_the_question_that_it_follows(index: Index) -> None:
    remembering = index.remembering(8)
    for before in (["How tall is the lighthouse?"], ["Where do ships wait?", "How many cranes are there?"]):
        assert remembering.ask("When was it built?", before=before) == index.ask("When was it built?", before=before)


def test_what_is_asked_of_several_indexes_is_encoded_once(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    encoder, encoded = index.pipeline.encoder, []
    real = encoder.encode_both

    def counted(texts: Sequence[str]) -> tuple[Vectors, list[TokenVectors]]:
        encoded.extend(texts)
        return real(texts)

    monkeypatch.setattr(encoder, "encode_both", counted)
    asked = "How many metres tall is the lighthouse on the north shore?"
    answers = [Index.over(index._snapshot, encoder).ask(asked) for _ in range(3)]
    assert encoded == [asked]
    assert answers[0] == answers[1] == answers[2]
    assert answers[0].answered
