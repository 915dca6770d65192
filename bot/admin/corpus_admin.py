"""One collection, or the one corpus, in the hands of admins: reindex, roll back, add, remove.

Every action is in the journal. Whatever cannot be undone with one tap needs a confirmation first.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime

from bot.admin import reports
from bot.admin.corpus_keeper import Keeper
from bot.admin.pending import Caller, PendingQuestions, Show
from bot.cards.answerer import Answerer
from bot.cards.card import Card
from bot.cards.render import note
from bot.collections.named import whole
from bot.desk.desk import Desk
from bot.errors import AdminError, BilingualError, BotError
from bot.journal.gaps import Gap
from bot.question import Conversation, Language
from bot.texts.errors import sentence
from bot.texts.messages import say
from bot.texts.times import moment
from index.builds.build import Prepared
from index.builds.checks import Lost
from index.errors import SnapshotError, VerbatimError

log = logging.getLogger(__name__)

STAYS = "Somebody went back to the live snapshot: it stays until /reindex or `verbatim index`"

DAYS = 30
DAY = 24 * 60 * 60
MOST_BYTES = 20 << 20
PAUSE = 2.0
"""Seconds between two looks at the progress: an edited message, not a flood."""
REASKED = 100


class CorpusAdmin:
    """Whoever calls has been allowed to. `name` is the collection's, "" where there are none."""

    def __init__(
        self, desk: Desk, keeper: Keeper, *, most_bytes: int = MOST_BYTES, pause: float = PAUSE, name: str = ""
    ) -> None:
        self.name = name
        self.keeper = keeper
        self.most_bytes = most_bytes
        self._desk = desk
        self._pause = pause
        self._working = asyncio.Lock()
        self._pending = PendingQuestions()
        self.lost: tuple[Lost, ...] = ()
        """What the snapshot would lose that waits for a word to go live."""
        self._passed_over = ""
        """The snapshot that is live and cannot be used here."""

    @property
    def index(self) -> Answerer | None:
        """What is live, None where nothing is."""
        return self._desk.library.view([self.name])

    def asked(self, action: str) -> bool:
        """Whether a confirm button of that action stands under a question of this collection."""
        return self._pending.get(_token(action)) is not None

    async def status(self, caller: Caller) -> Card:
        index = self.index
        # Not in the thread of a reindex: who asks how it goes must not wait for its end.
        kept = await self._desk.workers.answer(self.keeper.kept) if index is not None else ()
        live = index.snapshot if index is not None else None
        left_out = await self._desk.workers.upkeep(self.keeper.skipped, live.id) if live is not None else ()
        held = await self._desk.workers.answer(self.keeper.held)
        now = datetime.now().astimezone()
        return reports.status(live, kept, left_out, held, now, caller.lang, self.name)

    async def reindex(self, caller: Caller, show: Show, *, look: bool = False) -> Card:
        """The difference; live already, or with a question where saved questions would lose their answers.

        `look`: whatever differs is asked about first.
        """
        return await self._guarded(caller, "reindex", lambda: self._reindex(caller, show, look=look))

    async def rollback(self, caller: Caller, id: str = "") -> Card:
        async def work() -> Card:
            info = await self._desk.workers.upkeep(self.keeper.rollback, id or None)
            await self.follow()
            created = moment(info.created, datetime.now().astimezone(), caller.lang)
            return note(say("rolled-back", caller.lang, name=reports.name_of(info.id), created=created))

        return await self._guarded(caller, f"rollback {id}".strip(), work)

    async def offer(self, caller: Caller, name: str, content: bytes) -> Card:
        """Asks whether to add a document that somebody sent."""
        try:
            clean = self.keeper.check(name, len(content), self.most_bytes)
        except AdminError as error:
            return note(error.sentence_in(caller.lang))

        async def work(caller: Caller, yes: bool, show: Show) -> Card:
            if not yes:
                return note(say("cancelled", caller.lang))
            await self._desk.workers.upkeep(self.keeper.put, clean, content)
            return await self._reindex(caller, show)

        key = "replace-confirm" if self.keeper.has(clean) else "add-confirm"
        question = say(key, caller.lang, name=clean, size=max(1, len(content) >> 10))
        return self._pending.ask(question, f"add {clean}", work, "yes", "no", caller)

    async def put(self, caller: Caller, name: str, content: bytes) -> tuple[Card, bool]:
        """Stores a document in the folder, and whether it did; the next reindex makes it one that can be asked."""
        stored = []

        async def work() -> Card:
            clean = self.keeper.check(name, len(content), self.most_bytes)
            await self._desk.workers.upkeep(self.keeper.put, clean, content)
            stored.append(clean)
            return note(say("stored", caller.lang, name=clean))

        return await self._guarded(caller, f"put {name}", work), bool(stored)

    async def take_out(self, caller: Caller, path: str) -> Card:
        """Moves a document out of the folder; it is quoted until the next reindex."""

        async def work() -> Card:
            await self._desk.workers.upkeep(self.keeper.remove, path)
            return note(say("taken-out", caller.lang, name=path))

        return await self._guarded(caller, f"take out {path}", work)

    async def remove(self, caller: Caller, name: str) -> Card:
        """Asks whether to remove the document of that path or title."""
        index = self.index
        documents = index.documents() if index is not None else ()
        paths = [book.source.path for book in documents if name in (book.source.path, book.source.title)]
        if len(paths) != 1:
            return reports.documents(documents, caller.lang)

        async def work(caller: Caller, yes: bool, show: Show) -> Card:
            if not yes:
                return note(say("cancelled", caller.lang))
            await self._desk.workers.upkeep(self.keeper.remove, paths[0])
            return await self._reindex(caller, show)

        question = say("remove-confirm", caller.lang, name=paths[0])
        return self._pending.ask(question, f"remove {paths[0]}", work, "yes", "no", caller)

    async def confirm(self, action: str, caller: Caller, show: Show) -> Card:
        """Goes on where a confirm button was tapped."""
        answer, token = action.split(":")[1:2], _token(action)
        pending = self._pending.get(token)
        if pending is None:
            return note(say("admin-gone", caller.lang))
        if self._working.locked():
            # The question stays open: a document that waits for its "yes" is not to be sent again.
            text = f"{say('admin-busy', caller.lang)}\n\n{pending.asked.text}"
            return replace(pending.asked, text=text)
        self._pending.close(token)
        yes = answer == ["y"]
        name = f"{pending.name}: {'yes' if yes else 'no'}"
        return await self._guarded(caller, name, lambda: pending.resume(caller, yes, show))

    async def follow(self) -> None:
        """Swaps the live index where another process, or we, made another snapshot live, or calibrated this one."""
        live = await self._desk.workers.upkeep(self.keeper.live)
        current = self.index
        if live not in (None, self._passed_over, current and current.snapshot.id):
            await self._swap(live)
        # Answers first: the next reindex alone needs the documents.
        await self._desk.workers.upkeep(self.keeper.catch_up)
        if self.index is not None and await self._desk.workers.upkeep(self.keeper.recalibrated):
            await self._open()
            log.info("What `verbatim calibrate` found holds from now on")

    async def verify(self) -> None:
        """Reads the live snapshot whole; where it is damaged, the one before it serves from now on."""
        try:
            await self._desk.workers.upkeep(self.keeper.verify)
        except SnapshotError as error:
            log.error("The live snapshot is damaged: %s", error)
            await self._open()

    async def _swap(self, live: str) -> None:
        """Opens the live snapshot. Where that is damaged, or of a newer version, what serves goes on."""
        index = await self._desk.workers.upkeep(self.keeper.open)
        if problems := index.snapshot.problems:
            self._passed_over = live
            log.error("Snapshot %s cannot be used: %s", whole(self.name, live), problems[0])
        if self.index is None or not problems:
            self._put(index)
            log.info("Snapshot %s serves", whole(self.name, index.snapshot.id))

    async def _open(self) -> None:
        self._put(await self._desk.workers.upkeep(self.keeper.open))

    def _put(self, index: Answerer) -> None:
        self._desk.library.put(self.name, index)
        live = self._desk.library.everything
        self._desk.metrics.passages.set(live.snapshot.passages if live is not None else 0)

    async def renew(self) -> None:
        """At the start: makes the index anew where it cannot be used, or other code made it. Until then what can be
        used answers; one that somebody went back to does so until somebody reindexes."""
        if self.index is None or await self._desk.workers.upkeep(self.keeper.outdated):
            log.info("The index was made by another version: it is made anew, beside the answers")
            await self.refresh(anyway=self.index is None)

    async def refresh(self, *, anyway: bool = False) -> None:
        """A reindex that nobody asked for by name: it goes live unless saved questions would lose their answers.

        None where somebody went back to the live snapshot, unless `anyway`.
        """
        if not anyway and await self._desk.workers.upkeep(self.keeper.held):
            log.info(STAYS)
            return
        async with self._working:
            admins = self._desk.access.admins
            prepared = await self._desk.workers.upkeep(self.keeper.prepare, lambda *_: None, admins)
            # What somebody liked and the documents no longer say is no reason to serve it any longer.
            if held := [lost for lost in prepared.lost if not lost.withdrawn]:
                await self._desk.workers.upkeep(self.keeper.discard, prepared)
                log.warning(
                    "%d saved questions would lose their answers: the old snapshot stays live, /reindex shows which",
                    len(held),
                )
                return
            await self._desk.workers.upkeep(self.keeper.activate, prepared)
            await self.follow()

    async def _guarded(self, caller: Caller, name: str, work: Callable[[], Awaitable[Card]]) -> Card:
        """One action at a time, in the journal, and what goes wrong in a sentence."""
        if self._working.locked():
            return note(say("admin-busy", caller.lang))
        async with self._working:
            try:
                card, outcome = await work(), "done"
            except (VerbatimError, BotError) as error:
                reason = (
                    error.sentence_in(caller.lang)
                    if isinstance(error, BilingualError)
                    else sentence(error, caller.lang)
                )
                card, outcome = note(say("admin-failed", caller.lang, reason=reason)), f"failed: {error}"
            except Exception as error:  # whoever asked for it has to hear of it
                log.exception("%s failed", name)
                reason = say("admin-broke", caller.lang, reason=type(error).__name__)
                card, outcome = note(say("admin-failed", caller.lang, reason=reason)), f"failed: {error!r}"
        record = self._desk.journal.actions.record
        name = f"{self.name}: {name}" if self.name else name
        place = caller.place
        await self._desk.workers.write(record, place.channel, place.user, name, outcome)
        return card

    async def _reindex(self, caller: Caller, show: Show, *, look: bool = False) -> Card:
        prepared = await self._prepare(caller.lang, show)
        if prepared.lost or (look and prepared.report.differs):
            return self._ask_to_swap(prepared, caller)
        return await self._go_live(prepared, caller)

    async def _prepare(self, lang: Language, show: Show) -> Prepared:
        pace = reports.Pace(time.monotonic)

        await _show_if_possible(show, note(say("working", lang)))
        work = asyncio.ensure_future(self._desk.workers.upkeep(self.keeper.prepare, pace, self._desk.access.admins))
        shown: tuple[str, int, int] | None = None
        while not work.done():
            await asyncio.wait({work}, timeout=self._pause)
            if not work.done() and pace.latest and pace.latest != shown:
                shown = pace.latest
                await _show_if_possible(show, reports.progress(pace, lang))
        return await work

    def _ask_to_swap(self, prepared: Prepared, caller: Caller) -> Card:
        self.lost = prepared.lost

        async def work(caller: Caller, yes: bool, show: Show) -> Card:
            self.lost = ()
            if yes:
                return await self._go_live(prepared, caller)
            await self._desk.workers.upkeep(self.keeper.discard, prepared)
            return note(say("kept-old", caller.lang))

        text = reports.waiting(prepared, caller.lang)
        yes = "swap-anyway" if prepared.lost else "swap"
        return self._pending.ask(text, f"go live with {prepared.report.snapshot}", work, yes, "keep-old", caller)

    async def _go_live(self, prepared: Prepared, caller: Caller) -> Card:
        gaps = await self._desk.workers.write(gaps_to_show, self._desk, caller.place, REASKED)
        report = await self._desk.workers.upkeep(self.keeper.activate, prepared)
        await self.follow()
        index = self.index
        closed: list[str] = []
        if index is not None and report.differs:
            questions = [gap.question for gap in gaps]
            closed = await self._desk.workers.upkeep(lambda: [q for q in questions if index.ask(q).answered])
        return reports.report(report, closed, caller.lang)


def gaps_to_show(desk: Desk, place: Conversation, limit: int = 20) -> list[Gap]:
    """Questions of the last `DAYS` days without an answer, as they may be told in `place`. Blocks.

    Of several collections a group is told only what was asked in it: a question can give away what it is about.
    """
    within = (place.channel, place.chat) if desk.library.several and place.chat != place.user else None
    return desk.journal.answers.gaps(time.time() - DAYS * DAY, limit, within)


def _token(action: str) -> str:
    return [*action.split(":"), "", ""][2]


async def _show_if_possible(show: Show, card: Card) -> None:
    """Shows how far it is; a chat that cannot be reached right now holds up no reindex."""
    try:
        await show(card)
    except Exception:  # whatever the platform is up to
        log.warning("The progress of a reindex could not be shown", exc_info=True)
