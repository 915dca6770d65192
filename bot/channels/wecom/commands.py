"""What people can call in WeCom by a line that begins with a stroke: help, sources, language; for admins the rest.

WeCom has no menu of commands for its bots, so every name also works in Chinese.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.admin.admin import Admin, Caller, Show
from bot.cards.card import Card
from bot.cards.render import note
from bot.cards.source_list import source_list
from bot.channels.wecom.files import Files
from bot.channels.wecom.hearing import Said
from bot.channels.wecom.platform.errors import FileError
from bot.desk.choosing import use
from bot.desk.desk import Desk
from bot.desk.privacy import Privacy
from bot.question import Language
from bot.texts.messages import say

CHINESE = {
    "帮助": "help",
    "资料": "sources",
    "语言": "language",
    "使用": "use",
    "隐私": "privacy",
    "忘记": "forget",
    "记住": "remember",
    "导出": "export",
    "状态": "status",
    "缺口": "gaps",
    "统计": "stats",
    "重新索引": "reindex",
    "回滚": "rollback",
    "添加": "add",
    "删除": "remove",
    "管理": "admin",
}

OWN_DATA = ("privacy", "forget", "remember", "export")
"""Commands for everybody, also for people whom the bot no longer answers."""


@dataclass(frozen=True, slots=True)
class WeComCall:
    """One command as it was called."""

    said: Said
    rest: str
    lang: Language
    show: Show

    def caller(self) -> Caller:
        return Caller(self.said.place.conversation(), self.lang)


Command = Callable[[WeComCall], Awaitable[Card]]


class WeComCommands:
    """Two tables. Whoever is not an admin is told so in private, and the group hears nothing of it."""

    def __init__(self, desk: Desk, admin: Admin | None = None, files: Files | None = None) -> None:
        self._desk = desk
        self._files = files
        self._privacy = Privacy(desk)
        self.open: dict[str, Command] = {
            "help": self._help,
            "sources": self._sources,
            "language": self._language,
            "use": self._use,
            "privacy": self._privacy_notice,
            "forget": self._forget,
            "remember": self._remember,
            "export": self._export,
        }
        self.closed: dict[str, Command] = {}
        self._admin = admin
        if admin is not None:
            self.closed = {
                "status": lambda called: admin.status(called.caller()),
                "gaps": lambda called: admin.gaps(called.caller()),
                "stats": lambda called: admin.stats(called.caller()),
                "reindex": lambda called: admin.reindex(called.caller(), called.show, called.rest),
                "rollback": lambda called: admin.rollback(called.caller(), called.rest),
                "remove": lambda called: admin.remove(called.caller(), called.rest),
                "add": lambda called: self._add(admin, called),
                "admin": lambda called: _entrance(admin, called),
            }

    def knows(self, said: Said) -> bool:
        """Whether `said` calls something that is here; everything else is a question, and so is a stranger's file."""
        if not said.text and (self._admin is None or not self._admin.allowed(said.place.conversation())):
            return False
        name, _ = _parts(said)
        return name in self.open or name in self.closed

    async def run(self, said: Said, show: Show) -> Card | None:
        """The card that answers a command, None where silence is right."""
        name, rest = _parts(said)
        place = said.place.conversation()
        own = name in OWN_DATA and not said.place.group
        if name in self.open and not own and not self._desk.access.may_ask(place):
            return None
        lang = await self._desk.language(place, "zh")
        called = WeComCall(said, rest, lang, show)
        if name in self.open:
            return await self.open[name](called)
        if self._admin is None or not self._admin.allowed(place):
            return None if said.place.group else note(say("admin-only", lang, user=place.user))
        return await self.closed[name](called)

    async def _add(self, admin: Admin, called: WeComCall) -> Card:
        """Asks whether to add the file that was sent. Whatever is wrong with it is a sentence, and changes nothing."""
        if self._files is None:
            return note(say("wecom-no-files", called.lang))
        if called.said.attached is None:
            return note(say("add-how", called.lang))
        try:
            name, content = await self._files.fetch(called.said.attached, admin.most_bytes)
        except FileError as error:
            return note(error.sentence_in(called.lang))
        return await admin.offer(called.caller(), name, content, called.rest)

    async def _help(self, called: WeComCall) -> Card:
        lines = [say("help", called.lang)]
        if examples := await self._desk.suggestions(called.said.place.conversation(), called.lang):
            lines += ["", say("help-examples", called.lang), *(f"• {example}" for example in examples)]
        return note("\n".join([*lines, "", say("wecom-help", called.lang)]))

    async def _sources(self, called: WeComCall) -> Card:
        index = await self._desk.workers.answer(self._desk.asked, called.said.place.conversation())
        return source_list(index.documents() if index is not None else (), called.lang)

    async def _use(self, called: WeComCall) -> Card:
        """In a group for admins of the bot alone: who administers a group WeCom does not say."""
        place = called.said.place.conversation()
        if called.said.place.group and called.rest and not self._desk.access.is_admin(place.channel, place.user):
            return note(say("admin-only", called.lang, user=place.user))
        return await self._desk.workers.answer(use, self._desk, place, called.rest, called.lang)

    async def _language(self, called: WeComCall) -> Card:
        chosen: dict[str, Language] = {"zh": "zh", "中文": "zh", "en": "en", "english": "en"}
        lang = chosen.get(called.rest.lower())
        if lang is None:
            return note(say("wecom-language", called.lang))
        place = called.said.place.conversation()
        await self._desk.workers.write(self._desk.journal.people.choose_language, place.channel, place.user, lang)
        return note(say("language-chosen", lang))

    async def _privacy_notice(self, called: WeComCall) -> Card:
        return self._privacy.policy(called.lang)

    async def _forget(self, called: WeComCall) -> Card:
        return await self._privacy.forget(called.said.place.conversation(), called.lang)

    async def _remember(self, called: WeComCall) -> Card:
        return await self._privacy.remember(called.said.place.conversation(), called.rest, called.lang)

    async def _export(self, called: WeComCall) -> Card:
        if called.said.place.group:
            return note(say("export-private", called.lang))
        return await self._privacy.message(called.said.place.conversation(), called.lang)


async def _entrance(admin: Admin, called: WeComCall) -> Card:
    """What signs in is not for a group to see."""
    if called.said.place.group:
        return note(say("admin-link-private", called.lang))
    return await admin.entrance(called.caller())


def _parts(said: Said) -> tuple[str, str]:
    """Name and rest of a command line; no name where it is none. A file without a word is to be added."""
    if not said.text.startswith("/"):
        return ("add", "") if said.attached is not None and not said.text else ("", "")
    name, *rest = said.text[1:].split(maxsplit=1) or [""]
    return CHINESE.get(name, name.lower()), rest[0].strip() if rest else ""
