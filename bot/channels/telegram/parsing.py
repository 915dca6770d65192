"""What is said to the bot, and what is not: commands, mentions, replies. Entities are UTF-16, texts are not.

One function for all of it: the library's filters miss captions, mind the case of a name, and take `@bot2` for `@bot`.
"""

from dataclasses import dataclass

from telegram import Chat, Message, MessageEntity, User
from telegram.constants import ChatMemberStatus

from bot.channels.telegram.options import NAME
from bot.desk.source_questions import asks_for_source
from bot.question import Conversation, Language, Question

ANONYMOUS_ADMIN = 1087968824
"""Telegram's GroupAnonymousBot, which speaks for admins who hide their names."""
CHAT_ADMINS = (ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.OWNER)
CHANNEL_SPEAKER = 136817688
"""Telegram's Channel_Bot, which speaks for people who write as a channel."""


@dataclass(frozen=True, slots=True)
class TelegramMessage:
    """What was said to the bot: a command with what follows it, or a text ("" as command)."""

    text: str
    command: str = ""
    part: bool = False
    """Whether `text` is a part of a longer message."""


@dataclass(frozen=True, slots=True)
class Me:
    """Who the bot is on Telegram."""

    id: int
    username: str


def parse_message(message: Message, me: Me) -> TelegramMessage | None:
    """What `message` says to the bot, None where it is for others."""
    if not _from_a_person(message, me):
        return None
    text = message.text or message.caption or ""
    entities = message.entities or message.caption_entities or ()
    first = entities[0] if entities else None
    if first is not None and first.type == MessageEntity.BOT_COMMAND and first.offset == 0:
        return _command(text, first, message.chat.type == Chat.PRIVATE, me)
    mention = next((entity for entity in entities if _names(text, entity, me)), None)
    if mention is not None:
        start, end = _range(text, mention)
        said = f"{text[:start].rstrip()} {text[end:].lstrip(' ,，:：')}".strip()
        return TelegramMessage(said, part=True)
    return TelegramMessage(text.strip()) if message.chat.type == Chat.PRIVATE or _replies_to(message, me) else None


def question_of(
    message: Message, text: str, delivery: str, lang: Language, *, begun: bool = False, supersedes: str = ""
) -> Question:
    """`text`, said in `message`, as a question for the desk."""
    return Question(
        delivery,
        conversation_of(message),
        text,
        lang,
        private=message.chat.type == Chat.PRIVATE,
        selected=_selected(message, text),
        wordless=not text and message.effective_attachment is not None,
        begun=begun,
        supersedes=supersedes,
    )


def conversation_of(message: Message) -> Conversation:
    """The thread of talk that `message` belongs to: a topic is one of its own, an ordinary reply thread is not."""
    thread = str(message.message_thread_id) if message.is_topic_message and message.message_thread_id else ""
    speaker = message.sender_chat or message.from_user
    return Conversation(NAME, str(message.chat.id), thread, str(speaker.id) if speaker else "")


def language_of(user: User | None) -> Language:
    """The interface's language for somebody whose app says which one it speaks."""
    return "zh" if user is not None and (user.language_code or "").startswith("zh") else "en"


def _from_a_person(message: Message, me: Me) -> bool:
    """Bots, posts forwarded from a channel, and our own inline cards come back as messages: nobody asked."""
    speaker = message.from_user
    if message.is_automatic_forward or (message.via_bot is not None and message.via_bot.id == me.id):
        return False
    if speaker is None:
        return False
    return not speaker.is_bot or (speaker.id in (ANONYMOUS_ADMIN, CHANNEL_SPEAKER) and message.sender_chat is not None)


def _command(text: str, entity: MessageEntity, private: bool, me: Me) -> TelegramMessage | None:
    _, end = _range(text, entity)
    name, at, target = text[1:end].partition("@")
    if at and target.casefold() != me.username.casefold():
        return None
    # In a group a bare command reaches every bot there: only /ask is ours without a name.
    if not private and not at and name.casefold() != "ask":
        return None
    return TelegramMessage(text[end:].strip(), name.casefold(), part=True)


def _names(text: str, entity: MessageEntity, me: Me) -> bool:
    if entity.type == MessageEntity.TEXT_MENTION:
        return entity.user is not None and entity.user.id == me.id
    if entity.type != MessageEntity.MENTION:
        return False
    start, end = _range(text, entity)
    return text[start:end].casefold() == f"@{me.username}".casefold()


def _range(text: str, entity: MessageEntity) -> tuple[int, int]:
    """An entity's range in code points."""
    units = text.encode("utf-16-le")
    start = len(units[: 2 * entity.offset].decode("utf-16-le", "ignore"))
    length = len(units[2 * entity.offset : 2 * (entity.offset + entity.length)].decode("utf-16-le", "ignore"))
    return start, start + length


def _replies_to(message: Message, me: Me) -> bool:
    target = message.reply_to_message
    if target is None or target.from_user is None or target.from_user.id != me.id:
        return False
    # Every first message of a topic "replies" to the notice that opened it.
    return target.forum_topic_created is None


def _selected(message: Message, text: str) -> str:
    """The part of another message that is asked about: selected by hand, or all of it for a bare "source?"."""
    if message.quote is not None:
        return message.quote.text
    target = message.reply_to_message
    if target is not None and asks_for_source(text):
        return target.text or target.caption or ""
    return ""


async def administers(message: Message) -> bool:
    """Whether the speaker is an administrator of the group: one who hides speaks as the group itself."""
    if message.sender_chat is not None:
        return message.sender_chat.id == message.chat.id
    if message.from_user is None:
        return False
    return (await message.chat.get_member(message.from_user.id)).status in CHAT_ADMINS
