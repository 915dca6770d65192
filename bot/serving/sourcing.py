"""Sources beside the answers: looked at when their time has come; what they bring goes live, or is shown first."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import ExitStack
from typing import TYPE_CHECKING

from bot.admin.corpus_admin import CorpusAdmin
from bot.admin.pending import Caller
from bot.cards.card import Card
from bot.desk.desk import Desk
from bot.errors import BotError, DatabaseAwayError, TakenOverError
from bot.journal.turns import Turn, Turns
from bot.question import Conversation
from bot.serving.rooms import rooms
from bot.sources.declared import Source, read_sources
from bot.sources.outcome import Outcome
from bot.sources.refresh import Refresher
from index.documents.download import Ways
from index.errors import BusyError, VerbatimError

if TYPE_CHECKING:
    from bot.settings import Settings

log = logging.getLogger(__name__)

SECONDS = 60.0
Tell = Callable[[Conversation, Card], Awaitable[None]]


def open_sources(settings: "Settings") -> Refresher | None:
    """What looks at the declared sources; None where none are. SettingsError or SourceError where one is wrong."""
    if settings.sources is None:
        return None
    corpora = {room.name: room.settings.corpus_dir for room in rooms(settings)}
    return Refresher(read_sources(settings.sources), corpora, settings.data_dir, Ways(hosts=settings.fetch_allow))


class Sourcing:
    """What runs while the program serves. `rooms`: by the name of the collection, "" for the one corpus. `turns`: where
    replicas share the documents, for one of them to look; None where what a look brings is here alone."""

    def __init__(
        self,
        refresher: Refresher,
        rooms: Mapping[str, CorpusAdmin],
        desk: Desk,
        seconds: float = SECONDS,
        turns: Turns | None = None,
    ) -> None:
        self._refresher = refresher
        self._rooms = rooms
        self._desk = desk
        self._seconds = seconds
        self._turns = turns
        self._turn: Turn | None = None
        self._reported: dict[str, list[tuple[str, str]]] = {}
        self._waits: dict[str, str | None] = {}
        """For each collection of which a difference was shown: the snapshot that was live then."""

    async def run(self) -> None:
        """Until it is cancelled."""
        with ExitStack() as held:
            while True:
                try:
                    if await asyncio.to_thread(self._is_ours, held):
                        await self.look()
                except (VerbatimError, BotError) as error:
                    log.error("The sources could not be brought up to date: %s", error)
                await asyncio.sleep(self._seconds)

    def _is_ours(self, held: ExitStack) -> bool:
        """Whether this replica is the one that looks: the first, until it ends or loses the database. Blocks."""
        if self._turns is None:
            return True
        try:
            if self._turn is None:
                self._turn = held.enter_context(self._turns.take("sources"))
            self._turn.check()
        except (BusyError, DatabaseAwayError):
            return False
        except TakenOverError:
            held.close()
            self._turn = None
            return False
        return True

    async def look(self) -> None:
        """One look at the sources whose time has come."""
        due = await asyncio.to_thread(self._refresher.due)
        if not due:
            return
        # Not among the upkeep: a slow site must not keep an admin from reindexing.
        outcomes = await asyncio.to_thread(self._refresher.look, due)
        changed: dict[str, list[Source]] = {}
        for source, outcome in zip(due, outcomes, strict=True):
            self._tell_problems(outcome)
            if outcome.differs:
                changed.setdefault(source.collection, []).append(source)
        for name, sources in changed.items():
            log.info("Sources have changed: %s", ", ".join(source.name for source in sources))
            await self._index(name, review=any(source.review for source in sources))

    async def _index(self, name: str, *, review: bool) -> None:
        if review:
            await self._show(name)
        elif name in self._waits and await self._live(name) == self._waits[name]:
            log.info("A difference waits for an admin: nothing goes live before it")
        else:
            self._waits.pop(name, None)
            await self._rooms[name].refresh()

    async def _show(self, name: str) -> None:
        """The difference to every admin who can be written to and may read the collection, with buttons that make it
        live or not."""
        self._waits[name] = await self._live(name)
        card: Card | None = None
        for place, tell in self._admins(name):
            if card is None:
                lang = await self._desk.language(place, "zh" if place.channel == "wecom" else "en")
                card = await self._rooms[name].reindex(Caller(place, lang), _silent, look=True)
            try:
                await tell(place, card)
            except Exception as error:
                log.warning("An admin could not be shown what the sources changed: %s", error)
        if card is None:
            log.warning("Sources have changed and no admin can be written to: the page for admins shows the difference")

    def _admins(self, name: str) -> Iterator[tuple[Conversation, Tell]]:
        for word in sorted(self._desk.access.admins):
            channel, _, person = word.partition(":")
            place = Conversation(channel, person, user=person)
            tell = self._desk.tellers.get(channel)
            if tell is not None and (not name or name in self._desk.names(place)):
                yield place, tell

    async def _live(self, name: str) -> str | None:
        return await asyncio.to_thread(self._rooms[name].keeper.live)

    def _tell_problems(self, outcome: Outcome) -> None:
        # Once, and not at every look.
        problems = [(what, str(reason)) for what, reason in outcome.problems]
        if problems != self._reported.get(outcome.name, []):
            for what, reason in problems:
                log.warning("%s: %s: %s", outcome.name, what, reason)
        self._reported[outcome.name] = problems


async def _silent(card: Card) -> None:
    """Nobody waits for how far it is."""
