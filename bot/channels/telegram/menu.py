"""The menus of commands that Telegram shows, by kind of chat and language. Hiding a command is not access control."""

import logging

from telegram import Bot, BotCommand, BotCommandScopeAllGroupChats, BotCommandScopeAllPrivateChats, BotCommandScopeChat
from telegram.error import TelegramError

from bot.channels.telegram.options import NAME
from bot.desk.access import Access
from bot.question import Language
from bot.texts.messages import say

log = logging.getLogger(__name__)

PRIVATE = ("help", "sources", "language", "privacy")
GROUP = ("ask", "help")
USE = ("use",)
ADMIN = ("status", "gaps", "stats", "reindex", "rollback", "remove", "admin")


async def show_menu(bot: Bot, access: Access, *, several: bool = False) -> None:
    """Best effort: without its menu the bot works as well. `several`: there are collections to choose from."""
    private, group = ((*names, *(USE if several else ())) for names in (PRIVATE, GROUP))
    scopes = ((BotCommandScopeAllPrivateChats(), private), (BotCommandScopeAllGroupChats(), group))
    languages: tuple[tuple[Language, str | None], ...] = (("en", None), ("zh", "zh"))
    try:
        for lang, code in languages:
            for scope, names in scopes:
                await bot.set_my_commands(_commands(names, lang), scope=scope, language_code=code)
    except TelegramError as error:
        log.warning("The menu of commands could not be set: %s", error)
        return
    for admin in sorted(access.admins):
        channel, _, user = admin.partition(":")
        if channel != NAME or not user.isdigit():
            continue
        for lang, code in languages:
            try:
                commands = _commands(private + ADMIN, lang)
                await bot.set_my_commands(commands, scope=BotCommandScopeChat(int(user)), language_code=code)
            except TelegramError as error:
                # Telegram knows no chat with an admin who never wrote to the bot.
                log.info("The menu for an admin could not be set: %s", error)


def _commands(names: tuple[str, ...], lang: Language) -> list[BotCommand]:
    return [BotCommand(name, say(f"menu-{name}", lang)) for name in names]
