"""Sends with care: paced for each chat, tried again when that helps, never doubled where it can be told.

A send that timed out may have been delivered. It is sent again, and then the messages just before the new one are
probed: setting the same keyboard again on a twin is refused as "not modified", on messages of others for another
reason. Answers of ours that are written down are not probed. One that another process has not written down yet takes
the keyboard, and shows its text in return: if it is the same, it is the twin. The first twin stays, the newer messages
are deleted.
"""

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import TypeVar
from weakref import WeakValueDictionary

from telegram import Bot, InlineKeyboardMarkup, InlineQueryResult, LinkPreviewOptions, Message, ReplyParameters
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.channels.telegram.breaker import Breaker
from bot.channels.telegram.options import NAME, TelegramOptions
from bot.channels.telegram.outgoing import Dressed, late
from bot.channels.telegram.pacing import Pacer
from bot.channels.telegram.request import never_left, was_cut
from bot.desk.deliveries import Intake
from bot.metrics import Metrics
from bot.question import Language

log = logging.getLogger(__name__)
T = TypeVar("T")

ALONE = 10
"""A message that failed this often while others got through is given up: the trouble is its own."""
LONGEST_PAUSE = 30.0
IN_FLIGHT = 4
"""More requests at once are not faster."""
PROBED = 60
"""How many ids after the question, and how many before the repetition, are looked at for a twin."""
LIVES = 8
"""So many processes, one after the other, may have sent an answer and ended before they could write it down."""
REMEMBERED = 2000
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

    def __init__(self, bot: Bot, options: TelegramOptions, metrics: Metrics, intake: Intake) -> None:
        self._bot = bot
        self._options = options
        self._metrics = metrics
        self._intake = intake
        self._pacer = Pacer(options.pace, time.monotonic)
        self._breaker = Breaker(time.monotonic, options.retry_pause)
        self._gate = asyncio.Semaphore(IN_FLIGHT)
        self._turns: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._sent: OrderedDict[tuple[int, int], None] = OrderedDict()

    async def send(self, target: Target, message: Dressed, *, uncertain: bool = False) -> tuple[int, int]:
        """Chat and id of the message. `uncertain`: an earlier try may have been delivered already."""
        turn = self._turns.setdefault(target.chat, asyncio.Lock())
        # One at a time in a chat: no probe for a twin may meet a message that was sent and is not remembered yet.
        async with turn:
            return await self._send(target, message, self._attempt(target, LIVES * uncertain))

    async def _send(self, target: Target, message: Dressed, attempt: "_Attempt") -> tuple[int, int]:
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
        if attempt.uncertain and message.keyboard is not None:
            id = await self._without_twin(target, id, message, attempt.uncertain)
        self._remember(target.chat, id)
        return target.chat, id

    async def edit(self, chat: int, message_id: int, message: Dressed) -> bool:
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

    async def call(self, chat: int, request: Callable[[], Awaitable[T]], attempt: "_Attempt") -> T:
        """`request`, in this chat's turn, again after a while where the failure may pass."""
        while True:
            await asyncio.sleep(self._pacer.delay(chat))
            await self._breaker.enter()
            try:
                async with self._gate:
                    result = await request()
            except RetryAfter as error:
                self._breaker.passed()
                seconds = _seconds(error)
                if time.time() + seconds > attempt.until:
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

    def _after_failure(self, error: TelegramError, attempt: "_Attempt") -> None:
        """Raises `error` where it makes no sense to try again."""
        self._breaker.failed()
        attempt.failures += 1
        attempt.uncertain += _may_have_arrived(error)
        attempt.alone += self._breaker.delivered > attempt.delivered
        attempt.delivered = self._breaker.delivered
        if attempt.alone >= ALONE or time.time() > attempt.until:
            raise error
        self._metrics.retries.labels(NAME, type(error).__name__).inc()

    def _attempt(self, target: Target | None = None, uncertain: int = 0) -> "_Attempt":
        begun = target.asked if target is not None and target.asked is not None else time.time()
        return _Attempt(begun + self._options.keep_seconds, uncertain, delivered=self._breaker.delivered)

    async def _send_somehow(self, target: Target, message: Dressed, attempt: "_Attempt") -> Message:
        """The message as it is; where Telegram refuses the quoted question, the links, or the dress, without them."""
        tries = [(target, message)]
        if target.reply is not None and target.reply.quote is not None:
            unquoted = ReplyParameters(target.reply.message_id, allow_sending_without_reply=True)
            target = replace(target, reply=unquoted)
            tries.append((target, message))
        tries.append((target, Dressed(message.text)))
        for number, (place, dressed) in enumerate(tries):
            try:
                return await self.call(place.chat, lambda p=place, d=dressed: self._request(p, d), attempt)  # type: ignore[misc]
            except BadRequest as error:
                if number + 1 == len(tries) or "chat not found" in error.message.lower():
                    raise
                log.warning("Telegram refused a message, it is sent more plainly: %s", error)
        raise AssertionError("the last try returns or raises")

    async def _request(self, target: Target, message: Dressed) -> Message:
        if target.asked is not None and time.time() - target.asked > self._options.late_seconds:
            message = late(message, target.lang)
        return await self._bot.send_message(
            target.chat,
            message.text,
            entities=message.entities,
            reply_markup=message.keyboard,
            link_preview_options=NO_PREVIEW,
            message_thread_id=target.thread,
            reply_parameters=target.reply,
        )

    async def _without_twin(self, target: Target, id: int, message: Dressed, most: int) -> int:
        """The id of the one message that stays. At most `most` messages before it can be twins."""
        known = await self._intake.sent_in(str(target.chat))
        between = range(target.after + 1, id) if target.after else range(id - PROBED, id)
        copies = [id]
        for candidate in sorted({*between[:PROBED], *between[-PROBED:]}):
            if len(copies) > most:
                break
            if (target.chat, candidate) in self._sent or f"{target.chat}:{candidate}" in known:
                continue
            if await self._is_twin(target.chat, candidate, message):
                copies.append(candidate)
        stays, *repetitions = sorted(copies)
        for repetition in repetitions:
            log.info("A send that seemed to fail had arrived: its repetition is taken back")
            await self.delete(target.chat, repetition)
        return stays

    async def _is_twin(self, chat: int, candidate: int, message: Dressed) -> bool:
        try:
            async with self._gate:
                shown = await self._bot.edit_message_reply_markup(chat, candidate, reply_markup=message.keyboard)
        except BadRequest as error:
            return "not modified" in error.message.lower()
        except TelegramError as error:
            log.warning("Looking for a doubled message failed: %s", type(error).__name__)
            return False
        return isinstance(shown, Message) and (shown.text or "").endswith(message.text)

    def _remember(self, chat: int, id: int) -> None:
        self._sent[chat, id] = None
        while len(self._sent) > REMEMBERED:
            self._sent.popitem(last=False)


@dataclass(slots=True)
class _Attempt:
    """What has become of one request so far."""

    until: float
    """When it is given up, in seconds since 1970."""
    uncertain: int = 0
    """Tries that may have been delivered."""
    failures: int = 0
    alone: int = 0
    """Failures while other requests got through."""
    delivered: int = 0
    """How many requests had got through at the last failure."""


class _unmodified:  # noqa: N801
    """An edit that changes nothing is what was wanted."""

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        return isinstance(error, BadRequest) and "not modified" in error.message.lower()


def _may_have_arrived(error: TelegramError) -> bool:
    """False where Telegram said no, or where the request never left this machine."""
    # Without a transport error below it, the failure is an answer of Telegram's own: 5xx.
    return not never_left(error) and (was_cut(error) or not isinstance(error, NetworkError))


def _seconds(error: RetryAfter) -> float:
    wait = error.retry_after
    return float(wait if isinstance(wait, int | float) else wait.total_seconds())
