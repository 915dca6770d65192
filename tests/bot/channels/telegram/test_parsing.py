"""What is said to the bot: each trap of mentions, commands and replies by its name."""

from typing import Any

import pytest
from telegram import Message

from bot.channels.telegram.parsing import ANONYMOUS_ADMIN, CHANNEL_SPEAKER, Me, conversation_of, parse_message

ME = Me(123456789, "VerbatimBot")


def message(text: str, *entities: tuple[str, str], chat: str = "supergroup", **more: Any) -> Message:
    """`entities` are (type, text of the entity): offsets are counted in UTF-16 units as Telegram does."""
    field = "caption" if more.pop("caption", False) else "text"
    listed = []
    for kind, part in entities:
        at = text.index(part)
        listed.append(
            {
                "type": kind,
                "offset": len(text[:at].encode("utf-16-le")) // 2,
                "length": len(part.encode("utf-16-le")) // 2,
                **({"user": {"id": ME.id, "is_bot": True, "first_name": "V"}} if kind == "text_mention" else {}),
            }
        )
    data = {
        "message_id": 1,
        "date": 1,
        "chat": {"id": -100, "type": chat},
        "from": {"id": 42, "is_bot": False, "first_name": "Li"},
        field: text,
        "entities" if field == "text" else "caption_entities": listed,
        **more,
    }
    made = Message.de_json(data, None)
    assert made is not None
    return made


def said(made: Message) -> tuple[str, str] | None:
    parsed = parse_message(made, ME)
    return (parsed.command, parsed.text) if parsed else None


def test_an_emoji_before_the_mention_is_no_obstacle() -> None:
    assert said(message("😀😀 @VerbatimBot 有多少？", ("mention", "@VerbatimBot"))) == ("", "😀😀 有多少？")


def test_a_mention_is_heard_in_any_case() -> None:
    assert said(message("@verbatimbot 有多少？", ("mention", "@verbatimbot"))) == ("", "有多少？")


def test_a_mention_in_a_caption_is_heard() -> None:
    assert said(message("@VerbatimBot 这是哪里？", ("mention", "@VerbatimBot"), caption=True)) == ("", "这是哪里？")


def test_a_text_mention_is_heard() -> None:
    assert said(message("Verbatim, how many?", ("text_mention", "Verbatim"))) == ("", "how many?")


def test_bot2_is_not_bot() -> None:
    assert said(message("@VerbatimBot2 有多少？", ("mention", "@VerbatimBot2"))) is None


def test_a_name_without_an_entity_is_not_a_mention() -> None:
    assert said(message("mail me at x@VerbatimBot")) is None


def test_a_command_to_another_bot_is_ignored() -> None:
    assert said(message("/ask@other_bot 有多少？", ("bot_command", "/ask@other_bot"))) is None


@pytest.mark.parametrize("command", ["/ask", "/ask@VerbatimBot", "/ASK@verbatimbot"])
def test_ask_is_heard_with_and_without_the_name(command: str) -> None:
    assert said(message(f"{command} 有多少？", ("bot_command", command))) == ("ask", "有多少？")


def test_a_bare_command_in_a_group_is_for_any_bot_and_only_ask_is_ours() -> None:
    assert said(message("/help", ("bot_command", "/help"))) is None
    assert said(message("/help@VerbatimBot", ("bot_command", "/help@VerbatimBot"))) == ("help", "")
    assert said(message("/help", ("bot_command", "/help"), chat="private")) == ("help", "")


def test_a_command_in_the_middle_is_not_a_command() -> None:
    assert said(message("see /ask", ("bot_command", "/ask"))) is None


def test_not_every_group_message_is_a_question() -> None:
    assert said(message("有多少个智能工厂？")) is None


def reply(sender: int, **more: Any) -> dict[str, Any]:
    return {
        "message_id": 9,
        "date": 1,
        "chat": {"id": -100, "type": "supergroup"},
        "from": {"id": sender, "is_bot": True, "first_name": "V"},
        **more,
    }


def test_a_reply_to_the_bot_is_heard_and_to_others_is_not() -> None:
    assert said(message("那车间呢？", reply_to_message=reply(ME.id))) == ("", "那车间呢？")
    assert said(message("那车间呢？", reply_to_message=reply(5))) is None


def test_a_topic_that_the_bot_opened_does_not_make_every_message_a_reply() -> None:
    opened = reply(ME.id, forum_topic_created={"name": "x", "icon_color": 0})
    assert said(message("大家好", reply_to_message=opened)) is None


def test_bots_are_ignored() -> None:
    other = {"id": 5, "is_bot": True, "first_name": "Other"}
    assert said(message("@VerbatimBot hi", ("mention", "@VerbatimBot"), **{"from": other})) is None


def test_an_anonymous_admin_is_heard_and_known_by_the_chat_that_speaks() -> None:
    made = message(
        "/ask 有多少？",
        ("bot_command", "/ask"),
        **{"from": {"id": ANONYMOUS_ADMIN, "is_bot": True, "first_name": "Group"}},
        sender_chat={"id": -100, "type": "supergroup"},
    )
    assert said(made) == ("ask", "有多少？")
    assert conversation_of(made).user == "-100"


def test_a_person_who_writes_as_a_channel_is_heard_and_the_post_of_a_channel_is_not() -> None:
    speaker = {"id": CHANNEL_SPEAKER, "is_bot": True, "first_name": "Channel"}
    channel = {"id": -200, "type": "channel"}
    command = ("bot_command", "/ask")
    assert said(message("/ask x", command, **{"from": speaker}, sender_chat=channel)) == ("ask", "x")
    forwarded = message("/ask x", command, **{"from": speaker}, sender_chat=channel, is_automatic_forward=True)
    assert said(forwarded) is None


def test_an_ordinary_reply_thread_is_not_a_topic() -> None:
    thread = message("x", message_thread_id=77)
    topic = message("x", message_thread_id=77, is_topic_message=True)
    assert (conversation_of(thread).thread, conversation_of(topic).thread) == ("", "77")


def test_a_name_full_of_rare_characters_around_the_mention_changes_nothing() -> None:
    text = "𠮷👩‍👩‍👧 @VerbatimBot，𡃁仔路在哪？"
    assert said(message(text, ("mention", "@VerbatimBot"))) == ("", "𠮷👩‍👩‍👧 𡃁仔路在哪？")
