"""On Telegram: what only some may read is shown to nobody else, whatever they type, tap or open."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.cards.links import Links
from bot.cards.signing import Signer
from tests.bot.channels.telegram.conftest import Bot
from tests.bot.channels.telegram.test_groups import joined
from tests.kept_apart import MOON, POOLS, SAFE, SAID, kept_apart, leaks
from tests.telegram_rules import Params
from tests.telegram_server import TelegramServer

READER, OTHER = 42, 43
GROUP, OTHER_GROUP = -100, -200


@pytest.fixture
async def bot(server: TelegramServer, tmp_path: Path) -> AsyncIterator[Bot]:
    library = kept_apart(tmp_path, frozenset({f"telegram:{READER}", f"telegram:{GROUP}"}))
    bot = Bot(server, library, tmp_path / "journal.sqlite")  # type: ignore[arg-type]
    bot.desk.replies.links = Links("https://bot.example.org", Signer(b"k" * 32), closed=library.closed)
    yield await bot.start()
    await bot.stop()


async def heard(bot: Bot, server: TelegramServer, chat: int, text: str, **more: object) -> Params:
    """The bot's newest message, with all its buttons and links."""
    server.say(chat, text, **more)  # type: ignore[arg-type]
    return (await bot.shown(chat))[-1]


@pytest.mark.parametrize("text", [SAFE, MOON, "/sources", "/help", "/start", "help"])
async def test_a_private_chat_is_told_what_its_person_may_read(bot: Bot, server: TelegramServer, text: str) -> None:
    assert leaks(await heard(bot, server, OTHER, text, user=OTHER)) == []
    assert leaks(await heard(bot, server, READER, text))


@pytest.mark.parametrize("text", [f"/ask {SAFE}", f"/ask {MOON}", "/sources@VerbatimBot", "/help@VerbatimBot"])
async def test_a_group_is_told_what_the_group_may_read(bot: Bot, server: TelegramServer, text: str) -> None:
    assert leaks(await heard(bot, server, OTHER_GROUP, text, user=READER)) == []
    assert leaks(await heard(bot, server, GROUP, text, user=OTHER))


async def test_a_group_is_greeted_with_what_it_may_ask(bot: Bot, server: TelegramServer) -> None:
    for chat, may in ((GROUP, True), (OTHER_GROUP, False)):
        joined(server, "left", "member", chat)
        (greeting,) = await bot.shown(chat)
        assert bool(leaks(greeting)) is may
        assert POOLS in greeting["text"]


async def test_a_deep_link_opens_for_who_may_read_it(bot: Bot, server: TelegramServer) -> None:
    answer = await heard(bot, server, READER, SAFE)
    buttons = [button for row in answer["reply_markup"]["inline_keyboard"] for button in row]
    (link,) = [button["url"] for button in buttons if "?start=" in button.get("url", "")]
    start = f"/start {link.partition('?start=')[2]}"
    assert SAID in (await heard(bot, server, READER, start))["text"]
    assert leaks(await heard(bot, server, OTHER, start, user=OTHER)) == []


async def test_a_forwarded_card_has_no_buttons_that_work_elsewhere(bot: Bot, server: TelegramServer) -> None:
    answer = await heard(bot, server, READER, SAFE)
    other = await heard(bot, server, OTHER, POOLS, user=OTHER)
    for row in answer["reply_markup"]["inline_keyboard"]:
        for button in row:
            if "callback_data" in button:
                server.tap(other, button["callback_data"], user=OTHER)
    assert leaks(await bot.shown(OTHER)) == []
    assert leaks([params for method, params in server.calls if method == "answerCallbackQuery"]) == []


async def test_inline_and_guests_are_told_what_is_open_to_everybody(bot: Bot, server: TelegramServer) -> None:
    inline, pools = server.inline(SAFE, user=READER), server.inline(POOLS, user=OTHER)
    server.queries |= {"g7"}
    mention = [{"type": "mention", "offset": 0, "length": 12}]
    server.say(GROUP, f"@VerbatimBot {SAFE}", kind="guest_message", guest_query_id="g7", entities=mention)
    await bot.idle()
    assert leaks(server.answered[inline]["results"]) == []
    assert "9 pools" in str(server.answered[pools]["results"])
    assert leaks(str(server.answered["g7"]).replace(SAFE, "")) == []


async def test_an_administrator_of_a_group_chooses_what_it_asks(bot: Bot, server: TelegramServer) -> None:
    refused = await heard(bot, server, GROUP, "/use@VerbatimBot town", user=OTHER)
    assert refused["text"] == "只有群管理员可以选择。"
    server.members[GROUP, OTHER] = "creator"
    chosen = await heard(bot, server, GROUP, "/use@VerbatimBot town", user=OTHER)
    assert "• town ✓" in chosen["text"]
    assert "• staff\n" in chosen["text"]
    assert leaks(await heard(bot, server, GROUP, f"/ask {SAFE}", user=OTHER)) == []
    assert leaks(await heard(bot, server, GROUP, "/sources@VerbatimBot", user=OTHER)) == []
    await heard(bot, server, GROUP, "/use@VerbatimBot all", user=OTHER)
    assert leaks(await heard(bot, server, GROUP, f"/ask {SAFE}", user=OTHER))


async def test_what_may_not_be_read_cannot_be_chosen(bot: Bot, server: TelegramServer) -> None:
    for text in ("/use", "/use staff", "/use nothing"):
        told = await heard(bot, server, OTHER, text, user=OTHER)
        assert "• town ✓" in told["text"]
        assert "• staff" not in told["text"]
    assert leaks(await heard(bot, server, OTHER, SAFE, user=OTHER)) == []
