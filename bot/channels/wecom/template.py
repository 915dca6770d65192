"""The buttons of a card as WeCom's template card, the only thing there that can be pressed."""

import hashlib
from collections.abc import Sequence
from typing import Any

from bot.admin.admin import ACTION as ADMIN_ACTION
from bot.cards.card import Button, Card
from bot.cards.render import Action
from bot.channels.wecom.hearing import Pressed
from bot.question import Language
from bot.texts.messages import say

MOST_BUTTONS = 6
THUMBS = (Action.UP, Action.DOWN)
PLAIN_STYLE = 1
LONGEST_TEXT = 1000


def useful(buttons: Sequence[Sequence[Button]], *, thumbs: bool) -> tuple[Button, ...]:
    """What is worth a button: not links and not the source, which stand in the text, nor files, which cannot be sent;
    thumbs where the platform has none of its own."""
    left_out = {Action.SOURCE, Action.FILE} if thumbs else {Action.SOURCE, Action.FILE, *THUMBS}
    flat = (button for row in buttons for button in row)
    return tuple(b for b in flat if b.action and b.action.partition(":")[0] not in left_out)[:MOST_BUTTONS]


def shown(card: Card, *, wanted: bool, thumbs: bool) -> tuple[Button, ...]:
    """The buttons below `card`, as far as any are `wanted`; those of a question to an admin go in a card of their own.

    A client that shows no card beside a stream would hide them.
    """
    return useful(card.buttons, thumbs=thumbs) if wanted and not deciding(card) else ()


def deciding(card: Card) -> tuple[Button, ...]:
    """The buttons of a question to an admin, () where `card` is none."""
    return tuple(button for row in card.buttons for button in row if decides(button.action))


def decides(action: str) -> bool:
    return action.startswith(f"{ADMIN_ACTION}:")


def template(buttons: Sequence[Button], task: str, lang: Language, *, done: str = "", text: str = "") -> dict[str, Any]:
    """A card of `buttons`; with `done`, what it shows in their place once one was pressed; with `text`, what it is
    about, where the card goes without a message above it."""
    title = "wecom-choose" if any(decides(button.action) for button in buttons) else "wecom-more"
    card: dict[str, Any] = {
        "card_type": "button_interaction",
        "main_title": {"title": say(title, lang)},
        "button_list": [{"text": b.label, "style": PLAIN_STYLE, "key": b.action} for b in buttons],
        "task_id": task,
    }
    if text:
        card["sub_title_text"] = text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]}…"
    if done:
        card["replace_text"] = done
    return card


def changed_template(left: Sequence[Button], pressed: Pressed, lang: Language, line: str) -> dict[str, Any]:
    """What a pressed card shows from now on: the buttons that are `left`, else `line` in place of the pressed one.

    A card without any button is not allowed, so the pressed one stays in the list, and the platform shows it grey.
    """
    if left:
        return template(left, pressed.task, lang)
    return template((Button(say("wecom-done", lang), pressed.action),), pressed.task, lang, done=line)


def task_id(delivery: str, number: int = 0) -> str:
    """The same for one delivery in every process; the platform wants another one for each card."""
    return hashlib.sha256(f"{delivery}#{number}".encode()).hexdigest()[:32]
