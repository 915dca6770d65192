"""Answers on a terminal: the same cards that every channel sends, painted for this one."""

from collections.abc import Sequence
from pathlib import Path

from bot.cards.answerer import Answerer
from bot.cards.card import Card
from bot.cards.links import Links
from bot.cards.render import CardPage, abstention_card, answer_card, verified
from bot.cli.terminal.card_style import Look, paint
from bot.cli.terminal.console import Console
from bot.question import Language
from bot.texts.language import of_text
from index.answer import Answer, Quote
from index.builds.checks import saved_questions
from index.errors import QuoteError

SUGGESTIONS = 3


def ask(index: Answerer, console: Console, question: str, *, top: int = 1, before: tuple[str, ...] = ()) -> Answer:
    """The answer, each of its quotes compared with its document once more."""

    def alarm(quote: Quote, error: QuoteError) -> None:
        console.warn(console.say("error", reason=console.reason(error)))

    return verified(index.ask(question, top=top, before=before), index, alarm)


def examples(index: Answerer, folders: Sequence[Path], lang: Language, count: int) -> tuple[str, ...]:
    """Up to `count` questions that are answered here: those saved with the documents first, then the index's own."""
    kept = [each for folder in folders for each in saved_questions(folder)[0]]
    saved = [each.question for each in kept if each.gold and of_text(each.question, lang) == lang]
    found = [question for question in saved[: 2 * count] if index.ask(question).answered]
    found += [] if len(found) >= count else index.suggest(lang, count)
    return tuple(dict.fromkeys(found))[:count]


def show(answer: Answer, index: Answerer, console: Console, *, suggestions: tuple[str, ...] = ()) -> str:
    """Every quote of `answer`, best first, or that there is none and what is nearest."""
    if not answer.answered:
        card = abstention_card(answer, index, console.lang, Links(), suggestions, CardPage(buttons=False))
        return painted(card, console)
    # What is one answer is one card already.
    pages = 1 if answer.together else len(answer.quotes)
    return "\n\n".join(passage(answer, number, index, console) for number in range(pages))


def passage(answer: Answer, number: int, index: Answerer, console: Console, *, paragraphs: int = 0) -> str:
    """One quote of an answer; with `paragraphs`, what stands around it too."""
    page = CardPage(number=number, paragraphs=paragraphs or 1, buttons=False)
    card = answer_card(answer, index, console.lang, Links(), page)
    return painted(card, console, context=bool(paragraphs))


def painted(card: Card, console: Console, *, context: bool = False) -> str:
    """A card in the colours and width of this terminal."""
    return paint(card, Look(console.width, console.colour), context=context)
