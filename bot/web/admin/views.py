"""What stands on each page for admins, by its name."""

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from html import escape

from starlette.requests import Request

from bot.admin.admin import DAY, DAYS, Admin
from bot.admin.corpus_keeper import Keeper
from bot.desk.channel import Channel
from bot.desk.desk import Desk
from bot.texts.messages import say
from bot.web.admin.documents import documents_page
from bot.web.admin.doors import Session
from bot.web.admin.feedback import feedback_page
from bot.web.admin.gaps import Asked, asked_again, gaps_page
from bot.web.admin.home import Overview, home_page
from bot.web.admin.layout import facts, title
from bot.web.admin.questions import compared, questions_page
from bot.web.admin.snapshots import snapshots_page
from index.answer import Answer

View = Callable[[Request, Session], Awaitable[str]]


@dataclass(slots=True)
class Views:
    """Bodies of pages; they read and change nothing. `settings` are names and values, without secrets."""

    desk: Desk
    admin: Admin
    keeper: Keeper
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
        kept = await workers.answer(self.keeper.kept)
        state = Overview(
            next((info for info in kept if info.id == self._live()), None),
            await workers.write(journal.answers.totals, time.time() - DAYS * DAY),
            DAYS,
            [(channel.name, channel.problem()) for channel in self.channels],
            self.desk.metrics.alarmed(),
            await workers.answer(self.keeper.free),
            await workers.write(journal.actions.last),
        )
        return home_page(state, session.caller.lang)

    async def _documents(self, request: Request, session: Session) -> str:
        entries = await self.desk.workers.answer(self.keeper.inventory)
        words, at = request.query_params.get("q", "")[:200], request.query_params.get("page", "")
        number = int(at) if at.isascii() and at.isdigit() and len(at) < 7 else 0
        place = session.csrf, session.caller.lang
        return await self.desk.workers.answer(documents_page, entries, self.desk.index, words, number, *place)

    async def _gaps(self, request: Request, session: Session) -> str:
        since = time.time() - DAYS * DAY
        found = await self.desk.workers.write(self.desk.journal.answers.gaps, since)
        index = self.desk.index
        asked = (
            [Asked(gap, Answer(gap.question, (), 0.0)) for gap in found]
            if index is None
            else await self.desk.workers.answer(asked_again, found, index)
        )
        return gaps_page(asked, DAYS, session.csrf, session.caller.lang)

    async def _questions(self, request: Request, session: Session) -> str:
        saved = await self.desk.workers.write(self.keeper.questions, self.desk.access.admins)
        index = self.desk.index
        asked = await self.desk.workers.answer(compared, saved, index) if index is not None else []
        return questions_page(asked, len(saved), self.admin.lost, session.caller.lang)

    async def _feedback(self, request: Request, session: Session) -> str:
        votes = await self.desk.workers.write(self.desk.journal.feedback.latest)
        return feedback_page(votes, session.caller.lang)

    async def _snapshots(self, request: Request, session: Session) -> str:
        kept = await self.desk.workers.answer(self.keeper.kept)
        return snapshots_page(kept, self._live(), session.csrf, session.caller.lang)

    async def _settings(self, request: Request, session: Session) -> str:
        lang = session.caller.lang
        rows = [(name, f"<code>{escape(value)}</code>") for name, value in self.settings]
        return title(say("board-settings", lang), say("board-settings-about", lang)) + facts(rows)

    def _live(self) -> str:
        return self.desk.index.snapshot.id if self.desk.index is not None else ""
