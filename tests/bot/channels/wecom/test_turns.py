"""One question of a person at a time, the one that was asked first before the others."""

import asyncio

import pytest

from bot.channels.wecom.turns import Turns
from tests.clocks import eventually


async def test_those_who_wait_go_in_the_order_in_which_they_were_asked() -> None:
    turns, done, free = Turns(), [], asyncio.Event()

    async def work(asked: float, chat: str = "a") -> None:
        async with turns.turn(chat, asked):
            await free.wait()
            done.append((chat, asked))

    works = [asyncio.create_task(work(asked)) for asked in (5.0, 4.0, 1.0, 3.0, 2.0)]
    await eventually(lambda: len(turns._waiting.get("a", ())) == 4)
    free.set()
    await asyncio.gather(*works)
    assert done == [("a", 5.0), ("a", 1.0), ("a", 2.0), ("a", 3.0), ("a", 4.0)]
    assert turns._waiting == {}


async def test_another_person_waits_for_nobody() -> None:
    turns = Turns()
    async with turns.turn("a", 1.0), turns.turn("b", 2.0):
        assert set(turns._waiting) == {"a", "b"}


async def test_who_gives_up_holds_nobody_up() -> None:
    turns, done = Turns(), []

    async def work(asked: float) -> None:
        async with turns.turn("a", asked):
            done.append(asked)

    async with turns.turn("a", 0.0):
        gone, after = asyncio.create_task(work(1.0)), asyncio.create_task(work(2.0))
        await eventually(lambda: len(turns._waiting.get("a", ())) == 2)
        gone.cancel()
    # The one may be called and cancelled at the same moment too: the turn is passed on.
    late = asyncio.create_task(work(3.0))
    await asyncio.gather(after, late)
    with pytest.raises(asyncio.CancelledError):
        await gone
    assert done == [2.0, 3.0]


async def test_who_is_cancelled_just_when_the_turn_comes_passes_it_on() -> None:
    turns, done = Turns(), []

    async def work(asked: float) -> None:
        async with turns.turn("a", asked):
            done.append(asked)

    async with turns.turn("a", 0.0):
        called, after = asyncio.create_task(work(1.0)), asyncio.create_task(work(2.0))
        await eventually(lambda: len(turns._waiting.get("a", ())) == 2)
    called.cancel()
    await after
    assert done == [2.0]
