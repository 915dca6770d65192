"""The pacer: about 30 messages a second, one a chat, twenty a minute a group."""

import pytest

from bot.channels.telegram.options import Pace
from bot.channels.telegram.pacing import Pacer


class Clock:
    time = 100.0

    def __call__(self) -> float:
        return self.time


def test_a_private_chat_gets_a_short_burst_and_then_one_a_second() -> None:
    pacer = Pacer(Pace(), Clock())
    assert [pacer.delay(42) for _ in range(5)] == [0.0, 0.0, 0.0, 1.0, 2.0]


def test_a_group_gets_twenty_a_minute() -> None:
    clock = Clock()
    pacer = Pacer(Pace(chat_per_second=0), clock)
    assert [pacer.delay(-1) for _ in range(20)] == [0.0] * 20
    assert pacer.delay(-1) == 3.0
    clock.time += 60
    assert pacer.delay(-1) == 0.0


def test_all_chats_together_get_thirty_a_second() -> None:
    pacer = Pacer(Pace(), Clock())
    delays = [pacer.delay(chat) for chat in range(1, 61)]
    assert delays[:30] == [0.0] * 30
    assert delays[-1] == pytest.approx(1.0)


def test_a_blocked_chat_waits_alone() -> None:
    pacer = Pacer(Pace(), Clock())
    pacer.block(42, 7.0)
    assert (pacer.delay(42), pacer.delay(43)) == (7.0, 0.0)


def test_a_clock_that_stands_still_or_many_chats_do_not_fill_the_memory() -> None:
    clock = Clock()
    pacer = Pacer(Pace(per_second=0), clock)
    for chat in range(25_000):
        clock.time += 0.01
        pacer.delay(chat + 1)
    assert len(pacer._chats) <= 10_001
