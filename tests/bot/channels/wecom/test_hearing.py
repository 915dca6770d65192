"""What WeCom's JSON means: questions, mentions, quoted messages, votes; and that no JSON brings a traceback."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.wecom.hearing import Entered, Pressed, Said, Voted, WeComChat, hear, stream_asked, without_mention

ALONE = {"msgid": "m1", "from": {"userid": "zhangsan"}, "chattype": "single"}
GROUP = {"msgid": "m1", "from": {"userid": "zhangsan"}, "chattype": "group", "chatid": "room"}


def text(content: str) -> dict:
    return {"msgtype": "text", "text": {"content": content}}


def test_one_to_one_any_text_is_a_question() -> None:
    assert hear(ALONE | text(" 有多少个智能工厂? ")) == Said(
        "m1", WeComChat("zhangsan", "zhangsan"), "有多少个智能工厂?"
    )


def test_in_a_group_the_mention_in_front_is_no_part_of_the_question() -> None:
    heard = hear(GROUP | text("@龙泉 小助手 有多少个智能工厂?"), "龙泉 小助手")
    assert heard == Said("m1", WeComChat("room", "zhangsan", True), "有多少个智能工厂?")
    assert heard.question("d").conversation.chat == "room"
    assert not heard.question("d").private


@pytest.mark.parametrize(
    ("said", "rest"),
    [
        ("@小 龙 有多大?", "有多大?"),
        ("@小 龙\u2005有多大?", "有多大?"),
        ("@小 龙\n有多大?", "有多大?"),
        ("  @小 龙 @小 龙 有多大?", "有多大?"),
        ("有多大? @小 龙", "有多大?"),
        ("@小 龙", ""),
        ("@小 龙虾 有多大?", "@小 龙虾 有多大?"),
        ("@别人 有多大?", "@别人 有多大?"),
        ("写信给a@小 龙", "写信给a@小 龙"),
        ("有多大?", "有多大?"),
    ],
)
def test_only_the_configured_name_is_taken_away(said: str, rest: str) -> None:
    assert without_mention(said, "小 龙") == rest
    assert without_mention(said, "") == said


def test_a_quoted_message_is_what_the_question_is_about() -> None:
    heard = hear(ALONE | text("出处?") | {"quote": text("已建成8个智能工厂")})
    assert isinstance(heard, Said)
    assert heard.question("d").selected == "已建成8个智能工厂"


def test_voices_and_texts_among_pictures_are_heard() -> None:
    voice = hear(ALONE | {"msgtype": "voice", "voice": {"content": "有多少?"}})
    mixed = {"msgtype": "mixed", "mixed": {"msg_item": [text("有多少?"), {"msgtype": "image", "image": {}}]}}
    assert isinstance(voice, Said)
    assert voice.text == "有多少?"
    assert hear(ALONE | mixed) == voice
    picture = hear(ALONE | {"msgtype": "image", "image": {"url": "https://x"}})
    assert isinstance(picture, Said)
    assert (picture.text, picture.question("d").wordless) == ("", True)
    bare = hear(GROUP | text("@小龙"), "小龙")
    assert isinstance(bare, Said)
    assert not bare.question("d").wordless


def event(kind: str, **inner: object) -> dict:
    return {"msgtype": "event", "event": {"eventtype": kind, kind: inner}}


def test_events_are_told_apart() -> None:
    place = WeComChat("room", "zhangsan", True)
    assert hear(GROUP | event("enter_chat")) == Entered("m1", place)
    pressed = event("template_card_event", event_key="c:1:0", task_id="t", card_type="button_interaction")
    assert hear(GROUP | pressed) == Pressed("m1", place, "c:1:0", "t")
    assert hear(GROUP | event("feedback_event", id="a1", type=1)) == Voted("m1", place, "a1", 1)
    down = event("feedback_event", id="a1", type=2, inaccurate_reason_list=[2, 4])
    assert hear(GROUP | down) == Voted("m1", place, "a1", -1, "part")
    assert hear(GROUP | event("feedback_event", id="a1", type=3)) == Voted("m1", place, "a1", 0)
    assert hear(GROUP | event("something_new")) is None


def test_a_refresh_is_no_question_but_asks_for_a_stream() -> None:
    refresh = ALONE | {"msgtype": "stream", "stream": {"id": "s1"}}
    assert hear(refresh) is None
    assert stream_asked(refresh) == "s1"
    assert stream_asked(ALONE | text("?")) == ""


@pytest.mark.parametrize("gone", ["msgid", "from", "chatid"])
def test_a_message_without_its_ids_is_nothing(gone: str) -> None:
    body = {name: value for name, value in (GROUP | text("?")).items() if name != gone}
    assert hear(body) is None


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["event", "text", "mixed"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
names = ["msgid", "from", "chattype", "chatid", "msgtype", "text", "event", "mixed", "quote", "voice", "stream"]
bodies = st.dictionaries(st.sampled_from(names), values, max_size=8)
known = st.sampled_from(
    [event("feedback_event", id="a"), event("template_card_event"), text("x"), {"msgtype": "mixed"}]
)


@given(bodies, known, bodies)
def test_no_json_brings_a_traceback(first: dict, second: dict, third: dict) -> None:
    for body in (first, {**ALONE, **second, **third}, {**GROUP, **third, **second}):
        hear(body, "小 龙")
        stream_asked(body)
