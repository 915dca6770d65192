"""What stands on each page for admins, by its name."""

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from html import escape

from starlette.requests import Request

from bot.admin.admin import DAY, DAYS, Admin
from bot.admin.corpus_admin import CorpusAdmin
from bot.desk.channel import Channel
from bot.desk.desk import Desk
from bot.texts.messages import say
from bot.web.admin.documents import documents_page
from bot.web.admin.doors import Session
from bot.web.admin.feedback import feedback_page
from bot.web.admin.gaps import Asked, asked_again, gaps_page
from bot.web.admin.home import Overview, home_page
from bot.web.admin.layout import choice, facts, title
from bot.web.admin.questions import compared, questions_page
from bot.web.admin.snapshots import snapshots_page
from index.answer import Answer
from index.snapshots.snapshot import SnapshotInfo

View = Callable[[Request, Session], Awaitable[str]]


@dataclass(slots=True)
class Views:
    """Bodies of pages; they read and change nothing. `settings` are names and values, without secrets."""

    desk: Desk
    admin: Admin
    channels: Sequence[Channel] = ()
    settings: Sequence[tuple[str, str]] = ()
    table: dict[str, View] = field(init=False)

    def __post_init__(self) -> None:
        self.table = {
            "": self._home,
            "documents": self._documents,
            "gaps": self._gaps,
            "questions": self._questions,
            "feedback": self._feedback,
            "snapshots": self._snapshots,
            "settings": self._settings,
        }

    async def _home(self, request: Request, session: Session) -> str:
        workers, journal = self.desk.workers, self.desk.journal
        rooms = list(self.admin.rooms.values())
        state = Overview(
            [(room.name, await workers.answer(_live, room)) for room in rooms],
            await workers.write(journal.answers.totals, time.time() - DAYS * DAY),
            DAYS,
            [(channel.name, channel.problem()) for channel in self.channels],
            self.desk.metrics.alarmed(),
            await workers.answer(rooms[0].keeper.free),
            await workers.write(journal.actions.last),
        )
        return home_page(state, session.caller.lang)

    async def _documents(self, request: Request, session: Session) -> str:
        room, workers = self._room(request), self.desk.workers
        entries = await workers.answer(room.keeper.inventory)
        words, at = request.query_params.get("q", "")[:200], request.query_params.get("page", "")
        number = int(at) if at.isascii() and at.isdigit() and len(at) < 7 else 0
        place = session.form(room.name), session.caller.lang
        body = await workers.answer(documents_page, entries, room.index, words, number, *place, room.name)
        return self._choice(request, "documents", session) + body

    async def _gaps(self, request: Request, session: Session) -> str:
        since = time.time() - DAYS * DAY
        found = await self.desk.workers.write(self.desk.journal.answers.gaps, since)
        index = self.desk.library.everything
        asked = (
            [Asked(gap, Answer(gap.question, (), 0.0)) for gap in found]
            if index is None
            else await self.desk.workers.answer(asked_again, found, index)
        )
        csrf = session.form(self._room(request).name)
        return self._choice(request, "gaps", session) + gaps_page(asked, DAYS, csrf, session.caller.lang)

    async def _questions(self, request: Request, session: Session) -> str:
        room = self._room(request)
        saved = await self.desk.workers.write(room.keeper.questions, self.desk.access.admins)
        index = room.index
        asked = await self.desk.workers.answer(compared, saved, index) if index is not None else []
        body = questions_page(asked, len(saved), room.lost, session.caller.lang)
        return self._choice(request, "questions", session) + body

    async def _feedback(self, request: Request, session: Session) -> str:
        votes = await self.desk.workers.write(self.desk.journal.feedback.latest)
        return feedback_page(votes, session.caller.lang)

    async def _snapshots(self, request: Request, session: Session) -> str:
        room = self._room(request)
        kept = await self.desk.workers.answer(room.keeper.kept)
        live = room.index.snapshot.id if room.index is not None else ""
        body = snapshots_page(kept, live, session.form(room.name), session.caller.lang)
        return self._choice(request, "snapshots", session) + body

    async def _settings(self, request: Request, session: Session) -> str:
        lang = session.caller.lang
        rows = [(name, f"<code>{escape(value)}</code>") for name, value in self.settings]
        return title(say("board-settings", lang), say("board-settings-about", lang)) + facts(rows)

    def _room(self, request: Request) -> CorpusAdmin:
        """The collection that a page is about: the first where none is chosen."""
        rooms = self.admin.rooms
        return rooms.get(request.query_params.get("c", "")) or next(iter(rooms.values()))

    def _choice(self, request: Request, page: str, session: Session) -> str:
        return choice(list(self.admin.rooms), self._room(request).name, page, session.caller.lang)


def _live(room: CorpusAdmin) -> SnapshotInfo | None:
    """The live snapshot of a collection. Blocks."""
    index = room.index
    return next((info for info in room.keeper.kept() if index is not None and info.id == index.snapshot.id), None)
