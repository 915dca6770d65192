"""An edited question edits its one answer."""

import pytest

from tests.bot.channels.telegram.conftest import FACTORIES, QUOTE, Bot
from tests.shelf import Shelf, document
from tests.telegram_server import TelegramServer


async def test_an_edited_question_edits_its_answer_and_does_not_get_a_second(bot: Bot, server: TelegramServer) -> None:
    asked = server.say(42, "有多少工厂")
    (nothing,) = await bot.shown(42)
    assert nothing["text"].startswith("资料里没有")
    server.edit(asked, FACTORIES)
    (answer,) = await bot.shown(42)
    assert answer["message_id"] == nothing["message_id"]
    assert server.styled(answer, "blockquote") == [QUOTE]


async def test_an_edit_that_changes_nothing_is_no_error(bot: Bot, server: TelegramServer) -> None:
    asked = server.say(42, FACTORIES)
    before = (await bot.shown(42))[0]["text"]
    server.edit(asked, FACTORIES)
    server.edit(asked, FACTORIES)
    (answer,) = await bot.shown(42)
    assert answer["text"] == before
    assert b'verbatim_errors_total{channel="telegram"' not in bot.metrics.page()


async def test_an_edit_right_behind_its_question_finds_the_answer(bot: Bot, server: TelegramServer) -> None:
    asked = server.say(42, "有多少工厂")
    server.edit(asked, FACTORIES)
    (answer,) = await bot.shown(42)
    assert server.styled(answer, "blockquote") == [QUOTE]


async def test_an_answer_that_becomes_longer_or_shorter_grows_and_shrinks(bot: Bot, server: TelegramServer) -> None:
    sentences = [f"第{number}句话说的是很长的一段上下文里面的事情。" for number in range(300)]
    answers = {"长的？": [sentences[0]], "短的？": ["短。"]}
    bot.desk.index = Shelf([document("long.md", f"标题\n{''.join(sentences)}\n短。\n")], answers)
    asked = server.say(42, "短的？")
    assert len(await bot.shown(42)) == 1
    server.edit(asked, "长的？")
    assert len(await bot.shown(42)) == 2
    server.edit(asked, "短的？")
    (answer,) = await bot.shown(42)
    assert server.styled(answer, "blockquote") == ["短。"]


async def test_an_edited_command_does_not_run_again(bot: Bot, server: TelegramServer) -> None:
    asked = server.say(42, "/sources")
    await bot.idle()
    server.edit(asked, "/sources now")
    assert len(await bot.shown(42)) == 1


async def test_an_edit_that_adds_the_mention_is_answered_once(bot: Bot, server: TelegramServer) -> None:
    asked = server.say(-100, FACTORIES)
    await bot.idle()
    assert server.shown(-100) == []
    entity = {"type": "mention", "offset": 0, "length": 12}
    changed = server.edit(asked, f"@VerbatimBot {FACTORIES}", entities=[entity])
    assert len(await bot.shown(-100)) == 1
    server.edit(changed, f"@VerbatimBot  {FACTORIES}", entities=[entity])
    assert len(await bot.shown(-100)) == 1


async def test_an_edited_question_whose_answer_was_deleted_is_answered_anew(bot: Bot, server: TelegramServer) -> None:
    asked = server.say(42, "有多少工厂")
    (nothing,) = await bot.shown(42)
    del server.messages[42, nothing["message_id"]]
    server.edit(asked, FACTORIES)
    (answer,) = await bot.shown(42)
    assert server.styled(answer, "blockquote") == [QUOTE]
    server.edit(asked, "有多少工厂")
    (again,) = await bot.shown(42)
    assert again["message_id"] == answer["message_id"]


@pytest.mark.parametrize("kind", ["429", "500", "drop", "drop after", "half"])
async def test_an_edit_that_fails_is_tried_again(bot: Bot, server: TelegramServer, kind: str) -> None:
    asked = server.say(42, "有多少工厂")
    await bot.idle()
    server.fail("editMessageText", kind)
    server.edit(asked, FACTORIES)
    (answer,) = await bot.shown(42)
    assert server.styled(answer, "blockquote") == [QUOTE]
