"""Cards as Telegram shows them: entities, never a parse mode, so that a quote arrives letter for letter."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, MessageEntity

from bot.cards.card import Button, Card, Style, StyledSpan
from bot.cards.render import Action
from bot.cards.split import split, utf16
from bot.channels.telegram.options import MESSAGE_UNITS
from bot.question import Language
from bot.texts.messages import say

MOST_ENTITIES = 100
LABEL = 64
STYLES = {
    Style.QUOTE: MessageEntity.BLOCKQUOTE,
    Style.HIGHLIGHT: MessageEntity.BOLD,
    Style.CONTEXT: MessageEntity.EXPANDABLE_BLOCKQUOTE,
    Style.SOURCE: MessageEntity.TEXT_LINK,
    Style.NOTE: MessageEntity.ITALIC,
    Style.LINK: MessageEntity.TEXT_LINK,
}
IMPORTANCE = list(STYLES)
IMPORTANCE.sort(key=lambda style: style in (Style.HIGHLIGHT, Style.LINK))


@dataclass(frozen=True, slots=True)
class RenderedMessage:
    """One message's text, its entities in UTF-16 units, its keyboard."""

    text: str
    entities: tuple[MessageEntity, ...] = ()
    keyboard: InlineKeyboardMarkup | None = None


def rendered_messages(card: Card, username: str = "") -> list[RenderedMessage]:
    """`card` as one message, or as several where it is too long for one."""
    parts = split(_linked(card, username), MESSAGE_UNITS, utf16)
    return [_rendered(part, username) for part in parts if part.text.strip()]


def late(message: RenderedMessage, lang: Language) -> RenderedMessage:
    """`message` with a word before it that it comes late, where there is room for one."""
    word = say("late", lang) + "\n\n"
    if utf16(word + message.text) > MESSAGE_UNITS:
        return message
    moved = MessageEntity.shift_entities(utf16(word), message.entities)
    return RenderedMessage(word + message.text, tuple(moved), message.keyboard)


def keyboard(rows: Sequence[Sequence[Button]], username: str = "") -> InlineKeyboardMarkup | None:
    """Buttons that Telegram takes; without a public address "source" opens the passage in a private chat."""
    made = [[made for button in row if (made := _button(button, username)) is not None] for row in rows]
    made = [row for row in made if row]
    return InlineKeyboardMarkup(made) if made else None


def deep_link(username: str, answer: str, number: int) -> str:
    """Opens the bot in private with one passage of an answer."""
    return f"https://t.me/{username}?start=p-{answer}-{number}"


def linkable(url: str) -> bool:
    """Whether Telegram takes `url`: one to a machine of one's own would make it refuse the whole message."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    return parts.scheme in ("http", "https") and "." in host and not host.startswith("127.") and len(url) <= 2048


def _linked(card: Card, username: str) -> Card:
    """A source without an address of its own opens its passage in a private chat, as the button does."""
    if all(span.url for span in card.spans if span.style is Style.SOURCE):
        return card
    rows = keyboard(card.buttons, username)
    start = f"https://t.me/{username}?start="
    links = [button.url for row in (rows.inline_keyboard if rows else ()) for button in row if button.url]
    url = next((url for url in links if url.startswith(start)), "")
    spans = tuple(
        replace(span, url=url) if span.style is Style.SOURCE and not span.url else span for span in card.spans
    )
    return replace(card, spans=spans)


def _rendered(card: Card, username: str) -> RenderedMessage:
    # Telegram strips the ends of a message, and entities that reach into what it strips.
    left = len(card.text) - len(card.text.lstrip())
    text = card.text.strip()
    quoting = any(span.style is Style.QUOTE for span in card.spans)
    entities = []
    for span in sorted(card.spans, key=lambda span: IMPORTANCE.index(span.style)):
        entity = _entity(span, text, left, quoting)
        if entity is not None:
            entities.append(entity)
    kept = sorted(entities[:MOST_ENTITIES], key=lambda entity: (entity.offset, -entity.length))
    # Up to there a code point is one unit of UTF-16, and nearly every text ends there: no entity needs to be moved.
    moved = kept if max(text) <= "\uffff" else MessageEntity.adjust_message_entities_to_utf_16(text, kept)
    return RenderedMessage(text, tuple(moved), keyboard(card.buttons, username))


def _entity(span: StyledSpan, text: str, left: int, quoting: bool) -> MessageEntity | None:
    start, end = max(span.start - left, 0), min(span.end - left, len(text))
    inside = text[start:end]
    start += len(inside) - len(inside.lstrip())
    length = len(inside.strip())
    if length <= 0 or (span.style is Style.NOTE and not quoting):
        return None
    if span.style in (Style.SOURCE, Style.LINK) and not linkable(span.url):
        return None
    return MessageEntity(STYLES[span.style], start, length, url=span.url or None)


def _button(button: Button, username: str) -> InlineKeyboardButton | None:
    label = button.label if len(button.label) <= LABEL else button.label[: LABEL - 1] + "…"
    if button.url:
        return InlineKeyboardButton(label, url=button.url) if linkable(button.url) else None
    name, *rest = button.action.split(":")
    if name == Action.SOURCE and username and len(rest) == 2:
        return InlineKeyboardButton(label, url=deep_link(username, rest[0], int(rest[1])))
    return InlineKeyboardButton(label, callback_data=button.action)
