"""The AI bot by callback: the platform asks, and asks again under a stream's id until the answer is finished.

Answers lie in the journal until they are fetched, so that any replica can hand them out. One that nobody comes for is
sent to the question's response address, once.
"""

import asyncio
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.admin.admin import Admin
from bot.cards.card import Card
from bot.channels.wecom.files import Files
from bot.channels.wecom.front import Front, WeComOptions
from bot.channels.wecom.hearing import CHANNEL, Entered, Pressed, Said, WeComChat, hear, stream_asked
from bot.channels.wecom.keeping import Fate, Hand, KeptAnswers, Mark
from bot.channels.wecom.outlet import Rows
from bot.channels.wecom.platform.api import URL as API_URL
from bot.channels.wecom.platform.api import Http, trusted
from bot.channels.wecom.platform.callback import Doorway
from bot.channels.wecom.platform.errors import ApiError, EnvelopeError, LostError, WecomError
from bot.channels.wecom.platform.timing import Timing
from bot.channels.wecom.posting import Poster
from bot.channels.wecom.running import until_one_ends
from bot.channels.wecom.shelf import BY_ADDRESS, BY_STREAM, Shelf
from bot.channels.wecom.socket import stream
from bot.channels.wecom.template import changed_template, deciding, shown, task_id, template, useful
from bot.channels.wecom.text import STREAM_BYTES, fitted, late, markdown, plain
from bot.desk.deliveries import Intake
from bot.desk.desk import Desk
from bot.outage import Outage
from bot.question import Language
from bot.texts.language import of_text

log = logging.getLogger(__name__)

NAME = "wecom-callback"
PATH = "/wecom/bot"
WAIT_SECONDS = 2.0
"""How long a call is kept waiting for its answer; the platform gives up after five."""
BY_ANOTHER = "another way"
ADDRESS_SECONDS = 60 * 60.0
"""So long the platform keeps a response address open."""


@dataclass(frozen=True, slots=True)
class PassiveOptions:
    """What this way in needs beside what all do."""

    api_url: str
    buttons: bool
    timing: Timing


class PassiveOutlet:
    in_order = False
    """The platform fetches each answer by itself, in whatever order it asks."""
    fetched = True

    def __init__(
        self, desk: Desk, shelf: Shelf, http: Http, kept: KeptAnswers, poster: Poster, options: PassiveOptions
    ):
        self._desk = desk
        self._shelf = shelf
        self._http = http
        self._kept = kept
        self._poster = poster
        self._options = options

    async def announce(self, said: Said, hand: Hand, answer: str) -> None:
        """Nothing: a stream without an answer says so itself."""

    async def answer(self, said: Said, hand: Hand, card: Card, answer: str) -> None:
        texts = [text for text, _ in fitted(card, STREAM_BYTES, markdown)]
        reply = stream(hand.delivery, texts[0], feedback=answer)
        buttons = shown(card, wanted=self._options.buttons, thumbs=False) if len(texts) == 1 else ()
        if buttons:
            reply["msgtype"] = "stream_with_template_card"
            reply["template_card"] = template(buttons, task_id(hand.delivery), said.lang())
        await self._kept.lies(hand)
        id = await self._shelf.put(hand.delivery, reply)
        fetched = await self._shelf.fetched(id, self._options.timing)
        if fetched and not hand.sent:
            self._kept.out(hand, BY_STREAM)
        rest = texts[1:] if fetched else texts
        if rest:
            # One message is all that the address takes.
            await self._post_or_tell(said, hand, card, _below(card, rest[0], hand, said.place))
        elif decisions := deciding(card):
            await self._ask_separately(said, hand, template(decisions, task_id(hand.delivery), said.lang()))
        if len(rest) > 1 and BY_ANOTHER not in hand.sent:
            raise LostError("An answer was longer than what a callback can carry.")

    async def _post_or_tell(self, said: Said, hand: Hand, card: Card, message: Mapping[str, Any]) -> None:
        """To the question's address; where that is over, by another way into WeCom that can write to people."""
        if hand.mark.fate is Fate.PUSHED:
            # A process ended over it: nobody can tell whether another message would be the second.
            self._kept.out(hand, BY_ANOTHER)
            return
        try:
            await self._post(said.response_url, hand, message)
        except WecomError as error:
            tell = self._desk.tellers.get(CHANNEL)
            if tell is None:
                raise
            log.info("An answer cannot be sent to its address and goes another way: %s", error)
            hand.mark = Mark()
            card = late(card, said.lang()) if self._kept.say_late(hand) else card
            await self._kept.goes(hand, push=True)
            await tell(said.place.conversation(), card)
            self._kept.out(hand, BY_ANOTHER)

    async def _ask_separately(self, said: Said, hand: Hand, card: dict[str, Any]) -> None:
        """The buttons of a question that was fetched, as a card of their own. In a group only numbers can be typed."""
        if said.place.group:
            return
        try:
            await self._post(said.response_url, hand, {"msgtype": "template_card", "template_card": card})
        except WecomError as error:
            log.info("The buttons of a question were not sent: %s", error)

    async def welcome(self, entered: Entered, hand: Hand, card: Card) -> None:
        await self._shelf.put(hand.delivery, {"msgtype": "text", "text": {"content": plain(card)}})

    async def change(self, pressed: Pressed, hand: Hand, buttons: Rows, line: str, lang: Language) -> None:
        changed = changed_template(useful(buttons, thumbs=False), pressed, lang, line)
        await self._shelf.put(hand.delivery, {"response_type": "update_template_card", "template_card": changed})

    async def follow(self, pressed: Pressed, hand: Hand, card: Card, answer: str) -> None:
        text = fitted(card, STREAM_BYTES, markdown)[0][0]
        await self._post(pressed.response_url, hand, _below(card, text, hand, pressed.place))

    async def _post(self, url: str, hand: Hand, message: Mapping[str, Any]) -> None:
        """One message to a response address, tried until the address is over.

        It takes one message and no more: so a message that may have arrived can be sent again, and where the platform
        refuses it then, it had. Not after its hour, in which it refuses whatever comes.
        """
        if not trusted(url, self._options.api_url):
            raise LostError("A question came without an address of WeCom's to answer late to.", sent=False)
        until = min(self._kept.until(hand), hand.received + ADDRESS_SECONDS)
        if self._kept.over(until):
            raise LostError("The address of a question is over.", sent=False)
        try:
            fresh = partial(self._kept.fresh, hand)
            await self._poster.through(hand, lambda _: self._http.post(url, message, may=fresh), until)
        except ApiError:
            if not hand.mark.uncertain or self._kept.over(until):
                raise
        self._kept.out(hand, BY_ADDRESS)


def _below(card: Card, text: str, hand: Hand, place: WeComChat) -> dict[str, Any]:
    """The one message that a response address takes. In private it may have buttons, without which nothing can be
    decided: then they bring their text along."""
    if place.group or not (buttons := deciding(card)):
        return {"msgtype": "markdown", "markdown": {"content": text}}
    # Numbered apart from the card of the answer: the platform wants another id for each.
    about = template(buttons, task_id(hand.delivery, 1), of_text(card.text, "zh"), text=card.text)
    return {"msgtype": "template_card", "template_card": about}


class PassiveChannel:
    """Implements `bot.channels.channel.Channel`."""

    name = NAME

    def __init__(
        self,
        desk: Desk,
        intake: Intake,
        doorway: Doorway,
        http: Http,
        options: WeComOptions,
        *,
        api_url: str = API_URL,
        admin: Admin | None = None,
        files: Files | None = None,
        timing: Timing | None = None,
        wait: float = WAIT_SECONDS,
    ) -> None:
        self._intake = intake
        self._doorway = doorway
        self._http = http
        self._wait = wait
        self._shelf = Shelf(desk)
        timing = timing or Timing()
        kept = KeptAnswers(intake, timing, options.keeping)
        poster = Poster(kept, timing, Outage("WeCom's addresses for late answers"))
        own = PassiveOptions(api_url, options.buttons, timing)
        outlet = PassiveOutlet(desk, self._shelf, http, kept, poster, own)
        self._front = Front(
            *(desk, intake, outlet, lambda body: hear(body, options.mention), options, admin, files or Files(api_url))
        )
        self._closing = asyncio.Event()
        self._problem = "not started yet"

    def routes(self) -> Sequence[BaseRoute]:
        return [Route(PATH, self._doorway.checked, methods=["GET"]), Route(PATH, self._message, methods=["POST"])]

    def problem(self) -> str:
        return f"WeCom's callback: {self._problem}." if self._problem else ""

    async def run(self) -> None:
        self._problem = ""
        with self._shelf.listening():
            await until_one_ends(self._intake.watch(self._front.resume), self._closing.wait())

    async def close(self, seconds: float) -> None:
        self._problem = "closed"
        self._closing.set()
        await self._front.drain(seconds)
        await self._http.close()

    async def _message(self, request: Request) -> Response:
        message = await self._doorway.message(request, _envelope)
        if isinstance(message, Response):
            return message
        try:
            body = _object(message)
        except EnvelopeError as error:
            return self._doorway.refused(error)
        reply = await self._reply(body)
        if reply is None:
            return Response("")
        nonce = request.query_params.get("nonce", "")
        sealed = self._doorway.sealed(json.dumps(reply, ensure_ascii=False).encode(), nonce)
        return JSONResponse(
            {
                "encrypt": sealed.encrypted,
                "msgsignature": sealed.signature,
                "timestamp": int(sealed.timestamp),
                "nonce": sealed.nonce,
            }
        )

    async def _reply(self, body: Mapping[str, Any]) -> dict[str, Any] | None:
        if asked := stream_asked(body):
            return await self._shelf.fetch(asked)
        delivery = await self._front.take(body)
        if not delivery:
            return None
        id = await self._shelf.open(delivery)
        await self._shelf.wait(id, self._wait)
        reply = await self._shelf.fetch(id)
        # A press or an entry has no stream: it is answered at once or not at all.
        return reply if body.get("msgtype") != "event" or reply is None or "stream" not in reply else None


def _envelope(body: bytes) -> str:
    encrypted = _object(body).get("encrypt")
    return encrypted if isinstance(encrypted, str) else ""


def _object(data: bytes) -> dict[str, Any]:
    try:
        # Not strict: the platform writes line breaks and tabs into its texts as they are.
        value = json.loads(data, strict=False)
    except (ValueError, RecursionError) as error:
        raise EnvelopeError("The message is not JSON.") from error
    if not isinstance(value, dict):
        raise EnvelopeError("The message is not an object.")
    return value
