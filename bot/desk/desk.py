"""The front door of the bot: who may ask, how much, what was asked before, and the card that answers.

Channels hand in Questions and get Replies. Everything that blocks happens in one hop to a worker thread.
"""

import logging
import time
import uuid
from collections.abc import Awaitable, Callable

from bot.cards.answerer import Answerer
from bot.cards.card import Card
from bot.cards.links import Links
from bot.cards.render import note
from bot.collections.library import Library
from bot.collections.named import collection_of
from bot.desk.access import Access
from bot.desk.rate_limits import Limits, Verdict
from bot.desk.replies import SUGGESTIONS, Replies, Reply
from bot.desk.shared_lock import SharedLock
from bot.errors import TakenOverError
from bot.journal import Journal
from bot.metrics import Metrics
from bot.question import Conversation, Language, Question
from bot.texts.messages import say
from bot.traces import Traces
from bot.workers import Workers
from index.answer import Answer
from index.errors import VectorsError

log = logging.getLogger(__name__)

MOST_STRANGERS = 10_000


class Desk:
    """Answers questions, from what may be read where they are asked."""

    def __init__(
        self,
        index: Answerer | Library | None,
        journal: Journal,
        workers: Workers,
        metrics: Metrics,
        limits: Limits,
        *,
        access: Access | None = None,
        links: Links | None = None,
        traces: Traces | None = None,
    ) -> None:
        """`index`: the one index, None while there is none, or the library of several collections."""
        self.library = index if isinstance(index, Library) else Library()
        if not isinstance(index, Library):
            self.library.put("", index)
        self.journal = journal
        self.workers = workers
        self.metrics = metrics
        self.access = access or Access()
        self.traces = traces or Traces()
        self.replies = Replies(journal, metrics, links or Links(), self.traces)
        self.tellers: dict[str, Callable[[Conversation, Card], Awaitable[None]]] = {}
        """By channel, what sends a card that nobody asked for just now; there while the channel is up."""
        self._limits = limits
        self._under_way = SharedLock()
        self._strangers: set[str] = set()

    @property
    def index(self) -> Answerer | None:
        """The live index where there are no collections, else None: which of them is asked depends on the place."""
        return self.library.view([""])

    @index.setter
    def index(self, index: Answerer | None) -> None:
        self.library.put("", index)

    def names(self, place: Conversation) -> tuple[str, ...]:
        """Of the collections that may be read in `place`; "" where there are none."""
        return tuple(name for name in self.library.names if self._may_read(name, place))

    def _may_read(self, name: str, place: Conversation) -> bool:
        home = self.library.collections.get(name)
        if home is None or self.access.may_read(home.readers, place):
            return True
        return self.library.counts_among(f"{place.channel}:{place.chat}", home.readers)

    def readable(self, place: Conversation) -> Answerer | None:
        """Everything that may be shown in `place`; None where nothing is, or nothing of it is indexed yet."""
        return self.library.view(self.names(place))

    def asked_names(self, place: Conversation) -> tuple[str, ...]:
        """Of the collections that are asked in `place`: those chosen with /use, else all it may read. Blocks."""
        names = self.names(place)
        if not self.library.several:
            return names
        chosen = self.journal.uses.chosen(place.channel, place.chat)
        # Nothing is left of a choice whose collections are gone, or may not be read here any more.
        return tuple(name for name in names if name in chosen) or names

    def asked(self, place: Conversation) -> Answerer | None:
        """What questions in `place` are asked of; None where nothing is, or nothing of it is indexed yet. Blocks."""
        return self.library.view(self.asked_names(place))

    def may_read(self, document: str, place: Conversation) -> bool:
        """Whether the document of this id, if there is one, may be shown in `place`."""
        return not self.library.closed(document) or collection_of(document) in self.names(place)

    async def ask(self, question: Question) -> Reply | None:
        """The reply to `question`, or None where silence is right. Never raises: a failure is a polite line.

        Silence is right too where another process has taken the question over.
        """
        place = question.conversation
        begun = time.perf_counter()
        with self.traces.question(place.channel):
            reply, outcome = await self._asked(question)
            self.traces.note(outcome=outcome)
        self.metrics.questions.labels(place.channel, outcome).inc()
        self.metrics.latency.labels(place.channel).observe(time.perf_counter() - begun)
        return reply

    async def _asked(self, question: Question) -> tuple[Reply | None, str]:
        """The reply, and what became of the question."""
        begins = self.traces.waiting()
        try:
            reply, outcome = await self._turned_away(question)
            if outcome == "asked":
                reply = await self.workers.answer(self._tried, question, begins)
                outcome = reply.kind.value if reply.kind else "none"
        except TakenOverError:
            reply, outcome = None, "taken over"
        except VectorsError as error:
            log.error("A question could not be answered: %s", error)
            reply, outcome = Reply(note(say("search-away", question.lang))), "failed"
        except Exception:
            reply, outcome = self._failure(question), "failed"
        finally:
            begins()
        return reply, outcome

    @property
    def links(self) -> Links:
        """Makes and checks the links to sources, and signs."""
        return self.replies.links

    async def preview(self, question: Question) -> tuple[Answer, list[Card]]:
        """For inline mode: the answer and a card for each of its passages; nothing is remembered or written down.

        Only what is open to everybody: the cards go to chats that the bot does not know.
        """
        index = self.readable(Conversation(question.conversation.channel, ""))
        if index is None or not self.access.may_ask(question.conversation):
            return Answer(question.text, (), 0.0), []
        return await self.workers.answer(self._preview, question, index)

    async def language(self, place: Conversation, hint: Language) -> Language:
        """The language that this person chose, else the one that the platform hints at."""
        chosen = await self.workers.write(self.journal.people.language, place.channel, place.user)
        return chosen or hint

    async def suggestions(self, place: Conversation, lang: Language, count: int = SUGGESTIONS) -> tuple[str, ...]:
        """Questions that are answered in `place`."""
        return await self.workers.answer(self._suggested, place, lang, count)

    def _suggested(self, place: Conversation, lang: Language, count: int) -> tuple[str, ...]:
        index = self.asked(place)
        return index.suggest(lang, count) if index is not None else ()

    async def _turned_away(self, question: Question) -> tuple[Reply | None, str]:
        place = question.conversation
        if not self.access.may_ask(place):
            # A group that is not on the list hears nothing; a person is told once what to tell an admin.
            name = f"{place.channel}:{place.user}"
            silent = not question.private or (name in self._strangers and not question.begun)
            if len(self._strangers) < MOST_STRANGERS:
                self._strangers.add(name)
            line = say("not-open", question.lang, user=place.user)
            return (None if silent else Reply(note(line))), "refused"
        if question.begun:
            return None, "asked"
        verdict = await self._limits.count(place.channel, place.user, place.chat)
        if verdict is Verdict.FINE:
            return None, "asked"
        return (Reply(note(say("limit", question.lang))) if verdict is Verdict.SAY else None), "limited"

    def _failure(self, question: Question) -> Reply:
        id = uuid.uuid4().hex[:8]
        log.exception("A question could not be answered", extra={"error_id": id, "delivery": question.delivery})
        self.metrics.errors.labels(question.conversation.channel, "desk").inc()
        return Reply(note(say("error", question.lang, id=id)))

    def _tried(self, question: Question, begins: Callable[[], None]) -> Reply:
        """The answer, unless processes keep ending at this very question: then an apology, so that nobody else waits.

        One at which a process ended before is answered alone: if it ends this one too, no other is counted with it.
        """
        suspect = self.journal.deliveries.tries(question.delivery) > 0
        with self._under_way.exclusive() if suspect else self._under_way.shared():
            begins()
            return self._counted(question)

    def _counted(self, question: Question) -> Reply:
        """The answer, counted as a try before the work begins: what ends a process does not say so first."""
        deliveries = self.journal.deliveries
        if not deliveries.begin(question.delivery):
            id = uuid.uuid4().hex[:8]
            log.error("A question is put aside", extra={"error_id": id, "delivery": question.delivery})
            self.metrics.errors.labels(question.conversation.channel, "aside").inc()
            return Reply(note(say("put-aside", question.lang, id=id)))
        try:
            return self.replies.reply(question, self.asked(question.conversation))
        finally:
            deliveries.end(question.delivery)

    def _preview(self, question: Question, index: Answerer) -> tuple[Answer, list[Card]]:
        with self._under_way.shared():
            return self.replies.preview(question, index)
