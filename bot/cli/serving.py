"""`verbatim serve`: every channel that the settings configure, and the web port, until it is stopped."""

from bot.cli.session import Session
from bot.serving import bootstrap


def run(session: Session) -> int:
    """Runs until a signal; exit 0 after a clean end."""
    return bootstrap.run(session.whole, watch=session.args.watch)
