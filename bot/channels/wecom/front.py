"""What every way into WeCom does with what it hears: write it down, ask the desk, hand the card to its outlet, done.

A way in knows how things arrive and how they leave; this is the part between, the same for all of them.
"""

import asyncio
import json
import logging
import time
import uuid
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.admin.admin import Admin, Caller
from bot.cards.card import Card
from bot.cards.render import Action, note
from bot.channels.wecom.commands import WeComCommands
from bot.channels.wecom.files import Files
from bot.channels.wecom.hearing import CHANNEL, Entered, Pressed, Said, Voted, WeComChat, WeComMessage
from bot.channels.wecom.keeping import Hand, Keeping, Kept, Mark
from bot.channels.wecom.numbers import OpenQuestions, numbered
from bot.channels.wecom.outlet import Outlet
from bot.channels.wecom.platform.errors import WecomError
from bot.channels.wecom.template import decides
from bot.channels.wecom.text import without_context
from bot.channels.wecom.turns import Turns
from bot.desk.card_actions import Buttons
from bot.desk.deliveries import Intake
from bot.desk.desk import Desk
from bot.desk.replies import Reply
from bot.errors import TakenOverError
from bot.journal.deliveries import Delivery, DeliveryState
from bot.question import Language, Question
from bot.texts.messages import say

log = logging.getLogger(__name__)

SLOW_SECONDS = 1.5
"""An answer that takes longer is announced."""


@dataclass(frozen=True, slots=True)
class WeComOptions:
    """What an operator decides for all ways in alike."""

    mention: str = ""
    """The bot's display name: "@name" in front of a question in a group is no part of it."""
    buttons: bool = True
    slow: float = SLOW_SECONDS
    keeping: Keeping = field(default_factory=Keeping)
    now: Callable[[], float] = time.time
    """For when something arrived, in seconds since 1970."""


class Front:
    def __init__(
        self,
        desk: Desk,
        intake: Intake,
        outlet: Outlet,
        hear: Callable[[Mapping[str, Any]], WeComMessage | None],
        options: WeComOptions,
        admin: Admin | None = None,
        files: Files | None = None,
    ) -> None:
        self._desk = desk
        self._intake = intake
        self._outlet = outlet
        self._hear = hear
        self._buttons = Buttons(desk)
        self._commands = WeComCommands(desk, admin, files)
        self._admin = admin
        self._open = OpenQuestions()
        self._turns = Turns()
        self._slow = options.slow
        self._now = options.now
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._closing = False

    async def take(self, body: Mapping[str, Any], origin: str = "", *, waited: bool = False) -> str:
        """Writes `body` down and begins to work on it. Returns its delivery, "" where it is nothing for us.

        `waited`: it may have been said a while before the platform could tell anybody.
        The platform may be told that all is well as soon as this returns. A repeated delivery is not worked on again.
        """
        message = self._hear(body)
        if message is None:
            return ""
        delivery = self.delivery_of(message)
        # Before it is written down, which may wait for a disk: a stream lives from when the question was asked.
        came = self._now()
        payload = json.dumps({"origin": origin, "waited": waited, "body": dict(body)})
        fresh = await self._intake.receive(delivery, payload, message.place.chat, message.id)
        if fresh and not self._closing:
            self._start(message, Hand(delivery, origin, received=came, waited=waited))
        return delivery

    def delivery_of(self, message: WeComMessage) -> str:
        return f"{self._intake.channel}:{message.id}"

    async def resume(self, left: Delivery) -> None:
        """Takes up what another process had received and did not finish.

        After a long stop this process may be asked to take up what it has in hand itself, with an older token.
        """
        await self._give_up(left.delivery)
        try:
            payload = json.loads(left.payload)
            message, origin = self._hear(payload["body"]), str(payload["origin"])
            waited = bool(payload.get("waited"))
        except (ValueError, TypeError, KeyError):
            message, origin, waited = None, "", False
        if message is None:
            log.warning("A delivery left behind cannot be read and is given up", extra={"delivery": left.delivery})
            await self._intake.done(left.delivery, left.sent, failed=True, token=left.token)
        elif isinstance(message, Entered):
            # A greeting that comes after a restart greets nobody.
            await self._intake.done(left.delivery, left.sent, token=left.token)
        else:
            begun = left.state is DeliveryState.SENDING
            mark = Mark.read(left.mark, left.received) if begun else Mark()
            kept = Kept.read(left.mark) if begun else None
            hand = Hand(left.delivery, origin, begun, list(left.sent), left.received, left.token, mark, kept, waited)
            self._start(message, hand)

    async def drain(self, seconds: float) -> None:
        """From now on things are written down only; waits for what is in hand, and lets go of what takes longer."""
        self._closing = True
        tasks = set(self._tasks.values())
        if tasks:
            await asyncio.wait(tasks, timeout=seconds)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _start(self, message: WeComMessage, hand: Hand) -> None:
        task = asyncio.create_task(self._work(message, hand), name=hand.delivery)
        self._tasks[hand.delivery] = task
        task.add_done_callback(lambda _: self._tasks.pop(hand.delivery, None))

    async def _give_up(self, delivery: str) -> None:
        """Ends work on `delivery`, which is in other hands now: what it has sent is marked in the journal."""
        if task := self._tasks.get(delivery):
            task.cancel()
            await asyncio.wait({task})
            if task.cancelled():
                self._intake.given_up()

    async def _work(self, message: WeComMessage, hand: Hand) -> None:
        failed = False
        try:
            await self._does(message, hand)
        except TakenOverError as taken:
            log.info("%s", taken)
        except Exception as error:
            failed = True
            id = uuid.uuid4().hex[:8]
            extra = {"error_id": id, "delivery": hand.delivery}
            self._desk.metrics.errors.labels(CHANNEL, "send").inc()
            if isinstance(error, WecomError):
                log.error("An answer could not be sent: %s", error, extra=extra)
            else:
                log.exception("A delivery of WeCom could not be worked on", extra=extra)
        sent = self._desk.metrics.sent
        sent.labels(CHANNEL, "sent").inc(len(hand.sent))
        sent.labels(CHANNEL, "failed").inc(failed)
        await self._intake.done(hand.delivery, hand.sent, failed=failed, token=hand.token)

    def _does(self, message: WeComMessage, hand: Hand) -> Coroutine[Any, Any, None]:
        match message:
            case Said():
                return self._said(message, hand)
            case Entered():
                return self._entered(message, hand)
            case Pressed():
                return self._pressed(message, hand)
            case Voted():
                return self._voted(message)

    async def _said(self, said: Said, hand: Hand) -> None:
        who = f"{said.place.chat} {said.place.user}" if self._outlet.in_order else hand.delivery
        if hand.kept is not None and (hand.sent or hand.mark.uncertain or self._outlet.fetched):
            # People may see a part of it already: then the rest of the same answer follows.
            async with self._turns.turn(who, hand.received):
                await self._outlet.answer(said, hand, hand.kept.card, hand.kept.answer)
            return
        decision = self._open.decided(said.place, said.text)
        if decision or self._commands.knows(said):
            await self._answered(self._command(said, decision), said, hand)
            return
        async with self._turns.turn(who, hand.received):
            question = said.question(hand.delivery)
            with self._desk.traces.question(CHANNEL, hand.received):
                await self._answered(self._desk.ask(question), said, hand, self._desk.replies.answer_id(hand.delivery))

    async def _answered(
        self, work: Coroutine[Any, Any, Reply | None], said: Said, hand: Hand, answer: str = ""
    ) -> None:
        reply = await self._announced(work, said, hand, answer)
        if reply is not None:
            hand.kept = Kept(self._written(reply.card, said.place, said.lang()), reply.answer)
            with self._desk.traces.span("sending"):
                await self._outlet.answer(said, hand, hand.kept.card, reply.answer)

    async def _command(self, said: Said, decision: str) -> Reply | None:
        """What a command says, or what becomes of a `decision` that was typed as a number."""
        card = None
        if not decision:
            card = await self._commands.run(said, _silent)
        else:
            place = said.place.conversation()
            card = await self._decided(decision, Caller(place, await self._desk.language(place, "zh")))
        return Reply(card) if card is not None else None

    def _written(self, card: Card, place: WeComChat, lang: Language, *, unfolded: bool = False) -> Card:
        """`card` as WeCom shows it: nothing folded away, and with the numbers that can be typed."""
        self._open.ask(place, card)
        return numbered(card if unfolded else without_context(card), lang)

    async def _announced(
        self, work: Coroutine[Any, Any, Reply | None], said: Said, hand: Hand, answer: str
    ) -> Reply | None:
        """The result of `work`; who waits for it longer than a moment is told that it is coming."""
        task = asyncio.create_task(work)
        try:
            done, _ = await asyncio.wait({task}, timeout=self._slow)
            if not done and not hand.begun:
                await self._outlet.announce(said, hand, answer)
            return await task
        finally:
            task.cancel()

    async def _entered(self, entered: Entered, hand: Hand) -> None:
        lang = await self._desk.language(entered.place.conversation(), "zh")
        lines = [say("wecom-welcome", lang)]
        if examples := await self._desk.suggestions(entered.place.conversation(), lang):
            lines += ["", say("wecom-examples", lang), *(f"• {example}" for example in examples)]
        await self._outlet.welcome(entered, hand, note("\n".join(lines)))

    async def _pressed(self, pressed: Pressed, hand: Hand) -> None:
        if hand.begun:
            # Nobody knows how far it came. Who misses something presses again; twice the same is worse.
            return
        place = pressed.place.conversation()
        lang = await self._desk.language(place, "zh")
        # What follows may have an effect that must not come twice.
        await self._intake.sending(hand.delivery, token=hand.token)
        if decides(pressed.action):
            await self._confirmed(pressed, hand, Caller(place, lang))
            return
        tapped = await self._buttons.tap(pressed.action, place, lang)
        shown = tapped.buttons if tapped.buttons is not None else tapped.card.buttons if tapped.card else ()
        await self._outlet.change(pressed, hand, shown, tapped.line or say("wecom-done", lang), lang)
        reply = Reply(tapped.card) if tapped.card is not None else None
        if tapped.question:
            reply = await self._desk.ask(Question(hand.delivery, place, tapped.question, lang, not pressed.place.group))
        if reply is not None:
            unfolded = pressed.action.startswith(f"{Action.CONTEXT}:")
            card = self._written(reply.card, pressed.place, lang, unfolded=unfolded)
            await self._outlet.follow(pressed, hand, card, reply.answer)

    async def _confirmed(self, pressed: Pressed, hand: Hand, caller: Caller) -> None:
        allowed = self._admin is not None and self._admin.allowed(caller.place)
        line = say("wecom-done", caller.lang) if allowed else say("admin-only", caller.lang, user=caller.place.user)
        await self._outlet.change(pressed, hand, (), line, caller.lang)
        if card := await self._decided(pressed.action, caller):
            await self._outlet.follow(pressed, hand, self._written(card, pressed.place, caller.lang), "")

    async def _decided(self, action: str, caller: Caller) -> Card | None:
        """What becomes of an admin's decision; None where somebody else presses."""
        if self._admin is None or not self._admin.allowed(caller.place):
            return None
        return await self._admin.confirm(action, caller, _silent)

    async def _voted(self, voted: Voted) -> None:
        place = voted.place.conversation()
        if voted.value == 0:
            await self._desk.workers.write(self._take_back, voted.answer, voted.place)
            return
        action = f"{Action.UP if voted.value > 0 else Action.DOWN}:{voted.answer}"
        await self._buttons.tap(action, place, "zh")
        if voted.reason:
            await self._buttons.tap(f"{Action.WHY}:{voted.answer}:{voted.reason}", place, "zh")

    def _take_back(self, answer: str, place: WeComChat) -> None:
        given = self._desk.journal.answers.get(answer)
        if given is not None and given.conversation.chat == place.chat:
            self._desk.journal.feedback.record(given, place.user, 0)


async def _silent(card: Card) -> None:
    """WeCom edits no messages: of what is on its way only the end is told."""
