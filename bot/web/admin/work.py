"""What is being done for admins, one thing at a time: started by a form, looked at by whoever opens the page."""

import asyncio
import logging
import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bot.admin.admin import Show
from bot.cards.card import Card
from bot.cards.render import note
from bot.question import Language
from bot.texts.messages import say

log = logging.getLogger(__name__)

SHOWN_SECONDS = 600.0
"""How long the outcome of a piece of work stays on the page."""


@dataclass(slots=True)
class Work:
    """`card` is the newest word on it."""

    card: Card | None = None
    _task: asyncio.Task[None] | None = None
    _ended: float = 0.0
    _now: Callable[[], float] = field(default=time.monotonic)

    @property
    def running(self) -> bool:
        return self._task is not None and not self._task.done()

    def latest(self) -> Card | None:
        """What there is to say, None where nothing was done lately. A question stays until it is answered."""
        old = not self.running and self._now() - self._ended > SHOWN_SECONDS
        return None if self.card is None or (old and not self.card.buttons) else self.card

    def start(self, make: Callable[[Show], Awaitable[Card]], lang: Language) -> None:
        """Begins beside the page; what is running already goes on, and nothing else is begun."""
        if not self.running:
            self.card = note(say("board-begun", lang))
            self._task = asyncio.create_task(self._run(make, lang))

    def tell(self, card: Card) -> None:
        """Says the outcome of something that is done already."""
        if not self.running:
            self.card, self._ended = card, self._now()

    async def close(self, seconds: float) -> None:
        if self._task is not None:
            await asyncio.wait({self._task}, timeout=seconds)

    async def _run(self, make: Callable[[Show], Awaitable[Card]], lang: Language) -> None:
        try:
            self.card = await make(self._show)
        except Exception:
            id = uuid.uuid4().hex[:8]
            log.exception("Work for an admin failed", extra={"error_id": id})
            self.card = note(say("error", lang, id=id))
        self._ended = self._now()

    async def _show(self, card: Card) -> None:
        self.card = card
