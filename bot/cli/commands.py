"""The table of commands: name, module, and arguments. The parser is made from it."""

import argparse
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from bot.cli.terminal.console import Console
from bot.errors import UsageError

Option = tuple[tuple[str, ...], dict[str, Any]]


def option(*names: str, help: str, **kwargs: Any) -> Option:
    """One argument; `help` is the key of its text."""
    return names, {"help": help, **kwargs}


JSON = option("--json", help="help-json", action="store_true")


def positive(text: str) -> int:
    """A whole number from 1 on, for argparse."""
    if not text.isascii() or not text.isdigit() or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 on")
    return int(text)


def folder(text: str) -> Path:
    """A folder's name; an empty one would silently mean the current folder."""
    if not text.strip() or "\0" in text:
        raise argparse.ArgumentTypeError("an empty name is no folder")
    return Path(text)


def share(text: str) -> float:
    """A share above 0 and up to a half, for argparse."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0.001 <= value <= 0.5:
        raise argparse.ArgumentTypeError(f"{text!r} is not a share from 0.001 to 0.5")
    return value


@dataclass(frozen=True, slots=True)
class Command:
    """`function` of the module `bot.cli.<module>` runs it; its help text is `help-<name>`."""

    name: str
    module: str
    function: str = "run"
    options: tuple[Option, ...] = ()


COMMANDS = (
    Command(
        "index",
        "indexing",
        options=(
            option("folder", help="help-folder", nargs="?", type=folder, metavar="FOLDER"),
            option("--add", help="help-add", action="append", default=[], metavar="URL"),
            option("--force", help="help-force", action="store_true"),
            JSON,
        ),
    ),
    Command(
        "ask",
        "asking",
        options=(
            option("question", help="help-question", nargs="?", metavar="QUESTION"),
            option("--top", help="help-top", type=positive, default=1, metavar="K"),
            option("--jsonl", help="help-jsonl", action="store_true"),
            JSON,
        ),
    ),
    Command("chat", "chatting"),
    Command("sample", "sampling"),
    Command(
        "verify",
        "verifying",
        options=(option("text", help="help-verified", nargs="?", metavar="TEXT"), JSON),
    ),
    Command(
        "fetch",
        "fetching",
        options=(option("source", help="help-source", nargs="*", metavar="SOURCE"), JSON),
    ),
    Command("mcp", "mcp"),
    Command("serve", "serving", options=(option("--watch", help="help-watch", action="store_true"),)),
    Command("status", "inspecting", "status", options=(JSON,)),
    Command(
        "show",
        "inspecting",
        "show",
        options=(
            option("document", help="help-document", metavar="DOCUMENT"),
            option("--text", help="help-text", action="store_true"),
            JSON,
        ),
    ),
    Command("snapshots", "inspecting", "snapshots", options=(JSON,)),
    Command(
        "rollback",
        "inspecting",
        "rollback",
        options=(option("id", help="help-snapshot", nargs="?", metavar="ID"), JSON),
    ),
    Command(
        "eval",
        "scoring",
        options=(
            option("questions", help="help-questions", type=Path, metavar="QUESTIONS.jsonl"),
            option("--top", help="help-top", type=positive, default=3, metavar="K"),
            option("--misses", help="help-misses", action="store_true"),
            JSON,
        ),
    ),
    Command(
        "calibrate",
        "calibrating",
        options=(
            option("questions", help="help-questions", type=Path, metavar="QUESTIONS.jsonl"),
            option("--risk", help="help-risk", type=share, default=0.1, metavar="SHARE"),
            JSON,
        ),
    ),
    Command("gaps", "journal", "gaps", options=(JSON,)),
    Command(
        "export",
        "journal",
        "export",
        options=(option("table", help="help-table", choices=("questions", "feedback", "actions"), metavar="TABLE"),),
    ),
    Command("move-journal", "journal", "move", options=(option("--back", help="help-back", action="store_true"),)),
    Command("admin-link", "admin_link"),
    Command("doctor", "doctor.doctor", options=(JSON,)),
)


class _Parser(ArgumentParser):
    """argparse prints usage over several lines and exits; here one line is raised instead."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(message)


def parse(arguments: Sequence[str], console: Console) -> Namespace | None:
    """The arguments as names, with `module` and `function` of the command; None where help was all that was asked.

    Raises UsageError with one sentence and where to find help.
    """
    parser, children = _parsers(console)
    if not arguments:
        console.print(parser.format_help(), end="")
        return None
    named = next((word for word in arguments if word in children), "")
    try:
        args = parser.parse_args(arguments)
        if getattr(args, "help", False):
            console.print((children[args.command] if args.command else parser).format_help(), end="")
            return None
        if args.version:
            console.print(version())
            return None
        if not args.command:
            raise UsageError("a command is missing")
    except UsageError as error:
        if named and {"-h", "--help"} & set(arguments):
            console.print(children[named].format_help(), end="")
            return None
        place = f"{named} " if named else ""
        raise UsageError(console.say("see-help", reason=str(error), command=place)) from None
    command = next(command for command in COMMANDS if command.name == args.command)
    args.module, args.function = command.module, command.function
    return args


def version() -> str:
    """Name and version as installed."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return f"verbatim {version('verbatim-bot')}"
    except PackageNotFoundError:
        return "verbatim (not installed)"


def _parsers(console: Console) -> tuple[_Parser, dict[str, _Parser]]:
    top = _Parser("verbatim", description=console.say("about"), add_help=False, allow_abbrev=False)
    top.set_defaults(corpus=None, data=None, collection=None, debug=False, help=False, version=False, command="")
    _common(top, console)
    top.add_argument("--version", action="store_true", help=console.say("help-version"))
    places = top.add_subparsers(dest="command", metavar="COMMAND", title=console.say("commands"))
    children: dict[str, _Parser] = {}
    for command in COMMANDS:
        about = console.say(f"help-{command.name}")
        child = places.add_parser(command.name, help=about, description=about, add_help=False, allow_abbrev=False)
        for names, settings in command.options:
            child.add_argument(*names, **{**settings, "help": console.say(settings["help"])})
        _common(child, console)
        children[command.name] = child
    return top, children


def _common(parser: ArgumentParser, console: Console) -> None:
    """What every command takes, before or after its name: a default here would undo what stood before it."""
    add: Callable[..., Any] = parser.add_argument
    add("--corpus", type=folder, default=argparse.SUPPRESS, metavar="DIR", help=console.say("help-corpus"))
    add("--data", type=folder, default=argparse.SUPPRESS, metavar="DIR", help=console.say("help-data"))
    add("--collection", default=argparse.SUPPRESS, metavar="NAME", help=console.say("help-collection"))
    add("--debug", action="store_true", default=argparse.SUPPRESS, help=console.say("help-debug"))
    add("-h", "--help", action="store_true", default=argparse.SUPPRESS, help=console.say("help-help"))
