"""Admin commands on Telegram: one message each that is edited as the work goes on, and buttons to confirm.

Long work runs beside the updates, so that an admin who reindexes can go on asking.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from typing import Any

from telegram import CallbackQuery, Chat, Document, Message
from telegram.error import TelegramError

from bot.admin.admin import ACTION, Admin, Caller, Show
from bot.cards.card import Button, Card
from bot.cards.render import note
from bot.channels.telegram.answering import Answering, target_of
from bot.channels.telegram.commands import TelegramCall
from bot.channels.telegram.outgoing import rendered_messages
from bot.channels.telegram.parsing import Me, administers, conversation_of, language_of
from bot.channels.telegram.sending import Target
from bot.desk.desk import Desk
from bot.question import Conversation
from bot.texts.messages import say

log = logging.getLogger(__name__)

ADD_HOW = f"{ACTION}:add"
"""The button under /gaps."""


class Administering:
    """Everything here checks who calls, whatever a menu shows or a button says."""

    def __init__(self, admin: Admin, desk: Desk, answering: Answering, me: Me) -> None:
        self._admin = admin
        self._desk = desk
        self._answering = answering
        self._me = me
        self._tasks: set[asyncio.Task[None]] = set()
        self.commands: dict[str, Callable[[TelegramCall], Awaitable[Card | None]]] = {
            "status": self._status,
            "gaps": self._gaps,
            "stats": lambda called: self._look(called, self._admin.stats),
            "reindex": self._reindex,
            "rollback": self._rollback,
            "remove": self._remove,
            "add": self._add,
            "admin": self._entrance,
        }

    async def close(self, seconds: float) -> None:
        """Lets the work beside the updates come to its end, for at most that long."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)

    async def document(self, message: Message) -> bool:
        """Whether a document that somebody sent in private was taken care of."""
        if message.document is None or message.chat.type != Chat.PRIVATE:
            return False
        caller = await self._caller(message)
        if not self._admin.allowed(caller.place):
            return False
        self._spawn(self._offer(message, message.document, caller, message.caption or ""))
        return True

    async def confirm(self, query: CallbackQuery, message: Message, place: Conversation) -> None:
        """A button of an admin's was tapped: one that confirms, or the one that says how to add a document."""
        lang = await self._desk.language(place, language_of(query.from_user))
        allowed = self._admin.allowed(place)
        asked_how = allowed and query.data == ADD_HOW
        line = say("add-how", lang) if asked_how else None if allowed else say("admin-only", lang, user=place.user)
        try:
            await query.answer(line, show_alert=asked_how)
        except TelegramError as error:
            log.info("A tap could not be acknowledged: %s", error)
        if allowed and not asked_how:
            board = self._board(target_of(message), [f"{message.chat.id}:{message.message_id}"])
            caller = Caller(place, lang)
            self._spawn(self._finish(board, self._admin.confirm(query.data or "", caller, board)))

    async def _status(self, called: TelegramCall) -> Card | None:
        message = called.message
        # In their own group its administrators may see whether the bot is well.
        if message.chat.type != Chat.PRIVATE and await administers(message):
            return await self._admin.status(await self._caller(message))
        return await self._look(called, self._admin.status)

    async def _gaps(self, called: TelegramCall) -> Card | None:
        caller = await self._caller(called.message)
        if not self._admin.allowed(caller.place):
            return self._refusal(called)
        return replace(await self._admin.gaps(caller), buttons=((Button(say("add-document", caller.lang), ADD_HOW),),))

    async def _look(self, called: TelegramCall, look: Callable[[Caller], Awaitable[Card]]) -> Card | None:
        caller = await self._caller(called.message)
        return await look(caller) if self._admin.allowed(caller.place) else self._refusal(called)

    async def _entrance(self, called: TelegramCall) -> Card | None:
        caller = await self._caller(called.message)
        if not self._admin.allowed(caller.place):
            return self._refusal(called)
        # What signs in is not for a group to see.
        private = called.message.chat.type == Chat.PRIVATE
        return await self._admin.entrance(caller) if private else note(say("admin-link-private", caller.lang))

    async def _reindex(self, called: TelegramCall) -> Card | None:
        caller = await self._caller(called.message)
        if not self._admin.allowed(caller.place):
            return self._refusal(called)
        board = self._board(target_of(called.message))
        self._spawn(self._finish(board, self._admin.reindex(caller, board, called.parsed.text)))
        return None

    async def _rollback(self, called: TelegramCall) -> Card | None:
        caller = await self._caller(called.message)
        if not self._admin.allowed(caller.place):
            return self._refusal(called)
        return await self._admin.rollback(caller, called.parsed.text)

    async def _remove(self, called: TelegramCall) -> Card | None:
        caller = await self._caller(called.message)
        if not self._admin.allowed(caller.place):
            return self._refusal(called)
        return await self._admin.remove(caller, called.parsed.text)

    async def _add(self, called: TelegramCall) -> Card | None:
        caller = await self._caller(called.message)
        if not self._admin.allowed(caller.place):
            return self._refusal(called)
        target = called.message.reply_to_message
        document = called.message.document or (target.document if target is not None else None)
        if document is None:
            return note(say("add-how", called.lang))
        self._spawn(self._offer(called.message, document, caller, called.parsed.text))
        return None

    async def _offer(self, message: Message, document: Document, caller: Caller, text: str) -> None:
        name = document.file_name or "document"
        board = self._board(target_of(message))
        if (document.file_size or 0) > self._admin.most_bytes:
            limit = self._admin.most_bytes >> 20
            await board(note(say("too-large", caller.lang, name=name, limit=limit)))
            return
        try:
            file = await document.get_file()
            content = bytes(await file.download_as_bytearray())
        except TelegramError as error:
            log.warning("A document could not be fetched from Telegram: %s", error)
            await board(note(say("admin-failed", caller.lang, reason=say("not-fetched", caller.lang))))
            return
        await board(await self._admin.offer(caller, name, content, text))

    async def _finish(self, board: Show, work: Awaitable[Card]) -> None:
        await board(await work)

    def _board(self, target: Target, sent: list[str] | None = None) -> Show:
        """One message that says something new each time, sent at the first."""
        shown = sent or []

        async def show(card: Card) -> None:
            shown[:] = await self._answering.replace(list(shown), rendered_messages(card, self._me.username), target)

        return show

    async def _caller(self, message: Message) -> Caller:
        place = conversation_of(message)
        return Caller(place, await self._desk.language(place, language_of(message.from_user)))

    def _refusal(self, called: TelegramCall) -> Card | None:
        user = conversation_of(called.message).user
        private = called.message.chat.type == Chat.PRIVATE
        return note(say("admin-only", called.lang, user=user)) if private else None

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(self._logged(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _logged(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Exception:
            log.exception("An admin's command failed")
            self._desk.metrics.errors.labels("telegram", "admin").inc()
