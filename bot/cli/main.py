"""One run of the command line: read the arguments, run the command, and turn what goes wrong into one line."""

import gc
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module

from bot.cli import commands
from bot.cli.session import Session
from bot.cli.terminal.console import Console, standard, words
from bot.errors import BotError, SettingsError, UsageError
from index.errors import DISK_FULL, NOT_WRITABLE, VerbatimError

DONE, BROKEN, MISUSED, INTERRUPTED = 0, 1, 2, 130
UNCOLLECTED = 50_000
"""New objects after which Python looks for garbage: what is imported stays, and looking at it time and again is a
twentieth of what a cold question costs."""


def main(argv: Sequence[str] | None = None, console: Console | None = None) -> int:
    """Runs `argv` (the process's own arguments) and returns the exit code.

    0 where all is well, 1 where something is missing or broken, 2 where the command or its input is not understood.
    """
    gc.set_threshold(UNCOLLECTED)
    # Questions and documents are nobody else's on this machine: what is written here is its owner's alone.
    os.umask(0o077)
    # numpy's products are small here: a second thread costs more than it gives, and is waited for where another program
    # has its core. Read when numpy is loaded, which no module has done by now.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    console = console or standard(os.environ)
    arguments = list(argv) if argv is not None else words(sys.argv[1:])
    debug = "--debug" in arguments
    try:
        args = commands.parse(arguments, console)
        if args is None:
            return DONE
        run: Callable[[Session], int] = import_module(f"bot.cli.{args.module}").__dict__[args.function]
        return run(Session(args, console))
    except BrokenPipeError:
        _close_quietly()
        return DONE
    except KeyboardInterrupt:
        console.warn("")
        return INTERRUPTED
    except Exception as error:  # the last door: whatever it is, people get a sentence
        if debug:
            import traceback

            traceback.print_exc(file=console.err)
        reason, code = _explain(error, console)
        console.warn(console.say("error", reason=" ".join(reason.split())))
        return code


def _explain(error: Exception, console: Console) -> tuple[str, int]:
    if isinstance(error, UsageError | SettingsError):
        return str(error), MISUSED
    if isinstance(error, VerbatimError | BotError):
        return console.reason(error), BROKEN
    if isinstance(error, OSError):
        path = error.filename or "."
        if error.errno in DISK_FULL:
            return console.say("disk-full", path=path), BROKEN
        if error.errno in NOT_WRITABLE:
            return console.say("no-permission", path=path), BROKEN
    return console.say("unexpected", reason=f"{type(error).__name__}: {error}"), BROKEN


def _close_quietly() -> None:
    """The reader of our output has gone; without this Python complains about it once more when it exits."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
