"""What runs beside the channels: following the live snapshot, and watching the corpus folder."""

import asyncio
import hashlib
import logging
from pathlib import Path

from bot.admin.corpus_admin import STAYS, CorpusAdmin
from bot.backoff import backoff
from bot.desk.deliveries import Bell
from bot.errors import BotError
from bot.journal import Journal
from bot.serving.processes import reindex_process
from bot.workers import Workers
from index.documents.corpus import scan
from index.errors import BusyError, VerbatimError

log = logging.getLogger(__name__)

FOLLOW_SECONDS = 5.0
MOST_SECONDS = 60.0
"""Between two looks at what others publish, while they fail."""
WATCH_SECONDS = 5.0
MOST_LOOKS = 720
"""At every so many looks at the folder, an hour of them, a reindex that keeps failing is tried again."""


async def follow(admin: CorpusAdmin, journal: Journal, seconds: float = FOLLOW_SECONDS) -> None:
    """Makes a snapshot live here that another process (the command line, another replica) made live: at once where the
    journal tells of it, else at the next look."""
    failures, last_error = 0, ""
    moved = Bell(admin.keeper.publishing.news)
    with journal.listening(moved.heard):
        while True:
            # Whatever fails may have taken a whole download, and all replicas try it.
            await moved.wait(backoff(failures, 2 * seconds, MOST_SECONDS) if failures else seconds)
            # Before the look: what moves during it is looked at again.
            moved.clear()
            try:
                await admin.follow()
                failures, last_error = 0, ""
            except (VerbatimError, BotError) as error:
                failures += 1
                # Once, and not at every look.
                if str(error) != last_error:
                    last_error = str(error)
                    log.error("What others publish could not be taken over, what serves goes on: %s", error)


async def verify(admin: CorpusAdmin) -> None:
    """Looks once for damage that an opening does not see, beside the first answers."""
    try:
        await admin.verify()
    except (VerbatimError, BotError) as error:
        log.error("No snapshot before it could be opened, it serves on: %s", error)


async def renew(admin: CorpusAdmin) -> None:
    """Makes an index of another version anew, beside the answers."""
    try:
        await admin.renew()
    except BusyError:
        log.info("Another process makes the index anew: it is taken over when it is live")
    except (VerbatimError, BotError) as error:
        log.error("The index could not be made anew: %s", error)


async def watch(admin: CorpusAdmin, workers: Workers, corpus: Path, seconds: float = WATCH_SECONDS) -> None:
    """Reindexes when the folder is not what the index was made of, and has stayed the same for one look.

    What was changed while no program ran counts too. A reindex that fails is tried again, ever later, until the next
    change: another process may have been at it, or the disk full. Where somebody went back to the live snapshot, it
    stays until somebody reindexes; what that reindex had begun too early to see is indexed after it.
    """
    settling = await workers.upkeep(signature, corpus)
    indexed = "" if await workers.upkeep(admin.keeper.behind) else settling
    failures = looks = 0
    held = False
    while True:
        await asyncio.sleep(seconds)
        now = await workers.upkeep(signature, corpus)
        if now != settling:
            settling, failures, looks = now, 0, 0
            continue
        looks += 1
        if now == indexed or looks < min(2**failures, MOST_LOOKS):
            continue
        was_held, held = held, await workers.upkeep(admin.keeper.held)
        if held:
            if not was_held:
                log.info(STAYS)
            continue
        if was_held and not await workers.upkeep(admin.keeper.behind):
            indexed = now
            continue
        log.info("The folder %s has changed: reindexing", corpus)
        looks = 0
        if await _refreshed(admin):
            indexed, failures = now, 0
        else:
            failures += 1


async def _refreshed(admin: CorpusAdmin) -> bool:
    try:
        await admin.refresh()
    except BusyError:
        log.info("Another process is reindexing: the folder is looked at again after it")
        return False
    except (VerbatimError, BotError) as error:
        log.error("The changed corpus could not be indexed: %s", error)
        return False
    return True


async def stop_reindex() -> None:
    """Ends a reindex that is under way when the program ends: nobody should wait for it to stop."""
    try:
        await asyncio.Event().wait()
    finally:
        reindex_process.stop()


def signature(corpus: Path) -> str:
    """Changes when any file of the folder is added, removed, or written."""
    digest = hashlib.sha256()
    try:
        for file in scan(corpus):
            digest.update(f"{file.relative}\0{file.size}\0{file.modified}\n".encode("utf-8", "surrogatepass"))
    except VerbatimError as error:
        digest.update(str(error).encode())
    return digest.hexdigest()
