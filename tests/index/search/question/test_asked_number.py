"""Which questions ask for a place by its number, and which lines begin with a label."""

import pytest

from index.search.question.asked_number import Label, asked_number, labelled


@pytest.mark.parametrize(
    ("question", "kind", "number", "head"),
    [
        ("劳动合同法第41条怎么规定的", "article", "41", "劳动合同法"),
        ("請問勞動合同法第四十一條", "article", "41", "劳动合同法"),
        ("按照《出差办法》第 ３ 章，能坐头等舱吗", "chapter", "3", "出差办法"),
        ("刑法291条之二是啥罪", "article", "291-2", "刑法"),
        ("第二百九十一条之二", "article", "291-2", ""),
        ("第八十七条第二款说啥 劳动合同法", "article", "87", ""),
        ("What does Article 41 of the Labour Law say?", "article", "41", ""),
        ("travel policy sec. 3.2", "section", "3.2", ""),
        ("§ 12a please", "section", "12a", ""),
    ],
)
def test_a_place_is_named_by_its_number(question: str, kind: str, number: str, head: str) -> None:
    asked = asked_number(question)
    assert asked is not None
    assert (asked.label, asked.head) == (Label(kind, number), head)


@pytest.mark.parametrize(
    "question",
    [
        "有二十条意见吗",
        "请写20条理由",
        "一共几条",
        "第41条和第42条有什么不同",
        "particle 41 was seen",
        "section about leave",
        "how many sections are there",
    ],
)
def test_other_numbers_name_no_place(question: str) -> None:
    assert asked_number(question) is None


def test_what_else_the_question_says_is_kept() -> None:
    asked = asked_number("劳动合同法第41条怎么规定的")
    assert asked is not None
    assert asked.rest == "劳动合同法 怎么规定的"


def test_lines_begin_with_labels_whatever_their_markup() -> None:
    lines = [
        "# 第一章 总则",
        "**第四十一条** 依照第四十条",
        "按第五条办",
        "## 3.2 Leave",
        "§ 12a bar",
        "| 第五条之一 | x",
        "Article IV",
    ]
    text = "\n".join(lines)
    found = labelled(text)
    assert [(one.label, text[one.start]) for one in found] == [
        (Label("chapter", "1"), "第"),
        (Label("article", "41"), "第"),
        (Label("", "3.2"), "3"),
        (Label("section", "12a"), "§"),
        (Label("article", "5-1"), "第"),
    ]


def test_a_heading_with_a_number_alone_may_be_of_any_kind() -> None:
    assert Label("section", "3.2").names(Label("", "3.2"))
    assert not Label("section", "3.2").names(Label("", "3.3"))
    assert not Label("section", "3").names(Label("chapter", "3"))
