"""Buttons as numbers that can be typed: some of WeCom's clients do not show the card that holds the buttons."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace

from bot.cards.card import Button, Card
from bot.cards.render import Action
from bot.channels.wecom.hearing import WeComChat
from bot.channels.wecom.template import deciding
from bot.desk.choices import choice
from bot.question import Language
from bot.texts.messages import say

MOST_OPEN = 1000


def numbered(card: Card, lang: Language) -> Card:
    """`card` with a last line that says which numbers may be typed, where it has something to choose.

    Suggested questions are numbered in the card itself.
    """
    decisions = "　".join(f"{number}. {button.label}" for number, button in enumerate(deciding(card), 1))
    if not decisions and not any(_asks(button) for row in card.buttons for button in row):
        return card
    lines = [card.text, *([decisions] if decisions else []), say("wecom-type-number", lang)]
    return replace(card, text="\n\n".join(lines))


class OpenQuestions:
    """The question that each admin was asked last in each chat.

    Whatever is said next closes it: a number said much later is not an answer to it any more. Its buttons stay.
    """

    def __init__(self) -> None:
        self._open: OrderedDict[tuple[str, str], Sequence[Button]] = OrderedDict()

    def ask(self, place: WeComChat, card: Card) -> None:
        """`card` goes to `place`; where it asks for a decision, the next number said there is one."""
        if buttons := deciding(card):
            self._open[place.chat, place.user] = buttons
            while len(self._open) > MOST_OPEN:
                self._open.popitem(last=False)

    def decided(self, place: WeComChat, text: str) -> str:
        """The action that `text` picks of the open question, "" where it picks none."""
        buttons = self._open.pop((place.chat, place.user), ())
        number = choice(text)
        return buttons[number - 1].action if number is not None and number <= len(buttons) else ""


def _asks(button: Button) -> bool:
    return button.action.startswith(f"{Action.ASK}:")
