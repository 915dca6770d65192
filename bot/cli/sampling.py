"""`verbatim sample`: somebody who has just installed this and has no documents at hand gets a few, and can ask."""

import shutil
from importlib.resources import as_file, files

from bot.cli.indexing import refresh
from bot.cli.session import Session
from bot.errors import BotError, UsageError
from index.errors import refusal

FOLDER = "sample"
"""In the installed package; in a checkout it is the folder `corpus` beside it."""


def run(session: Session) -> int:
    """Puts the documents into the empty or missing folder, and indexes them."""
    target, console = session.settings.corpus_dir, session.console
    packed = files("bot").joinpath(FOLDER)
    try:
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            raise UsageError(console.say("sample-taken", folder=target))
        with as_file(packed if packed.is_dir() else files("bot").joinpath("..", "corpus")) as source:
            shutil.copytree(source, target, dirs_exist_ok=True)
    except OSError as error:
        raise BotError(f"{target}: {refusal(error)}") from error
    refresh(session)
    count = sum(file.suffix == ".md" for file in target.iterdir())
    console.print(console.say("sample-put", count=count, folder=target))
    return 0
