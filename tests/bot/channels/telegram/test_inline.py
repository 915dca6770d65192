"""Inline mode and guest messages: quote cards in chats where the bot is not a member."""

from collections.abc import Callable

import pytest

from bot.cards.links import Links
from bot.desk.access import Access
from tests.bot.channels.telegram.conftest import FACTORIES, QUOTE, Bot
from tests.shelf import Shelf, document
from tests.telegram_rules import Params, cut, units
from tests.telegram_server import TelegramServer


def quoted(content: Params) -> list[str]:
    return [
        cut(content["message_text"], entity["offset"], entity["length"])
        for entity in content["entities"]
        if entity["type"] == "blockquote"
    ]


async def test_inline_offers_a_card_for_each_passage_and_keeps_it_only_briefly(
    bot: Bot, server: TelegramServer
) -> None:
    query = server.inline(FACTORIES)
    await bot.idle()
    answer = server.answered[query]
    assert [quoted(result["input_message_content"]) for result in answer["results"]] == [
        [QUOTE],
        ["龙泉驿区位于成都东部。"],
    ]
    assert answer["results"][0]["title"] == QUOTE
    assert answer["cache_time"] == 30


async def test_only_the_last_keystroke_is_answered(replica: Callable[..., Bot], server: TelegramServer) -> None:
    bot = await replica(inline_pause=0.2).start()
    queries = [server.inline(FACTORIES[:length]) for length in range(1, len(FACTORIES) + 1)]
    await bot.idle()
    assert [query in server.answered for query in queries] == [False] * (len(queries) - 1) + [True]


async def test_inline_offers_nothing_by_guess(bot: Bot, server: TelegramServer, library: Shelf) -> None:
    unknown, short = server.inline("谁是区长？"), server.inline("x", user=43)
    await bot.idle()
    assert server.answered[unknown]["results"] == server.answered[short]["results"] == []
    assert [question for question, _ in library.asked] == ["谁是区长？"]


async def test_what_is_typed_inline_is_not_written_down(bot: Bot, server: TelegramServer) -> None:
    server.inline("谁是区长？")
    await bot.idle()
    assert bot.journal.answers.gaps() == []


async def test_an_inline_card_fits_one_message_and_the_quote_is_whole(bot: Bot, server: TelegramServer) -> None:
    long = "".join(f"第{number}句话说的是很长的一段上下文里面的事情。" for number in range(300))
    seventh = "第7句话说的是很长的一段上下文里面的事情。"
    bot.desk.index = Shelf([document("long.md", f"标题\n{long}\n")], {"哪句？": [seventh]})
    query = server.inline("哪句？")
    await bot.idle()
    (result,) = server.answered[query]["results"]
    assert quoted(result["input_message_content"]) == [seventh]
    assert units(result["input_message_content"]["message_text"]) <= 4096


async def test_an_inline_query_that_is_too_old_is_no_error(bot: Bot, server: TelegramServer) -> None:
    query = server.inline(FACTORIES)
    server.queries.discard(query)
    await bot.idle()
    assert b'verbatim_errors_total{channel="telegram"' not in bot.metrics.page()


async def test_inline_offers_at_most_50_results_for_at_most_256_characters(
    bot: Bot, server: TelegramServer, library: Shelf
) -> None:
    library.answers["问" * 256] = [QUOTE] * 60
    query = server.inline("问" * 256)
    await bot.idle()
    assert 0 < len(server.answered[query]["results"]) <= 50


async def test_a_guest_message_is_answered_as_a_guest_and_not_by_sending(bot: Bot, server: TelegramServer) -> None:
    server.queries |= {"g7", "g8"}
    mention = [{"type": "mention", "offset": 0, "length": 12}]
    for id, text in (("g7", FACTORIES), ("g8", "谁是区长？")):
        server.say(-5, f"@VerbatimBot {text}", kind="guest_message", guest_query_id=id, entities=mention)
    assert await bot.shown(-5) == []
    assert quoted(server.answered["g7"]["result"]["input_message_content"]) == [QUOTE]
    nothing = server.answered["g8"]["result"]["input_message_content"]["message_text"]
    assert nothing.startswith("资料里没有找到这个问题的答案。\n\n我找到的最接近的一段：")
    assert FACTORIES in nothing
    assert "reply_markup" not in server.answered["g7"]["result"]
    assert [gap.question for gap in bot.journal.answers.gaps()] == ["谁是区长？"]


async def test_a_guest_who_quotes_any_message_learns_where_it_stands(bot: Bot, server: TelegramServer) -> None:
    server.queries |= {"g7", "g8"}
    mention = [{"type": "mention", "offset": 0, "length": 12}]
    quote = {"text": "8个智能工厂", "position": 0}
    # Two people's own chat: even there the name in front is not part of what is said.
    for id, text, chat in (("g7", "@VerbatimBot 出处?", 42), ("g8", "@VerbatimBot", -5)):
        server.say(chat, text, kind="guest_message", guest_query_id=id, entities=mention, quote=quote)
    await bot.idle()
    for id in ("g7", "g8"):
        assert quoted(server.answered[id]["result"]["input_message_content"]) == ["8个智能工厂"]


@pytest.mark.parametrize("kind", ["429", "500", "drop", "drop after"])
async def test_the_answer_to_a_guest_is_tried_again(bot: Bot, server: TelegramServer, kind: str) -> None:
    server.queries.add("g7")
    server.fail("answerGuestQuery", kind)
    mention = [{"type": "mention", "offset": 0, "length": 12}]
    server.say(-5, f"@VerbatimBot {FACTORIES}", kind="guest_message", guest_query_id="g7", entities=mention)
    await bot.idle()
    assert quoted(server.answered["g7"]["result"]["input_message_content"]) == [QUOTE]
    assert b'verbatim_errors_total{channel="telegram"' not in bot.metrics.page()


async def test_the_source_of_a_guest_s_card_opens_its_passage_in_private(bot: Bot, server: TelegramServer) -> None:
    bot.desk.replies.links = Links()
    server.queries.add("g7")
    mention = [{"type": "mention", "offset": 0, "length": 12}]
    server.say(-5, f"@VerbatimBot {FACTORIES}", kind="guest_message", guest_query_id="g7", entities=mention)
    await bot.idle()
    (link,) = [
        entity["url"]
        for entity in server.answered["g7"]["result"]["input_message_content"]["entities"]
        if entity["type"] == "text_link"
    ]
    server.say(43, f"/start {link.partition('?start=')[2]}", user=43)
    (passage,) = await bot.shown(43)
    assert server.styled(passage, "blockquote") == [QUOTE]


async def test_the_chat_of_a_guest_is_not_the_chat_of_the_same_number(bot: Bot, server: TelegramServer) -> None:
    bot.desk.access = Access(allowed=frozenset({"telegram:-5"}))
    server.queries.add("g7")
    mention = [{"type": "mention", "offset": 0, "length": 12}]
    server.say(-5, f"@VerbatimBot {FACTORIES}", kind="guest_message", guest_query_id="g7", entities=mention)
    server.say(-5, f"/ask {FACTORIES}")
    assert len(await bot.shown(-5)) == 1
    assert server.answered == {}


async def test_somebody_who_asks_inline_without_end_is_offered_nothing_more(
    replica: Callable[..., Bot], server: TelegramServer, library: Shelf
) -> None:
    bot = await replica(inline_per_minute=2).start()
    queries = []
    for user in (42, 42, 42, 43):
        queries.append(server.inline(FACTORIES, user=user))
        await bot.idle()
    assert [len(server.answered[query]["results"]) for query in queries] == [2, 2, 0, 2]
    assert len(library.asked) == 3
