"""Which message is taken for the duplicate of another one, over HTTP to a model of Telegram's server."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
import telegram
from telegram.error import BadRequest

from bot.channels.telegram.duplicates import Duplicates
from bot.channels.telegram.inbox import InHand, Mark, digest
from bot.channels.telegram.outgoing import RenderedMessage
from bot.desk.deliveries import Intake
from bot.journal import Journal
from bot.metrics import Metrics
from bot.workers import Workers
from tests.telegram_server import TOKEN, TelegramServer

MORE = telegram.InlineKeyboardMarkup([[telegram.InlineKeyboardButton("More", callback_data="m")]])
SAID = RenderedMessage("The mill has 4 sails.\nMills of Ostland")


@pytest.fixture
async def client(server: TelegramServer) -> AsyncIterator[telegram.Bot]:
    server.say(42, "hello")
    async with telegram.Bot(TOKEN, f"{server.url}/bot") as client:
        yield client


@pytest.fixture
async def duplicates(client: telegram.Bot, journal: Journal, workers: Workers) -> Duplicates:
    async def delete(chat: int, id: int) -> None:
        await client.delete_message(chat, id)

    async def edit(chat: int, id: int, message: RenderedMessage) -> bool:
        with suppress(BadRequest):  # It says that already.
            await client.edit_message_text(message.text, chat, id)
        return True

    intake = Intake("telegram", journal, workers, Metrics())
    return Duplicates(client, intake, asyncio.Semaphore(4), delete, edit)


async def sent_twice(client: telegram.Bot, earlier: str = SAID.text) -> tuple[int, int, list[Mark]]:
    """Ids of two messages, and the mark of the try before that sent the first of them."""
    first, second = [await client.send_message(42, text) for text in (earlier, SAID.text)]
    return first.message_id, second.message_id, [Mark(first.message_id - 1, digest(SAID.text))]


async def test_what_a_delivery_sent_before_it_was_lost_unwritten_is_the_duplicate_of_what_it_sends_again(
    client: telegram.Bot, duplicates: Duplicates
) -> None:
    """The disk was full when the answer was to be written down, and the same process gets the question again."""
    first, second, marks = await sent_twice(client)
    duplicates.remember(42, first, InHand("a question", time.time()))
    again = InHand("a question", time.time())
    assert await duplicates.without(42, second, SAID, marks, again.received, again) == first


@pytest.mark.parametrize("delivery", ["another question", "a question"])
async def test_what_this_process_sent_for_another_delivery_or_as_an_earlier_part_is_left_alone(
    client: telegram.Bot, duplicates: Duplicates, delivery: str
) -> None:
    first, second, marks = await sent_twice(client)
    duplicates.remember(42, first, InHand(delivery, time.time()))
    hand = InHand("a question", time.time(), sent=[f"42:{first}"] if delivery == "a question" else [])
    assert await duplicates.without(42, second, SAID, marks, hand.received, hand) == second


async def test_another_answer_that_only_ends_in_the_same_words_is_no_duplicate(
    client: telegram.Bot, duplicates: Duplicates, server: TelegramServer
) -> None:
    longer = f"I found no answer.\n\nThe closest I found:\n{SAID.text}"
    first = (await client.send_message(42, longer, reply_markup=MORE)).message_id
    second = (await client.send_message(42, SAID.text)).message_id
    hand = InHand("a question", time.time())
    marks = [Mark(first - 1, digest(SAID.text))]
    assert await duplicates.without(42, second, SAID, marks, hand.received, hand) == second
    assert server.messages[42, first]["text"] == longer


async def test_another_answer_that_got_these_buttons_from_an_earlier_look_is_no_duplicate(
    client: telegram.Bot, duplicates: Duplicates, server: TelegramServer
) -> None:
    """Whoever looked before ended in the middle of it, and the message has stayed as the look left it."""
    other = (await client.send_message(42, "The barn has 2 doors.", reply_markup=MORE)).message_id
    answer = RenderedMessage(SAID.text, keyboard=MORE)
    second = (await client.send_message(42, answer.text, reply_markup=MORE)).message_id
    hand = InHand("a question", time.time())
    marks = [Mark(other - 1, digest(answer.text))]
    assert await duplicates.without(42, second, answer, marks, hand.received, hand) == second
    assert server.messages[42, other]["text"] == "The barn has 2 doors."


async def test_another_answer_keeps_no_buttons_of_the_one_that_it_was_taken_for(
    client: telegram.Bot, duplicates: Duplicates, server: TelegramServer
) -> None:
    other = (await client.send_message(42, "The barn has 2 doors.")).message_id
    answer = RenderedMessage(SAID.text, keyboard=MORE)
    second = (await client.send_message(42, answer.text, reply_markup=MORE)).message_id
    hand = InHand("a question", time.time())
    marks = [Mark(other - 1, digest(answer.text))]
    assert await duplicates.without(42, second, answer, marks, hand.received, hand) == second
    assert "reply_markup" not in server.messages[42, other]


async def test_a_duplicate_is_found_though_the_answer_to_the_look_at_it_is_lost(
    client: telegram.Bot, duplicates: Duplicates, server: TelegramServer
) -> None:
    first, second, marks = await sent_twice(client)
    # The same buttons are refused, and others are set without a word of it.
    server.fail("editMessageReplyMarkup", "500 after", times=2)
    hand = InHand("a question", time.time())
    assert await duplicates.without(42, second, SAID, marks, hand.received, hand) == first
    assert "reply_markup" not in server.messages[42, first]
