"""The splitter: every part within the limit, nothing lost, spans carried over."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cards.card import Button, Card, Style, StyledSpan
from bot.cards.split import split, utf8, utf16


@given(
    st.text(alphabet=st.sampled_from("工厂8。！ \n.aé😀👩‍💻e\u0301，"), max_size=300),
    st.integers(8, 60),
    st.sampled_from([utf8, utf16]),
)
def test_parts_are_within_the_limit_and_together_the_whole_text(
    text: str, limit: int, measure: Callable[[str], int]
) -> None:
    parts = split(Card(text), limit, measure)
    assert "".join(part.text for part in parts) == text
    assert all(measure(part.text) <= limit for part in parts)


@given(st.text(alphabet="工厂。😀ab .\n", min_size=1, max_size=200), st.data())
def test_spans_are_carried_over_into_every_part_that_they_reach(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    card = Card(text, (StyledSpan(Style.QUOTE, start, end, "u"),))
    pieces = [part.text[span.start : span.end] for part in split(card, 20, utf16) for span in part.spans]
    assert "".join(pieces) == text[start:end]


def test_cuts_fall_on_sentence_borders() -> None:
    text = "第一句话在这里。第二句话也在这里！Third sentence. Fourth one."
    assert [part.text for part in split(Card(text), 20, utf16)] == [
        "第一句话在这里。第二句话也在这里！",
        "Third sentence. ",
        "Fourth one.",
    ]


def test_a_paragraph_border_is_preferred_to_a_sentence_border() -> None:
    text = "One. Two.\n\nThree. Four. Five."
    assert [part.text for part in split(Card(text), 20, utf16)] == ["One. Two.\n\n", "Three. Four. Five."]


def test_an_emoji_sequence_is_not_torn_apart() -> None:
    family = "👩‍👩‍👧"
    parts = split(Card("a" * 15 + family), 18, utf16)
    assert [part.text for part in parts] == ["a" * 15, family]


def test_buttons_stand_under_the_last_part() -> None:
    buttons = ((Button("👍", "u:1"),),)
    parts = split(Card("一句。" * 30, (), buttons), 30, utf16)
    assert [part.buttons for part in parts[:-1]] == [()] * (len(parts) - 1)
    assert parts[-1].buttons == buttons


@pytest.mark.parametrize(("text", "units", "size"), [("a", 1, 1), ("工", 1, 3), ("😀", 2, 4)])
def test_measures_are_those_of_the_platforms(text: str, units: int, size: int) -> None:
    assert (utf16(text), utf8(text)) == (units, size)


def test_a_card_that_fits_is_left_alone() -> None:
    card = Card("短。", (StyledSpan(Style.QUOTE, 0, 2),), ((Button("x", "y"),),))
    assert split(card, 100, utf8) == [card]
