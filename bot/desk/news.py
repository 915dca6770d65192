"""Tells people, once, that a question they wanted an answer to has one now.

After each reindex, whoever made it, the open questions are asked again.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from bot.cards.card import Card
from bot.cards.render import CardPage, answer_card, verified
from bot.desk.desk import Desk
from bot.journal.wanted import Want
from bot.question import Conversation
from bot.texts.messages import say
from index.errors import VerbatimError

log = logging.getLogger(__name__)

LOOK_SECONDS = 5.0
Tell = Callable[[Conversation, Card], Awaitable[None]]
"""Sends a card that nobody asked for just now. Raises where it could not be sent."""


@dataclass(frozen=True, slots=True)
class LateAnswer:
    """A question that is answered now, and what to say."""

    want: Want
    card: Card


class News:
    """`tellers` holds, by channel, what can send there now; channels put themselves in while they are up."""

    def __init__(self, desk: Desk, seconds: float = LOOK_SECONDS) -> None:
        self._desk = desk
        self._seconds = seconds
        self._asked = ""
        """The snapshot that the open questions were asked of last."""

    async def run(self) -> None:
        """Until it is cancelled."""
        found: list[LateAnswer] = []
        while True:
            live = self._desk.library.everything
            if live is not None and live.snapshot.id != self._asked:
                self._asked = live.snapshot.id
                try:
                    found = await self._desk.workers.upkeep(self.answered)
                except VerbatimError as error:
                    log.error("Open questions could not be asked again: %s", error)
            found = [one for one in found if not await self._notified(one)]
            await asyncio.sleep(self._seconds)

    def answered(self, channel: str = "", user: str = "") -> list[LateAnswer]:
        """The open questions that have an answer where they were asked; of one person, where a `channel` and `user` are
        given. Blocks."""
        wants = self._desk.journal.wanted.open(channel, user)
        found = ((want, self._card(want)) for want in wants if self._desk.access.may_ask(want.place))
        return [LateAnswer(want, card) for want, card in found if card is not None]

    def _card(self, want: Want) -> Card | None:
        index = self._desk.asked(want.place)
        if index is None:
            return None
        answer = verified(index.ask(want.question), index, self._desk.replies.alarm)
        if not answer.answered:
            return None
        head = say("news", want.lang, question=want.question) + "\n\n"
        card = answer_card(answer, index, want.lang, self._desk.links, CardPage(buttons=False))
        spans = (replace(span, start=span.start + len(head), end=span.end + len(head)) for span in card.spans)
        return Card(head + card.text, tuple(spans))

    async def _notified(self, found: LateAnswer) -> bool:
        """Whether nothing remains to do: told here or elsewhere, or lost on its way. False: nobody can tell it yet."""
        want = found.want
        tell = self._desk.tellers.get(want.place.channel)
        if tell is None:
            return False
        # It may have waited for its channel, and what may be read there may have changed meanwhile.
        card = await self._desk.workers.upkeep(self._card, want)
        if card is not None and await self._desk.workers.write(self._desk.journal.wanted.claim, want.answer):
            try:
                await tell(want.place, card)
            except Exception as error:
                log.warning("Somebody could not be told of an answer: %s", error)
        return True
