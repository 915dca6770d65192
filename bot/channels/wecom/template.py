"""The buttons of a card as WeCom's template card, the only thing there that can be pressed."""

import hashlib
from collections.abc import Sequence
from typing import Any

from bot.card import Button
from bot.messages import say
from bot.question import Language
from bot.render import Action

MOST_BUTTONS = 6
THUMBS = (Action.UP, Action.DOWN)
PLAIN_STYLE = 1


def useful(buttons: Sequence[Sequence[Button]], *, thumbs: bool) -> tuple[Button, ...]:
    """What is worth a button: not links and not the source, which stand in the text; thumbs where the platform has
    none of its own."""
    left_out = {Action.SOURCE} if thumbs else {Action.SOURCE, *THUMBS}
    flat = (button for row in buttons for button in row)
    return tuple(b for b in flat if b.action and b.action.partition(":")[0] not in left_out)[:MOST_BUTTONS]


def template(buttons: Sequence[Button], task: str, lang: Language, *, done: str = "") -> dict[str, Any]:
    """A card of `buttons`; with `done`, what it shows in their place once one was pressed."""
    card: dict[str, Any] = {
        "card_type": "button_interaction",
        "main_title": {"title": say("wecom-more", lang)},
        "button_list": [{"text": b.label, "style": PLAIN_STYLE, "key": b.action} for b in buttons],
        "task_id": task,
    }
    if done:
        card["replace_text"] = done
    return card


def task_id(delivery: str, number: int = 0) -> str:
    """The same for one delivery in every process; the platform wants another one for each card."""
    return hashlib.sha256(f"{delivery}#{number}".encode()).hexdigest()[:32]
