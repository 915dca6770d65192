"""An edited question edits its one answer."""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from bot.channels.telegram import answering
from bot.channels.telegram.answering import Answering
from bot.channels.telegram.taps import Taps
from bot.desk.card_actions import Buttons, Tapped
from bot.journal import Journal
from bot.journal.deliveries import Delivery
from bot.texts.messages import say
from tests.bot.channels.telegram.conftest import FACTORIES, QUOTE, Bot, until
from tests.bot.channels.telegram.test_private import action
from tests.shelf import Shelf, document
from tests.telegram_people import person
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


async def test_a_tap_under_the_answer_to_a_question_that_was_edited_shows_the_new_answer(
    bot: Bot, server: TelegramServer
) -> None:
    asked = server.say(42, FACTORIES)
    (answer,) = await bot.shown(42)
    actions = [action(answer, button) for button in ("其他段落 ›", "👎")]
    server.edit(asked, "有多少工厂")
    (answer,) = await bot.shown(42)
    edited = answer["text"], answer["reply_markup"]
    for data in actions:
        query = server.tap(answer, data)
        (answer,) = await bot.shown(42)
        assert (answer["text"], answer["reply_markup"]) == edited
        assert server.answered[query]["text"] == say("edited-since", "zh")


async def test_a_tap_that_is_overtaken_by_an_edit_leaves_the_edits_answer(
    bot: Bot, server: TelegramServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = server.say(42, FACTORIES)
    (before,) = await bot.shown(42)
    show = Taps._show

    async def show_after_an_edit(taps: Taps, *what: object) -> None:
        monkeypatch.setattr(Taps, "_show", show)
        # Of somebody else, say: what one person does comes one after the other.
        server.edit({**asked, "from": person(43)}, "有多少工厂")
        await until(lambda: "没有找到" in server.shown(42)[0]["text"])
        await show(taps, *what)

    monkeypatch.setattr(Taps, "_show", show_after_an_edit)
    server.tap(before, action(before, "其他段落 ›"))
    (answer,) = await bot.shown(42)
    assert "没有找到" in answer["text"]


def before_it_is_shown_again(monkeypatch: pytest.MonkeyPatch, does: Callable[[], Awaitable[None]]) -> None:
    """The next answer that takes the place of another one waits for `does`."""
    replace = Answering.replace

    async def replace_afterwards(answering_: Answering, *what: Any) -> list[str]:
        monkeypatch.setattr(Answering, "replace", replace)
        await does()
        return await replace(answering_, *what)

    monkeypatch.setattr(Answering, "replace", replace_afterwards)


async def test_an_edit_that_another_replica_answers_meanwhile_leaves_the_later_one(
    bot: Bot, server: TelegramServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = server.say(42, FACTORIES)
    await bot.shown(42)

    async def edit() -> None:
        # Another person's, so that this process answers it beside this one, as another replica would.
        server.edit({**asked, "from": person(43)}, "有多少工厂")
        await until(lambda: "没有找到" in server.shown(42)[0]["text"])

    before_it_is_shown_again(monkeypatch, edit)
    server.edit(asked, f"{FACTORIES} ")
    (answer,) = await bot.shown(42)
    assert "没有找到" in answer["text"]


def without_documents() -> Shelf:
    return Shelf([document("other.md", "标题\n别的内容。\n")], {})


async def test_a_tap_that_is_overtaken_by_an_edit_whose_document_changed_leaves_no_older_answer(
    bot: Bot, server: TelegramServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = server.say(42, "有多少工厂")
    (before,) = await bot.shown(42)
    tap = Buttons.tap

    async def tap_before_an_edit(buttons: Buttons, *what: Any) -> Tapped:
        tapped = await tap(buttons, *what)
        server.edit({**asked, "from": person(43)}, FACTORIES)
        await until(lambda: server.styled(server.shown(42)[0], "blockquote") == [QUOTE])
        bot.desk.index = without_documents()
        return tapped

    monkeypatch.setattr(Buttons, "tap", tap_before_an_edit)
    server.tap(before, action(before, "👎"))
    (answer,) = await bot.shown(42)
    assert answer["text"] == say("gone", "zh")


async def test_an_edit_overtaken_by_another_whose_document_changed_leaves_no_older_answer(
    bot: Bot, server: TelegramServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = server.say(42, "有多少工厂")
    await bot.shown(42)

    async def edit() -> None:
        server.edit({**asked, "from": person(43)}, FACTORIES)
        await until(lambda: server.styled(server.shown(42)[0], "blockquote") == [QUOTE])
        bot.desk.index = without_documents()

    before_it_is_shown_again(monkeypatch, edit)
    server.edit(asked, "有多少工厂？")
    (answer,) = await bot.shown(42)
    assert answer["text"] == say("gone", "zh")


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


async def test_an_edit_comes_after_its_question_that_was_in_the_hands_of_a_process_that_is_gone(
    replica: Callable[..., Bot], server: TelegramServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answering, "PATIENCE", 3)
    message = {**server.message(42, person(42)), "text": "有多少工厂"}
    server.messages[42, message["message_id"]] = message
    gone = Journal(tmp_path / "shared.sqlite", lease=4.0)
    payload = json.dumps({"update_id": 7, "message": message})
    gone.deliveries.receive("telegram:123456789:7", "telegram", payload, "42", str(message["message_id"]))
    bot = replica(lease=4.0)
    looks, find = [], bot.intake.find

    async def find_while_the_other_lives(*where: str, **more: str) -> Delivery | None:
        looks.append(where)
        gone.deliveries.beat()
        return await find(*where, **more)

    monkeypatch.setattr(bot.intake, "find", find_while_the_other_lives)
    gone.deliveries.beat()
    await bot.start()
    server.edit(message, FACTORIES)
    # Its turn has come a second time.
    await until(lambda: len(looks) > 3)
    gone.leases.drop()
    await until(lambda: bot.journal.deliveries.waiting() == 0)
    (answer,) = server.shown(42)
    assert server.styled(answer, "blockquote") == [QUOTE]
    gone.close()


@pytest.mark.parametrize("kind", ["429", "500", "drop", "drop after", "half"])
async def test_an_edit_that_fails_is_tried_again(bot: Bot, server: TelegramServer, kind: str) -> None:
    asked = server.say(42, "有多少工厂")
    await bot.idle()
    server.fail("editMessageText", kind)
    server.edit(asked, FACTORIES)
    (answer,) = await bot.shown(42)
    assert server.styled(answer, "blockquote") == [QUOTE]
