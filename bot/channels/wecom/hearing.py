"""What a message or an event of WeCom's AI bot means to us. Pure: JSON in, a value out.

The platform's JSON is believed in nothing: a field of the wrong kind is a field that is not there.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.question import Conversation, Language, Question
from bot.texts.language import of_text

CHANNEL = "wecom"
LONGEST_ID = 200

UP, DOWN, WITHDRAWN = 1, 2, 3
"""Kinds of a feedback event."""
REASONS = {1: "wrong", 2: "part"}


@dataclass(frozen=True, slots=True)
class WeComChat:
    """Where something was said, and by whom."""

    chat: str
    user: str
    group: bool = False

    def conversation(self) -> Conversation:
        return Conversation(CHANNEL, self.chat, user=self.user)


@dataclass(frozen=True, slots=True)
class Attached:
    """A file: where it is for five minutes, and what opens it. Both are secrets."""

    url: str = field(repr=False)
    key: str = field(default="", repr=False)
    """"" where the callback's own key opens it."""


@dataclass(frozen=True, slots=True)
class Said:
    """A person wrote something to the bot."""

    id: str
    place: WeComChat
    text: str
    selected: str = ""
    """The text of the message that this one quotes."""
    response_url: str = field(default="", repr=False)
    attached: Attached | None = None
    """The file that this message is, or else that it quotes."""
    wordless: bool = False
    """It is no text, nor a voice message that the platform has written down."""

    def question(self, delivery: str) -> Question:
        return Question(
            *(delivery, self.place.conversation(), self.text, self.lang(), not self.place.group, self.selected),
            wordless=self.wordless,
        )

    def lang(self) -> Language:
        return of_text(self.text, "zh")


@dataclass(frozen=True, slots=True)
class Entered:
    """A person opened the chat with the bot, for the first time today."""

    id: str
    place: WeComChat


@dataclass(frozen=True, slots=True)
class Pressed:
    """A person pressed a button of ours."""

    id: str
    place: WeComChat
    action: str
    task: str
    response_url: str = ""
    response_code: str = ""
    """With it, an own app may change the card once."""


@dataclass(frozen=True, slots=True)
class Voted:
    """A person pressed the platform's own thumbs under an answer. `value` 0 takes a vote back."""

    id: str
    place: WeComChat
    answer: str
    value: int
    reason: str = ""


WeComMessage = Said | Entered | Pressed | Voted


def hear(body: Mapping[str, Any], name: str = "") -> WeComMessage | None:
    """The meaning of a callback's body; None where it is nothing for us. `name`: how people mention the bot."""
    id, place = _id(body, "msgid"), _place(body)
    if not id or place is None:
        return None
    kind = _text(body, "msgtype")
    if kind == "event":
        return _event(body, id, place)
    if kind == "stream" or not kind:
        return None
    text = _words(body)
    if place.group:
        text = without_mention(text, name)
    quoted = body.get("quote")
    selected = _words(quoted) if isinstance(quoted, Mapping) else ""
    attached = _file(body) or _file(quoted)
    wordless = kind != "text" and not text.strip()
    return Said(id, place, text.strip(), selected.strip(), _text(body, "response_url"), attached, wordless)


def stream_asked(body: Mapping[str, Any]) -> str:
    """The id of the stream whose state the platform asks for, "" where it asks for none."""
    return _text(body, "stream", "id") if _text(body, "msgtype") == "stream" else ""


def without_mention(text: str, name: str) -> str:
    """`text` without "@name" at its ends. Names may hold spaces, so only the configured one is taken away."""
    if not name:
        return text
    mention = f"@{name}"
    stripped = text.strip()
    while stripped.startswith(mention) and stripped[len(mention) : len(mention) + 1].strip() == "":
        stripped = stripped[len(mention) :].strip()
    if stripped.endswith(mention) and stripped[: -len(mention)][-1:].strip() == "":
        stripped = stripped[: -len(mention)].strip()
    return stripped


def _event(body: Mapping[str, Any], id: str, place: WeComChat) -> WeComMessage | None:
    event = body.get("event")
    if not isinstance(event, Mapping):
        return None
    kind = _text(event, "eventtype")
    inner = event.get(kind)
    inner = inner if isinstance(inner, Mapping) else {}
    if kind == "enter_chat":
        return Entered(id, place)
    if kind == "template_card_event" and _text(inner, "event_key"):
        key, task = _text(inner, "event_key"), _text(inner, "task_id")
        return Pressed(id, place, key, task, _text(body, "response_url"))
    if kind == "feedback_event" and _id(inner, "id"):
        return _vote(inner, id, place)
    return None


def _vote(inner: Mapping[str, Any], id: str, place: WeComChat) -> Voted | None:
    values = {UP: 1, DOWN: -1, WITHDRAWN: 0}
    kind = inner.get("type")
    if not isinstance(kind, int) or kind not in values:
        return None
    reasons = inner.get("inaccurate_reason_list")
    first = reasons[0] if isinstance(reasons, list) and reasons else None
    reason = REASONS.get(first, "other") if isinstance(first, int) else ""
    return Voted(id, place, _id(inner, "id"), values[kind], reason)


def _place(body: Mapping[str, Any]) -> WeComChat | None:
    sender = body.get("from")
    user = _id(sender, "userid") if isinstance(sender, Mapping) else ""
    if not user:
        return None
    if _text(body, "chattype") == "group":
        chat = _id(body, "chatid")
        return WeComChat(chat, user, True) if chat else None
    return WeComChat(user, user)


def _words(body: Mapping[str, Any]) -> str:
    """The words of a message of any kind: text, what a voice said, or the texts among pictures."""
    kind = _text(body, "msgtype")
    if kind != "mixed":
        return _text(body, kind, "content") if kind in ("text", "voice") else ""
    mixed = body.get("mixed")
    items = mixed.get("msg_item") if isinstance(mixed, Mapping) else None
    texts = (
        (_words(item) for item in items if isinstance(item, Mapping) and _text(item, "msgtype") == "text")
        if (isinstance(items, list))
        else ()
    )
    return "\n".join(text for text in texts if text)


def _file(body: object) -> Attached | None:
    """The file of a message, or of a quoted one."""
    if _text(body, "msgtype") != "file" or not _text(body, "file", "url"):
        return None
    return Attached(_text(body, "file", "url"), _text(body, "file", "aeskey"))


def _text(value: object, *path: str) -> str:
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    # Half of a surrogate pair, which JSON can hold and nothing else can.
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else ""


def _id(value: object, name: str) -> str:
    text = _text(value, name)
    return text if len(text) <= LONGEST_ID else ""
