"""`verbatim serve`: every channel that the settings configure, and the web port, until it is stopped."""

import asyncio

from bot.cli.session import Session
from bot.serving.program import start


def run(session: Session) -> int:
    """Runs until a signal; exit 0 after a clean end."""
    return asyncio.run(start(session.whole, watch=session.args.watch))
