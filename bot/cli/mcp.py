"""`verbatim mcp`: the corpus for an assistant, over standard input and output."""

from bot.cli.session import Session
from bot.errors import BotError


def run(session: Session) -> int:
    """Serves until standard input ends. Standard output belongs to the protocol alone."""
    try:
        from bot.mcp.server import mcp_server
    except ModuleNotFoundError as error:
        if error.name != "mcp":
            raise
        raise BotError(session.console.say("no-mcp")) from None
    mcp_server(session.index()).run("stdio")
    return 0
