"""What is no question gets a polite line, and what is one never does."""

import pytest

from bot.desk.small_talk import SmallTalk, small_talk
from bot.texts.messages import TEXTS


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
        "hello, how many factories are there?",
        "你好,龙泉驿有几个智能工厂?",
        "谢谢 in English?",
        "good factories",
        "谁是好人",
        "ok?" * 40,
    ],
)
def test_a_question_is_never_small_talk(text: str) -> None:
    assert small_talk(text) is None


def test_every_kind_has_its_reply() -> None:
    assert {kind.value for kind in SmallTalk} <= TEXTS.keys()
