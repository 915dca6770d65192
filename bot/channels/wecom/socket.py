"""The AI bot by long connection: the way in that needs no public address, only a way out."""

import logging
import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from starlette.routing import BaseRoute

from bot.admin.admin import Admin
from bot.cards.card import Card
from bot.channels.wecom.files import Files
from bot.channels.wecom.front import Front, WeComOptions
from bot.channels.wecom.hearing import CHANNEL, Entered, Pressed, Said, WeComChat, hear
from bot.channels.wecom.keeping import Fate, Hand, KeptAnswers, Mark
from bot.channels.wecom.outlet import Rows
from bot.channels.wecom.platform.connection import Account, Connection
from bot.channels.wecom.platform.errors import ApiError, CredentialsError, LostError, RivalError, WecomError
from bot.channels.wecom.platform.frames import (
    BUSY,
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
from bot.channels.wecom.platform.timing import Timing
from bot.channels.wecom.platform.websocket import Dial, dialled
from bot.channels.wecom.running import until_one_ends
from bot.channels.wecom.template import changed_template, deciding, shown, task_id, template, useful
from bot.channels.wecom.text import STREAM_BYTES, fitted, late, markdown, plain, without_context
from bot.desk.deliveries import Intake
from bot.desk.desk import Desk
from bot.errors import ChannelError
from bot.question import Conversation, Language
from bot.texts.language import of_text
from bot.texts.messages import say

log = logging.getLogger(__name__)

NAME = "wecom-bot"
ALONE = 8
"""A frame that was refused this often while others got through is given up: the trouble is its own."""
STREAM_SECONDS = 600.0
"""For so long the platform keeps a stream open at the most."""
STALLED_SECONDS = 120.0
"""A process may have stood still for so long before it took in a question that had come."""
LOOK_SECONDS = 60.0
RATE_PAUSE = 12.0


class SocketOutlet:
    """Answers as streams on the question's own request id; what cannot go there is pushed to the chat."""

    in_order = True
    fetched = False

    def __init__(self, connection: Connection, kept: KeptAnswers, timing: Timing, *, buttons: bool = True) -> None:
        self._connection = connection
        self._kept = kept
        self._timing = timing
        self._with_buttons = buttons

    async def announce(self, said: Said, hand: Hand, answer: str) -> None:
        body = stream(hand.delivery, say("wecom-looking", said.lang()), finish=False, feedback=answer)
        try:
            await self._connection.request(Frame(RESPOND, hand.origin, body))
        except WecomError as error:
            log.info("An announcement was not sent: %s", error)

    async def answer(self, said: Said, hand: Hand, card: Card, answer: str) -> None:
        if not hand.sent and hand.mark.fate is not Fate.PUSHED:
            await self._respond(hand, self._stream(said, hand, card, answer))
        await self._push_rest(said.place, hand, card)

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
        await self._push_rest(pressed.place, hand, card)

    async def tell(self, place: Conversation, card: Card) -> None:
        """`card` for somebody who did not write just now."""
        chat = WeComChat(place.chat, place.user, group=place.chat != place.user)
        await self._push_rest(chat, Hand("", received=self._timing.wall()), without_context(card))

    def _stream(self, said: Said, hand: Hand, card: Card, answer: str) -> dict[str, Any]:
        texts = [text for text, _ in fitted(card, STREAM_BYTES, markdown)]
        body = stream(hand.delivery, texts[0], feedback=answer)
        buttons = shown(card, wanted=self._with_buttons, thumbs=False) if len(texts) == 1 else ()
        if buttons:
            body["msgtype"] = "stream_with_template_card"
            body["template_card"] = template(buttons, task_id(hand.delivery), said.lang())
        return body

    def _messages(self, hand: Hand, card: Card) -> list[dict[str, Any]]:
        """The parts of an answer, and behind them the card of a question to an admin."""
        lang = of_text(card.text, "zh")
        dressed = late(card, lang) if self._kept.say_late(hand) else card
        messages = [_markdown(text) for text, _ in fitted(dressed, STREAM_BYTES, markdown)]
        if buttons := deciding(card):
            messages.append(_buttons(template(buttons, task_id(hand.delivery), lang)))
        return messages

    async def _push_rest(self, place: WeComChat, hand: Hand, card: Card) -> None:
        """The parts that are not out yet."""
        while len(hand.sent) < len(self._messages(hand, card)):
            if hand.mark.fate is not Fate.PUSHED:
                await self._through(hand, lambda: self._push(place, hand, card), repeatable=False)
            # Else a process ended over it, and nobody can tell whether another one would be the second.
            self._kept.out(hand, "push")

    async def _respond(self, hand: Hand, body: dict[str, Any]) -> None:
        """The stream, unless it can be none any more: then nothing is out."""
        before = hand.mark
        try:
            await self._through(hand, lambda: Frame(RESPOND, hand.origin, body))
        except ApiError as error:
            refused = error.code in (INVALID_REQUEST, STREAM_EXPIRED)
            if body.get("template_card") and not refused:
                log.warning("WeCom does not take buttons beside a stream (%s): sent without", error.code)
                await self._respond(hand, {"msgtype": "stream", "stream": body["stream"]})
                return
            if not (error.code == STREAM_EXPIRED and self._has_arrived(hand, before)):
                log.info("The question can no longer be answered in place (%s): pushed to its chat", error.code)
                hand.mark = Mark()
                return
        self._kept.out(hand, "stream")

    def _has_arrived(self, hand: Hand, before: Mark) -> bool:
        """Whether a stream that the platform calls over is over because its last frame was there before.

        One on which a process ended was most likely sent. One that the connection ended on was most likely not, but
        before a stream has lived its time there is no other reason for its end. A stream lives from when the question
        was asked: of one that had waited for a connection nobody knows when that was, it may have been over before; of
        others it may have been some time before it was taken in.
        """
        if hand.waited:
            return False
        lives = self._kept.age(hand.received) < STREAM_SECONDS - STALLED_SECONDS
        return before.fate is Fate.GOES or (hand.mark.uncertain and lives)

    def _push(self, place: WeComChat, hand: Hand, card: Card) -> Frame:
        message = self._messages(hand, card)[len(hand.sent)]
        body = {"chatid": place.chat, "chat_type": 2 if place.group else 1, **message}
        return Frame(SEND, f"{SEND}-{uuid.uuid4().hex}", body)

    async def _through(self, hand: Hand, frame: Callable[[], Frame], *, repeatable: bool = True) -> None:
        """Gets a frame to the platform across lost connections and passing refusals, for as long as answers are kept.

        A stream may be sent again under its id, so a lost one is; of a push nobody could tell whether it is the second.
        Tries are not counted but timed, but for those that fail while others get through.
        """
        until, seen = self._kept.until(hand), self._kept.delivered
        failed = alone = 0
        while True:
            await self._back(until)
            before = hand.mark
            ready = frame()
            await self._kept.goes(hand, push=not repeatable)
            try:
                await self._connection.request(ready)
                return
            except LostError as error:
                if error.sent and not repeatable:
                    raise
                code = 0
                await (self._kept.lost(hand) if error.sent else self._kept.stays(hand, before))
                if self._kept.over(until):
                    raise
            except ApiError as error:
                code = error.code
                # Busy is what a platform says that fails in the middle, too. A push that is refused is none.
                maybe = code == BUSY and repeatable
                await (self._kept.lost(hand) if maybe else self._kept.stays(hand, before))
                alone += code != RATE and self._kept.delivered > seen
                if code not in TRANSIENT or alone == ALONE or self._kept.over(until):
                    raise
            seen = self._kept.delivered
            failed += 1
            await self._kept.pause(RATE_PAUSE if code == RATE else 1.0, failed)

    async def _back(self, until: float) -> None:
        """Returns when the connection is there. Raises LostError where it is not back in time."""
        while not self._connection.is_live:
            if self._kept.over(until):
                raise LostError("WeCom was away for longer than answers are kept.", sent=False)
            with suppress(LostError):
                await self._timing.within(LOOK_SECONDS, self._connection.live())


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
        dial: Dial = dialled,
    ) -> None:
        timing = timing or Timing()
        self._intake = intake
        self._connection = Connection(account, self._called, timing, dial)
        kept = KeptAnswers(intake, timing, options.keeping)
        outlet = SocketOutlet(self._connection, kept, timing, buttons=options.buttons)
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
        await self._front.take(frame.body, frame.request, waited=self._connection.is_new)


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
