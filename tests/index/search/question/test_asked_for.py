"""What a question asks for, told by its words."""

import pytest

from index.search.question.asked_for import asks_whether, open_ended, wants_all, wants_many, wants_several


@pytest.mark.parametrize(
    "question",
    [
        "办证要带啥材料",
        "有哪幾種方式",
        "要改哪四样",
        "快照里都包含什么",
        "which files do I need",
        "what documents are required",
        "what goes into the report",
    ],
)
def test_a_question_for_all_of_something_is_told_from_one_for_steps(question: str) -> None:
    assert wants_all(question)
    assert wants_many(question)


@pytest.mark.parametrize("question", ["怎么办护照", "how do I get a passport", "which of them have it"])
def test_a_question_for_steps_asks_for_several_but_not_for_all(question: str) -> None:
    assert wants_many(question)
    assert not wants_all(question)


@pytest.mark.parametrize(
    "question",
    [
        "duties of a member",
        "ideas to raise money for the library",
        "compression algorithms",
        "the three moods of the verb, and rules for them",
        "what must a visitor bring",
        "what to look for in a used boat",
        "租船要注意什么",
        "船長有什麼職責",
        "船员守则由什么组成",
        "退租的条件",
        "换油的两种办法",
    ],
)
def test_several_things_are_asked_for_in_other_words_too(question: str) -> None:
    assert wants_several(question)


@pytest.mark.parametrize(
    "question",
    [
        "number of rules in the handbook",
        "which version has it",
        "which day should the move take effect",
        "who wrote the rules",
        "when do the benefits begin",
        "are there rules for guests",
        "规则是谁写的",
        "满足条件吗",
        "what is the address of the harbour",
        "always open",
        "opening hours of the harbour",
        "what does the sign mean",
        "this bus to the port",
    ],
)
def test_one_thing_is_not_taken_for_several(question: str) -> None:
    assert not wants_several(question)


def test_a_question_is_open_where_neither_one_kind_of_thing_nor_yes_or_no_answers_it() -> None:
    assert open_ended("what happens to the deposit")
    assert not open_ended("how much is the deposit")
    assert not open_ended("is there a deposit")
    assert asks_whether("要押金吗")
    assert not asks_whether("押金怎么退")
