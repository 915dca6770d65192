"""The long connection against a strict gateway: it comes back after whatever ended it."""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest

from bot.channels.wecom.platform.connection import Account, Connection
from bot.channels.wecom.platform.errors import ApiError, CredentialsError, LostError, RivalError
from bot.channels.wecom.platform.frames import RESPOND, Frame
from bot.channels.wecom.platform.rivals import KICK_PAUSE
from bot.channels.wecom.platform.timing import Timing
from tests.clocks import HandClock, eventually
from tests.wecom_gateway import BOT, SECRET, Gateway


class Bench:
    """A connection to a gateway, and every call that came through it."""

    def __init__(self, gateway: Gateway, clock: HandClock, secret: str = SECRET) -> None:
        self.gateway, self.clock = gateway, clock
        self.calls: list[Frame] = []
        self.came = asyncio.Condition()
        timing = Timing(clock.now, clock.sleep, lambda low, high: (low + high) / 2)
        self.connection = Connection(Account(BOT, secret, gateway.url), self._called, timing)
        self.task = asyncio.create_task(self.connection.run())

    async def _called(self, frame: Frame) -> None:
        self.calls.append(frame)
        async with self.came:
            self.came.notify_all()

    async def until_called(self, count: int) -> None:
        async with asyncio.timeout(20), self.came:
            await self.came.wait_for(lambda: len(self.calls) >= count)

    async def until_live(self) -> None:
        async with asyncio.timeout(20):
            await self.connection.live()

    async def come_back(self) -> None:
        """Lets the pause after an end go by, and waits for the new connection."""
        await self.clock.until_sleeping(0.0, 5.0)
        self.clock.advance(5.0)
        await self.until_live()

    async def beat(self, *, lost: bool = False) -> None:
        """Half a minute goes by: one ping, and its pong unless it gets lost."""
        before = self.gateway.pings
        self.gateway.lose_pongs = lost
        await self.clock.until_sleeping(29.0, 31.0)
        self.clock.advance(30.0)
        await self.gateway.until(lambda: self.gateway.pings > before)
        await eventually(lambda: lost or not self.connection._protocol._pings)

    async def answer(self, request: str, content: str = "8个智能工厂", stream: str = "s") -> None:
        body = {"msgtype": "stream", "stream": {"id": stream, "finish": True, "content": content}}
        await self.connection.request(Frame(RESPOND, request, body))

    async def close(self) -> None:
        self.task.cancel()
        with suppress(asyncio.CancelledError, CredentialsError, RivalError):
            await self.task
        await self.connection.close()


@pytest.fixture
async def gateway() -> AsyncIterator[Gateway]:
    gateway = Gateway()
    await gateway.start()
    yield gateway
    await gateway.stop()
    assert gateway.wrong == []


@pytest.fixture
async def bench(gateway: Gateway) -> AsyncIterator[Bench]:
    bench = Bench(gateway, HandClock())
    yield bench
    await bench.close()


async def test_a_question_comes_in_and_its_answer_goes_out(bench: Bench) -> None:
    await bench.until_live()
    assert bench.connection.problem() == ""
    asked = await bench.gateway.ask("有多少个智能工厂?")
    await bench.until_called(1)
    assert bench.calls[0].body["text"]["content"] == "有多少个智能工厂?"
    await bench.answer(bench.calls[0].request)
    assert asked.answers == ["8个智能工厂"]


@pytest.mark.parametrize("how", ["abort", "close-1000", "close-1001", "close-1011", "restart", "silence"])
async def test_the_connection_comes_back_after_anything(bench: Bench, how: str) -> None:
    await bench.until_live()
    if how == "restart":
        await bench.gateway.restart()
    elif how == "silence":
        await lose_pongs(bench)
    else:
        await bench.gateway.end(how)
    await bench.come_back()
    await bench.gateway.ask("还在吗?")
    await bench.until_called(1)
    await bench.answer(bench.calls[0].request)
    assert bench.gateway.asked["msg-1"].answers == ["8个智能工厂"]


async def test_an_outage_is_one_line_when_it_begins_and_one_when_it_ends(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    await bench.until_live()
    await bench.gateway.stop()
    for _ in range(3):
        await bench.clock.until_sleeping(0.1, 30.0)
        tries = len(bench.clock.slept)
        bench.clock.advance(30.0)
        await eventually(lambda tries=tries: len(bench.clock.slept) > tries)
    await bench.gateway.start()
    await bench.clock.until_sleeping(0.1, 60.0)
    bench.clock.advance(60.0)
    await bench.until_live()
    lines = [record.getMessage() for record in caplog.records if record.name == "bot.outage"]
    assert [line.split(" (")[0].split(" after")[0] for line in lines] == [
        *("WeCom's long connection is away", "WeCom's long connection is back")
    ]


async def lose_pongs(bench: Bench) -> None:
    await bench.beat(lost=True)
    await bench.beat(lost=True)
    await bench.clock.until_sleeping(29.0, 31.0)
    bench.clock.advance(30.0)


async def test_pongs_keep_the_connection_for_an_hour(bench: Bench) -> None:
    await bench.until_live()
    for _ in range(120):
        await bench.beat()
    assert bench.gateway.subscriptions == 1


async def test_one_lost_pong_is_forgiven(bench: Bench) -> None:
    await bench.until_live()
    for count in range(8):
        await bench.beat(lost=count % 2 == 0)
    assert bench.gateway.subscriptions == 1


async def test_pauses_grow_while_the_gateway_is_away_and_are_jittered(gateway: Gateway) -> None:
    await gateway.stop()
    clock, asked = HandClock(), []
    timing = Timing(clock.now, clock.sleep, lambda low, high: asked.append((low, high)) or high)
    connection = Connection(Account(BOT, SECRET, gateway.url), lambda frame: asyncio.sleep(0), timing)
    task = asyncio.create_task(connection.run())
    for expected in (2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0):
        await clock.until_sleeping(expected, expected)
        assert "cannot connect" in connection.problem()
        clock.advance(expected)
        await asyncio.sleep(0)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    assert all(low == high / 2 for low, high in asked)


async def test_a_wrong_secret_ends_with_a_sentence_that_shows_no_secret(gateway: Gateway) -> None:
    bench = Bench(gateway, HandClock(), secret="a-wrong-one")
    with pytest.raises(CredentialsError, match="WECOM_BOT_SECRET") as caught:
        await asyncio.wait_for(bench.task, 20)
    assert "a-wrong-one" not in str(caught.value)
    assert gateway.subscriptions == 1
    assert "WECOM_BOT_ID" in bench.connection.problem()
    await bench.close()


@pytest.mark.parametrize("fault", [6000, -1, "abort-before", "close-1011"])
async def test_a_subscription_that_fails_for_a_moment_is_tried_again(gateway: Gateway, fault: str | int) -> None:
    gateway.faults["aibot_subscribe"] = deque([fault])
    bench = Bench(gateway, HandClock())
    await bench.clock.until_sleeping(0.5, 3.0)
    await bench.come_back()
    assert gateway.subscriptions == 2
    await bench.close()


async def test_a_subscription_without_an_answer_is_given_up_and_tried_again(gateway: Gateway) -> None:
    gateway.ignore_subscriptions = True
    bench = Bench(gateway, HandClock())
    await gateway.until(lambda: gateway.subscriptions == 1)
    await bench.clock.until_sleeping(9.0, 10.0)
    gateway.ignore_subscriptions = False
    bench.clock.advance(10.0)
    await bench.come_back()
    await bench.close()


async def test_after_a_kick_it_waits_half_a_minute_and_comes_back(bench: Bench) -> None:
    await bench.until_live()
    await bench.gateway.kick()
    await bench.clock.until_sleeping(*KICK_PAUSE)
    assert "another program" in bench.connection.problem()
    assert bench.gateway.subscriptions == 1
    bench.clock.advance(45.0)
    await bench.until_live()
    assert bench.gateway.subscriptions == 2


async def test_three_kicks_in_ten_minutes_end_it_loudly(bench: Bench) -> None:
    for _ in range(2):
        await bench.until_live()
        await bench.gateway.until_live()
        await bench.gateway.kick()
        await bench.clock.until_sleeping(*KICK_PAUSE)
        bench.clock.advance(45.0)
    await bench.until_live()
    await bench.gateway.until_live()
    await bench.gateway.kick()
    with pytest.raises(RivalError, match="stop the other program"):
        await asyncio.wait_for(bench.task, 20)


async def test_kicks_hours_apart_are_borne(bench: Bench) -> None:
    for _ in range(5):
        await bench.until_live()
        await bench.gateway.until_live()
        await bench.gateway.kick()
        await bench.clock.until_sleeping(*KICK_PAUSE)
        bench.clock.advance(7200.0)
    await bench.until_live()


async def test_a_refusal_of_a_frame_is_an_error_with_its_code(bench: Bench) -> None:
    await bench.until_live()
    with pytest.raises(ApiError) as caught:
        await bench.answer("nobody-asked")
    assert caught.value.code == 846605


async def test_two_frames_of_one_request_go_one_after_the_other(bench: Bench) -> None:
    await bench.until_live()
    asked = await bench.gateway.ask("有多少?")
    bench.gateway.hold_acks = asyncio.Event()
    sends = [asyncio.create_task(bench.answer(asked.request)) for _ in range(3)]
    await bench.gateway.until_in_flight(asked.request)
    bench.gateway.hold_acks.set()
    await asyncio.gather(*sends)
    assert asked.answers == ["8个智能工厂"]
    assert bench.gateway.wrong == []


@pytest.mark.parametrize("fault", ["abort-before", "abort-after", "close-1000"])
async def test_a_frame_whose_connection_ends_is_lost_and_not_believed_sent(bench: Bench, fault: str) -> None:
    await bench.until_live()
    asked = await bench.gateway.ask("有多少?")
    bench.gateway.faults[RESPOND] = deque([fault])
    with pytest.raises(LostError):
        await bench.answer(asked.request)
    with pytest.raises(LostError):
        await bench.answer(asked.request)


async def test_an_acknowledgement_that_never_comes_is_not_awaited_for_ever(bench: Bench) -> None:
    await bench.until_live()
    asked = await bench.gateway.ask("有多少?")
    bench.gateway.hold_acks = asyncio.Event()
    send = asyncio.create_task(bench.answer(asked.request))
    await bench.gateway.until_in_flight(asked.request)
    bench.clock.advance(10.0)
    with pytest.raises(LostError, match="in time"):
        await asyncio.wait_for(send, 20)
    bench.gateway.hold_acks.set()
    bench.gateway.hold_acks = None


async def test_rubbish_on_the_socket_is_skipped(bench: Bench) -> None:
    await bench.until_live()
    for data in ("hello", b"\xff\xfe", "[]", '{"cmd": "aibot_msg_callback"}', "{" * 5000):
        await bench.gateway.raw(data)
    await bench.gateway.ask("还在吗?")
    await bench.until_called(1)
    assert bench.gateway.subscriptions == 1


async def test_a_call_that_fails_is_logged_and_the_next_one_is_worked_on(
    gateway: Gateway, caplog: pytest.LogCaptureFixture
) -> None:
    bench = Bench(gateway, HandClock())
    worked = bench._called

    async def fails_once(frame: Frame) -> None:
        await worked(frame)
        if len(bench.calls) == 1:
            raise RuntimeError("boom")

    bench.connection._called = fails_once
    await bench.until_live()
    for _ in range(2):
        await gateway.ask("?")
    await bench.until_called(2)
    assert "could not be worked on" in caplog.text
    await bench.close()


async def test_the_secret_is_in_no_log_and_no_repr(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    await bench.until_live()
    await bench.gateway.end("abort")
    await bench.come_back()
    assert SECRET not in caplog.text
    assert SECRET not in repr(Account(BOT, SECRET, bench.gateway.url))


async def test_requests_that_go_down_with_the_connection_leave_nothing_behind(bench: Bench) -> None:
    await bench.until_live()
    asked = [await bench.gateway.ask("?") for _ in range(5)]
    await bench.gateway.end("abort")
    results = await asyncio.gather(*(bench.answer(one.request) for one in asked), return_exceptions=True)
    assert all(isinstance(result, LostError) for result in results)
    assert bench.connection._waiting == {}


async def test_closing_ends_the_running_without_another_try(bench: Bench) -> None:
    await bench.until_live()
    await bench.connection.close()
    await asyncio.wait_for(bench.task, 20)
    assert bench.gateway.subscriptions == 1
