"""`verbatim serve`: every channel that the settings configure, and the web port, until it is told to stop."""

from importlib import import_module

from bot.cli.session import Session


def run(session: Session) -> int:
    """Runs until a signal; exit 0 after a clean end."""
    bootstrap = import_module("bot.bootstrap")
    return int(bootstrap.run(session.settings, watch=session.args.watch))
