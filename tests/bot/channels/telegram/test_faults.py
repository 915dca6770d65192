"""When Telegram fails: tried again with care, per chat, never doubled, never lost."""

import asyncio
import logging
from collections.abc import Callable

import pytest

from bot.channels.telegram.options import Pace
from bot.journal.deliveries import DeliveryState
from tests.bot.channels.telegram.conftest import FACTORIES, QUOTE, Bot, until
from tests.bot.channels.telegram.test_private import action
from tests.shelf import Shelf
from tests.telegram_people import person
from tests.telegram_rules import Params
from tests.telegram_server import TelegramServer


@pytest.mark.parametrize("kind", ["429", "500", "502", "drop", "hang", "drop after", "half", "hang after", "500 after"])
async def test_a_failed_send_ends_in_exactly_one_answer(bot: Bot, server: TelegramServer, kind: str) -> None:
    server.fail("sendMessage", kind)
    server.say(42, FACTORIES)
    (answer,) = await bot.shown(42)
    assert server.styled(answer, "blockquote") == [QUOTE]
    found = bot.journal.deliveries.find("telegram", "42", "100")
    assert found is not None
    assert found.sent == (f"42:{answer['message_id']}",)


async def test_a_send_that_timed_out_twice_is_not_doubled(bot: Bot, server: TelegramServer) -> None:
    server.fail("sendMessage", "hang after", times=2)
    server.say(42, FACTORIES)
    assert len(await bot.shown(42)) == 1


@pytest.mark.parametrize("kind", ["500", "drop", "drop after", "half", "500 after"])
@pytest.mark.parametrize("said", ["/help", "你好"])
async def test_a_line_without_buttons_is_said_once_too_whatever_became_of_the_first_try(
    bot: Bot, server: TelegramServer, kind: str, said: str
) -> None:
    server.say(42, "/help")
    await bot.idle()
    server.fail("sendMessage", kind, times=2)
    server.say(42, said)
    first, second = await bot.shown(42)
    assert "reply_markup" not in second
    assert (first["text"] == second["text"]) is (said == "/help")


async def test_a_twin_is_found_where_looking_for_it_fails_at_first(bot: Bot, server: TelegramServer) -> None:
    server.fail("sendMessage", "500 after")
    server.fail("editMessageReplyMarkup", "500")
    server.fail("editMessageReplyMarkup", "429")
    server.say(42, FACTORIES)
    assert len(await bot.shown(42)) == 1


async def test_a_twin_is_found_however_many_messages_came_between_it_and_its_repetition(
    bot: Bot, server: TelegramServer
) -> None:
    server.say(42, FACTORIES)
    await bot.idle()
    for user in range(50, 350):
        server.message(user, person(user))
    # What came to others meanwhile is known only by the ids of what is sent to them.
    server.say(51, FACTORIES, user=51)
    await bot.idle()
    server.fail("sendMessage", "drop after", chat=42)
    server.fail("sendMessage", "429", chat=42, retry_after=1)
    server.say(42, "龙湖东安天街有多大？")
    await until(lambda: len(server.shown(42)) == 2)
    for user in range(50, 350):
        server.message(user, person(user))
    assert len(await bot.shown(42)) == 2


async def test_the_probe_for_a_twin_leaves_the_messages_of_people_and_other_answers_alone(
    bot: Bot, server: TelegramServer
) -> None:
    group = -100300
    server.say(group, f"/ask {FACTORIES}")
    await bot.idle()
    server.fail("sendMessage", "drop after")
    server.say(group, "/ask 龙湖东安天街有多大？", user=43)
    server.say(group, "我先说一句")
    first, second = await bot.shown(group)
    assert server.styled(first, "blockquote") == [QUOTE]
    assert "商场面积" in server.styled(second, "blockquote")[0]
    people = [m["text"] for m in server.messages.values() if not m["from"]["is_bot"]]
    assert people[-1] == "我先说一句"


async def test_a_429_waits_as_long_as_it_says_and_holds_up_no_other_chat(bot: Bot, server: TelegramServer) -> None:
    server.fail("sendMessage", "429", chat=42, retry_after=3)
    server.say(42, FACTORIES)
    await until(lambda: any(method == "sendMessage" for method, _ in server.calls))
    for chat in range(43, 60):
        server.say(chat, FACTORIES, user=chat)
    await until(lambda: all(server.shown(chat) for chat in range(43, 60)))
    assert server.shown(42) == []
    assert len(await bot.shown(42)) == 1


async def test_a_person_who_blocked_the_bot_is_not_written_to_again(bot: Bot, server: TelegramServer) -> None:
    server.fail("sendMessage", "403", times=9)
    server.say(42, FACTORIES)
    await bot.idle()
    assert [method for method, _ in server.calls].count("sendMessage") == 1


async def test_an_answer_that_cannot_be_sent_for_as_long_as_answers_are_kept_is_logged_with_its_id(
    replica: Callable[..., Bot], server: TelegramServer, caplog: pytest.LogCaptureFixture
) -> None:
    bot = await replica(keep_seconds=0.3).start()
    server.fail("sendMessage", "500", times=9999)
    with caplog.at_level(logging.ERROR):
        server.say(42, FACTORIES)
        assert await bot.shown(42) == []
    (record,) = [record for record in caplog.records if record.name.endswith("answering")]
    assert record.error_id  # type: ignore[attr-defined]
    assert record.delivery == "telegram:123456789:5000"  # type: ignore[attr-defined]
    assert b'verbatim_errors_total{channel="telegram",place="send"} 1.0' in bot.metrics.page()


async def test_after_an_outage_every_answer_arrives_once_and_in_order_within_its_chat(
    replica: Callable[..., Bot], server: TelegramServer
) -> None:
    bot = await replica().start()
    server.fail("sendMessage", "500", times=9999)
    for user in range(50, 70):
        server.say(user, FACTORIES, user=user)
        server.say(user, "龙湖东安天街有多大？", user=user)
    # Many more failures than any answer once had tries, and far fewer than all of them knocking for themselves.
    await until(lambda: [method for method, _ in server.calls].count("sendMessage") > 12)
    await until(lambda: bot.journal.deliveries.waiting() == 40)
    server.faults.clear()
    await bot.idle()
    for user in range(50, 70):
        first, second = server.shown(user)
        assert server.styled(first, "blockquote") == [QUOTE]
        assert "商场面积" in server.styled(second, "blockquote")[0]


async def test_an_answer_that_goes_out_an_hour_after_its_question_says_that_it_is_late(
    replica: Callable[..., Bot], server: TelegramServer
) -> None:
    bot = await replica(late_seconds=0.0).start()
    server.say(42, FACTORIES)
    (answer,) = await bot.shown(42)
    assert answer["text"].startswith(("Sorry, this answer is late", "这条回答来晚了"))
    assert server.styled(answer, "blockquote") == [QUOTE]


async def test_one_message_that_only_fails_for_itself_is_given_up_while_others_arrive(
    bot: Bot, server: TelegramServer
) -> None:
    server.fail("sendMessage", "500", times=9999, chat=42)
    server.say(42, FACTORIES)
    for user in range(50, 90):
        server.say(user, FACTORIES, user=user)
        await until(lambda u=user: bool(server.shown(u)))  # type: ignore[misc]
        if not bot.intake.open:
            break
    else:
        await until(lambda: not server.updates)
    assert server.shown(42) == []
    assert server.shown(50)


async def test_a_message_that_telegram_refuses_to_dress_arrives_plainly(bot: Bot, server: TelegramServer) -> None:
    server.fail("sendMessage", "400", description="Bad Request: BUTTON_URL_INVALID")
    server.say(42, FACTORIES)
    (answer,) = await bot.shown(42)
    assert QUOTE in answer["text"]


async def test_a_bad_request_is_a_network_error_by_class_and_is_not_tried_again_as_one(
    bot: Bot, server: TelegramServer
) -> None:
    server.fail("sendMessage", "400", times=99, description="Bad Request: whatever")
    server.say(42, FACTORIES)
    assert await bot.shown(42) == []
    # As it is, and once more plainly.
    assert [method for method, _ in server.calls].count("sendMessage") == 2


async def test_an_error_in_handling_is_one_polite_line_with_an_id(
    bot: Bot, server: TelegramServer, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("inner detail")

    bot.desk.language = broken  # type: ignore[method-assign, assignment]
    server.say(42, "/help")
    (line,) = await bot.shown(42)
    assert "inner detail" not in line["text"]
    (record,) = [record for record in caplog.records if record.name.endswith("application")]
    assert record.error_id in line["text"]  # type: ignore[attr-defined]


async def test_editing_the_same_page_twice_is_no_error(bot: Bot, server: TelegramServer) -> None:
    server.say(42, FACTORIES)
    (answer,) = await bot.shown(42)
    server.fail("editMessageText", "drop after")
    data = answer["reply_markup"]["inline_keyboard"][0][1]["callback_data"]
    server.tap(answer, data)
    (second,) = await bot.shown(42)
    assert server.styled(second, "blockquote") == ["龙泉驿区位于成都东部。"]
    assert b'verbatim_errors_total{channel="telegram"' not in bot.metrics.page()


async def test_each_chat_is_paced_and_a_busy_one_does_not_slow_the_others(
    replica: Callable[..., Bot], server: TelegramServer
) -> None:
    bot = await replica(pace=Pace(per_second=0, chat_per_second=4, chat_burst=1, group_per_minute=0)).start()
    for _ in range(4):
        server.say(42, FACTORIES)
    server.say(43, FACTORIES, user=43)
    await until(lambda: bool(server.shown(43)))
    assert len(server.shown(42)) <= 2
    assert len(await bot.shown(42)) == 4


async def test_the_probe_for_a_twin_leaves_the_buttons_of_answers_before_a_restart_alone(
    replica: Callable[..., Bot], server: TelegramServer
) -> None:
    early = server.message(42, person(42)) | {"text": "龙湖东安天街有多大？"}
    before = await replica().start()
    server.say(42, FACTORIES)
    (answer,) = await before.shown(42)
    buttons = answer["reply_markup"]
    await before.stop()
    after = await replica().start()
    server.fail("sendMessage", "drop after")
    # It was written before the other question, and arrives after its answer.
    server.messages[42, early["message_id"]] = early
    server.update(message=early)
    first, second = await after.shown(42)
    assert first["reply_markup"] == buttons
    assert second["reply_markup"] != buttons


async def left_in_doubt(replica: Callable[..., Bot], server: TelegramServer, chat: int, text: str) -> Params:
    """The answer that a process sent in its last moment, of which the journal does not know that it arrived."""
    before = await replica(read_timeout=30.0).start()
    server.fail("sendMessage", "hang after", chat=chat)
    server.say(chat, text)
    await until(lambda: bool(server.shown(chat)))
    await before.stop(0.1)
    (left,) = server.shown(chat)
    return left


@pytest.mark.parametrize("now", [["龙泉驿区位于成都东部。"], []])
async def test_an_answer_that_went_out_before_a_crash_stands_once_though_the_documents_say_something_else_by_now(
    replica: Callable[..., Bot], server: TelegramServer, library: Shelf, now: list[str]
) -> None:
    """The twin says something else, or has other buttons: it is known all the same, and shows what the journal has."""
    await left_in_doubt(replica, server, 42, FACTORIES)
    del library.answers[FACTORIES]
    if now:
        library.answers[FACTORIES] = now
    after = await replica().start()
    await until(lambda: after.journal.deliveries.waiting() == 0)
    (answer,) = await after.shown(42)
    found = after.journal.deliveries.find("telegram", "42", "100")
    assert found is not None
    assert found.sent == (f"42:{answer['message_id']}",)
    assert (QUOTE in server.styled(answer, "blockquote")) is False
    assert answer["text"].startswith(now[0] if now else "资料里没有找到")


async def test_an_answer_that_a_crash_left_in_doubt_stands_once_behind_a_hundred_messages_of_others(
    replica: Callable[..., Bot], server: TelegramServer
) -> None:
    """The process that sent it did not know of them yet. The next has them in its journal, and need not probe them."""
    others = range(50, 150)
    server.fail("sendMessage", "429", chat=42, retry_after=1)
    before = await replica(read_timeout=30.0).start()
    server.fail("sendMessage", "hang after", chat=42)
    server.say(42, FACTORIES)
    await until(lambda: not server.faults[0].times)
    said = [server.message(user, person(user)) | {"text": "/help"} for user in others]
    await until(lambda: bool(server.shown(42)))
    await before.stop(0.1)
    for message in said:
        server.messages[message["chat"]["id"], message["message_id"]] = message
        server.update(message=message)
    after = await replica(arrival_seconds=1.5).start()
    (answer,) = await after.shown(42)
    assert answer["message_id"] > said[-1]["message_id"]
    assert [len(server.shown(user)) for user in others] == [1] * len(others)
    tried = [method for method, _ in server.calls if method == "editMessageReplyMarkup"]
    assert len(tried) < len(others)


async def test_an_answer_that_arrives_only_after_its_process_is_gone_stands_once(
    replica: Callable[..., Bot], server: TelegramServer
) -> None:
    late = await left_in_doubt(replica, server, 42, FACTORIES)
    del server.messages[42, late["message_id"]]
    after = await replica(arrival_seconds=1.5).start()
    await until(lambda: after.intake.open == 1)
    await asyncio.sleep(0.5)
    server.messages[42, late["message_id"]] = late
    await until(lambda: after.journal.deliveries.waiting() == 0)
    (answer,) = await after.shown(42)
    assert answer["message_id"] == late["message_id"]


async def test_a_tap_under_an_answer_that_a_crash_left_in_doubt_waits_until_it_is_known_again(
    replica: Callable[..., Bot], server: TelegramServer
) -> None:
    group = -100300
    left = await left_in_doubt(replica, server, group, f"/ask {FACTORIES}")
    data = action(left, "其他段落 ›")
    after = await replica(arrival_seconds=1.5).start()
    await until(lambda: after.intake.open == 1)
    server.tap(left, data, user=43)
    await until(lambda: after.intake.open == 2)
    await until(lambda: after.journal.deliveries.waiting() == 0)
    (answer,) = await after.shown(group)
    assert answer["message_id"] == left["message_id"]
    assert "第 2 / 2 段" in answer["text"]


def in_doubt(bot: Bot, question: Params) -> bool:
    found = bot.journal.deliveries.find("telegram", str(question["chat"]["id"]), str(question["message_id"]))
    return found is not None and found.state is DeliveryState.SENDING


async def test_an_answer_that_a_crash_left_in_doubt_and_the_next_one_do_not_take_each_other_s_buttons(
    replica: Callable[..., Bot], server: TelegramServer
) -> None:
    group = -100300
    before = await replica(read_timeout=30.0).start()
    server.fail("sendMessage", "hang after", chat=group)
    asked = [server.say(group, f"/ask {FACTORIES}"), server.say(group, "/ask 龙湖东安天街有多大？", user=43)]
    # One is out, which the journal cannot know, and the other waits for its turn.
    await until(lambda: bool(server.shown(group)) and any(in_doubt(before, message) for message in asked))
    await before.stop(0.1)
    (alone,) = server.shown(group)
    after = await replica().start()
    await until(lambda: after.journal.deliveries.waiting() == 0)
    shown = await after.shown(group)
    assert len(shown) == 2
    assert alone["message_id"] in [message["message_id"] for message in shown]
    actions = [message["reply_markup"]["inline_keyboard"][-1][0]["callback_data"] for message in shown]
    assert len(set(actions)) == 2
