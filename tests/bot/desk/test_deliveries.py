"""What a channel received and has not answered yet: written down once, counted, taken over where a process is gone."""

import asyncio
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from bot.desk.deliveries import Intake
from bot.errors import TakenOverError
from bot.journal import Journal
from bot.journal.deliveries import Delivery, DeliveryState
from bot.metrics import Metrics
from bot.question import Conversation
from bot.workers import Workers


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
def intake(journal: Journal, workers: Workers, metrics: Metrics) -> Intake:
    return Intake("telegram", journal, workers, metrics)


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Journal]:
    """The journal as another process has it."""
    journal = Journal(tmp_path / "journal.sqlite")
    yield journal
    journal.close()


def waiting(metrics: Metrics) -> float:
    """What the metrics say is open."""
    [line] = [line for line in metrics.page().decode().splitlines() if line.startswith('verbatim_queue{channel="tel')]
    return float(line.split()[-1])


async def test_a_delivery_is_taken_once_and_counted_until_it_is_done(intake: Intake, metrics: Metrics) -> None:
    assert intake.open == 0
    assert await intake.receive("telegram:1", "payload", "7", "100")
    assert not await intake.receive("telegram:1", "payload", "7", "100")
    assert await intake.receive_all([("telegram:1", "", "7", "100"), ("telegram:2", "", "7", "101")]) == {"telegram:2"}
    assert (intake.open, waiting(metrics)) == (2, 2.0)
    await intake.done("telegram:1", ("7:5",))
    assert (intake.open, waiting(metrics)) == (1, 1.0)


async def test_what_was_delivered_and_sent_is_found_again(intake: Intake) -> None:
    await intake.receive("telegram:1", "payload", "7", "100")
    found = await intake.find("7", "100")
    assert found is not None
    assert (found.delivery, found.payload, found.state) == ("telegram:1", "payload", DeliveryState.RECEIVED)
    assert await intake.find("7", "100", besides="telegram:1") is None
    assert await intake.find("8", "100") is None
    await intake.sending("telegram:1", ("7:5",), "seen up to 5")
    sending = await intake.get("telegram:1")
    assert sending is not None
    assert (sending.state, sending.sent, sending.mark) == (DeliveryState.SENDING, ("7:5",), "seen up to 5")
    await intake.done("telegram:1", ("7:5", "7:6"))
    assert await intake.sent_in("7") == {"7:5", "7:6"}
    shown = await intake.showing("7", "7:6")
    assert shown is not None
    assert (shown.delivery, shown.state, shown.payload) == ("telegram:1", DeliveryState.DONE, "")
    assert await intake.showing("7", "7:60") is None


async def test_an_answer_that_was_edited_consists_of_its_new_messages(intake: Intake) -> None:
    await intake.receive("telegram:1", "", "7", "100")
    await intake.done("telegram:1", ("7:5",))
    await intake.answered_again("telegram:1", ("7:5", "7:9"))
    again = await intake.get("telegram:1")
    assert again is not None
    assert again.sent == ("7:5", "7:9")


async def test_an_edit_shows_nothing_once_a_later_one_has_its_answer(intake: Intake, journal: Journal) -> None:
    for number in (1, 2, 3):
        journal.deliveries.receive(f"telegram:{number}", "telegram", "", "7", "100")
    journal.deliveries.answered("telegram:3", "third")
    assert await intake.now_shows("telegram:1", "third", "telegram:3")
    assert not await intake.now_shows("telegram:1", "second", "telegram:2")
    first = await intake.get("telegram:1")
    assert first is not None
    assert first.answer == "third"


def test_of_edits_that_arrived_in_one_moment_the_one_with_the_higher_number_is_the_later(tmp_path: Path) -> None:
    """Behind an outage all of them come in one poll."""
    with closing(Journal(tmp_path / "one-moment.sqlite", now=lambda: 5.0)) as journal:
        deliveries = journal.deliveries
        deliveries.receive_all("telegram", [(f"telegram:{number}", "", "7", "100") for number in (8, 9, 10)])
        deliveries.answered("telegram:10", "third")
        assert deliveries.now_shows("telegram:8", "third", "telegram:10")
        assert not deliveries.now_shows("telegram:8", "second", "telegram:9")
        first = deliveries.find("telegram", "7", "100")
        assert first is not None
        assert (first.delivery, first.answer) == ("telegram:8", "third")


def test_what_arrived_in_one_moment_is_taken_over_by_its_number(tmp_path: Path) -> None:
    with closing(Journal(tmp_path / "one-moment.sqlite", now=lambda: 5.0)) as journal:
        numbered = [f"telegram:{number}" for number in (8, 9, 10)]
        journal.deliveries.receive_all("telegram", [(one, "", "7", "100") for one in numbered])
        journal.deliveries.let_go(numbered)
        assert [one.delivery for one in journal.deliveries.take_over("telegram")] == numbered


async def test_what_failed_is_told_from_what_was_answered(intake: Intake) -> None:
    await intake.receive_all([("telegram:1", "", "7", "100"), ("telegram:2", "", "7", "101")])
    await intake.done("telegram:1", failed=True)
    await intake.done("telegram:2")
    states = [one.state for one in [await intake.get("telegram:1"), await intake.get("telegram:2")] if one]
    assert states == [DeliveryState.FAILED, DeliveryState.DONE]


async def test_a_group_that_got_another_number_keeps_its_deliveries(intake: Intake, journal: Journal) -> None:
    await intake.receive("telegram:1", "", "-7", "100")
    group = Conversation("telegram", "-7", "", "42")
    journal.memory.remember(group, "telegram:1", "how many?")
    await intake.move_chat("-7", "-1007")
    assert journal.memory.recall(replace(group, chat="-1007")) == ("how many?",)
    assert await intake.find("-7", "100") is None
    assert await intake.find("-1007", "100") is not None


async def test_a_delivery_of_a_process_that_is_gone_is_resumed_and_no_other(
    intake: Intake, other: Journal, metrics: Metrics
) -> None:
    await intake.receive("telegram:mine", "", "7", "1")
    other.deliveries.receive("telegram:left", "telegram", "its payload", "7", "2")
    other.deliveries.receive("wecom:left", "wecom", "", "7", "3")
    other.leases.drop()
    resumed: list[Delivery] = []
    there = asyncio.Event()

    async def resume(delivery: Delivery) -> None:
        resumed.append(delivery)
        there.set()

    watching = asyncio.create_task(intake.watch(resume))
    await asyncio.wait_for(there.wait(), 20)
    watching.cancel()
    with suppress(asyncio.CancelledError):
        await watching
    assert [(one.delivery, one.payload) for one in resumed] == [("telegram:left", "its payload")]
    assert (intake.open, waiting(metrics)) == (2, 2.0)
    with pytest.raises(TakenOverError):
        other.deliveries.sending("telegram:left")
    await intake.sending("telegram:left")


async def test_a_channel_that_ends_lets_go_of_what_is_open(intake: Intake, other: Journal, metrics: Metrics) -> None:
    await intake.receive_all([("telegram:1", "", "7", "1"), ("telegram:2", "", "7", "2")])
    await intake.release()
    assert (intake.open, waiting(metrics)) == (0, 0.0)
    assert [one.delivery for one in other.deliveries.take_over("telegram")] == ["telegram:1", "telegram:2"]


def test_a_message_may_go_out_for_half_as_long_as_nobody_takes_over(intake: Intake, journal: Journal) -> None:
    assert intake.fresh == journal.leases.seconds / 2
