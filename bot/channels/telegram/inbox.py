"""Updates on their way in: written down before Telegram is told that they arrived, and never done twice.

The library's updater confirms an update as soon as `put` returns, so `put` is where it is written down.
"""

import asyncio
import json
import logging
from dataclasses import dataclass, field

from telegram import Bot, Update

from bot.channels.telegram.options import NAME
from bot.intake import Intake
from bot.journal.deliveries import Delivery, State

log = logging.getLogger(__name__)


@dataclass(slots=True)
class InHand:
    """One update being worked on."""

    delivery: str
    sent: list[str] = field(default_factory=list)
    """Messages of the answer that are out, as "chat:id"."""
    uncertain: bool = False
    """Somebody may have sent more than that before they were gone."""
    failed: bool = False


class Inbox(asyncio.Queue[object]):
    """The library's update queue, with a memory on the disk."""

    def __init__(self, intake: Intake, bot_id: int, most_open: int) -> None:
        super().__init__()
        self._intake = intake
        self._bot_id = bot_id
        self._most_open = most_open
        self._room = asyncio.Event()
        self._room.set()
        self.in_hand: dict[int, InHand] = {}

    @property
    def crowded(self) -> bool:
        """Whether as much is in hand as may be."""
        return self._intake.open >= self._most_open

    async def put(self, item: object) -> None:
        """Takes an update in, waiting for room. One that was seen before goes no further."""
        if not isinstance(item, Update):
            await super().put(item)
            return
        while self.crowded:
            self._room.clear()
            await self._room.wait()
        delivery = f"{NAME}:{self._bot_id}:{item.update_id}"
        chat, message = _place(item)
        # What is typed inline is answered at once or never: nobody waits for it after a restart.
        payload = "" if item.inline_query else item.to_json()
        if await self._intake.receive(delivery, payload, chat, message):
            self.in_hand[item.update_id] = InHand(delivery)
            await super().put(item)

    async def resume(self, left: Delivery, bot: Bot) -> None:
        """Takes up an update that another process had received and did not finish."""
        try:
            update = Update.de_json(json.loads(left.payload), bot)
        except (ValueError, TypeError, KeyError):
            log.warning("A delivery left behind cannot be read and is given up", extra={"delivery": left.delivery})
            await self._intake.done(left.delivery, left.sent, failed=bool(left.payload))
            return
        hand = InHand(left.delivery, list(left.sent), uncertain=left.state is State.SENDING)
        self.in_hand[update.update_id] = hand
        await super().put(update)

    async def finish(self, update: object) -> None:
        """Nothing remains to do for `update`."""
        hand = self.in_hand.pop(update.update_id, None) if isinstance(update, Update) else None
        if hand is None:
            return
        await self._intake.done(hand.delivery, hand.sent, failed=hand.failed)
        if not self.crowded:
            self._room.set()


def _place(update: Update) -> tuple[str, str]:
    """Chat and id of a message, so that its edit finds the answer; "" for everything else."""
    message = update.message or update.edited_message
    return (str(message.chat.id), str(message.message_id)) if message is not None else ("", "")
