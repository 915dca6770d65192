"""The whole way: a person at WeCom's gateway, the real desk and journal, the answer back. One question, one answer."""

import asyncio
import json
import time
from collections import deque
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest

from bot.cards.links import Links
from bot.cards.signing import Signer
from bot.channels.wecom.front import WeComOptions
from bot.channels.wecom.platform.connection import Account
from bot.channels.wecom.platform.timing import Timing
from bot.channels.wecom.socket import NAME, SocketChannel, stream
from bot.desk.deliveries import Intake
from bot.desk.desk import Desk
from bot.desk.news import News
from bot.desk.rate_limits import RateLimits, Rates
from bot.errors import ChannelError
from bot.journal import Journal
from bot.metrics import Metrics
from bot.workers import Workers
from tests.bot.channels.wecom.wecom_reader import commonmark
from tests.clocks import eventually
from tests.shelf import Shelf, shelf
from tests.wecom_gateway import BOT, SECRET, Gateway

QUESTION = "有多少个智能工厂？"
QUOTE = "全区已建成8个智能工厂和23个数字化车间。"


class Life:
    """One process's life: journal, desk, channel. `crash` leaves everything as a kill would."""

    def __init__(self, gateway: Gateway, path: Path, library: Shelf, *, secret: str = SECRET, slow: float = 30.0):
        self.gateway = gateway
        self.journal = Journal(path)
        self.workers = Workers()
        self.metrics = Metrics()
        limits = RateLimits(Rates(user=1000, chat=1000), lambda: 0.0)
        links = Links("https://bot.example.org", Signer(b"k" * 32))
        self.desk = Desk(library, self.journal, self.workers, self.metrics, limits, links=links)
        self.intake = Intake(NAME, self.journal, self.workers, self.metrics)
        # Pauses are skipped; the alarms and the heart's beat, which are longer, sleep for good.
        self.clock = 0.0
        self.later = 0.0
        """Seconds by which the wall clock is ahead."""
        uniform = lambda low, high: 29.0 if low == 30.0 else low  # noqa: E731
        timing = Timing(self._now, self._sleep, uniform, lambda: time.time() + self.later)
        options = WeComOptions(mention="龙泉 小助手", slow=slow)
        self.channel = SocketChannel(self.desk, self.intake, Account(BOT, secret, gateway.url), options, timing=timing)
        self.task = asyncio.create_task(self.channel.run())
        self.pauses: list[float] = []

    def _now(self) -> float:
        return self.clock

    async def _sleep(self, seconds: float) -> None:
        if seconds in (10.0, 30.0):
            await asyncio.Event().wait()
        self.pauses.append(seconds)
        # Long enough that a hundred who pause leave the loop idle: a busy one starves the thread of the journal.
        await asyncio.sleep(0.02)

    async def close(self) -> None:
        await self.channel.close(5.0)
        await self._end()
        self.journal.close()

    async def crash(self) -> None:
        """Nothing is finished, nothing is said goodbye to; another process finds the journal as it is."""
        for task in list(self.channel._front._tasks.values()):
            task.cancel()
        await self._end()
        await self.channel._connection.close()
        self.journal.leases.drop()
        self.workers.close()
        self.journal._database.close()

    async def _end(self) -> None:
        self.task.cancel()
        with suppress(asyncio.CancelledError, ChannelError):
            await self.task


@pytest.fixture
async def gateway() -> AsyncIterator[Gateway]:
    gateway = Gateway()
    await gateway.start()
    yield gateway
    await gateway.stop()
    assert gateway.wrong == []


@pytest.fixture
def library() -> Shelf:
    return shelf()


@pytest.fixture
async def life(gateway: Gateway, tmp_path: Path, library: Shelf) -> AsyncIterator[Life]:
    life = Life(gateway, tmp_path / "journal.sqlite", library)
    await gateway.until_live()
    yield life
    await life.close()
    life.workers.close()


async def test_a_question_gets_the_quote_with_the_span_in_bold_and_its_source(life: Life, gateway: Gateway) -> None:
    asked = await gateway.ask(QUESTION)
    await gateway.until(lambda: asked.answers)
    seen = commonmark(asked.answers[0])
    assert seen.quotes == (QUOTE + "\n",)
    assert seen.bold == ("8",)
    assert seen.links[0][1].startswith("https://bot.example.org/d/")
    assert asked.frames == 1
    await eventually(lambda: not life.intake.open)
    assert b'verbatim_messages_sent_total{channel="wecom",result="sent"} 1.0' in life.metrics.page()


async def test_the_answer_carries_the_platforms_thumbs_and_buttons_for_more(life: Life, gateway: Gateway) -> None:
    asked = await gateway.ask(QUESTION)
    await gateway.until(lambda: asked.answers)
    (shown,) = asked.streams.values()
    assert shown["feedback"]["id"]
    keys = [button["key"][0] for button in shown["card"]["button_list"]]
    assert "c" in keys
    assert "u" not in keys


async def test_an_abstention_shows_the_nearest_passage_as_such_and_what_can_be_asked(
    life: Life, gateway: Gateway
) -> None:
    asked = await gateway.ask("上海有多少个智能工厂？")
    await gateway.until(lambda: asked.answers)
    assert "没有找到" in asked.answers[0]
    assert "最接近" in asked.answers[0]
    assert commonmark(asked.answers[0]).bold == ()


async def test_a_group_question_is_asked_without_the_mention_and_answered_in_place(
    life: Life, gateway: Gateway, library: Shelf
) -> None:
    asked = await gateway.ask(f"@龙泉 小助手 {QUESTION}", group="room")
    await gateway.until(lambda: asked.answers)
    assert library.asked[-1][0] == QUESTION
    assert gateway.pushes == []


async def test_a_quoted_message_and_where_from_tells_where_it_stands(life: Life, gateway: Gateway) -> None:
    found = await gateway.ask("出处？", quote="龙泉驿区位于成都东部。")
    nowhere = await gateway.ask("出处？", quote="月亮是奶酪做的。")
    await gateway.until(lambda: found.answers and nowhere.answers)
    assert commonmark(found.answers[0]).quotes == ("龙泉驿区位于成都东部。\n",)
    assert "不在资料里" in nowhere.answers[0]


async def test_who_enters_is_welcomed_with_questions_to_ask(life: Life, gateway: Gateway) -> None:
    await gateway.event({"eventtype": "enter_chat"})
    await gateway.until(lambda: gateway.welcomes)
    assert "请直接提问" in gateway.welcomes[0]["text"]["content"]


async def test_three_deliveries_of_one_message_get_one_answer(life: Life, gateway: Gateway, library: Shelf) -> None:
    for _ in range(3):
        asked = await gateway.ask(QUESTION, msgid="the-same")
    other = await gateway.ask("你好")
    await gateway.until(lambda: asked.answers and other.answers)
    assert len(asked.answers) == 1
    assert asked.frames == 1
    assert [question for question, _ in library.asked] == [QUESTION]


@pytest.mark.parametrize("fault", ["abort-before", "abort-after", "close-1000", "close-1011"])
async def test_a_connection_that_ends_over_an_answer_neither_loses_nor_doubles_it(
    life: Life, gateway: Gateway, fault: str
) -> None:
    gateway.faults["aibot_respond_msg"] = deque([fault])
    asked = await gateway.ask(QUESTION)
    await gateway.until(lambda: asked.frames == 2 or (fault == "abort-before" and asked.frames == 1))
    assert len(asked.answers) == 1
    assert gateway.pushes == []


async def test_an_answer_outlives_any_number_of_lost_connections(life: Life, gateway: Gateway) -> None:
    gateway.faults["aibot_respond_msg"] = deque(["abort-before"] * 25)
    asked = await gateway.ask(QUESTION)
    await gateway.until(lambda: asked.answers)
    assert asked.frames == 1


@pytest.mark.parametrize("code", [6000, 846609, 45009, -1])
async def test_a_passing_refusal_is_borne(life: Life, gateway: Gateway, code: int) -> None:
    gateway.faults["aibot_respond_msg"] = deque([code, code])
    asked = await gateway.ask(QUESTION)
    await gateway.until(lambda: asked.answers)
    assert asked.frames == 1
    assert life.pauses == ([6.0, 12.0] if code == 45009 else [0.5, 1.0])


@pytest.mark.parametrize("code", [846605, 846608])
async def test_an_answer_that_comes_too_late_for_its_request_is_pushed(life: Life, gateway: Gateway, code: int) -> None:
    gateway.faults["aibot_respond_msg"] = deque([code])
    asked = await gateway.ask(QUESTION, group="room")
    await gateway.until(lambda: gateway.pushes)
    assert (gateway.pushes[0]["chatid"], gateway.pushes[0]["chat_type"]) == ("room", 2)
    assert commonmark(gateway.pushes[0]["markdown"]["content"]).quotes == (QUOTE + "\n",)
    assert asked.answers == []


async def test_a_platform_that_takes_no_buttons_gets_the_answer_without(life: Life, gateway: Gateway) -> None:
    gateway.faults["aibot_respond_msg"] = deque([40058])
    asked = await gateway.ask(QUESTION)
    await gateway.until(lambda: asked.answers)
    (shown,) = asked.streams.values()
    assert shown["card"] is None


async def test_a_push_that_may_have_arrived_is_not_sent_twice(life: Life, gateway: Gateway) -> None:
    gateway.faults["aibot_respond_msg"] = deque([846605])
    gateway.faults["aibot_send_msg"] = deque(["abort-after"])
    gateway.redeliver = False
    await gateway.ask(QUESTION)
    await gateway.until(lambda: gateway.subscriptions == 2)
    other = await gateway.ask("你好")
    await gateway.until(lambda: other.answers)
    assert len(gateway.pushes) == 1


async def test_a_slow_answer_is_announced_and_takes_two_frames(
    gateway: Gateway, tmp_path: Path, library: Shelf
) -> None:
    life = Life(gateway, tmp_path / "journal.sqlite", library, slow=0.0)
    await gateway.until_live()
    asked = await gateway.ask(QUESTION)
    await gateway.until(lambda: asked.answers)
    assert asked.frames == 2
    (shown,) = asked.streams.values()
    given = life.journal.answers.get(shown["feedback"]["id"])
    assert given is not None
    assert given.question == QUESTION
    await life.close()
    life.workers.close()


async def test_more_context_is_pushed_and_the_buttons_follow(life: Life, gateway: Gateway) -> None:
    asked = await gateway.ask(QUESTION)
    await gateway.until(lambda: asked.answers)
    (shown,) = asked.streams.values()
    key = next(b["key"] for b in shown["card"]["button_list"] if b["key"].startswith("c:"))
    press = {"event_key": key, "task_id": shown["card"]["task_id"], "card_type": "button_interaction"}
    await gateway.event({"eventtype": "template_card_event", "template_card_event": press})
    await gateway.until(lambda: gateway.pushes and gateway.updates)
    assert "工人在屏幕前看着生产线" in gateway.pushes[0]["markdown"]["content"]
    assert gateway.updates[0]["template_card"]["task_id"] == shown["card"]["task_id"]


async def test_a_suggested_question_is_asked_by_pressing_its_number(life: Life, gateway: Gateway) -> None:
    asked = await gateway.ask("上海有多少个智能工厂？")
    await gateway.until(lambda: asked.answers)
    (shown,) = asked.streams.values()
    key = next(b["key"] for b in shown["card"]["button_list"] if b["key"].startswith("a:"))
    await gateway.event({"eventtype": "template_card_event", "template_card_event": {"event_key": key, "task_id": "t"}})
    await gateway.until(lambda: gateway.pushes)
    assert commonmark(gateway.pushes[0]["markdown"]["content"]).quotes


async def test_a_suggested_question_is_asked_by_typing_its_number(life: Life, gateway: Gateway) -> None:
    nothing = await gateway.ask("上海有多少个智能工厂？")
    await gateway.until(lambda: nothing.answers)
    assert nothing.answers[0].endswith("（也可以回复序号。）")
    asked = await gateway.ask("1")
    await gateway.until(lambda: asked.answers)
    assert commonmark(asked.answers[0]).quotes == (QUOTE + "\n",)
    assert "序号" not in asked.answers[0]


async def test_who_asked_hears_by_a_push_when_there_is_an_answer(life: Life, gateway: Gateway, library: Shelf) -> None:
    for group in ("", "room"):
        asked = await gateway.ask("谁是区长？", group=group)
        await gateway.until(lambda asked=asked: asked.answers)
        (shown,) = asked.streams.values()
        key = next(b["key"] for b in shown["card"]["button_list"] if b["key"].startswith("t:"))
        press = {"event_key": key, "task_id": shown["card"]["task_id"]}
        await gateway.event({"eventtype": "template_card_event", "template_card_event": press}, group=group)
    await eventually(lambda: len(life.journal.wanted.open()) == 2)
    library.answers["谁是区长？"] = [QUOTE]
    news = asyncio.create_task(News(life.desk, 0.001).run())
    await gateway.until(lambda: len(gateway.pushes) == 2)
    news.cancel()
    assert [(push["chatid"], push["chat_type"]) for push in gateway.pushes] == [("zhangsan", 1), ("room", 2)]
    assert gateway.pushes[0]["markdown"]["content"].startswith("您问过：谁是区长？\n现在有答案了。")


async def test_a_forged_button_does_nothing_but_say_so(life: Life, gateway: Gateway) -> None:
    event = {"event_key": "c:0000000000000000:0", "task_id": "t"}
    await gateway.event({"eventtype": "template_card_event", "template_card_event": event})
    await gateway.until(lambda: gateway.updates)
    assert gateway.updates[0]["template_card"]["replace_text"]
    assert gateway.pushes == []


async def test_thumbs_reach_the_journal_and_can_be_taken_back(life: Life, gateway: Gateway) -> None:
    asked = await gateway.ask(QUESTION)
    await gateway.until(lambda: asked.answers)
    (shown,) = asked.streams.values()

    async def vote(kind: int, **more: object) -> list[tuple]:
        event = {"id": shown["feedback"]["id"], "type": kind, **more}
        await gateway.event({"eventtype": "feedback_event", "feedback_event": event})
        other = await gateway.ask("你好")
        await gateway.until(lambda: other.answers)
        await eventually(lambda: not life.intake.open)
        return life.journal._database.rows("SELECT user, value, reason FROM feedback")

    assert await vote(1) == [("zhangsan", 1, "")]
    assert await vote(2, inaccurate_reason_list=[2]) == [("zhangsan", -1, "part")]
    assert await vote(3) == [("zhangsan", 0, "")]


async def test_a_kill_before_the_answer_and_a_restart_give_one_answer(
    gateway: Gateway, tmp_path: Path, library: Shelf
) -> None:
    path = tmp_path / "journal.sqlite"
    gateway.redeliver = False
    gateway.faults["aibot_respond_msg"] = deque(["abort-before"] * 3)
    gateway.faults["aibot_subscribe"] = deque(["", *[6000] * 200])
    first = Life(gateway, path, library)
    await gateway.until_live()
    asked = await gateway.ask(QUESTION)
    await gateway.until(lambda: len(gateway.faults["aibot_respond_msg"]) == 2)
    await first.crash()
    gateway.faults.clear()
    second = Life(gateway, path, library)
    await gateway.until(lambda: asked.answers)
    assert len(asked.answers) == 1
    assert asked.frames == 1
    await second.close()
    second.workers.close()


async def test_a_kill_after_the_answer_was_sent_and_a_restart_give_one_answer(
    gateway: Gateway, tmp_path: Path, library: Shelf
) -> None:
    path = tmp_path / "journal.sqlite"
    gateway.hold_acks = asyncio.Event()
    first = Life(gateway, path, library)
    await gateway.until_live()
    asked = await gateway.ask(QUESTION)
    gateway.faults["aibot_respond_msg"] = deque(["abort-after"])
    gateway.hold_acks.set()
    gateway.faults["aibot_subscribe"] = deque([6000] * 200)
    await gateway.until(lambda: asked.answers)
    await first.crash()
    gateway.faults.clear()
    second = Life(gateway, path, library)
    await gateway.until_live()
    other = await gateway.ask("你好")
    await gateway.until(lambda: other.answers)
    await eventually(lambda: not second.intake.open)
    assert len(asked.answers) == 1
    assert gateway.pushes == []
    await second.close()
    second.workers.close()


async def test_what_arrives_while_closing_is_written_down_for_the_next_life(
    gateway: Gateway, tmp_path: Path, library: Shelf
) -> None:
    path = tmp_path / "journal.sqlite"
    first = Life(gateway, path, library)
    await gateway.until_live()
    gateway.hold_acks = asyncio.Event()
    early = await gateway.ask(QUESTION)
    await gateway.until_in_flight(early.request)
    closing = asyncio.create_task(first.close())
    await asyncio.sleep(0)
    late = await gateway.ask("你好")
    await eventually(lambda: first.journal.deliveries.seen(f"{NAME}:{late.msgid}"))
    gateway.redeliver = False
    gateway.hold_acks.set()
    await closing
    assert early.answers
    assert late.answers == []
    second = Life(gateway, path, library)
    await gateway.until(lambda: late.answers)
    await second.close()
    for life in (first, second):
        life.workers.close()


async def test_a_wrong_secret_stops_the_channel_with_a_sentence(
    gateway: Gateway, tmp_path: Path, library: Shelf
) -> None:
    life = Life(gateway, tmp_path / "journal.sqlite", library, secret="no-such-secret")
    with pytest.raises(ChannelError, match="WECOM_BOT_SECRET"):
        await asyncio.wait_for(life.task, 20)
    assert "WECOM_BOT_SECRET" in life.channel.problem()
    await life.close()
    life.workers.close()


async def test_the_channel_is_well_only_while_the_connection_lives(life: Life, gateway: Gateway) -> None:
    async with asyncio.timeout(10):
        await life.channel._connection.live()
    assert life.channel.problem() == ""
    await gateway.stop()
    await eventually(lambda: life.channel.problem())
    assert "long connection" in life.channel.problem()


def test_a_stream_has_the_same_id_in_every_process() -> None:
    assert stream("wecom-bot:1", "a")["stream"]["id"] == stream("wecom-bot:1", "b")["stream"]["id"]
    assert stream("wecom-bot:1", "a")["stream"]["id"] != stream("wecom-bot:2", "a")["stream"]["id"]
    assert json.dumps(stream("d", "x"))
