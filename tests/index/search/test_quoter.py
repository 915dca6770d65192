"""From a place in a document to a quote."""

import re
from dataclasses import replace

import pytest

from index.answer import Part, Quote
from index.errors import QuoteError
from index.search.pipeline import SearchResult
from index.search.query import parse
from index.search.quoter import Quoter, side_by_side
from index.search.ranking_model import probability
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


def test_what_a_comparison_is_answered_by_comes_together_where_it_is_of_one_document(
    quoter: Quoter, found: SearchResult, snapshot: Snapshot
) -> None:
    quotes = quoter.best(found.sentences, found.weighted, 9)
    first, second = [quote for quote in quotes if quote.source.path == "harbour.txt"][:2]
    (together,) = side_by_side((first, second))
    assert (together.text, together.parts) == (first.text, (Part("more", second.text, *span(second), second.shown),))
    compared = searched(snapshot).find(parse("灯塔跟鱼市场有什么区别"))
    rows = [row for row in compared.sentences if row.candidate.source.path == "harbour.txt"]
    assert [part.role for part in quoter.best(rows, compared.weighted, 1)[0].parts] == ["more"]


def span(quote: Quote) -> tuple[int, int]:
    return quote.start, quote.end


def test_quotes_of_two_documents_and_lists_stay_apart(quoter: Quoter, found: SearchResult) -> None:
    quotes = quoter.best(found.sentences, found.weighted, 3)
    first, other = quotes[0], next(one for one in quotes if one.document != quotes[0].document)
    assert side_by_side((first, other)) == (first, other)
    beside = replace(other, document=first.document, shape="list")
    assert side_by_side((first, beside)) == (first, beside)
    assert side_by_side((first,)) == (first,)
