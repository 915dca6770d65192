"""What people can call: /start, /help, /sources, /language, and /ask for groups."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from telegram import Chat, Message, User

from bot.cards.card import Button, Card
from bot.cards.render import note
from bot.cards.source_list import source_list
from bot.channels.telegram.answering import Answering, target_of
from bot.channels.telegram.inbox import InHand
from bot.channels.telegram.options import NAME
from bot.channels.telegram.parsing import TelegramMessage, administers, conversation_of, language_of
from bot.channels.telegram.sending import Target
from bot.desk.card_actions import passage_card
from bot.desk.choosing import use
from bot.desk.desk import Desk
from bot.desk.privacy import Privacy
from bot.question import Conversation, Language
from bot.texts.messages import say

LANGUAGE_ACTION = "l"
OWN_DATA = ("privacy", "forget", "remember", "export")
"""Commands for everybody, also for people whom the bot no longer answers."""


@dataclass(frozen=True, slots=True)
class TelegramCall:
    """One command as it was called."""

    message: Message
    parsed: TelegramMessage
    hand: InHand
    lang: Language


Command = Callable[[TelegramCall], Awaitable[Card | None]]


class TelegramCommands:
    """A table of commands. One that is not in it is answered with the help in private, with silence in groups."""

    def __init__(self, desk: Desk, answering: Answering) -> None:
        self._desk = desk
        self._answering = answering
        self._privacy = Privacy(desk)
        self.table: dict[str, Command] = {
            "ask": self._ask,
            "start": self._start,
            "help": self._help,
            "sources": self._sources,
            "language": self._language,
            "use": self._use,
            "privacy": self._privacy_notice,
            "forget": self._forget,
            "remember": self._remember,
            "export": self._export,
        }

    async def run(self, message: Message, parsed: TelegramMessage, hand: InHand) -> None:
        place = conversation_of(message)
        own = parsed.command in OWN_DATA and message.chat.type == "private"
        if parsed.command != "ask" and not own and not self._desk.access.may_ask(place):
            parsed = replace(parsed, command="ask")
        command = self.table.get(parsed.command)
        if command is None:
            if message.chat.type != "private":
                return
            command = self._help
        lang = await self._desk.language(place, language_of(message.from_user))
        card = await command(TelegramCall(message, parsed, hand, lang))
        if card is not None:
            await self._answering.say(target_of(message), card, hand)

    async def greet(self, chat: Chat, adder: User, hand: InHand) -> None:
        """Says in a group that the bot was just added to how to ask; nothing in one that it does not answer."""
        place = Conversation(NAME, str(chat.id), user=str(adder.id))
        if not self._desk.access.may_ask(place):
            return
        lang = await self._desk.language(place, language_of(adder))
        lines = [say("group-welcome", lang), await self._examples(place, lang)]
        card = note("\n\n".join(filter(None, lines)))
        await self._answering.say(Target(chat.id, lang=lang), card, hand)

    async def _ask(self, called: TelegramCall) -> Card | None:
        await self._answering.answer(called.message, called.parsed, called.hand)
        return None

    async def _start(self, called: TelegramCall) -> Card:
        kind, _, rest = called.parsed.text.partition("-")
        answer, _, number = rest.partition("-")
        if kind == "p" and number.isascii() and number.isdigit():
            place = conversation_of(called.message)
            return await self._desk.workers.answer(passage_card, self._desk, answer, int(number), place, called.lang)
        return await self._help(called)

    async def _help(self, called: TelegramCall) -> Card:
        lines = [
            say("help", called.lang),
            await self._examples(conversation_of(called.message), called.lang),
            say("help-more", called.lang),
        ]
        return note("\n\n".join(filter(None, lines)))

    async def _examples(self, place: Conversation, lang: Language) -> str:
        examples = await self._desk.suggestions(place, lang)
        return "\n".join([say("help-examples", lang), *(f"• {example}" for example in examples)]) if examples else ""

    async def _sources(self, called: TelegramCall) -> Card:
        index = await self._desk.workers.answer(self._desk.asked, conversation_of(called.message))
        return source_list(index.documents() if index is not None else (), called.lang)

    async def _use(self, called: TelegramCall) -> Card:
        """In a group for its administrators, and for admins of the bot; everybody may see what there is."""
        place, text = conversation_of(called.message), called.parsed.text
        if text and not (self._own(called.message, place) or await administers(called.message)):
            return note(say("use-admins", called.lang))
        return await self._desk.workers.answer(use, self._desk, place, text, called.lang)

    def _own(self, message: Message, place: Conversation) -> bool:
        """Whether the speaker decides here without a look at who administers the group."""
        return message.chat.type == "private" or self._desk.access.is_admin(place.channel, place.user)

    async def _language(self, called: TelegramCall) -> Card:
        names: tuple[tuple[str, str], ...] = (("中文", "zh"), ("English", "en"))
        row = tuple(Button(name, f"{LANGUAGE_ACTION}:{lang}") for name, lang in names)
        return replace(note(say("choose-language", called.lang)), buttons=(row,))

    async def _privacy_notice(self, called: TelegramCall) -> Card:
        return self._privacy.policy(called.lang)

    async def _forget(self, called: TelegramCall) -> Card:
        return await self._privacy.forget(conversation_of(called.message), called.lang)

    async def _remember(self, called: TelegramCall) -> Card:
        return await self._privacy.remember(conversation_of(called.message), called.parsed.text, called.lang)

    async def _export(self, called: TelegramCall) -> Card | None:
        message = called.message
        if message.chat.type != "private":
            return note(say("export-private", called.lang))
        content = await self._privacy.file(conversation_of(message))
        await message.reply_document(content, filename="verbatim.json", caption=say("export-file", called.lang))
        return None
