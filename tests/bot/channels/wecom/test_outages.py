"""WeCom goes away and comes back: answers are kept, go out in order, once, and say it when they are late."""

import asyncio
import json
import threading
import time
from collections import deque
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.cards.card import Button, Card, Style, StyledSpan
from bot.channels.wecom.app import NAME as APP
from bot.channels.wecom.keeping import Fate, Hand, Keeping, Kept, KeptAnswers, Mark
from bot.channels.wecom.passive import NAME as PASSIVE
from bot.channels.wecom.platform import connection
from bot.channels.wecom.platform.api import Http
from bot.channels.wecom.platform.errors import LostError
from bot.channels.wecom.platform.timing import Timing
from bot.channels.wecom.socket import NAME as SOCKET
from bot.desk.deliveries import Intake
from bot.errors import TakenOverError
from bot.journal import Journal
from bot.texts.messages import say
from tests.bot.channels.wecom.test_app import message
from tests.bot.channels.wecom.test_passive import SlowShelf, asked, asks_early
from tests.bot.channels.wecom.test_socket import Life as SocketLife
from tests.bot.channels.wecom.wecom_life import Life
from tests.bot.channels.wecom.wecom_reader import commonmark
from tests.clocks import eventually
from tests.shelf import Shelf, shelf
from tests.wecom_gateway import Gateway
from tests.wecom_platform import CORP, SECRET, Platform

QUESTION = "有多少个智能工厂？"
OTHER = "龙湖东安天街有多大？"
QUOTE = "全区已建成8个智能工厂和23个数字化车间。"
LATE = say("late", "zh")
HOUR = 60 * 60.0


@pytest.fixture
def library() -> SlowShelf:
    base = shelf()
    return SlowShelf(base.books, base.answers)


@pytest.fixture
async def gateway() -> AsyncIterator[Gateway]:
    gateway = Gateway()
    gateway.redeliver = False
    await gateway.start()
    yield gateway
    await gateway.stop()
    assert gateway.wrong == []


async def all_done(life: Life | SocketLife) -> None:
    """The journal has nothing open any more."""
    await eventually(lambda: life.journal.deliveries.waiting() == 0)


# The own app: messages over HTTP


async def test_an_app_keeps_what_it_cannot_send_and_sends_it_in_order_when_the_platform_is_back(
    platform: Platform, tmp_path: Path, library: Shelf, caplog: pytest.LogCaptureFixture
) -> None:
    life = Life(platform, tmp_path / "journal.sqlite", library)
    channel = life.app()
    async with life.serving(channel) as caller:
        await eventually(lambda: channel.problem() == "")
        platform.away = True
        questions = [QUESTION, "你好", OTHER, "谁是区长？"]
        for number, text in enumerate(questions):
            await caller.xml(message(text, id=f"{number}"))
            await caller.xml(message(text, id=f"b{number}", user="lisi"))
        await eventually(lambda: channel.problem())
        assert "messages cannot be sent" in channel.problem()
        platform.away = False
        await eventually(lambda: life.journal.deliveries.waiting() == 0)
        assert channel.problem() == ""
    for user in ("zhangsan", "lisi"):
        texts = [m[m["msgtype"]]["content"] for m in platform.sent if m["touser"] == user and "template_card" not in m]
        assert len(texts) == 4
        assert "智能工厂" in texts[0]
        assert "没有找到" in texts[3]
        assert not any(LATE in text for text in texts)
    lines = [record.message for record in caplog.records if "WeCom" in record.message and "apps" in record.message]
    assert [("is away" in line, "is back after" in line) for line in lines] == [(True, False), (False, True)]
    await life.close()


async def test_one_message_at_a_time_asks_whether_the_platform_is_back(
    platform: Platform, tmp_path: Path, library: Shelf
) -> None:
    life = Life(platform, tmp_path / "journal.sqlite", library)
    channel = life.app()
    async with life.serving(channel) as caller:
        await eventually(lambda: channel.problem() == "")
        platform.away = True
        for number in range(40):
            await caller.xml(message(QUESTION, id=f"{number}", user=f"user-{number}"))
        await eventually(lambda: channel._poster._breaker.open and len(library.asked) == 40)
        before = platform.calls["send"]
        for _ in range(200):
            await asyncio.sleep(0.001)
        # Forty that knock for themselves every millisecond would be thousands.
        assert platform.calls["send"] - before <= 40
        platform.away = False
        await eventually(lambda: life.journal.deliveries.waiting() == 0)
    assert len(platform.texts()) == 40
    await life.close()


async def test_an_answer_that_is_more_than_an_hour_old_says_that_it_is_late(
    platform: Platform, tmp_path: Path, library: Shelf
) -> None:
    life = Life(platform, tmp_path / "journal.sqlite", library)
    async with life.serving(life.app()) as caller:
        life.later = 50 * 60
        await caller.xml(message(QUESTION, id="1"))
        await platform.until(lambda: len(platform.texts()) == 1)
        life.later = HOUR
        await caller.xml(message(QUESTION, id="2"))
        await platform.until(lambda: len(platform.texts()) == 2)
        await all_done(life)
    in_time, late = platform.texts()
    assert LATE not in in_time
    assert late.startswith(LATE)
    assert commonmark(late).quotes == (QUOTE + "\n",)
    await life.close()


async def test_a_message_that_may_have_arrived_is_sent_again_as_it_was_under_the_check_for_repeats(
    platform: Platform, tmp_path: Path, library: Shelf
) -> None:
    """Two hours later too: the word that it is late would make another message of it."""
    life = Life(platform, tmp_path / "journal.sqlite", library)
    platform.faults["send"] = deque(["hang-up"])
    sleep = life.timing.sleep

    async def two_hours(seconds: float) -> None:
        life.later, platform.now = 2 * HOUR, 2 * HOUR
        await sleep(seconds)

    object.__setattr__(life.timing, "sleep", two_hours)
    async with life.serving(life.app()) as caller:
        await caller.xml(message(QUESTION))
        await all_done(life)
    assert len(platform.texts()) == 1
    assert platform.calls["send"] == 3
    await life.close()


async def test_an_answer_is_given_up_when_it_was_kept_for_long_enough(
    platform: Platform, tmp_path: Path, library: Shelf, caplog: pytest.LogCaptureFixture
) -> None:
    life = Life(platform, tmp_path / "journal.sqlite", library)
    life.keeping = Keeping(keep_seconds=3 * HOUR)
    channel = life.app()
    async with life.serving(channel) as caller:
        await eventually(lambda: channel.problem() == "")
        platform.away = True
        await caller.xml(message(QUESTION))
        await eventually(lambda: platform.calls["send"] >= 3)
        assert life.journal.deliveries.waiting() == 1
        life.later = 3 * HOUR
        await eventually(lambda: life.journal.deliveries.waiting() == 0)
        assert "could not be sent" in caplog.text
        platform.away = False
        life.later = 0
        await caller.xml(message("你好", id="2"))
        await all_done(life)
    assert len(platform.texts()) == 1
    await life.close()


async def test_a_message_that_only_fails_by_itself_is_given_up(
    platform: Platform, tmp_path: Path, library: Shelf, caplog: pytest.LogCaptureFixture
) -> None:
    life = Life(platform, tmp_path / "journal.sqlite", library)
    platform.refuses = {"zhangsan"}
    async with life.serving(life.app()) as caller:
        await caller.xml(message(QUESTION, id="bad"))
        for number in range(40):
            await caller.xml(message("你好", id=f"{number}", user=f"user-{number}"))
            await eventually(lambda number=number: life.journal.deliveries.get(f"{APP}:{number}").state == "done")
        await eventually(lambda: life.journal.deliveries.get(f"{APP}:bad").state == "failed")
    assert len(platform.texts()) == 40
    await life.close()


async def test_a_restart_in_the_middle_of_an_outage_loses_and_doubles_nothing(
    platform: Platform, tmp_path: Path, library: Shelf
) -> None:
    path = tmp_path / "journal.sqlite"
    first = Life(platform, path, library)
    channel = first.app()
    async with first.serving(channel) as caller:
        await eventually(lambda: channel.problem() == "")
        platform.away = True
        for number, text in enumerate([QUESTION, "你好", OTHER]):
            await caller.xml(message(text, id=f"{number}"))
        await eventually(lambda: channel.problem())
        await first.crash(channel)
    second = Life(platform, path, library)
    platform.away = False
    async with second.serving(second.app()):
        await eventually(lambda: second.journal.deliveries.waiting() == 0)
    assert len(platform.texts()) == 3
    for life in (first, second):
        await life.close()


NEWER = "商场面积14万平方米，是东部最大的购物中心😀。"


def newer(library: Shelf) -> Shelf:
    """The documents answer otherwise by now."""
    return Shelf(library.books, {**library.answers, QUESTION: [NEWER]})


async def killed_while_sending(
    platform: Platform, path: Path, library: Shelf, faults: list[int | str], sent: int
) -> None:
    """A life of the app that ends after so many messages, with the next one under way."""
    first = Life(platform, path, library)
    channel = first.app()
    platform.faults["send"] = deque(faults)
    # The next try is never reached: this process is killed before it.
    channel._front._outlet._kept._timing = Timing(sleep=lambda _: asyncio.Event().wait())
    async with first.serving(channel) as caller:
        await caller.xml(message(QUESTION))
        await platform.until(lambda: len(platform.sent) == sent and not platform.faults["send"])
        await eventually(lambda: "lost" in first.journal.deliveries.get(f"{APP}:1").mark)
        await first.crash(channel)
    await first.close()


@pytest.mark.parametrize(
    ("faults", "sent"), [pytest.param(["hang-up"], 1, id="maybe out"), pytest.param(["", "500"], 1, id="partly out")]
)
async def test_after_a_restart_an_answer_goes_on_as_it_began_though_the_documents_have_changed(
    platform: Platform, tmp_path: Path, library: Shelf, faults: list[int | str], sent: int
) -> None:
    path = tmp_path / "journal.sqlite"
    await killed_while_sending(platform, path, library, faults, sent)
    second = Life(platform, path, newer(library))
    async with second.serving(second.app()):
        await all_done(second)
    (text,) = platform.texts()
    assert "智能工厂" in text
    # The buttons below are those of this answer.
    assert len(platform.sent) == 2
    given = second.journal.answers.get(second.desk.replies.answer_id(f"{APP}:1"))
    assert given.quotes[0].text == QUOTE
    await second.close()


async def test_what_a_platform_that_is_busy_may_have_taken_is_sent_again_under_the_check_for_repeats(
    platform: Platform, tmp_path: Path, library: Shelf
) -> None:
    life = Life(platform, tmp_path / "journal.sqlite", library)
    platform.faults["send"] = deque([-1])
    async with life.serving(life.app()) as caller:
        await caller.xml(message(QUESTION))
        await all_done(life)
    assert [sent["duplicate_check_interval"] > 1 for sent in platform.sent] == [True, False]
    await life.close()


async def test_what_another_process_left_comes_before_what_was_asked_later(
    platform: Platform, tmp_path: Path, library: SlowShelf
) -> None:
    life = Life(platform, tmp_path / "journal.sqlite", library)
    channel = life.app()
    library.gate = threading.Event()
    gone = Journal(tmp_path / "journal.sqlite", now=lambda: time.time() - 100)
    gone.deliveries.receive(f"{APP}:1", APP, json.dumps({"origin": "", "body": message(OTHER, id="1")}))
    async with life.serving(channel) as caller:
        await caller.xml(message(QUESTION, id="0"))
        await caller.xml(message("谁是区长？", id="2"))
        gone.leases.drop()
        for left in life.journal.deliveries.take_over(APP):
            await channel._front.resume(left)
        library.gate.set()
        await all_done(life)
    assert [question for question, _ in library.asked] == [QUESTION, OTHER, "谁是区长？"]
    assert len(platform.texts()) == 3
    gone.close()
    await life.close()


async def test_who_gets_its_own_work_again_after_a_long_stop_does_it_once(
    platform: Platform, tmp_path: Path, library: SlowShelf
) -> None:
    """Another had taken it over and ended meanwhile: the lease had run out, and the work is here twice."""
    life = Life(platform, tmp_path / "journal.sqlite", library)
    channel = life.app()
    library.gate = threading.Event()
    async with life.serving(channel) as caller:
        await caller.xml(message(QUESTION))
        await eventually(lambda: life.workers._answering._work_queue.empty() and channel._front._tasks)
        (first,) = channel._front._tasks.values()
        life.journal.deliveries.release(APP)
        (left,) = life.journal.deliveries.take_over(APP)
        await channel._front.resume(left)
        assert first.cancelled()
        library.gate.set()
        await all_done(life)
        await eventually(lambda: not channel._front._tasks)
    # The text and its buttons.
    assert platform.calls["send"] == 2
    # The second was not counted as `watch` does, and the first is counted off.
    assert channel._intake.open == -1
    await life.close()


async def test_nothing_is_sent_with_an_older_token_though_the_same_process_has_a_newer_one(
    tmp_path: Path, library: Shelf, platform: Platform
) -> None:
    life = Life(platform, tmp_path / "journal.sqlite", library)
    intake = Intake(APP, life.journal, life.workers, life.metrics)
    kept = KeptAnswers(intake, life.timing, Keeping())
    await intake.receive(f"{APP}:1")
    life.journal.deliveries.release(APP)
    (left,) = life.journal.deliveries.take_over(APP)
    for late in (kept.goes, kept.lost, lambda hand: kept.stays(hand, Mark())):
        with pytest.raises(TakenOverError):
            await late(Hand(f"{APP}:1"))
    await kept.goes(Hand(f"{APP}:1", token=left.token))
    await life.close()


async def test_what_was_held_up_between_its_mark_and_its_way_out_does_not_leave(platform: Platform) -> None:
    """As in a process that is stopped just there: by the time it goes on, another may have sent the message."""
    http = Http()
    url = platform.response_url("a")
    for _ in range(2):
        # The second one goes over a connection that is there.
        with pytest.raises(LostError) as error:
            await http.post(url, {"msgtype": "text"}, may=lambda: False)
        assert not error.value.sent
        await http.get(f"{platform.url}/cgi-bin/gettoken", {"corpid": CORP, "corpsecret": SECRET})
    assert platform.addresses["a"] == []
    await http.post(url, {"msgtype": "text"}, may=lambda: True)
    assert len(platform.addresses["a"]) == 1
    await http.close()


# The AI bot by long connection: streams and pushes


@pytest.fixture
async def life(gateway: Gateway, tmp_path: Path, library: Shelf) -> AsyncIterator[SocketLife]:
    life = SocketLife(gateway, tmp_path / "journal.sqlite", library)
    await gateway.until_live()
    yield life
    await life.close()
    life.workers.close()


async def over_an_outage(life: SocketLife, gateway: Gateway, seconds: float) -> None:
    """The connection is away for `seconds`, and the questions of before are too old to be answered in place."""
    await gateway.stop()
    await eventually(lambda: life.channel.problem())
    life.later += seconds
    gateway.forget_requests = True


async def test_what_was_asked_before_an_outage_is_pushed_after_it_in_order_and_says_that_it_is_late(
    gateway: Gateway, life: SocketLife, library: SlowShelf
) -> None:
    library.gate = threading.Event()
    for text in (QUESTION, OTHER):
        await gateway.ask(text)
    await eventually(lambda: life.intake.open == 2)
    await over_an_outage(life, gateway, 2 * HOUR)
    library.gate.set()
    await eventually(lambda: library.asked)
    await gateway.start()
    await gateway.until(lambda: len(gateway.pushes) == 2)
    await eventually(lambda: not life.intake.open)
    texts = [push["markdown"]["content"] for push in gateway.pushes]
    assert all(text.startswith(LATE) for text in texts)
    assert ["智能工厂" in text for text in texts] == [True, False]


async def test_after_a_short_outage_the_stream_is_still_the_answer(
    gateway: Gateway, life: SocketLife, library: SlowShelf
) -> None:
    library.gate = threading.Event()
    asked = await gateway.ask(QUESTION)
    await eventually(lambda: life.intake.open == 1)
    await gateway.stop()
    library.gate.set()
    await gateway.start()
    await gateway.until(lambda: asked.answers)
    assert gateway.pushes == []
    assert LATE not in asked.answers[0]


@pytest.mark.parametrize(("seconds", "new", "pushes"), [(60.0, 0.0, 0), (540.0, 0.0, 1), (60.0, 10.0, 1)])
async def test_a_stream_that_is_over_after_a_lost_frame_had_arrived_unless_it_has_lived_its_time(
    gateway: Gateway, life: SocketLife, seconds: float, new: float, pushes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What comes over a connection that is `new` may have been asked at any time before, and whatever else comes
    a minute before: the process may have stood still."""
    monkeypatch.setattr(connection, "NEW_SECONDS", new)
    gateway.faults["aibot_respond_msg"] = deque(["abort-before", 846608])
    sleep = life._sleep

    async def later(pause: float) -> None:
        # The heart's and the alarms' sleeps begin before the question.
        life.later = life.later if pause in (10.0, 30.0) else seconds
        await sleep(pause)

    object.__setattr__(life.channel._connection._timing, "sleep", later)
    await gateway.ask(QUESTION)
    await eventually(lambda: life.metrics.sent.labels("wecom", "sent")._value.get() == 1)
    assert len(gateway.pushes) == pushes


async def test_a_stream_grows_old_while_its_question_waits_to_be_written_down(
    gateway: Gateway, life: SocketLife, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk was full for nine minutes: then a stream that is over has lived its time, and nothing has arrived."""
    monkeypatch.setattr(connection, "NEW_SECONDS", 0.0)
    monkeypatch.setattr(life.channel._front, "_now", lambda: time.time() + life.later)
    receive = life.intake.receive

    async def slowly(*arrived: str) -> bool:
        life.later = 540.0
        return await receive(*arrived)

    monkeypatch.setattr(life.intake, "receive", slowly)
    gateway.faults["aibot_respond_msg"] = deque(["abort-before", 846608])
    await gateway.ask(QUESTION)
    await gateway.until(lambda: len(gateway.pushes) == 1)


async def test_an_answer_over_the_long_connection_is_given_up_when_it_was_kept_for_long_enough(
    gateway: Gateway, life: SocketLife
) -> None:
    gateway.faults["aibot_respond_msg"] = deque(["abort-before"] * 25)
    asked = await gateway.ask(QUESTION)
    await eventually(lambda: len(gateway.faults["aibot_respond_msg"]) < 20)
    life.later = 25 * HOUR
    await eventually(lambda: life.metrics.sent.labels("wecom", "failed")._value.get() == 1)
    assert asked.answers == []
    assert gateway.faults["aibot_respond_msg"]


async def test_a_restart_in_an_outage_does_not_take_an_answer_for_sent_that_never_was(
    gateway: Gateway, tmp_path: Path, library: SlowShelf
) -> None:
    path = tmp_path / "journal.sqlite"
    first = SocketLife(gateway, path, library)
    await gateway.until_live()
    library.gate = threading.Event()
    asked = await gateway.ask(QUESTION)
    await eventually(lambda: first.intake.open == 1)
    await over_an_outage(first, gateway, 0)
    library.gate.set()
    await eventually(lambda: len(library.asked) == 1)
    await first.crash()
    gateway.faults["aibot_respond_msg"] = deque([846608])
    second = SocketLife(gateway, path, library)
    second.later = 2 * HOUR
    await gateway.start()
    await gateway.until(lambda: gateway.pushes)
    await eventually(lambda: not second.intake.open)
    assert asked.answers == []
    assert gateway.pushes[0]["markdown"]["content"].startswith(LATE)
    await second.close()
    second.workers.close()


async def test_a_restart_after_a_refusal_does_not_take_an_answer_for_sent_that_never_was(
    gateway: Gateway, tmp_path: Path, library: Shelf
) -> None:
    path = tmp_path / "journal.sqlite"
    gateway.faults["aibot_respond_msg"] = deque([6000])
    first = SocketLife(gateway, path, library)
    object.__setattr__(first.channel._connection._timing, "sleep", lambda _: asyncio.Event().wait())
    await gateway.until_live()
    await gateway.ask(QUESTION)
    await eventually(lambda: (found := first.journal.deliveries.get(f"{SOCKET}:msg-1")) and "waits" in found.mark)
    await first.crash()
    gateway.faults["aibot_respond_msg"] = deque([846608])
    second = SocketLife(gateway, path, library)
    await gateway.until(lambda: gateway.pushes)
    await all_done(second)
    await second.close()
    second.workers.close()


async def test_a_stream_that_a_busy_platform_may_have_taken_stays_the_answer_though_the_documents_have_changed(
    gateway: Gateway, tmp_path: Path, library: Shelf
) -> None:
    path = tmp_path / "journal.sqlite"
    gateway.faults["aibot_respond_msg"] = deque([-1])
    first = SocketLife(gateway, path, library)
    object.__setattr__(first.channel._connection._timing, "sleep", lambda _: asyncio.Event().wait())
    await gateway.until_live()
    asked = await gateway.ask(QUESTION)
    await eventually(lambda: (found := first.journal.deliveries.get(f"{SOCKET}:msg-1")) and "lost" in found.mark)
    await first.crash()
    second = SocketLife(gateway, path, newer(library))
    await gateway.until(lambda: asked.answers)
    await all_done(second)
    assert ["8" in text for text in asked.answers] == [True]
    assert gateway.pushes == []
    await second.close()
    second.workers.close()


async def test_a_push_over_which_a_process_ended_is_not_pushed_again(
    gateway: Gateway, tmp_path: Path, library: SlowShelf
) -> None:
    path = tmp_path / "journal.sqlite"
    gateway.faults["aibot_respond_msg"] = deque([846605])
    gateway.faults["aibot_send_msg"] = deque(["no-ack"])
    first = SocketLife(gateway, path, library)
    await gateway.until_live()
    await gateway.ask(QUESTION)
    await gateway.until(lambda: gateway.pushes)
    await first.crash()
    second = SocketLife(gateway, path, library)
    await eventually(lambda: second.journal.deliveries.waiting() == 0)
    assert len(gateway.pushes) == 1
    await second.close()
    second.workers.close()


# The AI bot by callback: an address that takes one message within an hour


async def test_a_response_address_is_tried_for_as_long_as_it_is_open(
    platform: Platform, tmp_path: Path, library: SlowShelf
) -> None:
    life = Life(platform, tmp_path / "journal.sqlite", library, wait=0.0)
    url = platform.response_url("a")
    async with life.serving(life.passive()) as caller:
        platform.away = True
        await asks_early(caller, library, asked(QUESTION, url=url))
        await eventually(lambda: platform.calls["response"] >= 3)
        life.later = 50 * 60
        platform.away = False
        await eventually(lambda: life.journal.deliveries.get(f"{PASSIVE}:m1").state == "done")
    assert len(platform.addresses["a"]) == 1
    await life.close()


async def test_an_answer_whose_address_is_over_goes_by_a_way_that_can_write_to_people(
    platform: Platform, tmp_path: Path, library: SlowShelf
) -> None:
    life = Life(platform, tmp_path / "journal.sqlite", library, wait=0.0)
    url = platform.response_url("a")
    callback, app = life.passive(), life.app()
    async with life.serving(callback) as caller, life.serving(app):
        platform.away = True
        await asks_early(caller, library, asked(QUESTION, url=url))
        await eventually(lambda: platform.calls["response"] >= 2)
        life.later = platform.now = HOUR
        platform.away = False
        await eventually(lambda: life.journal.deliveries.get(f"{PASSIVE}:m1").state == "done")
    (text,) = platform.texts()
    assert text.startswith(LATE)
    assert platform.sent[0]["touser"] == "zhangsan"
    assert platform.addresses["a"] == []
    await life.close()


async def test_an_address_that_was_over_when_the_machine_had_slept_is_not_taken_for_one_that_had_the_answer(
    platform: Platform, tmp_path: Path, library: SlowShelf
) -> None:
    """It refuses either alike, and before the machine slept the answer may have arrived."""
    life = Life(platform, tmp_path / "journal.sqlite", library, wait=0.0)
    platform.faults["response"] = deque(["500"])
    url = platform.response_url("a")
    sleep = life.timing.sleep

    async def an_hour(seconds: float) -> None:
        if platform.calls["response"]:
            life.later = platform.now = HOUR
        await sleep(seconds)

    object.__setattr__(life.timing, "sleep", an_hour)
    callback, app = life.passive(), life.app()
    async with life.serving(callback) as caller, life.serving(app):
        await asks_early(caller, library, asked(QUESTION, url=url))
        await all_done(life)
    assert platform.addresses["a"] == []
    (text,) = platform.texts()
    assert text.startswith(LATE)
    await life.close()


async def test_an_answer_whose_address_is_over_is_lost_where_no_other_way_is_and_the_log_says_so(
    platform: Platform, tmp_path: Path, library: SlowShelf, caplog: pytest.LogCaptureFixture
) -> None:
    life = Life(platform, tmp_path / "journal.sqlite", library, wait=0.0)
    url = platform.response_url("a")
    async with life.serving(life.passive()) as caller:
        life.later = HOUR
        await asks_early(caller, library, asked(QUESTION, url=url))
        await eventually(lambda: life.journal.deliveries.get(f"{PASSIVE}:m1").state == "failed")
    assert "The address of a question is over." in caplog.text
    await life.close()


async def test_a_kill_between_taking_an_answer_for_its_address_and_sending_it_loses_nothing(
    platform: Platform, tmp_path: Path, library: SlowShelf
) -> None:
    path = tmp_path / "journal.sqlite"
    first = Life(platform, path, library, wait=0.0)
    channel = first.passive()
    url = platform.response_url("a")
    async with first.serving(channel) as caller:
        platform.away = True
        await asks_early(caller, library, asked(QUESTION, url=url))
        await eventually(lambda: platform.calls["response"] >= 1)
        await first.crash(channel)
    second = Life(platform, path, library, wait=0.0)
    platform.away = False
    async with second.serving(second.passive()):
        await eventually(lambda: second.journal.deliveries.waiting() == 0)
    assert len(platform.addresses["a"]) == 1
    for life in (first, second):
        await life.close()


async def test_an_answer_that_lies_to_be_fetched_stays_the_answer_though_the_documents_have_changed(
    platform: Platform, tmp_path: Path, library: SlowShelf
) -> None:
    path = tmp_path / "journal.sqlite"
    first = Life(platform, path, library, wait=0.0)
    channel = first.passive()
    url = platform.response_url("a")
    async with first.serving(channel) as caller:
        platform.away = True
        await asks_early(caller, library, asked(QUESTION, url=url))
        await eventually(lambda: platform.calls["response"] >= 1)
        await first.crash(channel)
    second = Life(platform, path, newer(library), wait=0.0)
    platform.away = False
    async with second.serving(second.passive()):
        await eventually(lambda: second.journal.deliveries.waiting() == 0)
    (posted,) = platform.addresses["a"]
    assert "智能工厂" in posted["markdown"]["content"]
    given = second.journal.answers.get(second.desk.replies.answer_id(f"{PASSIVE}:m1"))
    assert given.quotes[0].text == QUOTE
    for life in (first, second):
        await life.close()


def test_a_kept_answer_is_read_as_it_was_written() -> None:
    card = Card(
        "a b",
        (StyledSpan(Style.QUOTE, 0, 1), StyledSpan(Style.SOURCE, 2, 3, "https://e.org")),
        ((Button("x", "u:1"),),),
    )
    kept = Kept(card, "id")
    assert Kept.read(Mark().written(kept)) == kept
    assert Kept.read(Mark().written()) is None
    assert Kept.read("") is None
    assert Kept.read('["goes", 1.0, false]') is None


def test_a_mark_of_an_earlier_version_says_only_that_the_part_may_be_out() -> None:
    assert Mark.read("", 7.0) == Mark(Fate.GOES, 7.0)
    mark = Mark(Fate.LOST, 5.5, True)
    assert Mark.read(mark.written(), 7.0) == mark
