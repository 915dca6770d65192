"""Which messages ask two things, and which only look like it."""

import pytest

from index.search.question.question_parts import compares, question_parts


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("How many rooms are there, and when was it built?", ("How many rooms are there", "when was it built")),
        ("How many rooms are there? When was it built?", ("How many rooms are there", "When was it built")),
        ("年假有几天？病假怎么请？", ("年假有几天", "病假怎么请")),
        ("年假有几天 病假怎么请", ("年假有几天", "病假怎么请")),
        ("sick leave: interns vs employees", ("sick leave interns", "sick leave employees")),
        ("What is the difference between a lease and a rental?", ("what is a lease", "what is a rental")),
        ("上海和北京 年假各几天", ("上海年假几天", "北京年假几天")),
        ("年假和病假有什么区别？", ("年假是什么", "病假是什么")),
    ],
)
def test_a_message_that_asks_two_things_is_taken_apart(question: str, parts: tuple[str, str]) -> None:
    assert question_parts(question) == parts


@pytest.mark.parametrize(
    "question",
    [
        "How many smart factories?",
        "Who founded it and ran it?",
        "what to do when it rains and where",
        "怎么请假",
        "国庆当天被叫回来加班 钱怎么算几倍吗 我想问 一下",
        "夫妻和子女谁先继承",
        "公司和员工签了合同",
        "",
        "?",
    ],
)
def test_a_message_that_asks_one_thing_stays_whole(question: str) -> None:
    assert question_parts(question) is None


@pytest.mark.parametrize(
    "question",
    [
        "病假和事假有什么区别",
        "新办法比老办法多几天",
        "A 和 B 哪個好",
        "primary vs secondary carer",
        "is a pro longer than a lite",
    ],
)
def test_a_question_that_sets_two_things_side_by_side_is_known(question: str) -> None:
    assert compares(question)


@pytest.mark.parametrize(
    "question",
    [
        "年假几天",
        "比赛几点开始",
        "how many days of leave",
        "谁比较负责",
        "比例是多少",
        "whom do they use to compare pay",
    ],
)
def test_a_question_for_one_thing_is_not_taken_for_a_comparison(question: str) -> None:
    assert not compares(question)
