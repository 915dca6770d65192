"""What the bot replies to a question that may be asked: a line of its own, or quotes that are written down as given.

Everything here blocks: the desk calls it in a worker thread.
"""

import logging
from dataclasses import dataclass, replace

from bot.cards.answerer import Answerer
from bot.cards.card import Card
from bot.cards.links import Links
from bot.cards.render import CardPage, abstention_card, answer_card, located_card, note, verified
from bot.cards.source_list import source_list
from bot.desk.choices import choice, chosen
from bot.desk.source_questions import asks_for_source
from bot.journal import Journal
from bot.journal.answers import Given, Kind, QuoteRef
from bot.metrics import Metrics
from bot.question import Language, Question
from bot.texts.messages import say
from bot.traces import Traces
from index.answer import Answer, Quote
from index.errors import QuoteError
from index.text.small_talk import SmallTalk, small_talk

log = logging.getLogger(__name__)

PASSAGES = 5
"""How many passages "other passages" leads through."""
SUGGESTIONS = 3


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back. `answer` is the id under which buttons find it, "" for a line of the bot's own."""

    card: Card
    answer: str = ""
    kind: Kind | None = None


@dataclass(slots=True)
class Replies:
    """Makes replies, and writes them down in the journal."""

    _journal: Journal
    _metrics: Metrics
    links: Links
    _traces: Traces

    def reply(self, question: Question, index: Answerer | None) -> Reply:
        """The reply to a question that may be asked; `index`: what may be read where it is, None where nothing is."""
        place = question.conversation
        question = replace(question, lang=self._journal.people.language(place.channel, place.user) or question.lang)
        if index is None:
            return Reply(note(say("no-index", question.lang)))
        if question.selected and (not question.text.strip() or asks_for_source(question.text)):
            return self._located(question, index)
        if not question.text.strip():
            example = next(iter(index.suggest(question.lang, 1)), "…")
            key = "words-only" if question.wordless else "no-question"
            return Reply(note(say(key, question.lang, example=example)))
        if talk := small_talk(question.text):
            return Reply(self._talk(talk, question.lang, index))
        return self._picked(question, index) or self._quoted(question, index)

    def _talk(self, talk: SmallTalk, lang: Language, index: Answerer) -> Card:
        if talk is SmallTalk.SOURCES:
            return source_list(index.documents(), lang)
        line = say(f"talk-{talk.value}", lang)
        examples = index.suggest(lang, SUGGESTIONS) if talk is SmallTalk.HELP else ()
        if examples:
            line += "\n".join(["\n", say("help-examples", lang), *(f"• {one}" for one in examples)])
        return note(line)

    def _picked(self, question: Question, index: Answerer) -> Reply | None:
        """The reply to a number that picks one of the questions offered last; None where it is no such number."""
        if choice(question.text) is None:
            return None
        offered = self._journal.answers.offered(question.conversation)
        asked = chosen(question.text, offered)
        if asked is None:
            return None
        if not asked:
            return Reply(note(say("no-such-number", question.lang, count=len(offered))))
        return self._quoted(replace(question, text=asked), index)

    def _quoted(self, question: Question, index: Answerer) -> Reply:
        first = question.supersedes or question.delivery
        before = self._journal.memory.recall(question.conversation, before=first)
        with self._traces.span("search"):
            answer = verified(index.ask(question.text, top=PASSAGES, before=before), index, self.alarm)
        page = CardPage(self.answer_id(question.delivery))
        suggestions: tuple[str, ...] = ()
        if answer.answered:
            kind, card = Kind.ANSWER, answer_card(answer, index, question.lang, self.links, page)
        else:
            suggestions = index.suggest(question.lang, SUGGESTIONS, question.text)
            kind = Kind.ABSTENTION
            card = abstention_card(answer, index, question.lang, self.links, suggestions, page)
        self.tell(kind.value, answer)
        with self._journal.together():
            self._record(question, kind, answer, suggestions)
            self._journal.memory.remember(question.conversation, first, question.text)
        return Reply(card, page.answer, kind)

    def tell(self, outcome: str, answer: Answer) -> None:
        """What a trace says of an answer: nothing of what was asked or quoted."""
        quotes, snapshot = len(answer.quotes), answer.snapshot
        self._traces.note(outcome=outcome, confidence=answer.confidence, quotes=quotes, snapshot=snapshot)

    def _located(self, question: Question, index: Answerer) -> Reply:
        found = Answer(question.selected, index.locate(question.selected), 1.0, (), index.snapshot.id)
        answer = verified(found, index, self.alarm)
        self._record(question, Kind.LOCATED, answer, ())
        card = located_card(answer.quotes, index, question.lang, self.links)
        return Reply(card, self.answer_id(question.delivery), Kind.LOCATED)

    def preview(self, question: Question, index: Answerer) -> tuple[Answer, list[Card]]:
        """The answer and a card for each of its passages; nothing is remembered or written down."""
        answer = verified(index.ask(question.text, top=PASSAGES), index, self.alarm)
        pages = [CardPage(number=number, buttons=False) for number in range(len(answer.quotes))]
        return answer, [answer_card(answer, index, question.lang, self.links, page) for page in pages]

    def answer_id(self, delivery: str) -> str:
        """The same for one delivery in every process, so that an answer given again keeps its buttons.

        Nobody else can compute it: with it, an answer that was given elsewhere is shown again.
        """
        return self.links.signer.sign("answer", delivery)

    def _record(self, question: Question, kind: Kind, answer: Answer, suggestions: tuple[str, ...]) -> None:
        given = Given(
            self.answer_id(question.delivery),
            question.conversation,
            question.lang,
            kind,
            question.text,
            answer.confidence,
            tuple(map(reference, answer.quotes or answer.nearest)),
            suggestions,
            answer.snapshot,
        )
        with self._journal.together():
            self._journal.answers.record(given)
            self._journal.deliveries.answered(question.delivery, given.id)

    def alarm(self, quote: Quote, error: QuoteError) -> None:
        """Counts and logs a quote that does not stand in its document."""
        self._metrics.alarms.inc()
        log.error("A quote does not stand in its document and was not sent: %s", error)


def reference(quote: Quote) -> QuoteRef:
    parts = tuple((part.role, part.start, part.end, part.text) for part in quote.parts)
    place = quote.document, quote.start, quote.end
    return QuoteRef(*place, quote.text, quote.section, quote.page, quote.highlights, parts)
