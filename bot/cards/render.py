"""The one renderer: an answer becomes a card, the same for every channel.

A quote enters a card only after `verified` has compared it with the document that it was taken from.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bot.cards.answerer import Answerer
from bot.cards.card import Button, Card, Style, StyledSpan
from bot.cards.links import Links
from bot.cards.sheet import Sheet, add_quote
from bot.cards.split import split, utf8, utf16
from bot.question import Language
from bot.texts.messages import say
from index.answer import Answer, Places, Quote
from index.errors import QuoteError

__all__ = [
    "REASONS",
    "Action",
    "CardPage",
    "abstention_card",
    "answer_card",
    "located_card",
    "note",
    "short",
    "source_line",
    "split",
    "utf8",
    "utf16",
    "verified",
    "why_buttons",
]

Alarm = Callable[[Quote, QuoteError], None]
SEPARATOR = " · "
LONGEST_NAME = 120
"""Characters of a title, a publisher or a heading on a card."""
REASONS = ("wrong", "part", "old", "other")
"""Why an answer displeased, as the journal names it."""


class Action:
    """First part of a button's action; the rest names an answer in the journal, and a passage of it."""

    CONTEXT = "c"
    PAGE = "p"
    SOURCE = "s"
    UP = "u"
    DOWN = "d"
    WHY = "w"
    TELL = "t"
    FILE = "f"
    ASK = "a"


MOST_PARAGRAPHS = 4
"""More context than this is read at the source."""


@dataclass(frozen=True, slots=True)
class CardPage:
    """Which of an answer's passages a card shows, and the journal's id that its buttons refer to."""

    answer: str = ""
    number: int = 0
    paragraphs: int = 1
    buttons: bool = True


def verified(answer: Answer, index: Answerer, alarm: Alarm) -> Answer:
    """`answer` as it may be sent: a quote that is not in its document raises the alarm and makes it an abstention."""
    quotes = tuple(quote for quote in answer.quotes if _stands(quote, index, alarm))
    nearest = tuple(quote for quote in answer.nearest if _stands(quote, index, alarm))
    if len(quotes) < len(answer.quotes):
        return replace(answer, quotes=(), nearest=quotes or nearest)
    return replace(answer, nearest=nearest)


def answer_card(answer: Answer, index: Answerer, lang: Language, links: Links, page: CardPage) -> Card:
    """The passage `page.number` of a verified answer: quote, source, surrounding paragraph, buttons."""
    quotes = answer.quotes or answer.nearest
    quote = quotes[page.number]
    sheet = Sheet()
    if answer.read_as:
        sheet.add(say("read-as", lang, question=answer.read_as) + "\n", Style.NOTE)
    if len(quotes) > 1 and page.number:
        sheet.add(say("passage-of", lang, number=page.number + 1, count=len(quotes)) + "\n", Style.NOTE)
    elif answer.doubtful:
        sheet.add(say("unsure", lang) + "\n", Style.NOTE)
    if answer.together and not page.number:
        _add_together(sheet, answer, index, lang, links)
        # All is shown already, and a tap that turned the page would leave one of it.
        return sheet.card((_opinion(quote, page, lang, links, index),) if page.buttons and page.answer else ())
    _add_quote(sheet, quote, index, lang, links)
    around = index.context(quote, page.paragraphs)
    if around.text.strip() != quote.text.strip():
        sheet.add("\n\n")
        sheet.add(around.shown or around.text, Style.CONTEXT)
    return sheet.card(_buttons(quote, page, len(quotes), lang, links, index) if page.buttons else ())


def abstention_card(
    answer: Answer, index: Answerer, lang: Language, links: Links, suggestions: Sequence[str], page: CardPage
) -> Card:
    """Says that the corpus does not answer, shows the nearest passage as such, and questions that it does answer."""
    sheet = Sheet()
    sheet.add(say("no-answer", lang), Style.NOTE)
    if answer.nearest:
        sheet.add("\n\n" + say("nearest", lang) + "\n", Style.NOTE)
        _add_quote(sheet, replace(answer.nearest[0], highlights=()), index, lang, links)
    if suggestions:
        sheet.add("\n\n" + say("can-answer", lang))
        for number, question in enumerate(suggestions, 1):
            sheet.add(f"\n{number}. {question}")
    if not page.answer or not page.buttons:
        return sheet.card(())
    return sheet.card(abstention_buttons(page, len(suggestions), lang))


def abstention_buttons(
    page: CardPage, suggestions: int, lang: Language, *, forwarded: bool = False
) -> tuple[tuple[Button, ...], ...]:
    """A button for each question that could be asked instead, one that tells the team unless it was `told`, and a thumb
    down."""
    asks = tuple(Button(str(n + 1), f"{Action.ASK}:{page.answer}:{n}") for n in range(suggestions))
    tell = () if forwarded else (Button(say("button-tell", lang), f"{Action.TELL}:{page.answer}"),)
    return tuple(row for row in (asks, (*tell, _thumb_down(page))) if row)


def located_card(quotes: Sequence[Quote], index: Answerer, lang: Language, links: Links) -> Card:
    """Where a selected text stands in the corpus, or that it stands nowhere."""
    sheet = Sheet()
    if not quotes:
        sheet.add(say("found-nowhere", lang), Style.NOTE)
        return sheet.card(())
    sheet.add(say("found-at", lang), Style.NOTE)
    for quote in quotes:
        sheet.add("\n\n")
        _add_quote(sheet, quote, index, lang, links)
    return sheet.card(())


def source_line(quote: Quote, lang: Language) -> str:
    """Title · publisher · date · whether there is a newer version · section · page or row, as far as they are known."""
    page = say("page", lang, page=quote.page) if quote.page is not None else None
    source = quote.source
    row = say("row", lang, row=quote.row) if quote.row else None
    older = say("older-version", lang, newer=source.superseded_by) if source.superseded_by else None
    parts = (source.title or source.path, source.publisher, source.published, older, quote.section, page, row)
    # A document's first section often bears the document's own title: once is enough.
    return SEPARATOR.join(dict.fromkeys(short(part) for part in parts if part))


def short(text: str, most: int = LONGEST_NAME) -> str:
    """`text` as one line of at most `most` characters: titles are what a document says they are, half a page too."""
    text = " ".join(text[: 4 * most].split())
    return text if len(text) <= most else text[: most - 1] + "…"


def why_buttons(page: CardPage, lang: Language) -> tuple[tuple[Button, ...], ...]:
    """What a thumb down asks next."""
    rest = f"{page.number}:{page.paragraphs}"
    buttons = [Button(say(f"why-{reason}", lang), f"{Action.WHY}:{page.answer}:{reason}:{rest}") for reason in REASONS]
    return tuple(buttons[:2]), tuple(buttons[2:])


def note(text: str) -> Card:
    """A line of the bot's own."""
    return Card(text, (StyledSpan(Style.NOTE, 0, len(text)),) if text else ())


def _stands(quote: Quote, index: Answerer, alarm: Alarm) -> bool:
    try:
        index.verify(quote)
    except QuoteError as error:
        alarm(quote, error)
        return False
    return True


def _add_quote(sheet: Sheet, quote: Quote, index: Answerer, lang: Language, links: Links) -> None:
    """A quote, and where it stands."""
    document = index.document(quote.document)
    add_quote(sheet, quote, document)
    sheet.add("\n")
    sheet.add(source_line(quote, lang), Style.SOURCE, links.to(quote, document, index.snapshot.id))


def _add_together(sheet: Sheet, answer: Answer, index: Answerer, lang: Language, links: Links) -> None:
    """All quotes of an answer that is one in several: what answers a second question is not for the next page."""
    if answer.places:
        sheet.add(places_line(answer.places, len(answer.quotes), lang) + "\n\n", Style.NOTE)
    for number, one in enumerate(answer.quotes):
        if number:
            sheet.add("\n\n")
        if answer.question_parts:
            sheet.add(answer.question_parts[number] + "\n", Style.NOTE)
        _add_quote(sheet, one, index, lang, links)


def places_line(places: Places, shown: int, lang: Language) -> str:
    """How many documents or sections have what was asked for, and of how many of them a quote follows."""
    count = say("more-than", lang, count=places.count) if places.more else places.count
    found = say(f"places-{places.of}", lang, count=count)
    return say("places-all" if shown == places.count else "places-first", lang, found=found, shown=shown)


def _buttons(
    quote: Quote, page: CardPage, count: int, lang: Language, links: Links, index: Answerer
) -> tuple[tuple[Button, ...], ...]:
    if not page.answer:
        return ()
    reading = []
    if page.paragraphs < MOST_PARAGRAPHS:
        wider = f"{Action.CONTEXT}:{page.answer}:{page.number}:{page.paragraphs + 1}"
        reading.append(Button(say("button-context", lang), wider))
    if page.number:
        reading.append(Button(say("button-previous", lang), f"{Action.PAGE}:{page.answer}:{page.number - 1}"))
    if page.number + 1 < count:
        reading.append(Button(say("button-next", lang), f"{Action.PAGE}:{page.answer}:{page.number + 1}"))
    opinion = _opinion(quote, page, lang, links, index)
    return (tuple(reading), opinion) if reading else (opinion,)


def _opinion(quote: Quote, page: CardPage, lang: Language, links: Links, index: Answerer) -> tuple[Button, ...]:
    """What may be said of an answer, and asked for with it."""
    url = links.to(quote, index.document(quote.document), index.snapshot.id)
    source = Button(say("button-source", lang), "" if url else f"{Action.SOURCE}:{page.answer}:{page.number}", url)
    sends = (Button(say("button-file", lang), f"{Action.FILE}:{page.answer}:{page.number}"),) if links.files else ()
    return (Button("👍", f"{Action.UP}:{page.answer}"), _thumb_down(page), source, *sends)


def _thumb_down(page: CardPage) -> Button:
    # Which passage is shown, so that the buttons of just this page come back after the question why.
    return Button("👎", f"{Action.DOWN}:{page.answer}:{page.number}:{page.paragraphs}")
