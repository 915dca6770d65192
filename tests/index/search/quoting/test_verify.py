"""A text held to the corpus: letter for letter, in other words, or nowhere; on the strict side."""

import pytest

from index.answer import Answer
from index.search.quoting.verify import Verdict, bears_out, verify
from tests.shelf import shelf

QUOTE = "全区已建成8个智能工厂和23个数字化车间。"


def test_a_sentence_that_stands_in_a_document_is_exact_and_its_place_is_told() -> None:
    library = shelf()
    (checked,) = verify(library, QUOTE)
    assert checked.verdict is Verdict.EXACT
    quote = checked.quotes[0]
    assert library.books[0].text[quote.start : quote.end] == QUOTE


def test_every_sentence_is_checked_by_itself_at_its_place() -> None:
    text = f"The moon is made of cheese. {QUOTE}"
    first, second = verify(shelf(), text)
    assert (first.verdict, second.verdict) == (Verdict.NOWHERE, Verdict.EXACT)
    assert [text[one.start : one.end] for one in (first, second)] == [first.text, second.text]


def test_a_sentence_in_other_words_comes_with_the_quote_that_says_it() -> None:
    library = shelf()
    said = library.quote("The harbour of Port Elm has 12 cranes.")
    library.ask = lambda question, **_: Answer(question, (said,), 0.9)  # type: ignore[method-assign]
    (checked,) = verify(library, "Port Elm's harbour has twelve cranes.")
    assert (checked.verdict, checked.quotes) == (Verdict.CLOSE, (said,))


def test_only_the_first_quote_that_says_it_is_shown() -> None:
    library = shelf()
    said, other = library.quote("The harbour of Port Elm has 12 cranes."), library.quote("龙泉驿区位于成都东部。")
    library.ask = lambda question, **_: Answer(question, (other, said, said), 0.9)  # type: ignore[method-assign]
    (checked,) = verify(library, "Port Elm's harbour has twelve cranes.")
    assert (checked.verdict, checked.quotes) == (Verdict.CLOSE, (said,))


def test_a_sentence_that_stands_there_in_another_script_is_close() -> None:
    library = shelf()
    there = library.quote(QUOTE)
    library.locate = lambda text: (there,)  # type: ignore[method-assign]
    (checked,) = verify(library, "全區已建成8個智能工廠和23個數字化車間。")
    assert (checked.verdict, checked.quotes) == (Verdict.CLOSE, (there,))


def test_what_the_nearest_quote_does_not_say_stands_nowhere_and_the_quote_is_shown_all_the_same() -> None:
    (checked,) = verify(shelf(), "龙泉驿区有九十个智能工厂。")
    assert checked.verdict is Verdict.NOWHERE
    assert len(checked.quotes) == 1


@pytest.mark.parametrize(
    ("sentence", "borne"),
    [
        ("There are twelve cranes in the harbour of Port Elm.", True),
        ("The harbour of Port Elm has 13 cranes.", False),
        ("The harbour of Port Elm has not 12 cranes.", False),
        ("The moon of Mars has 12 craters.", False),
        ("埃尔姆港有12台起重机。", True),
        ("埃尔姆港有起重机。", False),
    ],
)
def test_numbers_denials_and_words_decide_whether_a_quote_bears_a_sentence_out(sentence: str, borne: bool) -> None:
    assert bears_out("The harbour of Port Elm has 12 cranes.", sentence) is borne


def test_an_empty_text_has_nothing_to_check() -> None:
    assert verify(shelf(), " \n ") == ()
