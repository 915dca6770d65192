"""What the part between needs of a way into WeCom, to send by it."""

from collections.abc import Sequence
from typing import Protocol

from bot.cards.card import Button, Card
from bot.channels.wecom.hearing import Entered, Pressed, Said
from bot.channels.wecom.keeping import Hand
from bot.question import Language

Rows = Sequence[Sequence[Button]]


class Outlet(Protocol):
    """How one way in sends. Raises WecomError where something could not be sent."""

    in_order: bool
    """Whether the questions of one person are answered one after the other."""
    fetched: bool
    """Whether the platform fetches answers by itself: nobody is told before it does."""

    async def announce(self, said: Said, hand: Hand, answer: str) -> None:
        """An answer will take a moment. `answer` is the id that it will have, "" where nobody can vote on it."""
        ...

    async def answer(self, said: Said, hand: Hand, card: Card, answer: str) -> None:
        """`card` as the answer to `said`; `answer` is its id, "" for a line of the bot's own."""
        ...

    async def welcome(self, entered: Entered, hand: Hand, card: Card) -> None: ...

    async def change(self, pressed: Pressed, hand: Hand, buttons: Rows, line: str, lang: Language) -> None:
        """From now on the pressed card shows `buttons`; without any, `line`. Best effort, and soon."""
        ...

    async def follow(self, pressed: Pressed, hand: Hand, card: Card, answer: str) -> None:
        """`card` as a message of its own, below."""
        ...
