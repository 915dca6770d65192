"""What is no question gets a polite line, and what is one never does."""

import pytest

from bot.texts.messages import TEXTS
from index.text.small_talk import SmallTalk, says_nothing, small_talk


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("你好", SmallTalk.GREETING),
        ("您好!", SmallTalk.GREETING),
        ("Hello!!", SmallTalk.GREETING),
        ("hi bot", SmallTalk.GREETING),
        ("Thanks a lot!", SmallTalk.THANKS),
        ("thanks!", SmallTalk.THANKS),
        ("好的,谢谢", SmallTalk.THANKS),
        ("bye", SmallTalk.FAREWELL),
        ("你是谁?", SmallTalk.ABOUT),
        ("What can you do?", SmallTalk.ABOUT),
        ("謝謝!", SmallTalk.THANKS),
        ("hellooo", SmallTalk.GREETING),
        ("嗯嗯嗯", SmallTalk.ASSENT),
        ("你好!谢谢!", SmallTalk.THANKS),
        ("help", SmallTalk.HELP),
        ("Help!", SmallTalk.HELP),
        ("帮助", SmallTalk.HELP),
        ("幫助", SmallTalk.HELP),
        ("/帮助", SmallTalk.HELP),
        ("／帮助", SmallTalk.HELP),
        ("怎么用？", SmallTalk.HELP),
        ("fine", SmallTalk.ASSENT),
        ("I'm fine, thanks", SmallTalk.ASSENT),
        ("ok thanks, bye", SmallTalk.FAREWELL),
        ("Who are you?", SmallTalk.ABOUT),
        ("您是谁呀", SmallTalk.ABOUT),
        ("what day is it today?", SmallTalk.DATE),
        ("今天星期几？", SmallTalk.DATE),
        ("今天幾號", SmallTalk.DATE),
        ("What documents do you have?", SmallTalk.SOURCES),
        ("list all documents", SmallTalk.SOURCES),
        ("what can I ask you about?", SmallTalk.SOURCES),
        ("你有哪些资料？", SmallTalk.SOURCES),
        ("你都知道什么呀", SmallTalk.SOURCES),
        ("我可以問什麼", SmallTalk.SOURCES),
    ],
)
def test_small_talk_is_recognised(text: str, kind: SmallTalk) -> None:
    assert small_talk(text) is kind


@pytest.mark.parametrize(
    "text",
    [
        "",
        "???",
        "8",
        "888",
        "hello, how many factories are there?",
        "你好,龙泉驿有几个智能工厂?",
        "谢谢 in English?",
        "good factories",
        "help desk hours",
        "帮助中心在哪里",
        "what day is it closed",
        "what documents do I need for a visa",
        "which documents mention cranes",
        "办登记要有哪些资料",
        "你知道什么是灯塔吗",
        "今天几号楼停水",
        "谁是好人",
        "ok?" * 40,
    ],
)
def test_a_question_is_never_small_talk(text: str) -> None:
    assert small_talk(text) is None


def test_every_kind_has_its_reply() -> None:
    said = set(SmallTalk) - {SmallTalk.SOURCES}
    assert {f"talk-{kind.value}" for kind in said} <= TEXTS.keys()


@pytest.mark.parametrize(("text", "nothing"), [("", True), ("?!", True), ("👍", True), ("你好", True), ("8", False)])
def test_marks_and_small_talk_say_nothing(text: str, nothing: bool) -> None:
    assert says_nothing(text) is nothing
