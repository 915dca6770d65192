"""What a tap on a card does, whatever the platform calls it: pages, context, source, thumbs, a suggested question."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from bot.cards.answerer import Answerer
from bot.cards.card import Button, Card
from bot.cards.links import Links
from bot.cards.render import (
    MOST_PARAGRAPHS,
    REASONS,
    Action,
    CardPage,
    abstention_buttons,
    abstention_card,
    answer_card,
    located_card,
    note,
    source_line,
    why_buttons,
)
from bot.cards.signing import HEX_DIGITS
from bot.desk.desk import Desk
from bot.desk.originals import original
from bot.desk.rate_limits import Rates, Verdict
from bot.desk.shared_limits import limits_beside
from bot.journal.answers import Given, Kind, QuoteRef
from bot.question import Conversation, Language
from bot.texts.messages import say
from index.answer import Answer, Part, Quote
from index.errors import QuoteError
from index.text.shown import shown

VOTES_A_MINUTE = 20


@dataclass(frozen=True, slots=True)
class Tapped:
    """What a tap asks the channel to do; what is None stays as it is."""

    card: Card | None = None
    """Takes the place of the card that was tapped."""
    buttons: tuple[tuple[Button, ...], ...] | None = None
    """Take the place of the buttons under it."""
    line: str = ""
    """Shown for a moment to the person who tapped."""
    question: str = ""
    """To be asked on behalf of this person."""
    file: Path | None = None
    """To be sent."""


class Buttons:
    """Resolves the actions of `bot.render.Action` through the journal."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._votes = limits_beside(desk, "votes", Rates(user=VOTES_A_MINUTE, chat=0))
        self._does: dict[str, Callable[[Given, list[str], Conversation, Language], Tapped]] = {
            Action.PAGE: self._page,
            Action.CONTEXT: self._page,
            Action.SOURCE: self._source,
            Action.UP: self._up,
            Action.DOWN: self._down,
            Action.WHY: self._why,
            Action.ASK: self._ask,
            Action.TELL: self._tell,
            Action.FILE: self._file,
        }

    async def tap(self, action: str, place: Conversation, lang: Language) -> Tapped:
        """The effect of `action`, tapped by `place.user` in `place.chat`. A forged action has none."""
        votes = action.partition(":")[0] in (Action.UP, Action.DOWN, Action.TELL, Action.FILE)
        if votes and await self._votes.count(place.channel, place.user, "") is not Verdict.FINE:
            return Tapped(line=say("limit", lang))
        return await self._desk.workers.answer(self._tap, action, place, lang)

    async def again(self, id: str, place: Conversation, lang: Language) -> Tapped:
        """For a message whose tapped button belongs to another answer than the one that it shows, `id`."""
        card = await self._desk.workers.answer(card_again, self._desk, id, place)
        return Tapped(card=card, line=say("edited-since", lang)) if card else Tapped(line=say("gone", lang))

    async def newest(self, id: str, place: Conversation, lang: Language) -> Card:
        """For a message that was just made to show an answer before the answer `id`, which nobody may take for it."""
        return await self._desk.workers.answer(newest_card, self._desk, id, place, lang)

    def _tap(self, action: str, place: Conversation, lang: Language) -> Tapped:
        name, _, rest = action.partition(":")
        id, *arguments = rest.split(":")
        does = self._does.get(name)
        given = self._desk.journal.answers.get(id)
        if does is None or given is None or not _may_read(self._desk, given, place):
            return Tapped(line=say("gone", lang))
        lang = self._desk.journal.people.language(place.channel, place.user) or lang
        return does(given, arguments, place, lang)

    def _page(self, given: Given, arguments: list[str], place: Conversation, lang: Language) -> Tapped:
        shown = _answer(self._desk, given, place)
        if shown is None or not given.quotes:
            return Tapped(line=say("gone", lang))
        answer, index = shown
        return Tapped(card=answer_card(answer, index, lang, self._desk.links, _page_of(given, arguments)))

    def _source(self, given: Given, arguments: list[str], place: Conversation, lang: Language) -> Tapped:
        shown = _answer(self._desk, given, place)
        if shown is None or not given.quotes:
            return Tapped(line=say("gone", lang))
        quotes = shown[0].quotes
        quote = quotes[_number(arguments, 0, len(quotes) - 1)]
        return Tapped(line=f"{source_line(quote, lang)}\n{quote.source.path}")

    def _file(self, given: Given, arguments: list[str], place: Conversation, lang: Language) -> Tapped:
        shown = _answer(self._desk, given, place)
        quotes = shown[0].quotes if shown else ()
        quote = quotes[_number(arguments, 0, len(quotes) - 1)] if quotes else None
        path = self._original(quote) if quote else None
        return Tapped(file=path) if path else Tapped(line=say("gone", lang))

    def _original(self, quote: Quote) -> Path | None:
        return original(self._desk.links.files, self._desk.library, quote.document, quote.source.path)

    def _up(self, given: Given, arguments: list[str], place: Conversation, lang: Language) -> Tapped:
        self._vote(given, place.user, 1)
        return Tapped(line=say("thanks", lang))

    def _down(self, given: Given, arguments: list[str], place: Conversation, lang: Language) -> Tapped:
        self._vote(given, place.user, -1)
        # Below the buttons that are there: in a group the others go on reading.
        why = why_buttons(_page_of(given, arguments), lang)
        return Tapped(buttons=self._buttons_of(given, arguments, place) + why, line=say("why", lang))

    def _why(self, given: Given, arguments: list[str], place: Conversation, lang: Language) -> Tapped:
        reason = arguments[0] if arguments and arguments[0] in REASONS else "other"
        self._desk.journal.feedback.record(given, place.user, -1, reason)
        return Tapped(buttons=self._buttons_of(given, arguments[1:], place), line=say("thanks", lang))

    def _ask(self, given: Given, arguments: list[str], place: Conversation, lang: Language) -> Tapped:
        if not given.suggestions:
            return Tapped(line=say("gone", lang))
        return Tapped(question=given.suggestions[_number(arguments, 0, len(given.suggestions) - 1)])

    def _tell(self, given: Given, arguments: list[str], place: Conversation, lang: Language) -> Tapped:
        if given.kind is not Kind.ABSTENTION or not self._desk.journal.wanted.add(given, place.user):
            return Tapped(line=say("told-team-not", lang))
        buttons = abstention_buttons(_page_of(given, []), len(given.suggestions), given.lang, forwarded=True)
        return Tapped(buttons=buttons, line=say("told-team", lang))

    def _buttons_of(self, given: Given, arguments: list[str], place: Conversation) -> tuple[tuple[Button, ...], ...]:
        """The buttons of this page of the answer, none where its documents no longer say so."""
        page, shown = _page_of(given, arguments), _answer(self._desk, given, place)
        if given.kind is Kind.ABSTENTION:
            return abstention_buttons(page, len(given.suggestions), given.lang)
        if shown is None or not given.quotes:
            return ()
        return answer_card(*shown, given.lang, self._desk.links, page).buttons

    def _vote(self, given: Given, user: str, value: int) -> None:
        self._desk.journal.feedback.record(given, user, value)
        self._desk.metrics.votes.labels(given.conversation.channel, str(value)).inc()


def card_again(desk: Desk, id: str, place: Conversation) -> Card | None:
    """The answer `id` as its card was at first; None where it may not be shown in `place`, or not any more. Blocks."""
    given, index = desk.journal.answers.get(id), desk.readable(place)
    if given is None or index is None or not _may_read(desk, given, place):
        return None
    return given_card(given, index, given.lang, desk.links)


def newest_card(desk: Desk, id: str, place: Conversation, lang: Language) -> Card:
    """Like `card_again`; a line in `lang` says so where the answer may not be shown any more. Blocks."""
    return card_again(desk, id, place) or note(say("gone", lang))


def given_card(given: Given, index: Answerer, lang: Language, links: Links) -> Card | None:
    """The first card of an answer that was given, in `lang`; None where its documents no longer say so."""
    found = [quote_of(reference, index) for reference in given.quotes]
    quotes, page = tuple(quote for quote in found if quote), CardPage(given.id)
    if given.kind is Kind.ABSTENTION:
        # Questions out of documents that may not be read any more are not suggested again.
        suggestions = given.suggestions if given.snapshot == index.snapshot.id else ()
        nearest = Answer(given.question, (), given.confidence, quotes)
        return abstention_card(nearest, index, lang, links, suggestions, page)
    if len(quotes) < len(found):
        return None
    if given.kind is Kind.LOCATED:
        return located_card(quotes, index, lang, links)
    return answer_card(Answer(given.question, quotes, given.confidence), index, lang, links, page) if quotes else None


def _may_read(desk: Desk, given: Given, place: Conversation) -> bool:
    """An answer is open to those whom the bot answers, in the chat that it was given in."""
    given_in = given.conversation.channel, given.conversation.chat
    return given_in == (place.channel, place.chat) and desk.access.may_ask(place)


def _answer(desk: Desk, given: Given, place: Conversation) -> tuple[Answer, Answerer] | None:
    """The answer as it was given, None where the documents no longer say so or may no longer be read in `place`."""
    index = desk.readable(place)
    if index is None:
        return None
    quotes = [quote_of(reference, index) for reference in given.quotes]
    if None in quotes:
        return None
    return Answer(given.question, tuple(quote for quote in quotes if quote), given.confidence), index


def quote_of(reference: QuoteRef, index: Answerer) -> Quote | None:
    """The quote that `reference` points to, None where its document has changed or is gone."""
    document = index.document(reference.document)
    if document is None:
        return None
    quote = Quote(
        reference.document,
        document.source,
        reference.text,
        reference.start,
        reference.end,
        reference.section,
        reference.page,
        reference.highlights,
        shown=shown(document, reference.start, reference.end),
        parts=tuple(Part(role, text, a, b, shown(document, a, b)) for role, a, b, text in reference.parts),
    )
    try:
        index.verify(quote)
    except QuoteError:
        moved = index.locate(reference.text)
        return replace(moved[0], highlights=reference.highlights) if moved and moved[0].text == reference.text else None
    return quote


def _page_of(given: Given, arguments: list[str]) -> CardPage:
    number = _number(arguments, 0, max(0, len(given.quotes) - 1))
    return CardPage(given.id, number, _number(arguments[1:], 1, MOST_PARAGRAPHS))


def _number(arguments: list[str], least: int, most: int) -> int:
    """The first argument as a number between `least` and `most`; platforms' clients may send anything."""
    text = arguments[0] if arguments else ""
    value = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else least
    return max(least, min(value, most))


def passage_card(desk: Desk, id: str, number: int, place: Conversation, lang: Language) -> Card:
    """The passage that a deep link names, read-only, where it may be read in `place`.

    Only an id that nobody can guess opens one from elsewhere.
    """
    given = desk.journal.answers.get(id) if len(id) == HEX_DIGITS else None
    index = desk.readable(place)
    quotes = given.quotes if given else ()
    quote = quote_of(quotes[number], index) if index is not None and number < len(quotes) else None
    if quote is None or index is None:
        return note(say("gone", lang))
    return answer_card(Answer("", (quote,), 1.0), index, lang, desk.links, CardPage(paragraphs=2, buttons=False))
