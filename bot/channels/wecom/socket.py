"""The AI bot by long connection: the way in that needs no public address, only a way out."""

import logging
import uuid
from collections.abc import Sequence
from typing import Any

from starlette.routing import BaseRoute

from bot.admin.admin import Admin
from bot.backoff import backoff
from bot.cards.card import Card
from bot.channels.wecom.connection import Account, Connection
from bot.channels.wecom.errors import ApiError, CredentialsError, LostError, RivalError, WecomError
from bot.channels.wecom.files import Files
from bot.channels.wecom.frames import (
    INVALID_REQUEST,
    RATE,
    RESPOND,
    SEND,
    STREAM_EXPIRED,
    TRANSIENT,
    UPDATE,
    WELCOME,
    Frame,
)
from bot.channels.wecom.front import Front, Hand, Rows, WeComOptions
from bot.channels.wecom.hearing import CHANNEL, Entered, Pressed, Said, WeComChat, hear
from bot.channels.wecom.running import until_one_ends
from bot.channels.wecom.template import changed_template, deciding, shown, task_id, template, useful
from bot.channels.wecom.text import STREAM_BYTES, fitted, markdown, plain, without_context
from bot.channels.wecom.timing import Timing
from bot.desk.deliveries import Intake
from bot.desk.desk import Desk
from bot.errors import ChannelError
from bot.question import Conversation, Language
from bot.texts.language import of_text
from bot.texts.messages import say

log = logging.getLogger(__name__)

NAME = "wecom-bot"
TRIES = 8
"""How often one frame may be refused for a passing reason."""
PATIENCE = 600.0
"""Seconds for which a frame is sent again over new connections: as long as the platform keeps a stream open."""
RATE_PAUSE = 12.0


class SocketOutlet:
    """Answers as streams on the question's own request id; what cannot go there is pushed to the chat."""

    def __init__(self, connection: Connection, intake: Intake, timing: Timing, *, buttons: bool = True) -> None:
        self._connection = connection
        self._intake = intake
        self._timing = timing
        self._with_buttons = buttons

    async def announce(self, said: Said, hand: Hand, answer: str) -> None:
        body = stream(hand.delivery, say("wecom-looking", said.lang()), finish=False, feedback=answer)
        try:
            await self._connection.request(Frame(RESPOND, hand.origin, body))
        except WecomError as error:
            log.info("An announcement was not sent: %s", error)

    async def answer(self, said: Said, hand: Hand, card: Card, answer: str) -> None:
        texts = [text for text, _ in fitted(card, STREAM_BYTES, markdown)]
        messages = self._messages(texts, hand, card)
        if not hand.sent:
            body = stream(hand.delivery, texts[0], feedback=answer)
            buttons = shown(card, wanted=self._with_buttons, thumbs=False) if len(texts) == 1 else ()
            if buttons:
                body["msgtype"] = "stream_with_template_card"
                body["template_card"] = template(buttons, task_id(hand.delivery), said.lang())
            await self._respond(hand, said.place, body)
            hand.sent.append("stream")
        await self._push_rest(said.place, hand, messages, answer)

    async def welcome(self, entered: Entered, hand: Hand, card: Card) -> None:
        body = {"msgtype": "text", "text": {"content": plain(card)}}
        await self._connection.request(Frame(WELCOME, hand.origin, body))

    async def change(self, pressed: Pressed, hand: Hand, buttons: Rows, line: str, lang: Language) -> None:
        changed = changed_template(useful(buttons, thumbs=False), pressed, lang, line)
        try:
            body = {"response_type": "update_template_card", "template_card": changed}
            await self._connection.request(Frame(UPDATE, hand.origin, body))
        except WecomError as error:
            # The platform takes it for five seconds only; what was asked for is pushed all the same.
            log.info("Buttons were not changed: %s", error)

    async def follow(self, pressed: Pressed, hand: Hand, card: Card, answer: str) -> None:
        texts = [text for text, _ in fitted(card, STREAM_BYTES, markdown)]
        await self._push_rest(pressed.place, hand, self._messages(texts, hand, card), answer)

    def _messages(self, texts: Sequence[str], hand: Hand, card: Card) -> list[dict[str, Any]]:
        """The parts of an answer, and behind them the card of a question to an admin."""
        messages = [_markdown(text) for text in texts]
        if buttons := deciding(card):
            messages.append(_buttons(template(buttons, task_id(hand.delivery), of_text(card.text, "zh"))))
        return messages

    async def tell(self, place: Conversation, card: Card) -> None:
        """`card` for somebody who did not write just now."""
        chat = WeComChat(place.chat, place.user, group=place.chat != place.user)
        for text, _ in fitted(without_context(card), STREAM_BYTES, markdown):
            await self._push(chat, _markdown(text))

    async def _push_rest(self, place: WeComChat, hand: Hand, messages: Sequence[dict[str, Any]], answer: str) -> None:
        """The parts that are not out yet, each written down before the next one goes."""
        for message in messages[len(hand.sent) :]:
            if hand.sent:
                await self._intake.sending(hand.delivery, hand.sent)
            await self._push(place, message)
            hand.sent.append("push")

    async def _respond(self, hand: Hand, place: WeComChat, body: dict[str, Any]) -> None:
        try:
            await self._through(Frame(RESPOND, hand.origin, body), uncertain=hand.uncertain)
        except ApiError as error:
            buttons = body.get("template_card")
            if buttons and error.code not in (INVALID_REQUEST, STREAM_EXPIRED):
                log.warning("WeCom does not take buttons beside a stream (%s): sent without", error.code)
                await self._respond(hand, place, {"msgtype": "stream", "stream": body["stream"]})
            else:
                log.info("The question can no longer be answered in place (%s): pushed to its chat", error.code)
                await self._push(place, _markdown(body["stream"]["content"]))

    async def _push(self, place: WeComChat, message: dict[str, Any]) -> None:
        body = {"chatid": place.chat, "chat_type": 2 if place.group else 1, **message}
        await self._through(Frame(SEND, f"{SEND}-{uuid.uuid4().hex}", body), repeatable=False)

    async def _through(self, frame: Frame, *, repeatable: bool = True, uncertain: bool = False) -> None:
        """Gets `frame` to the platform across lost connections and passing refusals.

        A stream may be sent again under its id, so a lost one is; of a push nobody could tell whether it is the second.
        Lost connections are not counted but timed: one that ends takes all frames with it, whoever was to blame.
        """
        until = self._timing.now() + PATIENCE
        lost = refused = 0
        while True:
            await self._connection.live()
            try:
                await self._connection.request(frame)
            except LostError as error:
                if (error.sent and not repeatable) or self._timing.now() >= until:
                    raise
                uncertain = uncertain or error.sent
                lost += 1
                await self._pause(1.0, lost)
            except ApiError as error:
                if error.code == STREAM_EXPIRED and uncertain:
                    return
                refused += 1
                if refused == TRIES or error.code not in TRANSIENT:
                    raise
                await self._pause(RATE_PAUSE if error.code == RATE else 1.0, refused)
            else:
                return

    async def _pause(self, least: float, tries: int) -> None:
        await self._timing.sleep(backoff(tries, least, uniform=self._timing.uniform))


class SocketChannel:
    """Implements `bot.channels.channel.Channel`."""

    name = NAME

    def __init__(
        self,
        desk: Desk,
        intake: Intake,
        account: Account,
        options: WeComOptions,
        *,
        admin: Admin | None = None,
        files: Files | None = None,
        timing: Timing | None = None,
    ) -> None:
        timing = timing or Timing()
        self._intake = intake
        self._connection = Connection(account, self._called, timing)
        outlet = SocketOutlet(self._connection, intake, timing, buttons=options.buttons)
        desk.tellers.setdefault(CHANNEL, outlet.tell)
        self._front = Front(
            *(desk, intake, outlet, lambda body: hear(body, options.mention), options, admin, files or Files())
        )

    def routes(self) -> Sequence[BaseRoute]:
        return ()

    def problem(self) -> str:
        problem = self._connection.problem()
        return f"WeCom's long connection: {problem}." if problem else ""

    async def run(self) -> None:
        try:
            await until_one_ends(self._intake.watch(self._front.resume), self._connection.run())
        except (CredentialsError, RivalError) as error:
            raise ChannelError(str(error)) from error

    async def close(self, seconds: float) -> None:
        await self._front.drain(seconds)
        await self._connection.close()

    async def _called(self, frame: Frame) -> None:
        await self._front.take(frame.body, frame.request)


def _markdown(text: str) -> dict[str, Any]:
    return {"msgtype": "markdown", "markdown": {"content": text}}


def _buttons(card: dict[str, Any]) -> dict[str, Any]:
    return {"msgtype": "template_card", "template_card": card}


def stream(delivery: str, content: str, *, finish: bool = True, feedback: str = "") -> dict[str, Any]:
    """A reply whose id is the same for one delivery in every process, so that sending it again changes nothing.

    The platform looks for `feedback`, the answer that its thumbs are for, in the first frame of a stream only.
    """
    body: dict[str, Any] = {"id": task_id(delivery, -1), "finish": finish, "content": content}
    if feedback:
        body["feedback"] = {"id": feedback}
    return {"msgtype": "stream", "stream": body}
