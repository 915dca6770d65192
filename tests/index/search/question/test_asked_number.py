"""Which questions ask for a place by its number, and which lines begin with a label."""

import pytest

from index.search.question.asked_number import Label, asked_number, continued, labelled


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


@pytest.mark.parametrize(
    ("question", "bare"),
    [
        ("第41条讲什么", True),
        ("那第41条呢", True),
        ("and article 41?", True),
        ("what does section 3 say", True),
        ("劳动合同法第41条", False),
        ("第41条的加班费", False),
        ("section 3 of the handbook", False),
    ],
)
def test_a_label_alone_is_told_from_one_of_something(question: str, bare: bool) -> None:
    asked = asked_number(question)
    assert asked is not None
    assert asked.bare is bare


@pytest.mark.parametrize(
    ("question", "before", "meant"),
    [
        ("那第41条呢", ["劳动合同法第40条说了什么"], "劳动合同法 说了什么 第41条"),
        (
            "and article 41?",
            ["what does article 40 of the Labor Law say"],
            "what does of the labor law say article 41",
        ),
        ("工伤保险条例第3条", ["劳动合同法第40条"], "工伤保险条例第3条"),
        ("第42条", ["劳动合同法第40条", "第41条"], "劳动合同法 第42条"),
        ("第42条", ["劳动合同法第40条", "试用期多久", "第41条"], "第42条"),
        ("那第41条呢", ["试用期多久"], "那第41条呢"),
        ("那第41条呢", [], "那第41条呢"),
        ("试用期多久", ["劳动合同法第40条"], "试用期多久"),
    ],
)
def test_a_label_alone_continues_the_question_before(question: str, before: list[str], meant: str) -> None:
    assert continued(question, before) == meant


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


@pytest.mark.parametrize("many", ["\n", " ", "|", "#\n", "第", "第一", "一", "1.", "article ", "劳动法a"])
def test_long_runs_take_no_long_time(many: str) -> None:
    """Millions of steps at the most: what grew with the square of these would take minutes."""
    run = many * 200_000
    assert labelled(run + "\n第五条 x")[-1].label == Label("article", "5")
    assert asked_number(run[:10_000] + " 第5条") is not None


def test_a_heading_with_a_number_alone_may_be_of_any_kind() -> None:
    assert Label("section", "3.2").names(Label("", "3.2"))
    assert not Label("section", "3.2").names(Label("", "3.3"))
    assert not Label("section", "3").names(Label("chapter", "3"))
