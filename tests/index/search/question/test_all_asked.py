"""Which questions want every place of something, and of what."""

import pytest

from index.search.question.all_asked import AllAsked, all_asked


@pytest.mark.parametrize(
    ("question", "subject"),
    [
        ("Which guides mention memory limits?", "memory limits"),
        ("which documents in the handbook talk about the severance", "severance"),
        ("list all docs mentioning GBK", "GBK"),
        ("show me every page that mentions Grafana", "Grafana"),
        ("in which sections is overtime mentioned?", "overtime"),
        ("where is TiFlash mentioned", "TiFlash"),
        ("all mentions of Grafana", "Grafana"),
        ("哪些法律提到了“产假”？", "产假"),
        ("哪幾部法律規定了婚姻登記", "婚姻登記"),
        ("有几份文件涉及未成年人", "未成年人"),
        ("提到工伤的法律有哪些", "工伤"),
        ("列出所有提到工伤的法律", "工伤"),
        ("TiFlash 在哪些文档里提到过？", "TiFlash"),
        ("罚款出现在哪些条款里", "罚款"),
        ("哪里提到过加班费", "加班费"),
    ],
)
def test_a_question_for_what_is_mentioned(question: str, subject: str) -> None:
    asked = all_asked(question)
    assert asked is not None
    assert (asked.subject, asked.mentions) == (subject, True)


@pytest.mark.parametrize(
    ("question", "subject"),
    [
        ("list all the ports", "ports"),
        ("What are all the opening hours?", "opening hours"),
        ("all our offices", "offices"),
        ("列出所有端口", "端口"),
        ("列出要用到的所有端口", "端口"),
        ("所有的假期有哪些？", "假期"),
        ("费用全部列出来", "费用"),
    ],
)
def test_a_question_for_all_of_some_things(question: str, subject: str) -> None:
    assert all_asked(question) == AllAsked(subject, mentions=False)


@pytest.mark.parametrize("question", ["哪些章节讲到年休假", "which chapters cover overtime", "哪几条规定了罚款"])
def test_sections_are_asked_for(question: str) -> None:
    asked = all_asked(question)
    assert asked is not None
    assert asked.sections


@pytest.mark.parametrize(
    "question",
    [
        "which file holds the secrets that should not be committed",
        "which law covers throwing out an ex member",
        "which files get replaced on update",
        "what file types are allowed",
        "where is the leave process described",
        "dotnet command to list all the folders",
        "is motel 6 on the approved list",
        "密钥不能写在哪些地方",
        "报到之前要我交哪些资料",
        "中文句子里提到英文书要用书名号吗",
        "种族宗教方面还能参考哪些指南",
        "想入社要满足哪些条件",
        "试了全部都没用 剩什么办法",
        "which guides mention " + "x" * 80,
        "",
        "?",
    ],
)
def test_any_other_question_wants_one_answer(question: str) -> None:
    assert all_asked(question) is None
