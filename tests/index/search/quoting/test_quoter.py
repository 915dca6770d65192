"""From a place in a document to a quote."""

import re
from dataclasses import replace

import pytest

from index.answer import MAX_QUOTE, Part, Quote
from index.errors import QuoteError
from index.search.pipeline import SearchResult
from index.search.question.query import parse
from index.search.quoting.quoter import Quoter, side_by_side
from index.search.ranking.ranking_model import probability
from index.snapshots.snapshot import Snapshot
from tests.index.search.harbour import answering, harbour, searched


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return harbour(tmp_path_factory.mktemp("quoter"))


@pytest.fixture
def quoter(snapshot: Snapshot) -> Quoter:
    return answering(snapshot).quoter


@pytest.fixture
def found(snapshot: Snapshot) -> SearchResult:
    return searched(snapshot).find(parse("灯塔建于哪年?"))


def test_what_says_the_same_in_two_documents_is_quoted_once(quoter: Quoter, found: SearchResult) -> None:
    quotes = quoter.best(found.sentences, found.weighted, 9)
    texts = ["".join(quote.text.split()) for quote in quotes]
    assert len(texts) == len(set(texts)) > 2
    assert texts.count("港口北岸的灯塔建于1887年。") == 1


def test_no_more_quotes_are_made_than_were_asked_for(quoter: Quoter, found: SearchResult) -> None:
    assert [len(quoter.best(found.sentences, found.weighted, limit)) for limit in (0, 1, 2)] == [0, 1, 2]
    assert quoter.best((), found.weighted, 2) == ()


def test_a_quote_carries_where_it_stands_and_how_it_fared(
    quoter: Quoter, found: SearchResult, snapshot: Snapshot
) -> None:
    quote = quoter.best(found.sentences, found.weighted, 1)[0]
    document = snapshot.document(quote.document)
    assert document is not None
    assert document.text[quote.start : quote.end] == quote.text
    assert quote.score == round(probability(found.sentences[0].score), 4)
    assert ["1887" in quote.text[a:b] for a, b in quote.highlights] == [True]


def test_the_row_of_a_spreadsheet_has_its_number(quoter: Quoter, snapshot: Snapshot) -> None:
    document = next(one for one in snapshot.documents if one.source.path == "prices.csv")
    block = next(one for one in document.blocks if "crane" in document.text[one.start : one.end])
    assert quoter.quote(document, block.start, block.end).row == "3"
    [place] = quoter.locate("每台起重机可以吊起40吨货物")
    assert (place.row, place.page) == ("", None)


@pytest.mark.parametrize("change", [{"start": 1}, {"text": ""}, {"document": "none"}])
def test_a_quote_that_differs_from_its_document_in_anything_is_refused(quoter: Quoter, change: dict[str, str]) -> None:
    [quote] = quoter.locate("每台起重机可以吊起40吨货物")
    quoter.verify(quote)
    with pytest.raises(QuoteError, match=re.escape(quote.source.path)):
        quoter.verify(replace(quote, **change))


def test_one_part_that_differs_from_the_document_spoils_the_quote(quoter: Quoter) -> None:
    [quote] = quoter.locate("每台起重机可以吊起40吨货物")
    right = Part("item", quote.text, quote.start, quote.end, quote.text)
    quoter.verify(replace(quote, parts=(right,)))
    with pytest.raises(QuoteError):
        quoter.verify(replace(quote, parts=(right, replace(right, text="x" * len(right.text)))))


@pytest.mark.parametrize(("paragraphs", "first", "last"), [(1, "港口", "31米。"), (2, "榆港", "开门。")])
def test_the_context_reaches_as_many_paragraphs_each_way(
    quoter: Quoter, paragraphs: int, first: str, last: str
) -> None:
    [quote] = quoter.locate("灯塔高31米")
    wider = quoter.context(replace(quote, highlights=((0, 2),)), paragraphs)
    assert (wider.text[: len(first)], wider.text[-len(last) :]) == (first, last)
    assert wider.highlights == ()
    assert wider.shown.split() == wider.text.split()
    quoter.verify(wider)


def test_the_context_ends_where_the_document_does(quoter: Quoter, snapshot: Snapshot) -> None:
    [quote] = quoter.locate("每天早上五点开门")
    wider = quoter.context(quote, 99)
    assert wider.text == wider.text.strip()
    assert wider.text.startswith("榆港有12台")
    assert wider.text.endswith("开门。")


def test_the_context_of_a_quote_of_an_unknown_document_is_an_error(quoter: Quoter) -> None:
    [quote] = quoter.locate("灯塔高31米")
    with pytest.raises(QuoteError):
        quoter.context(replace(quote, document="none"), 1)


COMPARES, LISTS, STEPS, WHY, ONE = "灯塔跟市场有什么区别", "有哪些灯塔", "怎么去灯塔", "为什么建灯塔", "灯塔建于哪年"


@pytest.fixture
def two(quoter: Quoter, found: SearchResult) -> tuple[Quote, Quote]:
    """Two quotes of one document, as likely as each other."""
    quotes = [one for one in quoter.best(found.sentences, found.weighted, 9) if one.source.path == "harbour.txt"]
    return replace(quotes[0], score=0.6), replace(quotes[1], score=0.6)


def test_what_a_comparison_is_answered_by_comes_together_where_it_is_of_one_document(
    two: tuple[Quote, Quote], quoter: Quoter, snapshot: Snapshot
) -> None:
    first, second = two
    (together,) = side_by_side(two, COMPARES)
    assert (together.text, together.parts) == (first.text, (Part("more", second.text, *span(second), second.shown),))
    compared = searched(snapshot).find(parse("灯塔跟鱼市场有什么区别"))
    rows = [row for row in compared.sentences if row.candidate.source.path == "harbour.txt"]
    assert [part.role for part in quoter.best(rows, compared.weighted, 1)[0].parts] == ["more"]


def test_several_things_and_reasons_come_from_two_places_and_one_thing_from_one(
    quoter: Quoter, snapshot: Snapshot
) -> None:
    for question, parts in ((LISTS, 1), (STEPS, 1), (WHY, 1), (ONE, 0)):
        asked = searched(snapshot).find(parse(question))
        rows = [row for row in asked.sentences if row.candidate.source.path == "harbour.txt"]
        quotes = quoter.best(rows, asked.weighted, 2)
        assert len(quotes) == 2
        assert [len(one.parts) for one in quotes] == [parts, 0]


def test_two_places_are_no_longer_than_a_quote_but_for_comparisons_and_lists_that_are_as_likely(
    two: tuple[Quote, Quote],
) -> None:
    first, second = two
    long = first, replace(second, text=second.text * 30, shape="list")
    assert len(long[1].text) > MAX_QUOTE
    for question, joined in ((COMPARES, True), (LISTS, True), (STEPS, False), (WHY, False)):
        assert (len(side_by_side(long, question)) == 1) is joined
    assert len(side_by_side((replace(first, score=0.95), long[1]), LISTS)) == 2
    assert len(side_by_side((replace(first, score=0.95), second), LISTS)) == 1
    assert len(side_by_side((first, replace(second, text=second.text * 130)), COMPARES)) == 2


def span(quote: Quote) -> tuple[int, int]:
    return quote.start, quote.end


def test_quotes_of_two_documents_stay_apart(two: tuple[Quote, Quote]) -> None:
    apart = two[0], replace(two[1], document="another")
    assert side_by_side(apart, COMPARES) == apart
    assert side_by_side(two[:1], COMPARES) == two[:1]


def test_nothing_is_said_twice_where_two_places_come_together(two: tuple[Quote, Quote]) -> None:
    first, second = two
    above = Part("lead-in", first.text, *span(first), first.shown)
    below = Part("item", "below", second.end, second.end + 5, "below")
    (together,) = side_by_side((first, replace(second, parts=(above, below))), COMPARES)
    assert [(part.role, part.text) for part in together.parts] == [("more", second.text), ("item", "below")]
    told = replace(first, parts=(Part("item", second.text, *span(second), second.shown),))
    assert side_by_side((told, second), COMPARES) == (told, second)
