"""/use: which of the collections that may be read in a chat its questions are asked of."""

from bot.cards.card import Card
from bot.cards.render import note
from bot.desk.desk import Desk
from bot.question import Conversation, Language
from bot.texts.messages import say

ALL = frozenset({"all", "全部"})
HERE = "✓"


def use(desk: Desk, place: Conversation, text: str, lang: Language) -> Card:
    """Chooses the collections that `text` names, and says what is asked from now on; without a name, what there is.

    Whoever calls has seen to it that the speaker may choose for this chat. Blocks.
    """
    names = desk.names(place)
    if not desk.library.several or not names:
        return note(say("use-nothing", lang))
    wished = tuple(dict.fromkeys(text.replace(",", " ").replace("，", " ").split()))
    if not wished:
        return note(_listed(desk, place, say("use-these", lang), lang))
    if ALL & set(wished):
        wished = ()
    if unknown := [name for name in wished if name not in names]:
        return note(_listed(desk, place, say("use-unknown", lang, name=unknown[0][:40]), lang))
    with desk.journal.together():
        desk.journal.uses.choose(place.channel, place.chat, wished)
        desk.journal.actions.record(place.channel, place.user, f"use {' '.join(wished) or 'all'}", f"chat {place.chat}")
    return note(_listed(desk, place, say("use-done", lang), lang))


def _listed(desk: Desk, place: Conversation, head: str, lang: Language) -> str:
    """Below `head` every collection that may be read here, marked where it is asked."""
    asked = desk.asked_names(place)
    lines = [head]
    for name in desk.names(place):
        title = desk.library.collections[name].title(lang)
        about = f"{name} · {title}" if title != name else name
        lines.append(f"• {about} {HERE if name in asked else ''}".rstrip())
    return "\n".join([*lines, "", say("use-how", lang)])
