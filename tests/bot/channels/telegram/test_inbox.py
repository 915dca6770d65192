"""The inbox: what is written down is worked on by whoever wrote it down, once."""

import asyncio
import json

import pytest
from telegram import Update

from bot.channels.telegram.inbox import Inbox
from bot.clock import Clock
from bot.desk.deliveries import Intake
from bot.journal import Journal
from bot.journal.deliveries import DeliveryState
from bot.metrics import Metrics
from bot.workers import Workers

MESSAGE = {"message_id": 5, "date": 1, "chat": {"id": 42, "type": "private"}, "text": "?"}
DELIVERY = "telegram:1:7"


@pytest.fixture
def intake(journal: Journal, workers: Workers) -> Intake:
    return Intake("telegram", journal, workers, Metrics())


@pytest.fixture
async def inbox(intake: Intake) -> Inbox:
    return Inbox(intake, 1, 10, Clock())


def update() -> Update:
    return Update.de_json({"update_id": 7, "message": MESSAGE})


async def test_what_a_poll_wrote_down_that_was_called_off_is_worked_on(inbox: Inbox, journal: Journal) -> None:
    """As when a poller gives way to another: the other does not get it any more."""
    poll = asyncio.create_task(inbox.record([update()]))
    await asyncio.sleep(0)
    poll.cancel()
    with pytest.raises(asyncio.CancelledError):
        await poll
    async with asyncio.timeout(20):
        assert await inbox.get() == update()
    assert journal.deliveries.waiting() == 1
    # The same update in the next poll is the same.
    await inbox.record([update()])
    await inbox.put(update())
    assert inbox.empty()


async def test_who_finds_its_work_taken_ends_nothing_of_it_though_the_same_process_has_it_again(
    inbox: Inbox, intake: Intake, journal: Journal
) -> None:
    """After a long stop a process may take over from whoever had taken over from it."""
    first = Update.de_json({"update_id": 7, "message": MESSAGE})
    await inbox.put(first)
    journal.deliveries.release("telegram")
    (left,) = journal.deliveries.take_over("telegram")
    again = await resumed(inbox, left.payload, left)
    inbox.finish(first)
    await inbox.flush()
    assert journal.deliveries.waiting() == 1
    hand = inbox.hand(again)
    assert hand is not None
    hand.sent.append("42:6")
    inbox.finish(again)
    await inbox.flush()
    found = journal.deliveries.get(DELIVERY)
    assert found is not None
    assert (found.state, found.sent) == (DeliveryState.DONE, ("42:6",))


async def test_what_is_written_down_after_the_end_of_a_life_of_the_channel_is_left_for_the_next(
    inbox: Inbox, journal: Journal
) -> None:
    """As where the disk was full for longer than that life lasted."""
    await inbox.close(1.0)
    await inbox.record([update()])
    assert inbox.empty()
    assert [left.delivery for left in journal.deliveries.take_over("telegram")] == [DELIVERY]


async def resumed(inbox: Inbox, payload: str, left: object) -> Update:
    assert json.loads(payload)["update_id"] == 7
    while not inbox.empty():
        inbox.get_nowait()
    await inbox.resume(left, None)  # type: ignore[arg-type]
    update = inbox.get_nowait()
    assert isinstance(update, Update)
    return update
