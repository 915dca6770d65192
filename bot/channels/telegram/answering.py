"""Questions and their edits: from an update to the desk, from a reply to messages in the right place."""

import asyncio
import logging
import uuid
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TypeVar

from telegram import Message, ReplyParameters
from telegram.constants import ChatType
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.cards.card import Card
from bot.cards.split import utf16
from bot.channels.telegram.inbox import InHand
from bot.channels.telegram.options import NAME
from bot.channels.telegram.outgoing import RenderedMessage, rendered_messages
from bot.channels.telegram.parsing import Me, TelegramMessage, language_of, question_of
from bot.channels.telegram.sending import Sender, Target
from bot.desk.card_actions import newest_card
from bot.desk.deliveries import Intake
from bot.desk.desk import Desk
from bot.desk.replies import Reply
from bot.journal.deliveries import Delivery, DeliveryState
from bot.question import Question

log = logging.getLogger(__name__)

T = TypeVar("T")

LONGEST_QUOTE = 1024
OVER = (DeliveryState.DONE, DeliveryState.FAILED)
PATIENCE = 50
PAUSE = 0.2


class Answering:
    """Answers messages. `hand` is the update being worked on: what is sent is noted there, part by part."""

    def __init__(self, desk: Desk, intake: Intake, sender: Sender, me: Me, arrival: float = 0.0) -> None:
        """`arrival`: seconds that a request of a process which ended may still be on its way."""
        self._desk = desk
        self._arrival = arrival
        self._intake = intake
        self._sender = sender
        self._me = me

    async def answer(self, message: Message, parsed: TelegramMessage, hand: InHand) -> None:
        """The answer to a question, as a reply to it in groups."""
        lang = language_of(message.from_user)
        question = question_of(message, parsed.text, hand.delivery, lang, begun=hand.begun)
        with self._desk.traces.question(NAME, hand.received):
            reply = await self._desk.ask(question)
            if reply is not None:
                await self.say(target_of(message, parsed), reply.card, hand)

    async def answer_edit(self, message: Message, parsed: TelegramMessage, hand: InHand) -> None:
        """The one answer is edited. An edit that makes a message a question is answered like a new one."""
        before = await self._answered(message, hand)
        if before is not None and before.state not in OVER:
            hand.again = True
            return
        if before is None or not before.sent:
            await self.answer(message, parsed, hand)
            return
        first, shown = before.delivery, before.sent
        lang = language_of(message.from_user)
        question = question_of(message, parsed.text, hand.delivery, lang, begun=hand.begun, supersedes=first)
        reply = await self._desk.ask(question)
        # Before it shows: what comes between, a tap or another replica's edit, must not bring an answer before back.
        if reply is not None and await self._intake.now_shows(first, reply.answer, hand.delivery):
            await self._show_edited(first, shown, reply, target_of(message, parsed), question)

    async def _show_edited(
        self, first: str, shown: Sequence[str], reply: Reply, target: Target, question: Question
    ) -> None:
        """The messages that `shown` says, which answer the delivery `first`, show `reply`; or what is newer by then."""
        card, answer = reply.card, reply.answer
        while True:
            shown = await self.replace(shown, rendered_messages(card, self._me.username), target)
            await self._intake.answered_again(first, shown)
            now = await self._intake.get(first)
            # A later edit may have been answered elsewhere, and its answer stand under what was just shown.
            if now is None or now.answer == answer:
                return
            answer = now.answer
            card = await self._desk.workers.answer(
                newest_card, self._desk, answer, question.conversation, question.lang
            )

    async def say(self, target: Target, card: Card, hand: InHand) -> None:
        """`card` as new messages. Each part that is out is written down before the next one goes."""
        target = replace(target, asked=hand.received)
        parts = rendered_messages(card, self._me.username)
        with self._desk.traces.span("sending", messages=len(parts)):
            await self._send(target, parts, hand)

    async def _send(self, target: Target, parts: Sequence[RenderedMessage], hand: InHand) -> None:
        if hand.begun:
            if hand.marks:
                # What the process before sent in its last moment arrives first, and is found then.
                await asyncio.sleep(self._arrival)
            await self._show_again(hand, parts)
        for part in parts[len(hand.sent) :]:
            try:
                chat, id = await self._sender.send(target if not hand.sent else replace(target, asked=None), part, hand)
            except TelegramError as error:
                self._give_up(error, hand)
                return
            hand.sent.append(f"{chat}:{id}")
            hand.marks.clear()

    async def _show_again(self, hand: InHand, parts: Sequence[RenderedMessage]) -> None:
        """What another process has sent of the answer shows this one: the documents may say something else by now."""
        for place, part in zip(hand.sent, parts, strict=False):
            with suppress(BadRequest):
                await self._sender.edit(*_place(place), part)
        for place in hand.sent[len(parts) :]:
            await self._sender.delete(*_place(place))
            hand.sent.remove(place)

    async def replace(self, sent: Sequence[str], parts: Sequence[RenderedMessage], target: Target) -> list[str]:
        """Messages of ours show `parts` instead; what is too many is deleted, what is too few is added."""
        now = list(sent)
        for number, (place, part) in enumerate(zip(sent, parts, strict=False)):
            if not await self._sender.edit(*_place(place), part):
                # Somebody deleted it, and asks again all the same.
                chat, id = await self._sender.send(target, part)
                now[number] = f"{chat}:{id}"
        for place in sent[len(parts) :]:
            await self._sender.delete(*_place(place))
            now.remove(place)
        for part in parts[len(sent) :]:
            chat, id = await self._sender.send(target, part)
            now.append(f"{chat}:{id}")
        return now

    async def turn(self, message: Message, card: Card) -> None:
        """The answer that `message` is a part of shows `card` instead, in as many messages as it needs."""
        parts, target = rendered_messages(card, self._me.username), target_of(message)
        found = await self._showing(message)
        if found is None:
            # Of long ago, or a duplicate: one that was taken away meanwhile does not come back.
            if await self._sender.edit(message.chat.id, message.message_id, parts[0]):
                for part in parts[1:]:
                    await self._sender.send(target, part)
            return
        now = await self.replace(found.sent, parts, target)
        if tuple(now) != found.sent:
            await self._intake.answered_again(found.delivery, now)

    async def shown(self, message: Message) -> str | None:
        """The id of the answer that `message` shows, "" for a line of the bot's own, None where that is not known."""
        found = await self._showing(message)
        return found.answer if found is not None else None

    async def _showing(self, message: Message) -> Delivery | None:
        """The delivery of the question that `message` answers."""
        return await self._intake.showing(str(message.chat.id), f"{message.chat.id}:{message.message_id}")

    async def in_doubt(self, answer: str) -> bool:
        """Whether the question that this answer is for waits for it; waits a little for whoever is sending it."""
        return await _looked_up(lambda: self._intake.is_open(answer), lambda is_open: not is_open)

    async def _answered(self, message: Message, hand: InHand) -> Delivery | None:
        """The delivery of the question that is edited; waits a little for an answer that another replica is sending."""
        place = str(message.chat.id), str(message.message_id)
        return await _looked_up(
            lambda: self._intake.find(*place, besides=hand.delivery),
            lambda found: found is None or found.state in OVER,
        )

    def _give_up(self, error: TelegramError, hand: InHand) -> None:
        hand.failed = True
        id = uuid.uuid4().hex[:8]
        extra = {"error_id": id, "delivery": hand.delivery}
        if isinstance(error, Forbidden):
            log.info("The bot may not write there any more: %s", error, extra=extra)
            return
        self._desk.metrics.errors.labels(NAME, "send").inc()
        log.error("An answer could not be sent: %s", error, extra=extra)


async def _looked_up(look: Callable[[], Awaitable[T]], settled: Callable[[T], bool]) -> T:
    """What `look` finds once it is settled, or after looking for a while all the same."""
    for _ in range(PATIENCE):
        if settled(found := await look()):
            break
        await asyncio.sleep(PAUSE)
    return found


def target_of(message: Message, parsed: TelegramMessage | None = None) -> Target:
    """In place: the same topic, in groups as a reply to the question, quoting the asked part where it stands."""
    thread = message.message_thread_id if message.is_topic_message else None
    reply = _reply_to(message, parsed) if message.chat.type != ChatType.PRIVATE else None
    return Target(message.chat.id, thread, reply, message.message_id, lang=language_of(message.from_user))


def _reply_to(message: Message, parsed: TelegramMessage | None) -> ReplyParameters:
    text = message.text or ""
    asked = parsed.text if parsed is not None and parsed.part else ""
    at = text.find(asked) if asked else -1
    if at < 0 or utf16(asked) > LONGEST_QUOTE:
        return ReplyParameters(message.message_id, allow_sending_without_reply=True)
    return ReplyParameters(
        message.message_id, allow_sending_without_reply=True, quote=asked, quote_position=utf16(text[:at])
    )


def _place(sent: str) -> tuple[int, int]:
    chat, _, id = sent.partition(":")
    return int(chat), int(id)
