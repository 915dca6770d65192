"""The library's application, wired: handlers in one small table, requests that can be watched."""

import logging
import uuid
from dataclasses import dataclass

from telegram import Chat, ChatMember, Message, Update
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    ChatMemberHandler,
    ContextTypes,
    InlineQueryHandler,
    MessageHandler,
    TypeHandler,
    filters,
)
from telegram.request import HTTPXRequest

from bot.admin.admin import Admin
from bot.cards.render import note
from bot.channels.telegram.administering import Administering
from bot.channels.telegram.answering import Answering, target_of
from bot.channels.telegram.commands import TelegramCommands
from bot.channels.telegram.inbox import Inbox, InHand
from bot.channels.telegram.inline import Inline
from bot.channels.telegram.options import NAME, TelegramOptions
from bot.channels.telegram.order import InOrder
from bot.channels.telegram.parsing import Me, language_of, parse_message
from bot.channels.telegram.polling import PatientBot, WatchedRequest
from bot.channels.telegram.request import is_away
from bot.channels.telegram.sending import Sender
from bot.channels.telegram.taps import Taps
from bot.desk.deliveries import Intake
from bot.desk.desk import Desk
from bot.errors import TakenOverError
from bot.texts.messages import say

log = logging.getLogger(__name__)

POOL = 16
POLL_POOL = 4
POOL_TIMEOUT = 10.0
CONNECT_TIMEOUT = 10.0
Context = ContextTypes.DEFAULT_TYPE
ABSENT = (ChatMember.LEFT, ChatMember.BANNED)
"""How a bot stands to a group that it is not in."""


@dataclass(frozen=True, slots=True)
class Wired:
    """One life of the channel: from a connection to its end."""

    application: "Application"  # type: ignore[type-arg]
    polling: WatchedRequest


def build(options: TelegramOptions, inbox: Inbox) -> Wired:
    """The application without handlers: they need to know who the bot is, and that takes a request."""
    carried = {"transport": options.transport} if options.transport is not None else None
    polling = WatchedRequest(
        options.clock.steady,
        connection_pool_size=POLL_POOL,
        connect_timeout=CONNECT_TIMEOUT,
        read_timeout=options.read_timeout,
        httpx_kwargs=carried,
    )
    bot = PatientBot(
        inbox,
        options.token,
        polling,
        base_url=f"{options.api_url}/bot",
        base_file_url=f"{options.api_url}/file/bot",
        request=HTTPXRequest(
            connection_pool_size=POOL,
            pool_timeout=POOL_TIMEOUT,
            connect_timeout=CONNECT_TIMEOUT,
            read_timeout=options.read_timeout,
            httpx_kwargs=carried,
        ),
    )
    order = InOrder(inbox, options.most_open)
    builder = Application.builder().bot(bot).update_queue(inbox).concurrent_updates(order).job_queue(None)
    if options.webhook:
        # A webhook is a route of the one web port: nothing has to be fetched.
        builder = builder.updater(None)
    return Wired(builder.build(), polling)


class Handlers:
    """Every kind of update, to the one who knows what to do with it."""

    def __init__(
        self,
        desk: Desk,
        intake: Intake,
        options: TelegramOptions,
        inbox: Inbox,
        sender: Sender,
        me: Me,
        admin: Admin | None = None,
    ) -> None:
        self._desk = desk
        self._intake = intake
        self._inbox = inbox
        self._me = me
        self._answering = Answering(desk, intake, sender, me, options.arrival_seconds)
        self._commands = TelegramCommands(desk, self._answering)
        self._admin = Administering(admin, desk, self._answering, me) if admin is not None else None
        if self._admin is not None:
            self._commands.table.update(self._admin.commands)
        self._taps = Taps(desk, self._answering, sender, me, self._admin)
        self._inline = Inline(desk, options, sender, me)

    async def close(self, seconds: float) -> None:
        """Until what goes on beside the updates is over, for at most that long."""
        if self._admin is not None:
            await self._admin.close(seconds)

    def add_to(self, application: "Application") -> None:  # type: ignore[type-arg]
        kind = filters.UpdateType
        application.add_handlers(
            [
                MessageHandler(kind.MESSAGE & filters.StatusUpdate.MIGRATE, self._migrated),
                MessageHandler(kind.MESSAGE, self._message),
                MessageHandler(kind.EDITED_MESSAGE, self._edited),
                CallbackQueryHandler(self._tapped),
                InlineQueryHandler(self._typed),
                ChatMemberHandler(self._entered, ChatMemberHandler.MY_CHAT_MEMBER),
                TypeHandler(Update, self._other),
            ]
        )
        application.add_error_handler(self._failed)

    async def _message(self, update: Update, context: Context) -> None:
        message, hand = update.message, self._hand(update)
        parsed = parse_message(message, self._me) if message is not None else None
        if message is None or parsed is None or hand is None:
            return
        if parsed.command:
            await self._commands.run(message, parsed, hand)
        elif self._admin is not None and await self._admin.document(message):
            return
        elif parsed.text or _is_addressed(message):
            await self._answering.answer(message, parsed, hand)

    async def _edited(self, update: Update, context: Context) -> None:
        message, hand = update.edited_message, self._hand(update)
        parsed = parse_message(message, self._me) if message is not None else None
        # An edited command does not run again, only a question is asked again.
        if message is None or parsed is None or hand is None or parsed.command not in ("", "ask"):
            return
        if parsed.text:
            await self._answering.answer_edit(message, parsed, hand)

    async def _tapped(self, update: Update, context: Context) -> None:
        hand = self._hand(update)
        if update.callback_query is not None and hand is not None:
            await self._taps.tap(update.callback_query, hand)

    async def _typed(self, update: Update, context: Context) -> None:
        if update.inline_query is not None:
            await self._inline.offer(update.inline_query)

    async def _entered(self, update: Update, context: Context) -> None:
        """Greets a group that the bot comes into; that its rights there change is no news to anybody."""
        changed, hand = update.my_chat_member, self._hand(update)
        if changed is None or hand is None or changed.chat.type not in (Chat.GROUP, Chat.SUPERGROUP):
            return
        if changed.old_chat_member.status in ABSENT and changed.new_chat_member.status not in ABSENT:
            await self._commands.greet(changed.chat, changed.from_user, hand)

    async def _other(self, update: Update, context: Context) -> None:
        message, hand = update.guest_message, self._hand(update)
        parsed = parse_message(message, self._me) if message is not None else None
        if message is None or parsed is None or hand is None or parsed.command not in ("", "ask"):
            return
        if parsed.text or _is_addressed(message):
            await self._inline.guest(message, parsed, hand)

    async def _migrated(self, update: Update, context: Context) -> None:
        message = update.message
        if message is not None and message.migrate_to_chat_id is not None:
            await self._intake.move_chat(str(message.chat.id), str(message.migrate_to_chat_id))

    async def _failed(self, update: object, context: Context) -> None:
        """Whatever went wrong: an id in the log, one polite line, and never the error's own text."""
        if isinstance(context.error, TakenOverError):
            log.info("%s", context.error)
            return
        id = uuid.uuid4().hex[:8]
        hand = self._hand(update) if isinstance(update, Update) else None
        log.error(
            "An update could not be handled: %s",
            type(context.error).__name__,
            # What the network does needs no explanation, and while Telegram is away it does it again and again.
            exc_info=None if is_away(context.error) else context.error,
            extra={"error_id": id, "delivery": hand.delivery if hand else ""},
        )
        self._desk.metrics.errors.labels(NAME, "update").inc()
        message = update.message if isinstance(update, Update) else None
        if hand is None:
            return
        hand.failed = True
        if message is not None and not hand.sent and parse_message(message, self._me) is not None:
            line = note(say("error", language_of(message.from_user), id=id))
            await self._answering.say(target_of(message), line, hand)

    def _hand(self, update: Update) -> InHand | None:
        return self._inbox.hand(update)


def _is_addressed(message: Message) -> bool:
    """Whether a message without a question is to be answered all the same.

    A bare mention is where it answers or quotes another message. A voice message or a picture is in private, where
    nobody else can be meant.
    """
    if message.effective_attachment is not None:
        return message.chat.type == Chat.PRIVATE
    return message.quote is not None or message.reply_to_message is not None or bool(message.text)
