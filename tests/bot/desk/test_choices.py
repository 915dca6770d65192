"""Numbers typed after a list of suggestions."""

import pytest

from bot.desk.choices import choice, chosen

OFFERED = ("How many cranes are there?", "Who keeps the lighthouse?")


@pytest.mark.parametrize(
    "text", ["2", "２", "2.", " 2) ", "#2", "第二个", "第2個", "the second one", "two", "二", "number 2"]
)
def test_a_number_picks_the_suggestion_of_that_number(text: str) -> None:
    assert chosen(text, OFFERED) == OFFERED[1]


@pytest.mark.parametrize("text", ["", "0", "2 factories", "第二个工厂在哪里", "1887", "second floor?", "?", "how many"])
def test_what_is_no_number_picks_nothing(text: str) -> None:
    assert choice(text) is None
    assert chosen(text, OFFERED) is None


def test_a_number_beyond_the_list_is_told_from_a_question() -> None:
    assert chosen("7", OFFERED) == ""


def test_without_a_list_a_number_is_a_question() -> None:
    assert chosen("2", ()) is None
