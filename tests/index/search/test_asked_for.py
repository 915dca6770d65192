"""What a question asks for, told by its words."""

import pytest

from index.search.asked_for import asks_whether, wants_all, wants_many


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


@pytest.mark.parametrize("question", ["怎么办护照", "how do I get a passport", "which version has it"])
def test_a_question_for_steps_asks_for_several_but_not_for_all(question: str) -> None:
    assert wants_many(question)
    assert not wants_all(question)


def test_a_question_for_yes_or_no_is_told_from_one_for_steps() -> None:
    assert asks_whether("要押金吗")
    assert not asks_whether("押金怎么退")
