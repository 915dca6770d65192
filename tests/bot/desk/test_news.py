"""People who wanted to know are told once, when their question has an answer."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from bot.cards.card import Card, Style
from bot.cards.links import Links
from bot.desk.access import Access
from bot.desk.card_actions import Buttons
from bot.desk.desk import Desk
from bot.desk.news import News
from bot.question import Conversation, Question
from tests.clocks import eventually
from tests.shelf import Shelf

HERE = Conversation("telegram", "7", "", "42")
MAYOR = "谁是区长？"
SAYS = "龙泉驿区位于成都东部。"


async def wanted(desk: Desk, place: Conversation = HERE) -> None:
    """Somebody asks what nothing answers, and wants to be told."""
    asked = Question(f"telegram:{place.user}", place, MAYOR, "zh")
    await desk.ask(asked)
    await Buttons(desk).tap(f"t:{desk.replies.answer_id(asked.delivery)}", place, "zh")


class Told:
    """What a channel sent without being asked."""

    def __init__(self) -> None:
        self.cards: list[tuple[Conversation, Card]] = []
        self.came = asyncio.Event()

    async def __call__(self, place: Conversation, card: Card) -> None:
        self.cards.append((place, card))
        self.came.set()


class Channels(dict[str, Callable[[Conversation, Card], Awaitable[None]]]):
    """Those that are up; knows when one was looked for that is not."""

    def __init__(self) -> None:
        self.missed = asyncio.Event()

    def get(self, name: str, default: object = None) -> Any:
        if name not in self:
            self.missed.set()
        return super().get(name, default)


async def until(event: asyncio.Event, news: News) -> None:
    """Runs `news` until `event`."""
    running = asyncio.create_task(news.run())
    await asyncio.wait_for(event.wait(), 20)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


async def test_the_news_is_the_question_and_a_card_without_buttons(desk: Desk, library: Shelf) -> None:
    await wanted(desk)
    assert News(desk).answered() == []
    library.answers[MAYOR] = [SAYS]
    [late] = News(desk).answered()
    assert late.want.place == HERE
    assert late.card.text.startswith(f"您问过：{MAYOR}\n现在有答案了。\n\n")
    assert late.card.buttons == ()
    [quote] = [span for span in late.card.spans if span.style is Style.QUOTE]
    assert late.card.text[quote.start : quote.end] == SAYS


async def test_only_the_questions_of_one_person_are_looked_at_where_one_is_named(desk: Desk, library: Shelf) -> None:
    await wanted(desk)
    await wanted(desk, Conversation("telegram", "8", "", "43"))
    library.answers[MAYOR] = [SAYS]
    assert [late.want.place.user for late in News(desk).answered("telegram", "43")] == ["43"]
    assert len(News(desk).answered()) == 2


async def test_who_may_not_ask_any_more_is_not_told(desk: Desk, library: Shelf) -> None:
    await wanted(desk)
    library.answers[MAYOR] = [SAYS]
    desk.access = Access(allowed=frozenset({"telegram:elsewhere"}))
    assert News(desk).answered() == []


async def test_a_forged_answer_is_an_alarm_and_no_news(desk: Desk, library: Shelf) -> None:
    await wanted(desk)
    library.answers[MAYOR] = [SAYS]
    true = library.ask(MAYOR)
    forged = replace(true, quotes=(replace(true.quotes[0], text="区长是王五。"),))
    library.ask = lambda *_, **__: forged  # type: ignore[method-assign]
    assert News(desk).answered() == []
    assert b"verbatim_quote_alarms_total 1.0" in desk.metrics.page()


async def test_everybody_is_told_once_after_a_reindex_whoever_looks(desk: Desk, library: Shelf) -> None:
    await wanted(desk)
    told = desk.tellers["telegram"] = Told()
    library.answers[MAYOR] = [SAYS]
    await until(told.came, News(desk, 0.01))
    assert [place for place, _ in told.cards] == [HERE]
    assert News(desk).answered() == []


async def test_where_the_channel_is_not_up_the_news_waits_for_it(desk: Desk, library: Shelf) -> None:
    await wanted(desk)
    library.answers[MAYOR] = [SAYS]
    told, channels = Told(), Channels()
    desk.tellers = channels

    async def come_up() -> None:
        await channels.missed.wait()
        channels["telegram"] = told

    coming = asyncio.create_task(come_up())
    await until(told.came, News(desk, 0.01))
    await coming
    assert len(told.cards) == 1


async def test_what_may_not_be_shown_any_more_when_the_channel_is_up_is_not_told(desk: Desk, library: Shelf) -> None:
    await wanted(desk)
    library.answers[MAYOR] = [SAYS]
    told, channels = Told(), Channels()
    desk.tellers = channels
    running = asyncio.create_task(News(desk, 0.01).run())
    await asyncio.wait_for(channels.missed.wait(), 20)
    del library.answers[MAYOR]
    looked = len(library.asked)
    channels["telegram"] = told
    await eventually(lambda: len(library.asked) > looked)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert told.cards == []
    assert len(desk.journal.wanted.open()) == 1


async def test_a_message_that_cannot_be_sent_is_not_tried_again(
    desk: Desk, library: Shelf, caplog: pytest.LogCaptureFixture
) -> None:
    await wanted(desk)
    library.answers[MAYOR] = [SAYS]
    tried = asyncio.Event()

    async def broken(place: Conversation, card: Card) -> None:
        tried.set()
        raise RuntimeError("blocked")

    desk.tellers["telegram"] = broken
    with caplog.at_level(logging.WARNING):
        await until(tried, News(desk, 0.01))
    assert desk.journal.wanted.open() == []


async def test_links_of_the_news_are_those_of_the_desk(desk: Desk, library: Shelf) -> None:
    await wanted(desk)
    library.answers[MAYOR] = [SAYS]
    linked = News(desk).answered()[0].card
    desk.replies.links = Links()
    assert any(span.url for span in linked.spans)
    assert not any(span.url for span in News(desk).answered()[0].card.spans)
