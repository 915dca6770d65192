"""What Telegram would refuse or distort in a message: each trap of sending by its name."""

from itertools import pairwise

import pytest
from telegram import MessageEntity

from bot.cards.card import Button, Card, Style, StyledSpan
from bot.channels.telegram.outgoing import MOST_ENTITIES, keyboard, linkable, rendered_messages
from tests.bot.channels.telegram.conftest import FACTORIES, QUOTE, Bot
from tests.shelf import Shelf, document
from tests.telegram_server import TelegramServer

BLOCKS = (MessageEntity.BLOCKQUOTE, MessageEntity.EXPANDABLE_BLOCKQUOTE)


async def test_entities_are_used_and_never_a_parse_mode_so_markup_in_a_quote_arrives_letter_for_letter(
    bot: Bot, server: TelegramServer
) -> None:
    quote = "价格是 <b>5</b> 元_*~不打折~*_ &lt;b&gt; &amp; `含税`。"
    bot.desk.index = Shelf([document("price.md", f"标题\n{quote}\n")], {"多少钱？": [quote]})
    asked = server.say(42, "多少钱")
    server.edit(asked, "多少钱？")
    (answer,) = await bot.shown(42)
    assert server.styled(answer, "blockquote") == [quote]
    assert not any("parse_mode" in params for _, params in server.calls)


async def test_the_link_preview_is_off_or_it_would_bury_the_quote(bot: Bot, server: TelegramServer) -> None:
    asked = server.say(42, "谁是区长？")
    await bot.idle()
    server.edit(asked, FACTORIES)
    query = server.inline(FACTORIES)
    await bot.idle()
    written = [params for method, params in server.calls if method in ("sendMessage", "editMessageText")]
    written += [result["input_message_content"] for result in server.answered[query]["results"]]
    assert len(written) >= 3
    assert all(params["link_preview_options"] == {"is_disabled": True} for params in written)


def test_at_most_100_entities_and_the_quote_and_its_source_come_first() -> None:
    text = "字" * 300
    bold = tuple(StyledSpan(Style.HIGHLIGHT, at, at + 1) for at in range(0, 280, 2))
    source = StyledSpan(Style.SOURCE, 290, 300, "https://example.org/")
    (message,) = rendered_messages(Card(text, (*bold, StyledSpan(Style.QUOTE, 0, 285), source)))
    kinds = [entity.type for entity in message.entities]
    assert len(kinds) == MOST_ENTITIES == 100
    assert {MessageEntity.BLOCKQUOTE, MessageEntity.TEXT_LINK} < set(kinds)


def test_words_of_a_quote_that_lead_elsewhere_can_be_tapped_and_its_text_stays() -> None:
    text = "😀 内存要求见表格和本机。"
    spans = (
        StyledSpan(Style.QUOTE, 0, len(text)),
        StyledSpan(Style.LINK, 7, 9, "https://docs.example.org/a?b=<c>"),
        StyledSpan(Style.LINK, 10, 12, "http://localhost/a"),
    )
    (message,) = rendered_messages(Card(text, spans))
    assert message.text == text
    links = [entity for entity in message.entities if entity.type == MessageEntity.TEXT_LINK]
    assert [(one.url, one.offset, one.length) for one in links] == [("https://docs.example.org/a?b=<c>", 8, 2)]


async def test_block_quotes_do_not_nest(bot: Bot, server: TelegramServer) -> None:
    server.say(42, FACTORIES)
    (answer,) = await bot.shown(42)
    blocks = [entity for entity in answer["entities"] if entity["type"] in BLOCKS]
    assert [entity["type"] for entity in blocks] == list(BLOCKS)
    assert all(one["offset"] + one["length"] <= other["offset"] for one, other in pairwise(blocks))
    assert server.styled(answer, "blockquote") == [QUOTE]


@pytest.mark.parametrize("url", ["http://localhost/d/1", "http://127.0.0.1/d/1", "tg://x.y", "https://bot/d/1", ""])
def test_a_link_that_telegram_would_refuse_costs_the_link_and_not_the_message(url: str) -> None:
    (message,) = rendered_messages(
        Card("出处", (StyledSpan(Style.SOURCE, 0, 2, url),), ((Button("出处", url=url or "x"),),))
    )
    assert not linkable(url)
    assert (message.entities, message.keyboard) == ((), None)


def test_a_long_label_is_shortened_and_an_action_never() -> None:
    made = keyboard([[Button("长" * 200, "a:" + "x" * 62)]])
    assert made is not None
    (button,) = made.inline_keyboard[0]
    assert (len(button.text), button.callback_data) == (64, "a:" + "x" * 62)
