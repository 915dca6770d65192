"""Sends with care: paced for each chat, retried when that helps, and never twice where that can be detected.

Before each try the journal has the newest message id that is known (the mark), and says whether this process still has
the delivery. A try that timed out may have arrived: it is made again, and its duplicate is looked for (`duplicates`).
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import TypeVar
from weakref import WeakValueDictionary

from telegram import (
    Bot,
    InlineKeyboardMarkup,
    InlineQueryResult,
    LinkPreviewOptions,
    Message,
    ReplyParameters,
)
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
)

from bot.breaker import Breaker
from bot.channels.telegram.duplicates import Duplicates
from bot.channels.telegram.inbox import InHand, Mark, Numbering, digest
from bot.channels.telegram.options import NAME, TelegramOptions
from bot.channels.telegram.outgoing import RenderedMessage, late
from bot.channels.telegram.pacing import Pacer
from bot.channels.telegram.request import Attempt, never_left, seconds_of
from bot.desk.deliveries import Intake
from bot.errors import TakenOverError
from bot.journal.deliveries import DeliveryState
from bot.metrics import Metrics
from bot.question import Language

log = logging.getLogger(__name__)
T = TypeVar("T")

ALONE = 10
"""A message that failed this often while others got through is given up: the trouble is its own."""
LONGEST_PAUSE = 30.0
IN_FLIGHT = 4
"""More requests at once are not faster."""
MARKS = 50
"""The newest so many tries that may have arrived are remembered."""
SETTLED_SECONDS = 600.0
"""How long whoever took over is given to finish, before a message that came too late is left where it is."""
LOOK = 1.0
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
FINAL = (Forbidden, InvalidToken, Conflict, ChatMigrated)


@dataclass(frozen=True, slots=True)
class Target:
    """Where a message goes."""

    chat: int
    thread: int | None = None
    reply: ReplyParameters | None = None
    after: int = 0
    """No answer of ours to this question can have a message id up to this one."""
    asked: float | None = None
    """When the question arrived, in seconds since 1970; None: just now, or nobody asked."""
    lang: Language = "en"


class Sender:
    """All of one bot's outgoing messages. `intake` knows what is sent, and where a group went that became another."""

    def __init__(
        self, bot: Bot, options: TelegramOptions, metrics: Metrics, intake: Intake, numbering: Numbering
    ) -> None:
        self._bot = bot
        self._options = options
        self._clock = options.clock
        self._metrics = metrics
        self._intake = intake
        self._pacer = Pacer(options.pace, self._clock.steady)
        self._breaker = Breaker(self._clock.steady, options.retry_pause)
        self._gate = asyncio.Semaphore(IN_FLIGHT)
        self._turns: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._numbering = numbering
        self._duplicates = Duplicates(bot, intake, self._gate, self.delete, self.edit)
        self._settling: set[asyncio.Task[None]] = set()

    async def send(self, target: Target, message: RenderedMessage, hand: InHand | None = None) -> tuple[int, int]:
        """Chat and id of the message, which is the next part of the answer to `hand`.

        TakenOverError where another process has `hand` now: nothing was sent, or it is taken back.
        """
        turn = self._turns.setdefault(target.chat, asyncio.Lock())
        # One at a time in a chat: no probe for a duplicate may meet a message that was sent and is not remembered yet.
        async with turn:
            return await self._send(target, message, self._attempt(target, hand))

    async def _send(self, target: Target, message: RenderedMessage, attempt: Attempt) -> tuple[int, int]:
        try:
            sent = await self._send_somehow(target, message, attempt)
        except ChatMigrated as moved:
            await self._intake.move_chat(str(target.chat), str(moved.new_chat_id))
            target = replace(target, chat=moved.new_chat_id, reply=None)
            sent = await self._send_somehow(target, message, attempt)
        except TelegramError:
            self._metrics.sent.labels(NAME, "failed").inc()
            raise
        self._metrics.sent.labels(NAME, "sent").inc()
        id = sent.message_id
        self._numbering.saw(target.chat, id)
        if attempt.marks:
            asked = attempt.hand.received if attempt.hand is not None else target.asked or self._clock.now()
            shown = attempt.shown or message
            id = await self._duplicates.without(target.chat, id, shown, attempt.marks, asked, attempt.hand)
        self._duplicates.remember(target.chat, id, attempt.hand)
        if attempt.hand is not None and self._clock.steady() - attempt.marked > self._intake.fresh:
            await self._check_late(attempt.hand, target.chat, id)
        return target.chat, id

    async def edit(self, chat: int, message_id: int, message: RenderedMessage) -> bool:
        """Makes a message of ours show something else, unless it shows it already. False where it is gone."""

        def request() -> Awaitable[Message | bool]:
            return self._bot.edit_message_text(
                message.text,
                chat,
                message_id,
                entities=message.entities,
                reply_markup=message.keyboard,
                link_preview_options=NO_PREVIEW,
            )

        try:
            with _unmodified():
                await self.call(chat, request, self._attempt())
        except BadRequest as error:
            if "message to edit not found" not in error.message.lower():
                raise
            return False
        return True

    async def edit_keyboard(self, chat: int, message_id: int, keyboard: InlineKeyboardMarkup | None) -> None:
        with _unmodified():
            await self.call(
                chat,
                lambda: self._bot.edit_message_reply_markup(chat, message_id, reply_markup=keyboard),
                self._attempt(),
            )

    async def delete(self, chat: int, message_id: int) -> None:
        """A message that is gone already is fine."""
        try:
            await self.call(chat, lambda: self._bot.delete_message(chat, message_id), self._attempt())
        except BadRequest as error:
            log.info("A message could not be deleted: %s", error)

    async def answer_guest(self, chat: int, query: str, result: InlineQueryResult) -> None:
        """The answer to a guest message; one that was answered already, or waited too long, is left alone."""
        try:
            await self.call(chat, lambda: self._bot.answer_guest_query(query, result), self._attempt())
        except BadRequest as error:
            if "query is too old" not in error.message.lower():
                raise

    async def call(self, chat: int, request: Callable[[], Awaitable[T]], attempt: Attempt) -> T:
        """`request`, in this chat's turn, again after a while where the failure may pass."""
        while True:
            await asyncio.sleep(self._pacer.delay(chat))
            await self._breaker.enter()
            try:
                async with self._gate:
                    result = await request()
            except RetryAfter as error:
                self._breaker.passed()
                seconds = seconds_of(error)
                if self._clock.now() + seconds > attempt.until:
                    raise
                self._pacer.block(chat, seconds)
                self._metrics.retries.labels(NAME, "429").inc()
            except (BadRequest, *FINAL):
                self._breaker.passed()
                raise
            except TelegramError as error:
                self._after_failure(error, attempt)
                pause = min(self._options.retry_pause * 2 ** min(attempt.failures - 1, 16), LONGEST_PAUSE)
                self._pacer.block(chat, pause)
            except BaseException:
                self._breaker.left()
                raise
            else:
                self._breaker.passed()
                return result

    def _after_failure(self, error: TelegramError, attempt: Attempt) -> None:
        """Raises `error` where it makes no sense to try again."""
        self._breaker.failed()
        attempt.failures += 1
        if not never_left(error):
            attempt.marks.append(attempt.mark)
        attempt.alone += self._breaker.delivered > attempt.delivered
        attempt.delivered = self._breaker.delivered
        if attempt.alone >= ALONE or self._clock.now() > attempt.until:
            raise error
        self._metrics.retries.labels(NAME, type(error).__name__).inc()

    def _attempt(self, target: Target | None = None, hand: InHand | None = None) -> Attempt:
        begun = target.asked if target is not None and target.asked is not None else self._clock.now()
        marks = list(hand.marks) if hand is not None else []
        return Attempt(begun + self._options.keep_seconds, hand, marks, delivered=self._breaker.delivered)

    async def _send_somehow(self, target: Target, message: RenderedMessage, attempt: Attempt) -> Message:
        """The message as it is; without the quoted question, links or formatting where Telegram refuses these."""
        tries = [(target, message)]
        if target.reply is not None and target.reply.quote is not None:
            unquoted = ReplyParameters(target.reply.message_id, allow_sending_without_reply=True)
            target = replace(target, reply=unquoted)
            tries.append((target, message))
        tries.append((target, RenderedMessage(message.text)))
        for number, (place, rendered) in enumerate(tries):
            try:
                return await self.call(place.chat, lambda p=place, m=rendered: self._request(p, m, attempt), attempt)  # type: ignore[misc]
            except BadRequest as error:
                if number + 1 == len(tries) or "chat not found" in error.message.lower():
                    raise
                log.warning("Telegram refused a message, it is sent more plainly: %s", error)
        raise AssertionError("the last try returns or raises")

    async def _request(self, target: Target, message: RenderedMessage, attempt: Attempt) -> Message:
        if target.asked is not None and self._clock.now() - target.asked > self._options.late_seconds:
            message = late(message, target.lang)
        attempt.shown = message
        await self._mark(target, message, attempt)
        return await self._bot.send_message(
            target.chat,
            message.text,
            entities=message.entities,
            reply_markup=message.keyboard,
            link_preview_options=NO_PREVIEW,
            message_thread_id=target.thread,
            reply_parameters=target.reply,
        )

    async def _mark(self, target: Target, message: RenderedMessage, attempt: Attempt) -> None:
        """Writes down that a message goes out now; as often as the process was stopped after it had done so."""
        self._numbering.saw(target.chat, target.after)
        attempt.mark = Mark(self._numbering.newest(target.chat), digest(message.text))
        hand = attempt.hand
        while hand is not None:
            attempt.marked = self._clock.steady()
            marks = [*attempt.marks, attempt.mark][-MARKS:]
            await self._intake.sending(hand.delivery, hand.sent, json.dumps(marks), hand.token)
            if self._clock.steady() - attempt.marked < self._intake.fresh:
                return

    async def _check_late(self, hand: InHand, chat: int, id: int) -> None:
        """A message went out long after its mark: it may be a duplicate, if another process has the delivery by now."""
        try:
            await self._intake.sending(hand.delivery, [*hand.sent, f"{chat}:{id}"], token=hand.token)
        except TakenOverError:
            task = asyncio.create_task(self._settle(hand.delivery, chat, id))
            self._settling.add(task)
            task.add_done_callback(self._settling.discard)
            raise

    async def _settle(self, delivery: str, chat: int, id: int) -> None:
        """Takes a message back that is no part of the answer which the other process gave."""
        until = self._clock.steady() + SETTLED_SECONDS
        while self._clock.steady() < until:
            found = await self._intake.get(delivery)
            if found is not None and found.state in (DeliveryState.DONE, DeliveryState.FAILED):
                if found.sent and f"{chat}:{id}" not in found.sent:
                    log.info("A message that was held up and came too late is taken back")
                    await self.delete(chat, id)
                return
            await asyncio.sleep(LOOK)


class _unmodified:  # noqa: N801
    """An edit that changes nothing is what was wanted."""

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        return isinstance(error, BadRequest) and "not modified" in error.message.lower()
