"""What admins call from a chat, the same for every channel; which collection it is about is the first word."""

import time
from collections.abc import Mapping, Sequence

from bot.admin import reports
from bot.admin.corpus_admin import DAY as DAY
from bot.admin.corpus_admin import DAYS as DAYS
from bot.admin.corpus_admin import MOST_BYTES, PAUSE, CorpusAdmin, gaps_to_show
from bot.admin.corpus_keeper import Keeper
from bot.admin.pending import ACTION as ACTION
from bot.admin.pending import Caller as Caller
from bot.admin.pending import Show as Show
from bot.cards.card import Card
from bot.cards.render import note
from bot.desk.desk import Desk
from bot.journal.sign_ins import Holder, entrance
from bot.question import Conversation
from bot.texts.messages import say


class Admin:
    """Callers are checked by `allowed` before anything else is called.

    What is told in a chat is only of collections that may be read there: a group of admins has its readers too.
    """

    def __init__(
        self,
        desk: Desk,
        keepers: Keeper | Mapping[str, Keeper],
        *,
        most_bytes: int = MOST_BYTES,
        pause: float = PAUSE,
        page: str = "",
    ) -> None:
        """`keepers`: of the one corpus, or of each collection by its name. `page`: the address below which the page for
        admins is, "" where there is none."""
        found = {"": keepers} if isinstance(keepers, Keeper) else keepers
        self.rooms = {
            name: CorpusAdmin(desk, keeper, most_bytes=most_bytes, pause=pause, name=name)
            for name, keeper in found.items()
        }
        self.most_bytes = most_bytes
        self._desk = desk
        self._page = page

    def allowed(self, place: Conversation) -> bool:
        return self._desk.access.is_admin(place.channel, place.user)

    async def status(self, caller: Caller) -> Card:
        cards = [await room.status(caller) for room in self._visible(caller)]
        return note("\n\n".join(card.text for card in cards) or say("no-collection-here", caller.lang))

    async def gaps(self, caller: Caller) -> Card:
        found = await self._desk.workers.write(gaps_to_show, self._desk, caller.place)
        return reports.gaps(found, DAYS, caller.lang)

    async def stats(self, caller: Caller) -> Card:
        totals = await self._desk.workers.write(self._desk.journal.answers.totals, time.time() - DAYS * DAY)
        return reports.stats(totals, DAYS, caller.lang)

    async def entrance(self, caller: Caller) -> Card:
        """A link that signs the caller in to the page for admins, once. To be sent to nobody else."""
        if not self._page:
            return note(say("admin-no-page", caller.lang))
        place = caller.place
        token = await self._desk.workers.write(self._desk.journal.sign_ins.link, Holder(place.channel, place.user))
        key = "admin-link" if self._page.startswith("https://") else "admin-link-here"
        return note(say(key, caller.lang, url=entrance(self._page, token)))

    async def reindex(self, caller: Caller, show: Show, text: str = "") -> Card:
        """The difference; live already, or with a question where saved questions would lose their answers."""
        room, _ = self._named(caller, text)
        return await room.reindex(caller, show) if room else self._which("/reindex", caller)

    async def rollback(self, caller: Caller, text: str = "") -> Card:
        room, id = self._named(caller, text)
        return await room.rollback(caller, id) if room else self._which("/rollback", caller)

    async def offer(self, caller: Caller, name: str, content: bytes, text: str = "") -> Card:
        """Asks whether to add a document that somebody sent; `text` stood with it."""
        room, _ = self._named(caller, text)
        return await room.offer(caller, name, content) if room else self._which("/add", caller)

    async def remove(self, caller: Caller, text: str) -> Card:
        """Asks whether to remove the document of that path or title."""
        room, name = self._named(caller, text)
        return await room.remove(caller, name) if room else self._which("/remove", caller)

    async def confirm(self, action: str, caller: Caller, show: Show) -> Card:
        """Goes on where a confirm button was tapped."""
        room = next((room for room in self.rooms.values() if room.asked(action)), None)
        return await room.confirm(action, caller, show) if room else note(say("admin-gone", caller.lang))

    def _visible(self, caller: Caller) -> Sequence[CorpusAdmin]:
        return [self.rooms[name] for name in self._desk.names(caller.place) if name in self.rooms]

    def _named(self, caller: Caller, text: str) -> tuple[CorpusAdmin | None, str]:
        """The collection that the first word names, and the rest; None where it names none of several."""
        found = self._visible(caller)
        first, _, rest = text.strip().partition(" ")
        named = next((room for room in found if room.name and room.name == first), None)
        if named is not None:
            return named, rest.strip()
        return (found[0], text) if len(found) == 1 else (None, text)

    def _which(self, command: str, caller: Caller) -> Card:
        names = "\n".join(f"• {command} {room.name}" for room in self._visible(caller))
        key = "which-collection" if names else "no-collection-here"
        return note(say(key, caller.lang, names=names))
