"""Questions that were not answered, similar ones grouped, with the nearest passage and a form to add an answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape

from bot.cards.answerer import Answerer
from bot.cards.render import source_line
from bot.journal.gaps import Gap
from bot.question import Language
from bot.texts.messages import say
from bot.texts.times import moment
from bot.web.admin.layout import form, title
from index.answer import Answer

LONGEST_ANSWER = 20_000
_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Asked:
    """A gap, and what the documents answer now."""

    gap: Gap
    answer: Answer


def asked_again(gaps: Sequence[Gap], index: Answerer) -> list[Asked]:
    """Each gap with what it is answered today."""
    return [Asked(gap, index.ask(gap.question)) for gap in gaps]


def gaps_page(asked: Sequence[Asked], days: int, csrf: str, lang: Language) -> str:
    """The most asked first; those that are answered by now last."""
    open_ = [one for one in asked if not one.answer.answered]
    closed = [one for one in asked if one.answer.answered]
    about = say("board-gaps-about", lang, days=days) if asked else say("gaps-none", lang, days=days)
    items = "".join(_item(one, number, csrf, lang) for number, one in enumerate([*open_, *closed]))
    return f'{title(say("board-gaps", lang), about)}<ol class="cards">{items}</ol>'


def note_file(question: str, answer: str) -> tuple[str, bytes]:
    """Name and content of a document that answers `question` in an admin's own words."""
    asked = " ".join(question.split())
    name = "".join(char if char.isalnum() else " " for char in asked)[:_LONGEST_NAME]
    text = f"# {asked}\n\n{answer.strip()}\n"
    return f"{'-'.join(name.split()) or 'note'}.md", text.replace("\r\n", "\n").encode()


def _item(one: Asked, number: int, csrf: str, lang: Language) -> str:
    gap = one.gap
    last = moment(datetime.fromtimestamp(gap.last, UTC).isoformat(), datetime.now().astimezone(), lang)
    count = say("board-asked", lang, count=gap.count, people=gap.people, last=last)
    quotes = one.answer.quotes or one.answer.nearest
    near = ""
    if quotes:
        said = say("board-answered-now" if one.answer.answered else "board-nearest", lang)
        quote = escape(quotes[0].shown or quotes[0].text)
        near = (
            f'<p class="dim">{escape(said)}</p><blockquote>{quote}</blockquote>'
            f'<p class="dim">{escape(source_line(quotes[0], lang))}</p>'
        )
    write = "" if one.answer.answered else _write(gap, number, csrf, lang)
    return f'<li><h2>{escape(gap.question)}</h2><p class="dim">{escape(count)}</p>{near}{write}</li>'


def _write(gap: Gap, number: int, csrf: str, lang: Language) -> str:
    """A form that makes the answer a document of its own, and the way to add a file."""
    label = escape(say("board-answer", lang))
    question = f'<input type="hidden" name="question" value="{escape(gap.question)}">'
    field = f'<textarea id="answer-{number}" name="answer" rows="4" maxlength="{LONGEST_ANSWER}" required></textarea>'
    button = f"<button>{escape(say('board-answer-add', lang))}</button>"
    inside = f'{question}<label for="answer-{number}">{label}</label>{field}<div class="row">{button}</div>'
    file = f'<a href="documents">{escape(say("board-answer-file", lang))}</a>'
    return (
        f"<details><summary>{escape(say('board-answer-by', lang))}</summary>{form('answer', csrf, inside)}"
        f"<p>{file}</p></details>"
    )
