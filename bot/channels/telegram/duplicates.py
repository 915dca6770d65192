"""Which of the last messages in a chat says the same as the one just sent, because a try before it had arrived.

The messages just after each mark, and those just before the new one, are probed: setting a keyboard is refused on
messages of others, and on one of ours it shows the text in return, or says "not modified", and then another keyboard
for a moment makes it show the text. If that is the same, or that of an earlier try, it is a duplicate. Messages that
are written down, ours and those of people in all chats with the same numbering, are not probed: behind a busy minute
they are nearly all. The first of the duplicates stays and shows what the last was to show, newer ones are deleted.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import suppress
from itertools import islice

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, Message
from telegram.error import BadRequest, RetryAfter, TelegramError

from bot.backoff import backoff
from bot.channels.telegram.inbox import InHand, Mark, digest, series
from bot.channels.telegram.outgoing import RenderedMessage
from bot.channels.telegram.request import seconds_of
from bot.desk.deliveries import Intake

log = logging.getLogger(__name__)

PROBED = 120
"""How many ids of which nothing is known, after each mark and before the repetition, are looked at for a duplicate."""
PROBED_IN_SUPERGROUPS = 40
"""Where messages that the bot does not see are numbered along, and twenty requests a minute are let through."""
WAITED = 120.0
"""A question that came so many seconds before this one may have been answered after this one's mark; an older one
hardly."""
REMEMBERED = 2000
TRIES = 200
"""How often one message is looked at, where looking fails: through an outage of an hour."""
LOOKS = 5
"""How often a message that has the buttons is given others, to see its text."""
PAUSE = 0.5
LONGEST_PAUSE = 20.0
PROBE = InlineKeyboardMarkup([[InlineKeyboardButton("…", callback_data="-")]])


class Duplicates:
    """`delete` takes a message back, `edit` makes it show something else; `gate` limits requests at once."""

    def __init__(
        self,
        bot: Bot,
        intake: Intake,
        gate: asyncio.Semaphore,
        delete: Callable[[int, int], Awaitable[None]],
        edit: Callable[[int, int, RenderedMessage], Awaitable[bool]],
    ) -> None:
        self._bot = bot
        self._intake = intake
        self._gate = gate
        self._delete = delete
        self._edit = edit
        self._sent: OrderedDict[tuple[int, int], str] = OrderedDict()
        """The newest messages that this process has sent, with the delivery that each answers, or ""."""

    def remember(self, chat: int, id: int, hand: InHand | None) -> None:
        """This message is nobody's duplicate, unless the journal fails and `hand` has to be answered again."""
        self._sent[chat, id] = hand.delivery if hand is not None else ""
        while len(self._sent) > REMEMBERED:
            self._sent.popitem(last=False)

    async def without(
        self, chat: int, id: int, message: RenderedMessage, marks: Sequence[Mark], asked: float, hand: InHand | None
    ) -> int:
        """The id of the one message that stays. At most one for each mark can be duplicates.

        `asked`: when the question arrived that `message` answers, in seconds since 1970. `hand`: its delivery.
        """
        digests = {digest(message.text), *(mark.digest for mark in marks)}
        copies = [id]
        for candidate in await self._unknown(chat, id, [mark.newest + 1 for mark in marks], asked, hand):
            if len(copies) > len(marks):
                break
            if await self._is_duplicate(chat, candidate, message, digests):
                copies.append(candidate)
        stays = await self._first_to_show(chat, sorted(copies), message)
        for repetition in [copy for copy in copies if copy != stays]:
            log.info("A send that seemed to fail had arrived: its repetition is taken back")
            await self._delete(chat, repetition)
        return stays

    async def _unknown(self, chat: int, id: int, begins: Sequence[int], asked: float, hand: InHand | None) -> list[int]:
        """Ids below `id` of messages that nobody has written down, near it and after each of `begins`, in order."""
        written = await self._intake.sent_in(str(chat)) | await self._intake.ids_since(asked - WAITED)
        known = self._sent_here(hand) | {_chat_and_id(one) for one in written}
        numbers = {number for place, number in known if series(place) == series(chat)}
        most = PROBED_IN_SUPERGROUPS if series(chat) else PROBED
        ranges = [range(id - 1, min(begins) - 1, -1), *(range(begin, id) for begin in begins)]
        return sorted({one for ids in ranges for one in islice((one for one in ids if one not in numbers), most)})

    def _sent_here(self, hand: InHand | None) -> set[tuple[int, int]]:
        """Messages of this process that need no look. What it sent for this same delivery needs one, unless `hand`
        lists it: the journal could not write it down, as on a full disk, and the delivery came again.
        """
        if hand is None:
            return set(self._sent)
        present = {_chat_and_id(one) for one in hand.sent}
        return {place for place, delivery in self._sent.items() if delivery != hand.delivery or place in present}

    async def _first_to_show(self, chat: int, copies: Sequence[int], message: RenderedMessage) -> int:
        """The first of `copies` that shows `message` from now on: it may say what an earlier try had to say."""
        *earlier, last = copies
        for copy in earlier:
            with suppress(BadRequest):
                if await self._edit(chat, copy, message):
                    return copy
        return last

    async def _is_duplicate(
        self, chat: int, candidate: int, message: RenderedMessage, digests: Collection[str]
    ) -> bool:
        try:
            shown = await self._shown(chat, candidate, message.keyboard)
            if shown is None:
                return False
            same = digest(shown.text or "") in digests
            if not same and message.keyboard is not None:
                # Ours, and of another answer: better no buttons than those of this one.
                await self._dressed_in(chat, candidate, None)
        except TelegramError as error:
            log.warning("Looking for a doubled message failed: %s", type(error).__name__)
            return False
        return same

    async def _shown(self, chat: int, id: int, keyboard: InlineKeyboardMarkup | None) -> Message | None:
        """A message of ours, which has `keyboard` from now on; None where it is not ours."""
        shown = await self._dressed_in(chat, id, keyboard)
        for _ in range(LOOKS):
            if shown is not True:
                break
            # Ours, and with the same buttons: they may be from an earlier look. With others it shows its text, unless
            # the answer to that is lost.
            shown = await self._dressed_in(chat, id, PROBE)
            await self._dressed_in(chat, id, keyboard)
        return shown if isinstance(shown, Message) else None

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
                await asyncio.sleep(backoff(failures, PAUSE, LONGEST_PAUSE))
        return False


def _chat_and_id(written: str) -> tuple[int, int]:
    chat, _, id = written.partition(":")
    return int(chat), int(id)
