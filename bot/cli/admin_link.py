"""`verbatim admin-link`: a link that signs whoever opens it in to the page for admins, once."""

from bot.cli.session import Session
from bot.errors import BotError
from bot.journal.sign_ins import OPERATOR, entrance
from bot.serving.addresses import admin_address
from bot.serving.journals import open_journal


def run(session: Session) -> int:
    """Prints the link; nothing else, so that it can be piped."""
    settings, console = session.whole, session.console
    if not settings.admin_page:
        raise BotError(console.say("no-admin-page"))
    journal = open_journal(settings)
    try:
        token = journal.sign_ins.link(OPERATOR)
    finally:
        journal.close()
    console.print(entrance(admin_address(settings), token))
    return 0
