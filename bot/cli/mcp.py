"""`verbatim mcp`: the corpus for an assistant, over standard input and output."""

from bot.cards.answerer import Answerer
from bot.cli.session import Session
from bot.desk.access import Access
from bot.errors import BotError
from bot.question import Conversation


def run(session: Session) -> int:
    """Serves until standard input ends. Standard output belongs to the protocol alone."""
    try:
        from bot.mcp.server import mcp_server
    except ModuleNotFoundError as error:
        if error.name != "mcp":
            raise
        raise BotError(session.console.say("no-mcp")) from None
    mcp_server(_index(session)).run("stdio")
    return 0


def _index(session: Session) -> Answerer:
    """The collection that was named; else what an assistant may read: as `mcp:local`, like everybody who asks."""
    if session.args.collection is not None or session.whole.collections is None:
        return session.index()
    access, place = Access(), Conversation("mcp", "local")
    found = session.library.view([r.name for r in session.rooms if access.may_read(r.collection.readers, place)])
    if found is None:
        raise BotError(session.console.say("nothing-open"))
    return found
