"""Questions whose answers must not get lost: what was right before, and what is answered now."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from bot.cards.answerer import Answerer
from bot.question import Language
from bot.texts.messages import say
from bot.web.admin.layout import table, title
from index.builds.checks import Lost, SavedQuestion, right

MOST = 100
"""Questions that are asked again for one look at the page."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A question, the first quote of today's answer, and whether that is right."""

    saved: SavedQuestion
    now: str
    right: bool

    @property
    def before(self) -> tuple[str, ...]:
        """What a right answer holds, or was; none where that is not known."""
        return (self.saved.quote,) if self.saved.quote else self.saved.gold


def compared(saved: Sequence[SavedQuestion], index: Answerer) -> list[Compared]:
    """Each question with what is answered today."""
    found = []
    for one in saved[:MOST]:
        answer = index.ask(one.question)
        found.append(Compared(one, answer.quotes[0].text if answer.quotes else "", right(answer, one)))
    return found


def questions_page(asked: Sequence[Compared], count: int, lost: Sequence[Lost], lang: Language) -> str:
    """Those that are not answered rightly come first; above them what a snapshot that waits would lose."""
    known = [one for one in asked if one.before]
    about = say(
        "board-questions-about",
        lang,
        right=sum(one.right for one in known),
        known=len(known),
        asked=len(asked),
        count=count,
    )
    heads = [say(f"board-{name}", lang) for name in ("question", "before", "now", "state")]
    rows = [_row(one, lang) for one in sorted(asked, key=lambda one: one.right or not one.before)]
    listed = table(heads, rows, say("board-questions", lang), say("board-no-saved", lang))
    return title(say("board-questions", lang), about) + _lost(lost, lang) + listed


def _row(one: Compared, lang: Language) -> Sequence[str]:
    kind = "none" if not one.now else "said" if not one.before else "right" if one.right else "differs"
    state = f'<span class="state {kind}">{escape(say(f"board-answer-{kind}", lang))}</span>'
    return escape(one.saved.question), "<br>".join(map(escape, one.before)), escape(one.now), state


def _lost(lost: Sequence[Lost], lang: Language) -> str:
    if not lost:
        return ""
    heads = [say(f"board-{name}", lang) for name in ("question", "before", "after-swap")]
    rows = [[escape(one.question), escape(one.before), escape(one.after)] for one in lost]
    name = say("board-lost", lang)
    return f"<h2>{escape(name)}</h2>{table(heads, rows, name)}<h2>{escape(say('board-live', lang))}</h2>"
