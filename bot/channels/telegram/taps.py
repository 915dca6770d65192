"""Taps on buttons: every one is acknowledged, so that no button keeps spinning."""

import logging

from telegram import CallbackQuery, Message
from telegram.error import TelegramError

from bot.admin.admin import ACTION
from bot.channels.telegram.administering import Administering
from bot.channels.telegram.answering import Answering, target_of
from bot.channels.telegram.commands import LANGUAGE_ACTION
from bot.channels.telegram.inbox import InHand
from bot.channels.telegram.options import NAME
from bot.channels.telegram.outgoing import keyboard
from bot.channels.telegram.parsing import Me, language_of
from bot.channels.telegram.sending import Sender
from bot.desk.card_actions import Buttons, Tapped
from bot.desk.desk import Desk
from bot.question import Conversation, Language, Question
from bot.texts.messages import say

log = logging.getLogger(__name__)

LONGEST_LINE = 200
MOST_FILE_BYTES = 50 << 20
"""What Telegram takes of a bot."""


class Taps:
    def __init__(
        self, desk: Desk, answering: Answering, sender: Sender, me: Me, admin: Administering | None = None
    ) -> None:
        self._desk = desk
        self._buttons = Buttons(desk)
        self._answering = answering
        self._sender = sender
        self._me = me
        self._admin = admin

    async def tap(self, query: CallbackQuery, hand: InHand) -> None:
        """Does what the button says, in the message that it stands under."""
        lang = language_of(query.from_user)
        message = query.message
        if not isinstance(message, Message):
            # Too old for Telegram to show us: nothing can be edited there.
            await self._acknowledge(query, say("gone", lang))
            return
        place = _place(message, query)
        action = query.data or ""
        if action.startswith(f"{LANGUAGE_ACTION}:"):
            await self._choose_language(query, message, place, action)
            return
        if self._admin is not None and action.startswith(f"{ACTION}:"):
            await self._admin.confirm(query, message, place)
            return
        answer = [*action.split(":"), ""][1]
        shown = await self._answering.shown(message)
        if shown is None and await self._answering.in_doubt(answer):
            # A message that a process sent right before it ended: its successor has to know it again as it was.
            hand.again = True
            return
        tapped = await self._buttons.tap(action, place, lang)
        changes = tapped.card is not None or tapped.buttons is not None
        if changes and shown is not None and shown != answer:
            # The question was edited since: what is tapped belongs to the answer before.
            tapped = await self._buttons.again(shown, place, lang)
        large = tapped.file is not None and tapped.file.stat().st_size > MOST_FILE_BYTES
        await self._acknowledge(query, say("file-too-big", lang) if large else tapped.line)
        if tapped.file is not None and not large:
            await message.reply_document(tapped.file)
        await self._show(message, tapped)
        if changes and shown is not None and (now := await self._answering.shown(message)) not in (None, shown):
            # The edit's answer may have come between, and would stand under what was just shown.
            await self._answering.turn(message, await self._buttons.newest(now or "", place, lang))
        if tapped.question:
            await self._ask(message, place, tapped.question, lang, hand)

    async def _show(self, message: Message, tapped: Tapped) -> None:
        chat, id = message.chat.id, message.message_id
        if tapped.card is not None:
            await self._answering.turn(message, tapped.card)
        elif tapped.buttons is not None:
            await self._sender.edit_keyboard(chat, id, keyboard(tapped.buttons, self._me.username))

    async def _ask(self, message: Message, place: Conversation, text: str, lang: Language, hand: InHand) -> None:
        question = Question(hand.delivery, place, text, lang, message.chat.type == "private", begun=hand.begun)
        reply = await self._desk.ask(question)
        if reply is not None:
            await self._answering.say(target_of(message), reply.card, hand)

    async def _choose_language(self, query: CallbackQuery, message: Message, place: Conversation, action: str) -> None:
        lang: Language = "zh" if action.endswith(":zh") else "en"
        await self._desk.workers.write(self._desk.journal.people.choose_language, place.channel, place.user, lang)
        await self._acknowledge(query, say("language-chosen", lang))
        await self._sender.edit_keyboard(message.chat.id, message.message_id, None)

    async def _acknowledge(self, query: CallbackQuery, line: str) -> None:
        try:
            await query.answer(line[:LONGEST_LINE] or None, show_alert=len(line) > LONGEST_LINE // 4)
        except TelegramError as error:
            # After some minutes Telegram no longer takes it; what the tap does is done all the same.
            log.info("A tap could not be acknowledged: %s", error)


def _place(message: Message, query: CallbackQuery) -> Conversation:
    thread = str(message.message_thread_id) if message.is_topic_message and message.message_thread_id else ""
    return Conversation(NAME, str(message.chat.id), thread, str(query.from_user.id))
