"""Indexes of several collections, asked as one: nothing of any other, and ids that say whose they are."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.cards.answerer import Answerer
from bot.collections.declared import Collection
from bot.collections.library import Library
from bot.collections.named import collection_of
from bot.collections.several import merged
from index.answer import Answer, Places, Quote
from index.document import Source
from index.errors import QuoteError
from tests.shelf import Shelf, document

TOWN = Shelf(
    [document("a.md", "Town\nThe town has 9 pools. The pools are warm.\n")],
    {"How many pools?": ["The town has [9] pools.", "The pools are warm."], "Both?": ["The pools are warm."]},
)
HARBOUR = Shelf(
    [document("a.md", "Harbour\nThe harbour has 12 cranes. Ships wait.\n"), document("b.md", "More\nIt rains.\n")],
    {"How many cranes?": ["The harbour has [12] cranes."], "Both?": ["Ships wait."]},
)


@pytest.fixture
def library() -> Library:
    library = Library([Collection("town", Path("t")), Collection("harbour", Path("h"))])
    library.put("town", TOWN)
    library.put("harbour", HARBOUR)
    return library


def view(library: Library, *names: str) -> Answerer:
    found = library.view(names)
    assert found is not None
    return found


def test_without_collections_the_view_is_the_index_itself() -> None:
    library = Library()
    assert library.view([""]) is None
    library.put("", TOWN)
    assert library.view([""]) is TOWN
    assert library.view([]) is None


def test_what_is_of_no_collection_that_is_known_is_closed(library: Library) -> None:
    library.collections["harbour"] = replace(library.collections["harbour"], readers=frozenset())
    assert [library.closed(id) for id in ("town.1", "harbour.1", "gone.1", "1")] == [False, True, True, True]
    assert [Library().closed(id) for id in ("1", "gone.1")] == [False, True]


def test_each_is_asked_and_the_answer_says_whose_it_is(library: Library) -> None:
    both = view(library, "town", "harbour")
    (quote,) = both.ask("How many cranes?").quotes
    assert collection_of(quote.document) == "harbour"
    assert quote.document == f"harbour.{HARBOUR.books[0].id}"
    both.verify(quote)
    found = both.document(quote.document)
    assert found is not None
    assert found.id == quote.document
    assert found.text[quote.start : quote.end] == quote.text == "The harbour has 12 cranes."
    assert both.context(quote).document == quote.document


def test_a_view_of_one_gives_nothing_of_another(library: Library) -> None:
    town, harbour = view(library, "town"), view(library, "harbour")
    (quote,) = harbour.ask("How many cranes?").quotes
    assert not town.ask("How many cranes?").answered
    assert town.document(quote.document) is None
    assert town.locate(quote.text) == ()
    assert {collection_of(one.id) for one in town.documents()} == {"town"}
    with pytest.raises(QuoteError):
        town.verify(quote)
    with pytest.raises(QuoteError):
        town.context(quote)


def test_the_same_path_in_two_collections_is_two_documents(library: Library) -> None:
    both = view(library, "town", "harbour")
    assert len({one.id for one in both.documents()}) == 3
    assert both.document(f"town.{TOWN.books[0].id}") != both.document(f"harbour.{HARBOUR.books[0].id}")


@pytest.mark.parametrize("id", [TOWN.books[0].id, f".{TOWN.books[0].id}", f"nowhere.{TOWN.books[0].id}", "town.", ""])
def test_an_id_without_a_known_collection_is_no_document(library: Library, id: str) -> None:
    assert view(library, "town", "harbour").document(id) is None
    assert view(library, "town").document(id) is None


def test_documents_of_several_are_one_sequence(library: Library) -> None:
    documents = view(library, "town", "harbour").documents()
    assert [one.source.title for one in documents] == ["Town", "Harbour", "More"]
    assert [documents[-1].source.title, documents[1].source.title] == ["More", "Harbour"]
    assert [one.source.title for one in documents[1:]] == ["Harbour", "More"]
    with pytest.raises(IndexError):
        documents[3]


def test_what_is_live_is_counted_together_and_changes_with_each(library: Library) -> None:
    before = view(library, "town", "harbour").snapshot
    assert (before.documents, before.passages) == (4, 8)
    library.put("town", replace(TOWN, snapshot=replace_id(TOWN, "s2")))
    assert view(library, "town", "harbour").snapshot.id != before.id
    assert view(library, "harbour").snapshot.id == "s1"


def replace_id(shelf: Shelf, id: str) -> object:
    return type(shelf.snapshot)(**{**vars(shelf.snapshot), "id": id})


def test_one_that_is_not_indexed_is_left_out(library: Library) -> None:
    library.put("town", None)
    assert not view(library, "town", "harbour").ask("How many pools?").answered
    assert library.view(["town"]) is None
    with pytest.raises(KeyError):
        library.put("nowhere", TOWN)


def test_suggestions_are_of_each_in_turn(library: Library) -> None:
    assert view(library, "town", "harbour").suggest("en", 3) == ("How many pools?", "How many cranes?", "Both?")


def quote(text: str, document: str = "a.1", start: int = 0) -> Quote:
    return Quote(document, Source("a", "a"), text, start, start + len(text))


def answer(confidence: float, *texts: str, **more: object) -> Answer:
    quotes = tuple(quote(text, f"{text}.1") for text in texts)
    return Answer("?", quotes, confidence, **more)  # type: ignore[arg-type]


def texts(found: Answer) -> list[str]:
    return [quote.text for quote in found.quotes]


def test_the_surest_comes_first_then_each_in_turn() -> None:
    found = merged([answer(0.7, "a1", "a2"), answer(0.9, "b1", "b2")], 3, "s")
    assert (texts(found), found.confidence, found.snapshot) == (["b1", "a1", "b2"], 0.9, "s")


def test_an_answer_comes_before_a_surer_abstention() -> None:
    assert texts(merged([Answer("?", (), 0.8), answer(0.7, "b")], 3, "s")) == ["b"]


def test_the_same_text_is_quoted_once() -> None:
    assert texts(merged([answer(0.7, "a"), replace(answer(0.9, "b"), quotes=(quote("a", "z.1"),))], 3, "s")) == ["a"]


def test_no_more_than_was_asked_for() -> None:
    assert texts(merged([answer(0.7, "a"), answer(0.9, "b")], 1, "s")) == ["b"]


def test_parts_of_one_question_stay_together() -> None:
    parts = answer(0.9, "b1", "b2", question_parts=("x", "y"))
    assert merged([answer(0.7, "a"), parts], 3, "s") == replace(parts, snapshot="s")


def test_places_of_several_collections_are_counted_together() -> None:
    one = answer(0.9, "a1", "a2", places=Places(6, "documents"))
    found = merged([answer(0.95, "c"), one, answer(0.9, "b1", "b2", places=Places(4, "sections", more=True))], 1, "s")
    assert (texts(found), found.places) == (["c"], None)
    found = merged([one, answer(0.9, "b1", "b2", places=Places(4, "sections", more=True))], 1, "s")
    assert (texts(found), found.places) == (["a1", "b1"], Places(7, "documents", more=True))
    assert merged([one, answer(0.7, "c")], 1, "s").places == Places(6, "documents")


def test_what_is_not_sure_goes_with_nothing_that_is() -> None:
    assert texts(merged([answer(0.5, "a", doubtful=True), answer(0.9, "b")], 3, "s")) == ["b"]
    assert texts(merged([answer(0.9, "b", read_as="?!"), answer(0.8, "a")], 3, "s")) == ["b"]


def test_the_nearest_of_each_stand_under_an_abstention() -> None:
    one = Answer("?", (), 0.2, tuple(quote(f"a{n}", f"a{n}.1") for n in range(3)))
    two = Answer("?", (), 0.4, (quote("b", "b.1"),))
    found = merged([one, two], 5, "s")
    assert [near.text for near in found.nearest] == ["b", "a0", "a1"]
    assert (found.answered, found.confidence) == (False, 0.4)
