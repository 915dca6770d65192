"""`verbatim doctor`: checks everything that can be wrong before people notice, and says what to do."""

from collections.abc import Iterator
from dataclasses import asdict, replace
from importlib import import_module

from bot.cli.doctor.checks import say
from bot.cli.session import Session
from bot.desk.findings import Check, CheckStatus, Finding
from bot.errors import SettingsError

CHECKS = (
    "bot.cli.doctor.checks:processor",
    "bot.cli.doctor.checks:disk",
    "bot.cli.doctor.checks:journal",
)
OF_EACH = (
    "bot.cli.doctor.checks:objects",
    "bot.cli.doctor.checks:corpus",
    "bot.cli.doctor.checks:snapshot",
    "bot.cli.doctor.vectors:vectors",
    "bot.cli.doctor.checks:answering",
)
"""Checks of each collection."""
OF_CHANNELS = (
    "bot.channels.telegram.checks:telegram",
    "bot.channels.wecom.checks:wecom",
)
"""`module:function` of every check, in the order shown. A channel adds its own line here."""

MARKS = {
    CheckStatus.OK: ("✓", 32),
    CheckStatus.WARNING: ("!", 33),
    CheckStatus.BROKEN: ("✗", 31),
    CheckStatus.UNUSED: ("·", 2),
}


def run(session: Session) -> int:
    """Prints every finding; exit 1 where something is broken."""
    console = session.console
    broken = False
    for finding in findings(session):
        broken |= finding.state is CheckStatus.BROKEN
        if session.args.json:
            shown = asdict(finding)
            # The name that scripts know.
            shown["told"] = shown.pop("message")
            console.json(shown)
            continue
        mark, colour = MARKS[finding.state]
        console.print(f"{console.style(mark, colour)} {finding.name}: {finding.message}")
        if finding.todo:
            console.print(f"  → {finding.todo}")
    return int(broken)


def findings(session: Session) -> Iterator[Finding]:
    """The findings of every check; wrong settings end the round, for all others depend on them."""
    lang = session.console.lang
    try:
        settings, rooms = session.whole, session.rooms
    except SettingsError as error:
        yield Finding(say("settings", lang), CheckStatus.BROKEN, str(error), say("settings-todo", lang))
        return
    yield Finding(say("settings", lang), CheckStatus.OK, say("settings-fine", lang))
    for name in CHECKS:
        yield from _check(name)(settings, lang)
    for room in rooms:
        for name in OF_EACH:
            for found in _check(name)(room.settings, lang):
                yield replace(found, name=f"{room.name}: {found.name}") if room.name else found
    for name in OF_CHANNELS:
        yield from _check(name)(settings, lang)


def _check(name: str) -> Check:
    module, function = name.split(":")
    check: Check = getattr(import_module(module), function)
    return check
