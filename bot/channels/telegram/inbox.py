"""Updates on their way in: written down before Telegram is told that they arrived, and never done twice.

The library's updater confirms updates with the poll that follows, so they are written down before it gets to see them;
those of a webhook in `put`, before the request is answered.
"""

import asyncio
import hashlib
import json
import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

from telegram import Bot, Update

from bot.channels.telegram.options import NAME
from bot.clock import Clock
from bot.desk.deliveries import Intake
from bot.journal.deliveries import FIRST_TOKEN, Delivery, DeliveryState, Finished

log = logging.getLogger(__name__)

EMPTY: Mapping[int, str] = MappingProxyType({})
MOMENT = 0.02
"""Seconds that finished updates wait for each other. A crash within it finds the answer in the chat and sends none."""
SUPERGROUPS = -1_000_000_000_000
"""Chats with ids up to this one number their messages for themselves; all others of a bot share one numbering."""


class Mark(NamedTuple):
    """One try to send a message, as it is written down before it: enough to find the message if it arrived."""

    newest: int
    """The newest message id that was known: the message has a higher one."""
    digest: str
    """Of its text: whoever tries again may have to say something else, because the documents have changed."""


def digest(text: str) -> str:
    """The same for the same text, short, and nothing of the text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


@dataclass(slots=True)
class InHand:
    """One update being worked on."""

    delivery: str
    received: float
    """When it arrived, in seconds since 1970."""
    sent: list[str] = field(default_factory=list)
    """Messages of the answer that are out, as "chat:id"."""
    marks: list[Mark] = field(default_factory=list)
    """One for each try to send the next of them that may have arrived, as `sending` wrote it down."""
    token: int = FIRST_TOKEN
    """With which it came into these hands: the same process may get it a second time after a long stop."""
    begun: bool = False
    """Whether another process may have answered it before it was gone."""
    failed: bool = False
    again: bool = False
    """Its turn comes later: what it follows is in other hands, or has come into these and waits behind it."""


class Numbering:
    """The newest message ids that are known: whatever is sent from now on gets a higher one."""

    def __init__(self) -> None:
        self._newest: dict[int, int] = {}

    def saw(self, chat: int, id: int) -> None:
        """A message with this id exists."""
        self._newest[series(chat)] = max(id, self.newest(chat))

    def newest(self, chat: int) -> int:
        return self._newest.get(series(chat), 0)


class Inbox(asyncio.Queue[object]):
    """The library's update queue, with a memory on the disk."""

    def __init__(self, intake: Intake, bot_id: int, most_open: int, clock: Clock) -> None:
        super().__init__()
        self._intake = intake
        self._bot_id = bot_id
        self._most_open = most_open
        self._clock = clock
        self._room = asyncio.Event()
        self._room.set()
        self._recorded: set[int] = set()
        """Numbers of the updates of this poll."""
        self._recording: set[asyncio.Task[None]] = set()
        self._closed = False
        self._done_with: list[Finished] = []
        self._flushing: asyncio.Task[None] | None = None
        self._writing = asyncio.Lock()
        self._in_hand: dict[int, tuple[Update, InHand]] = {}
        """By the identity of the update: one that was taken over may be here twice, and each is for itself."""
        self.numbering = Numbering()

    @property
    def crowded(self) -> bool:
        """Whether as much is in hand as may be."""
        return self._intake.open >= self._most_open

    async def record(self, updates: Sequence[Update], written: Mapping[int, str] = EMPTY) -> None:
        """Writes a whole poll's updates down at once, and takes in those that are new. `written`: their JSON, if there.

        A poll may be called off in the middle of it. What is written down then is taken in all the same: nobody else
        would work on it as long as this process lives.
        """
        task = asyncio.create_task(self._record(updates, written))
        self._recording.add(task)
        task.add_done_callback(self._recording.discard)
        await asyncio.shield(task)

    async def _record(self, updates: Sequence[Update], written: Mapping[int, str]) -> None:
        for update in updates:
            if (message := update.effective_message) is not None:
                self.numbering.saw(message.chat.id, message.message_id)
        new = [update for update in updates if update.update_id not in self._recorded]
        arrived = [self._arrived(update, written.get(update.update_id, "")) for update in new]
        fresh = await self._intake.receive_all(arrived) if arrived else set()
        if self._closed:
            # The journal was away for longer than this life of the channel lasted.
            await self._intake.let_go(fresh)
            return
        self._recorded |= {update.update_id for update in new}
        for update in new:
            if self._delivery(update) in fresh:
                self._hold(update, InHand(self._delivery(update), self._clock.now()))
                await super().put(update)

    async def put(self, item: object) -> None:
        """Takes an update in, unless `record` has done so, and waits for room. What was seen before goes no further."""
        if not isinstance(item, Update):
            await super().put(item)
            return
        while self.crowded:
            self._room.clear()
            await self._room.wait()
        if item.update_id not in self._recorded:
            await self.record([item])
        self._recorded.discard(item.update_id)

    def _arrived(self, update: Update, written: str) -> tuple[str, str, str, str]:
        # What is typed inline is answered at once or never: nobody waits for it after a restart.
        payload = "" if update.inline_query else written or update.to_json()
        return self._delivery(update), payload, *_place(update)

    def _delivery(self, update: Update) -> str:
        return f"{NAME}:{self._bot_id}:{update.update_id}"

    async def resume(self, left: Delivery, bot: Bot) -> None:
        """Takes up an update that another process had received and did not finish."""
        try:
            update = Update.de_json(json.loads(left.payload), bot)
        except (ValueError, TypeError, KeyError):
            log.warning("A delivery left behind cannot be read and is given up", extra={"delivery": left.delivery})
            await self._intake.done(left.delivery, left.sent, failed=bool(left.payload))
            return
        begun = left.state is DeliveryState.SENDING
        hand = InHand(left.delivery, left.received, list(left.sent), _marks(left.mark), left.token, begun)
        self._hold(update, hand)
        await super().put(update)

    def hand(self, update: Update) -> InHand | None:
        """What is known of `update` while it is worked on."""
        return self._in_hand.get(id(update), (update, None))[1]

    def _hold(self, update: Update, hand: InHand) -> None:
        self._in_hand[id(update)] = (update, hand)

    def finish(self, update: object) -> None:
        """Nothing remains to do for `update`. It is written down a moment later, together with others."""
        _, hand = self._in_hand.pop(id(update), (update, None))
        if hand is None:
            return
        if hand.again and isinstance(update, Update):
            hand.again = False
            self._hold(update, hand)
            self.put_nowait(update)
            return
        self._done_with.append(Finished(hand.delivery, tuple(hand.sent), hand.failed, hand.token))
        if self._flushing is None or self._flushing.done():
            self._flushing = asyncio.create_task(self._flush_soon())

    async def flush(self) -> None:
        """Until everything that is finished is written down."""
        async with self._writing:
            while self._done_with:
                finished = list(self._done_with)
                await self._intake.done_all(finished)
                # Only now: what could not be written down is still to be.
                del self._done_with[: len(finished)]
        if not self.crowded:
            self._room.set()

    async def _flush_soon(self) -> None:
        await asyncio.sleep(MOMENT)
        await self.flush()

    async def close(self, seconds: float) -> None:
        """Writes down what is finished, if that is possible within `seconds`."""
        self._closed = True
        if self._recording:
            await asyncio.wait(self._recording, timeout=seconds)
        with suppress(TimeoutError):
            await asyncio.wait_for(self.flush(), seconds)
        if self._flushing is not None:
            self._flushing.cancel()
            await asyncio.wait([self._flushing])


def _marks(written: str) -> list[Mark]:
    """The marks of a delivery; an earlier version wrote no more than numbers."""
    return [Mark(one, "") if isinstance(one, int) else Mark(*one) for one in json.loads(written or "[]")]


def _place(update: Update) -> tuple[str, str]:
    """Chat and id of a message, so that its edit finds the answer; of a tap the chat that is answered."""
    message = update.message or update.edited_message
    if message is not None:
        return str(message.chat.id), str(message.message_id)
    tapped = update.callback_query.message if update.callback_query else None
    return (str(tapped.chat.id), "") if tapped is not None else ("", "")


def series(chat: int) -> int:
    """The same for chats that number their messages together."""
    return chat if chat <= SUPERGROUPS else 0
