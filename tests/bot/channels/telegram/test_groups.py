"""Groups and topics: only when asked, in place, as a reply; and everything else stays quiet."""

from bot.desk.access import Access
from tests.bot.channels.telegram.conftest import FACTORIES, QUOTE, Bot
from tests.shelf import Shelf
from tests.telegram_people import person
from tests.telegram_rules import Params
from tests.telegram_server import TelegramServer

GROUP = -100200
NAME = "@VerbatimBot"


def mention(server: TelegramServer, text: str, **more: object) -> Params:
    at = len(text[: text.index(NAME)].encode("utf-16-le")) // 2
    return server.say(GROUP, text, entities=[{"type": "mention", "offset": at, "length": len(NAME)}], **more)


async def test_an_emoji_before_the_mention_is_answered_as_a_reply(
    bot: Bot, server: TelegramServer, library: Shelf
) -> None:
    library.answers[f"😀 {FACTORIES}"] = library.answers[FACTORIES]
    asked = mention(server, f"😀 {NAME} {FACTORIES}")
    server.say(GROUP, "大家吃饭了吗")
    (answer,) = await bot.shown(GROUP)
    assert server.styled(answer, "blockquote") == [QUOTE]
    assert answer["reply_parameters"]["message_id"] == asked["message_id"]


async def test_the_asked_part_behind_a_mention_in_front_is_quoted_exactly(bot: Bot, server: TelegramServer) -> None:
    mention(server, f"{NAME} {FACTORIES}")
    (answer,) = await bot.shown(GROUP)
    assert answer["reply_parameters"]["quote"] == FACTORIES
    assert answer["reply_parameters"]["quote_position"] == len(NAME) + 1


async def test_a_bad_reply_quote_does_not_drop_the_answer(bot: Bot, server: TelegramServer) -> None:
    server.fail("sendMessage", "400", description="Bad Request: QUOTE_TEXT_INVALID")
    mention(server, f"{NAME} {FACTORIES}")
    (answer,) = await bot.shown(GROUP)
    assert server.styled(answer, "blockquote") == [QUOTE]
    assert "quote" not in answer["reply_parameters"]


async def test_a_question_that_was_deleted_meanwhile_is_answered_all_the_same(bot: Bot, server: TelegramServer) -> None:
    asked = server.message(GROUP, {"id": 42, "is_bot": False, "first_name": "Li"}) | {
        "text": f"/ask {FACTORIES}",
        "entities": [{"type": "bot_command", "offset": 0, "length": 4}],
    }
    server.update(message=asked)
    (answer,) = await bot.shown(GROUP)
    assert server.styled(answer, "blockquote") == [QUOTE]


async def test_each_topic_is_answered_in_place_and_has_its_own_context(
    bot: Bot, server: TelegramServer, library: Shelf
) -> None:
    for topic in (7, 8):
        server.say(GROUP, f"/ask {FACTORIES}", message_thread_id=topic, is_topic_message=True)
    await bot.idle()
    server.say(GROUP, "/ask 那车间呢？", message_thread_id=7, is_topic_message=True)
    answers = await bot.shown(GROUP)
    assert sorted(answer["message_thread_id"] for answer in answers) == [7, 7, 8]
    assert answers[2]["message_thread_id"] == 7
    assert [before for _, before in library.asked] == [(), (), (FACTORIES,)]


async def test_in_an_ordinary_reply_thread_no_topic_is_named(bot: Bot, server: TelegramServer) -> None:
    server.say(GROUP, f"/ask {FACTORIES}", message_thread_id=55)
    (answer,) = await bot.shown(GROUP)
    assert "message_thread_id" not in answer


async def test_edited_channel_business_and_service_messages_are_not_new_questions(
    bot: Bot, server: TelegramServer, library: Shelf
) -> None:
    for kind in ("channel_post", "edited_channel_post", "business_message", "edited_business_message"):
        server.say(GROUP, f"/ask {FACTORIES}", kind=kind)
    server.say(GROUP, "", new_chat_title="新名字")
    await bot.idle()
    assert library.asked == []


async def test_anonymous_admins_are_limited_by_the_chat_they_speak_for(bot: Bot, server: TelegramServer) -> None:
    from bot.desk.rate_limits import RateLimits, Rates

    bot.desk._limits = RateLimits(Rates(user=1, chat=0), lambda: 0.0)
    for group in (GROUP, GROUP - 1):
        message = server.message(group, {"id": 1087968824, "is_bot": True, "first_name": "Group"})
        message |= {
            "text": f"/ask {FACTORIES}",
            "entities": [{"type": "bot_command", "offset": 0, "length": 4}],
            "sender_chat": {"id": group, "type": "supergroup", "title": "G"},
        }
        server.messages[group, message["message_id"]] = message
        server.update(message=message)
    assert len(await bot.shown(GROUP)) == len(await bot.shown(GROUP - 1)) == 1


async def test_a_migrated_group_is_answered_in_its_new_chat_and_keeps_its_context(
    bot: Bot, server: TelegramServer, library: Shelf
) -> None:
    new = -100999
    server.say(GROUP, f"/ask {FACTORIES}")
    await bot.idle()
    server.say(GROUP, "", migrate_to_chat_id=new)
    await bot.idle()
    server.say(new, "/ask 那车间呢？")
    assert len(await bot.shown(new)) == 1
    assert library.asked[-1] == ("那车间呢？", (FACTORIES,))


async def test_a_group_that_migrates_while_it_is_answered_gets_the_answer(bot: Bot, server: TelegramServer) -> None:
    new = -100999
    server.fail("sendMessage", "400", chat=GROUP, new_chat=new)
    server.say(GROUP, f"/ask {FACTORIES}")
    assert await bot.shown(GROUP) == []
    assert len(await bot.shown(new)) == 1


async def test_quiet_failures_stay_quiet(bot: Bot, server: TelegramServer) -> None:
    server.fail("sendMessage", "403", times=9)
    server.say(GROUP, f"/ask {FACTORIES}")
    assert await bot.shown(GROUP) == []
    assert sum(method == "sendMessage" for method, _ in server.calls) == 1


async def test_a_bare_mention_asks_nothing_unless_it_quotes(bot: Bot, server: TelegramServer) -> None:
    mention(server, NAME, quote={"text": "8个智能工厂", "position": 0})
    (answer,) = await bot.shown(GROUP)
    assert server.styled(answer, "blockquote") == ["8个智能工厂"]


async def test_a_command_for_everybody_is_not_answered_in_a_group(bot: Bot, server: TelegramServer) -> None:
    for text in ("/help", "/start", "/nonsense@VerbatimBot", "/reindex"):
        server.say(GROUP, text)
    assert await bot.shown(GROUP) == []


async def test_one_person_s_thumb_down_leaves_the_buttons_to_the_others(bot: Bot, server: TelegramServer) -> None:
    def button(message: Params, label: str) -> str:
        rows = message["reply_markup"]["inline_keyboard"]
        return str(next(b["callback_data"] for row in rows for b in row if b["text"] == label))

    server.say(GROUP, f"/ask {FACTORIES}")
    (answer,) = await bot.shown(GROUP)
    server.tap(answer, button(answer, "其他段落 ›"), user=43)
    (second,) = await bot.shown(GROUP)
    page = second["reply_markup"]
    server.tap(second, button(second, "👎"), user=44)
    (asked,) = await bot.shown(GROUP)
    rows = asked["reply_markup"]["inline_keyboard"]
    assert rows[: len(page["inline_keyboard"])] == page["inline_keyboard"]
    server.tap(asked, button(asked, "答非所问"), user=44)
    (done,) = await bot.shown(GROUP)
    assert done["reply_markup"] == page


def joined(server: TelegramServer, before: str, after: str, chat: int = GROUP) -> None:
    member = {"user": server.me, "is_anonymous": False, "until_date": 0}
    rights = dict.fromkeys(
        (
            *("can_be_edited", "can_manage_chat", "can_delete_messages", "can_manage_video_chats"),
            *("can_restrict_members", "can_promote_members", "can_change_info", "can_invite_users"),
            *("can_post_stories", "can_edit_stories", "can_delete_stories"),
        ),
        False,
    )
    place = server.message(chat, server.me)["chat"]
    server.update(
        my_chat_member={
            "chat": place,
            "from": person(42),
            "date": 1,
            "old_chat_member": {**member, **rights, "status": before},
            "new_chat_member": {**member, **rights, "status": after},
        }
    )


async def test_a_group_is_greeted_once_when_the_bot_comes_into_it(bot: Bot, server: TelegramServer) -> None:
    joined(server, "left", "member")
    joined(server, "member", "administrator")
    joined(server, "administrator", "left")
    joined(server, "left", "member", chat=42)
    (greeting,) = await bot.shown(GROUP)
    assert greeting["text"].startswith("大家好！")
    assert FACTORIES in greeting["text"]
    assert server.shown(42) == []


async def test_a_group_that_the_bot_does_not_answer_is_not_greeted(bot: Bot, server: TelegramServer) -> None:
    bot.desk.access = Access(allowed=frozenset({"telegram:7"}))
    joined(server, "kicked", "member")
    assert await bot.shown(GROUP) == []


async def test_a_sticker_in_reply_to_the_bot_is_not_a_question(
    bot: Bot, server: TelegramServer, library: Shelf
) -> None:
    server.say(GROUP, f"/ask {FACTORIES}")
    (answer,) = await bot.shown(GROUP)
    dice = {"dice": {"emoji": "🎲", "value": 3}}
    server.say(GROUP, "", reply_to_message=answer, **dice)
    assert len(await bot.shown(GROUP)) == 1
