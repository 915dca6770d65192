"""The Telegram channel: connects, stays connected, reports when it is not, and shuts down without losing anything."""

import asyncio
import hmac
import json
import logging
from collections.abc import Sequence
from contextlib import AsyncExitStack, suppress
from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from telegram import Bot, Update
from telegram.error import Conflict, InvalidToken, NetworkError, TelegramError
from telegram.ext import Updater

from bot.admin.admin import Admin
from bot.cards.card import Card
from bot.channels.telegram.application import Handlers, Wired, build
from bot.channels.telegram.inbox import Inbox
from bot.channels.telegram.menu import show_menu
from bot.channels.telegram.options import ALLOWED_UPDATES, NAME, WEBHOOK_PATH, TelegramOptions
from bot.channels.telegram.outgoing import rendered_messages
from bot.channels.telegram.parsing import Me
from bot.channels.telegram.polling import Rivals
from bot.channels.telegram.request import is_away
from bot.channels.telegram.sending import Sender, Target
from bot.desk.deliveries import Intake
from bot.desk.desk import Desk
from bot.errors import AwayError, ChannelError
from bot.journal.deliveries import Delivery
from bot.outage import Outage
from bot.question import Conversation
from bot.web.body import read_body

log = logging.getLogger(__name__)

RIVAL = (
    "Another program polls Telegram with this token, and this one stands by: stop one of them, or run both with"
    " TELEGRAM_MODE=webhook."
)
LOOK = 1.0
STOP_SECONDS = 5.0
SECRET_HEADER = "x-telegram-bot-api-secret-token"  # noqa: S105


class TelegramChannel:
    """Implements `bot.channels.channel.Channel`."""

    name = NAME

    def __init__(self, desk: Desk, intake: Intake, options: TelegramOptions, admin: Admin | None = None) -> None:
        self._desk = desk
        self._admin = admin
        self._intake = intake
        self._options = options
        self._problem = "Telegram is not connected yet."
        self._outage = Outage("Telegram", options.clock.steady)
        self._wired: Wired | None = None
        self._inbox: Inbox | None = None
        self._handlers: Handlers | None = None
        self._rivals = Rivals(options.standby_seconds, options.clock.steady)
        self._standing_by = False
        self._closing = asyncio.Event()
        self._ended = asyncio.Event()
        self._ended.set()
        self._drain = 0.0

    def routes(self) -> Sequence[BaseRoute]:
        return [Route(WEBHOOK_PATH, self._webhook, methods=["POST"])] if self._options.webhook else []

    def problem(self) -> str:
        return RIVAL if self._standing_by and not self._problem else self._stalled()

    def _stalled(self) -> str:
        if self._problem or self._wired is None or self._options.webhook:
            return self._problem
        silent = self._options.clock.steady() - self._wired.polling.last_answer
        if silent > self._options.poll_seconds + self._options.stall_seconds:
            return f"Telegram has not answered a poll for {silent:.0f} seconds."
        return ""

    async def run(self) -> None:
        if self._closing.is_set():
            return
        self._ended.clear()
        self._standing_by = False
        try:
            await self._live()
        except InvalidToken as error:
            raise ChannelError(
                "Telegram refused the token: copy it anew from @BotFather into TELEGRAM_BOT_TOKEN."
            ) from error
        except TelegramError as error:
            if not is_away(error):
                raise
            self._outage.begins(error)
            raise AwayError(f"Telegram cannot be reached: {error}") from error
        finally:
            self._problem = "Telegram is not connected."
            self._desk.tellers.pop(NAME, None)
            self._wired = self._inbox = self._handlers = None
            self._ended.set()

    async def close(self, seconds: float) -> None:
        self._drain = seconds
        self._closing.set()
        await self._ended.wait()

    async def _live(self) -> None:
        options = self._options
        inbox = Inbox(self._intake, int(options.token.partition(":")[0]), options.most_open, options.clock)
        wired = build(self._options, inbox)
        application = wired.application
        # Each step is taken whatever became of those before it: a poller that is left running fights with the next one.
        async with AsyncExitStack() as ending:
            ending.push_async_callback(self._release)
            ending.push_async_callback(inbox.close, STOP_SECONDS)
            ending.push_async_callback(self._let_go, wired)
            await application.initialize()
            me = await self._introduce(wired, inbox)
            await application.start()
            await self._listen(wired, inbox)
            log.info("Telegram is up as @%s, by %s", me.username, "webhook" if self._options.webhook else "polling")
            watch = asyncio.create_task(self._intake.watch(lambda left: self._resume(left, inbox, application.bot)))
            ending.push_async_callback(_ended, watch)
            await self._until_over(watch)

    async def _introduce(self, wired: Wired, inbox: Inbox) -> Me:
        bot = wired.application.bot
        user = bot.bot
        me = Me(user.id, user.username or "")
        sender = Sender(bot, self._options, self._desk.metrics, self._intake, inbox.numbering)
        self._handlers = Handlers(self._desk, self._intake, self._options, inbox, sender, me, self._admin)
        self._handlers.add_to(wired.application)
        if not user.can_read_all_group_messages:
            log.warning(
                "Privacy mode is on: in groups /ask and replies always arrive, a plain @%s may not", me.username
            )
        self._desk.tellers[NAME] = partial(_tell, sender)
        await show_menu(bot, self._desk.access, several=self._desk.library.several)
        return me

    async def _listen(self, wired: Wired, inbox: Inbox) -> None:
        self._wired, self._inbox = wired, inbox
        wired.polling.last_answer = self._options.clock.steady()
        if self._options.webhook:
            await wired.application.bot.set_webhook(
                self._options.public_url.rstrip("/") + WEBHOOK_PATH,
                allowed_updates=ALLOWED_UPDATES,
                secret_token=self._options.webhook_secret,
                drop_pending_updates=False,
            )
        elif wired.application.updater is not None:
            await self._poll(wired.application.updater)
        self._problem = ""
        self._outage.ends()

    async def _poll(self, updater: Updater) -> None:
        self._rivals.begins()
        await updater.start_polling(
            timeout=self._options.poll_seconds,
            allowed_updates=ALLOWED_UPDATES,
            drop_pending_updates=False,
            error_callback=self._poll_failed,
        )

    async def _mind_rivals(self, wired: Wired, updater: Updater) -> None:
        """Stands by while another program polls: only what is received already is worked on."""
        answered = wired.polling.last_answer
        if not self._rivals.gives_way(answered):
            self._standing_by = self._standing_by and not self._rivals.settled(answered)
            return
        log.warning(RIVAL)
        self._standing_by = True
        with suppress(TimeoutError):
            await asyncio.wait_for(updater.stop(), STOP_SECONDS)
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._closing.wait(), self._rivals.pause())
                return
            # Whoever begins to poll takes the webhook away.
            if not (await wired.application.bot.get_webhook_info()).url:
                break
        wired.polling.last_answer = self._options.clock.steady()
        await self._poll(updater)

    async def _until_over(self, watch: "asyncio.Task[None]") -> None:
        """Returns when asked to close; raises when polling stalls, when the journal fails."""
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._closing.wait(), LOOK)
                self._problem = "Telegram is closing."
                return
            if watch.done():
                watch.result()
            if self._wired is not None and self._wired.application.updater is not None:
                await self._mind_rivals(self._wired, self._wired.application.updater)
            if problem := self._stalled():
                raise NetworkError(problem)
            if self._wired is not None and self._wired.polling.last_answer > self._outage.since:
                self._outage.ends()

    async def _let_go(self, wired: Wired) -> None:
        application = wired.application
        if application.updater is not None and application.updater.running:
            # It confirms to Telegram what was taken in; where Telegram is silent, that waits for the next start.
            with suppress(TimeoutError):
                await asyncio.wait_for(application.updater.stop(), STOP_SECONDS)
        if application.running:
            try:
                await asyncio.wait_for(application.stop(), self._drain or STOP_SECONDS)
            except TimeoutError:
                log.warning("%d updates are left for the next start", self._intake.open)
            await application.update_processor.shutdown()
        if self._handlers is not None:
            await self._handlers.close(self._drain or STOP_SECONDS)
        with suppress(RuntimeError):
            # A stop that was cut short leaves the application "running", and it refuses to shut down.
            await application.shutdown()
        await application.bot.shutdown()
        # Where even the first request failed, the library does not count itself as initialised.
        await wired.polling.shutdown()
        await application.bot.request.shutdown()

    async def _release(self) -> None:
        # A journal that is away would be waited for; what is in nobody's hands any more is taken over all the same.
        with suppress(TimeoutError):
            await asyncio.wait_for(self._intake.release(), STOP_SECONDS)

    async def _resume(self, left: Delivery, inbox: Inbox, bot: Bot) -> None:
        await inbox.resume(left, bot)

    def _poll_failed(self, error: TelegramError) -> None:
        self._desk.metrics.errors.labels(NAME, "poll").inc()
        if isinstance(error, Conflict):
            self._rivals.conflict()
        if is_away(error):
            self._outage.begins(error)
        else:
            log.warning("Polling Telegram failed: %s", error)

    async def _webhook(self, request: Request) -> Response:
        given = request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(given.encode(), self._options.webhook_secret.encode()):
            return Response(status_code=403)
        body = await read_body(request)
        inbox, wired = self._inbox, self._wired
        if inbox is None or wired is None or self._problem or inbox.crowded:
            # Telegram keeps the update and sends it again.
            return Response(status_code=503)
        try:
            data = json.loads(body)
            number = int(data["update_id"])
        except (ValueError, TypeError, KeyError):
            return Response(status_code=400)
        try:
            update = Update.de_json(data, wired.application.bot)
        except Exception:
            # Telegram would send it again and again, and nothing else meanwhile.
            log.exception("Update %d cannot be read and is skipped", number)
            return Response(status_code=200)
        await inbox.put(update)
        return Response(status_code=200)


async def _ended(task: "asyncio.Task[None]") -> None:
    """Until `task`, which nobody needs any more, is over; why it failed is known already."""
    task.cancel()
    await asyncio.wait([task])


async def _tell(sender: Sender, place: Conversation, card: Card) -> None:
    thread = int(place.thread) if place.thread else None
    for part in rendered_messages(card):
        await sender.send(Target(int(place.chat), thread), part)
