"""What a channel hands to the desk, whatever the platform calls it."""

from dataclasses import dataclass
from typing import Literal

Language = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class Conversation:
    """One thread of talk: follow-ups are understood within it. Its fields are the platform's ids as text."""

    channel: str
    """"telegram", "wecom", "console"."""
    chat: str
    thread: str = ""
    """Topic of a group, "" where there is none."""
    user: str = ""
    """Who asks; in groups each person has a context of their own."""


@dataclass(frozen=True, slots=True)
class Question:
    """One thing somebody asked, once: `delivery` is the same when the platform sends it again."""

    delivery: str
    conversation: Conversation
    text: str
    lang: Language = "en"
    """Language of the interface for this person."""
    private: bool = True
    selected: str = ""
    """Text that the asker selected in another message: "where does this stand?"."""
    wordless: bool = False
    """A voice message, a picture, a sticker, a file: nothing that the bot can read."""
    begun: bool = False
    """Whether an answer may be out already: then it is answered again, and neither told to wait nor left in silence."""
    supersedes: str = ""
    """Delivery of the question that this one edits, "" where it is new."""
