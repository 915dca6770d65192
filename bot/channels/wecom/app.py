"""The own app: encrypted XML in, `message/send` out. The call is answered at once, the question when it is answered."""

import asyncio
import logging
from collections.abc import Awaitable, Mapping, Sequence
from typing import Any, Literal

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.admin.admin import Admin
from bot.cards.card import Button, Card
from bot.channels.wecom.front import Front, WeComOptions
from bot.channels.wecom.hearing import CHANNEL, Entered, Pressed, Said, WeComChat, WeComMessage
from bot.channels.wecom.keeping import Hand, KeptAnswers, Mark
from bot.channels.wecom.outlet import Rows
from bot.channels.wecom.platform.api import STALE_TOKEN, AppApi
from bot.channels.wecom.platform.callback import Doorway
from bot.channels.wecom.platform.errors import CredentialsError, WecomError
from bot.channels.wecom.platform.timing import Timing
from bot.channels.wecom.platform.xml import fields
from bot.channels.wecom.posting import Poster
from bot.channels.wecom.running import until_one_ends
from bot.channels.wecom.template import changed_template, deciding, shown, task_id, template, useful
from bot.channels.wecom.text import APP_BYTES, anchored, exact, fitted, late, markdown, plain, without_context
from bot.desk.deliveries import Intake
from bot.desk.desk import Desk
from bot.errors import AwayError, ChannelError
from bot.outage import Outage
from bot.question import Conversation, Language
from bot.texts.language import of_text

log = logging.getLogger(__name__)

NAME = "wecom-app"
PATH = "/wecom/app"
CHECK_SECONDS = 4 * 60 * 60
"""The platform's check for repeats reaches back no further. After that a message that may have arrived is sent anew."""
CLOCKS = 60
"""By how many seconds the platform's clock may differ from ours."""
Format = Literal["markdown", "text"]


def hear(message: Mapping[str, str]) -> WeComMessage | None:
    """The meaning of an app's message or event; None where it is nothing for us."""
    user, kind = message.get("FromUserName", ""), message.get("MsgType", "")
    if not user or not kind:
        return None
    place = WeComChat(user, user)
    if kind == "event":
        return _event(message, place)
    words = {"text": "Content", "voice": "Recognition"}.get(kind, "")
    id, text = message.get("MsgId", ""), message.get(words, "").strip()
    return Said(id, place, text, wordless=kind != "text" and not text) if id else None


def _event(message: Mapping[str, str], place: WeComChat) -> WeComMessage | None:
    kind, key = message.get("Event", "").lower(), message.get("EventKey", "")
    # Events have no id of their own: who, when and what together are one.
    id = ":".join((place.user, message.get("CreateTime", ""), kind, key))[:200]
    if kind == "subscribe":
        return Entered(id, place)
    if kind == "click" and key:
        # A menu entry of the app whose key is a question asks it.
        return Said(id, place, key)
    if kind == "template_card_event" and key:
        code = message.get("ResponseCode", "")
        return Pressed(id, place, key, message.get("TaskId", ""), response_code=code)
    return None


class AppOutlet:
    in_order = True
    fetched = False

    def __init__(self, api: AppApi, kept: KeptAnswers, poster: Poster, timing: Timing, *, form: Format, buttons: bool):
        self._api = api
        self._kept = kept
        self._timing = timing
        self._poster = poster
        self._form = form
        self._with_buttons = buttons

    async def announce(self, said: Said, hand: Hand, answer: str) -> None:
        """Nothing: every message counts against thirty a minute."""

    async def answer(self, said: Said, hand: Hand, card: Card, answer: str) -> None:
        buttons = shown(card, wanted=self._with_buttons, thumbs=True) or deciding(card)
        await self._send_all(said.place, hand, card, said.lang(), buttons)

    async def welcome(self, entered: Entered, hand: Hand, card: Card) -> None:
        await self._send_all(entered.place, hand, card)

    async def change(self, pressed: Pressed, hand: Hand, buttons: Rows, line: str, lang: Language) -> None:
        changed = changed_template(useful(buttons, thumbs=True), pressed, lang, line)
        body = {"userids": [pressed.place.user], "agentid": self._api.app.agent_id}
        body |= {"response_code": pressed.response_code, "template_card": changed}
        try:
            await self._api.call("message/update_template_card", body)
        except WecomError as error:
            log.info("Buttons were not changed: %s", error)

    async def follow(self, pressed: Pressed, hand: Hand, card: Card, answer: str) -> None:
        await self._send_all(pressed.place, hand, card, of_text(card.text, "zh"), deciding(card))

    async def tell(self, place: Conversation, card: Card) -> None:
        """`card` for somebody who did not write just now."""
        await self._send_all(
            WeComChat(place.user, place.user), Hand("", received=self._timing.wall()), without_context(card)
        )

    def _messages(self, hand: Hand, card: Card, lang: Language, buttons: Sequence[Button]) -> list[dict[str, Any]]:
        messages = self._dressed(late(card, lang) if self._kept.say_late(hand) else card)
        if buttons:
            messages.append(_buttons(template(buttons, task_id(hand.delivery), lang)))
        return messages

    def _dressed(self, card: Card) -> list[dict[str, Any]]:
        """Markdown as long as every client shows the quote alike; a text message shows it as it is."""
        in_markdown = anchored(card) or (self._form == "markdown" and exact(card))
        name, dress = ("markdown", markdown) if in_markdown else ("text", plain)
        return [{"msgtype": name, name: {"content": text}} for text, _ in fitted(card, APP_BYTES, dress)]

    async def _send_all(
        self, place: WeComChat, hand: Hand, card: Card, lang: Language = "zh", buttons: Sequence[Button] = ()
    ) -> None:
        """The parts that are not out yet."""
        to = {"touser": place.user, "agentid": self._api.app.agent_id}

        def messages() -> list[dict[str, Any]]:
            return self._messages(hand, card, lang, buttons)

        def send(before: Mark) -> Awaitable[str]:
            # Made when it goes out: an answer that was kept for long says so.
            return self._send({**to, **messages()[len(hand.sent)]}, hand, before)

        while len(hand.sent) < len(messages()):
            self._kept.out(hand, await self._poster.through(hand, send, self._kept.until(hand)))

    async def _send(self, message: dict[str, Any], hand: Hand, before: Mark) -> str:
        """The platform's id of `message`."""
        body = {**message, **self._check(before)}
        sent = await self._api.call("message/send", body, may=lambda: self._kept.fresh(hand))
        return str(sent.get("msgid", ""))

    def _check(self, before: Mark) -> dict[str, int]:
        """The platform's own check for repeats. It drops what has the same text, so it reaches no further than needed:
        a second, in which nobody asks the same thing twice, lets the platform know this message for later."""
        seconds = int(self._kept.age(before.since)) + CLOCKS if before.uncertain else 1
        return {"enable_duplicate_check": 1, "duplicate_check_interval": min(seconds, CHECK_SECONDS)}


def _buttons(card: dict[str, Any]) -> dict[str, Any]:
    return {"msgtype": "template_card", "template_card": card}


class AppChannel:
    """Implements `bot.channels.channel.Channel`."""

    name = NAME

    def __init__(
        self,
        desk: Desk,
        intake: Intake,
        api: AppApi,
        doorway: Doorway,
        options: WeComOptions,
        *,
        form: Format = "markdown",
        admin: Admin | None = None,
        timing: Timing | None = None,
    ) -> None:
        self._intake = intake
        self._api = api
        self._doorway = doorway
        timing = timing or Timing()
        self._outage = Outage("WeCom's interface for apps")
        kept = KeptAnswers(intake, timing, options.keeping)
        self._poster = Poster(kept, timing, self._outage, STALE_TOKEN)
        outlet = AppOutlet(api, kept, self._poster, timing, form=form, buttons=options.buttons)
        desk.tellers.setdefault(CHANNEL, outlet.tell)
        self._front = Front(desk, intake, outlet, hear, options, admin)
        self._problem = "the app's token has not been fetched yet"
        self._closing = asyncio.Event()

    def routes(self) -> Sequence[BaseRoute]:
        return [Route(PATH, self._doorway.checked, methods=["GET"]), Route(PATH, self._message, methods=["POST"])]

    def problem(self) -> str:
        problem = self._problem or ("messages cannot be sent" if self._poster.away else "")
        return f"WeCom's own app: {problem}." if problem else ""

    async def run(self) -> None:
        try:
            await self._api.token()
        except CredentialsError as error:
            self._problem = str(error)
            raise ChannelError(str(error)) from error
        except WecomError as error:
            self._problem = str(error)
            self._outage.begins(error)
            raise AwayError(str(error)) from error
        self._problem = ""
        self._outage.ends()
        await until_one_ends(self._intake.watch(self._front.resume), self._closing.wait())

    async def close(self, seconds: float) -> None:
        self._closing.set()
        self._problem = "closed"
        await self._front.drain(seconds)
        await self._api.close()

    async def _message(self, request: Request) -> Response:
        message = await self._doorway.message(request, lambda body: fields(body).get("Encrypt", ""))
        if isinstance(message, Response):
            return message
        try:
            inner = fields(message)
        except WecomError as error:
            return self._doorway.refused(error)
        # Written down: from here on it is answered, whatever becomes of this call.
        await self._front.take(inner)
        return Response("")
