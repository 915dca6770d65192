"""The command line: a table of commands, each in a module of its own that is imported when it runs.

Starting must be quick, so nothing here imports numpy, settings or the index before a command needs them.
"""

from bot.cli.main import main

__all__ = ["main"]
