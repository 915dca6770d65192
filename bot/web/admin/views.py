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
from bot.web.admin.gaps import Asked, asked_again, gaps_page
from bot.web.admin.layout import facts, title
from index.answer import Answer

View = Callable[[Request, Session], Awaitable[str]]


@dataclass(slots=True)
class Views:
    """Bodies of pages; they read and change nothing."""

    desk: Desk
    admin: Admin
    keeper: Keeper
    channels: Sequence[Channel] = ()
    table: dict[str, View] = field(init=False)

    def __post_init__(self) -> None:
        self.table = {"": self.home, "documents": self.documents, "gaps": self.gaps}

    async def home(self, request: Request, session: Session) -> str:
        lang = session.caller.lang
        status, stats = await self.admin.status(session.caller), await self.admin.stats(session.caller)
        rows = [
            (channel.name, escape(channel.problem()) or escape(say("board-well", lang))) for channel in self.channels
        ]
        health = f"<h2>{escape(say('board-health', lang))}</h2>{facts(rows)}" if rows else ""
        said = "".join(f'<p class="lines">{escape(card.text)}</p>' for card in (status, stats))
        return f"{title(say('board-home', lang))}{said}{health}"

    async def documents(self, request: Request, session: Session) -> str:
        entries = await self.desk.workers.answer(self.keeper.inventory)
        words, at = request.query_params.get("q", "")[:200], request.query_params.get("page", "")
        number = int(at) if at.isascii() and at.isdigit() and len(at) < 7 else 0
        place = session.csrf, session.caller.lang
        return await self.desk.workers.answer(documents_page, entries, self.desk.index, words, number, *place)

    async def gaps(self, request: Request, session: Session) -> str:
        since = time.time() - DAYS * DAY
        found = await self.desk.workers.write(self.desk.journal.answers.gaps, since)
        index = self.desk.index
        asked = (
            [Asked(gap, Answer(gap.question, (), 0.0)) for gap in found]
            if index is None
            else await self.desk.workers.answer(asked_again, found, index)
        )
        return gaps_page(asked, DAYS, session.csrf, session.caller.lang)
