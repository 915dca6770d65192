"""Which of the last messages in a chat says the same as the one just sent, because a try before it had arrived.

The messages just after each mark, and those just before the new one, are probed: setting the same keyboard again on a
duplicate is refused as "not modified", on messages of others for another reason. Messages of ours that are written down
are not probed. One that another process has not written down yet takes the keyboard, and shows its text in return: if
it is the same, it is the duplicate. A message without a keyboard gets one for that moment. The first of them stays,
newer ones are deleted.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, Message
from telegram.error import BadRequest, RetryAfter, TelegramError

from bot.backoff import backoff
from bot.channels.telegram.outgoing import RenderedMessage
from bot.channels.telegram.request import seconds_of
from bot.desk.deliveries import Intake

log = logging.getLogger(__name__)

PROBED = 40
"""How many ids after each mark, and how many before the repetition, are looked at for a duplicate."""
REMEMBERED = 2000
TRIES = 6
"""How often one message is looked at, where looking fails."""
PAUSE = 0.5
PROBE = InlineKeyboardMarkup([[InlineKeyboardButton("…", callback_data="-")]])


class Duplicates:
    """`delete` takes a message back, in its chat's turn; `gate` limits requests at once."""

    def __init__(
        self, bot: Bot, intake: Intake, gate: asyncio.Semaphore, delete: Callable[[int, int], Awaitable[None]]
    ) -> None:
        self._bot = bot
        self._intake = intake
        self._gate = gate
        self._delete = delete
        self._sent: OrderedDict[tuple[int, int], None] = OrderedDict()

    def remember(self, chat: int, id: int) -> None:
        """This message is what it was meant to be, and nobody's duplicate."""
        self._sent[chat, id] = None
        while len(self._sent) > REMEMBERED:
            self._sent.popitem(last=False)

    async def without(self, chat: int, id: int, message: RenderedMessage, marks: Sequence[int]) -> int:
        """The id of the one message that stays. At most one for each mark can be duplicates."""
        known = await self._intake.sent_in(str(chat))
        near = {candidate for mark in marks for candidate in range(mark + 1, min(mark + 1 + PROBED, id))}
        near |= set(range(max(id - PROBED, min(marks) + 1), id))
        copies = [id]
        for candidate in sorted(near):
            if len(copies) > len(marks):
                break
            if (chat, candidate) in self._sent or f"{chat}:{candidate}" in known:
                continue
            if await self._is_duplicate(chat, candidate, message):
                copies.append(candidate)
        stays, *repetitions = sorted(copies)
        for repetition in repetitions:
            log.info("A send that seemed to fail had arrived: its repetition is taken back")
            await self._delete(chat, repetition)
        return stays

    async def _is_duplicate(self, chat: int, candidate: int, message: RenderedMessage) -> bool:
        try:
            shown = await self._dressed_in(chat, candidate, message.keyboard)
            if shown is True and message.keyboard is None:
                # Ours, and without buttons as well. Only with other buttons does it show its text.
                shown = await self._dressed_in(chat, candidate, PROBE)
                await self._dressed_in(chat, candidate, None)
        except TelegramError as error:
            log.warning("Looking for a doubled message failed: %s", type(error).__name__)
            return False
        return shown is True or (isinstance(shown, Message) and (shown.text or "").endswith(message.text))

    async def _dressed_in(self, chat: int, id: int, keyboard: InlineKeyboardMarkup | None) -> Message | bool:
        """A message of ours with `keyboard` from now on; True where it has it already, False where it is not ours."""
        for failures in range(1, TRIES + 1):
            try:
                async with self._gate:
                    return await self._bot.edit_message_reply_markup(chat, id, reply_markup=keyboard)
            except BadRequest as error:
                return "not modified" in error.message.lower()
            except RetryAfter as error:
                await asyncio.sleep(seconds_of(error))
            except TelegramError:
                if failures == TRIES:
                    raise
                await asyncio.sleep(backoff(failures, PAUSE))
        return False
