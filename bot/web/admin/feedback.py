"""What people thought of answers, the newest first."""

from collections.abc import Sequence
from html import escape

from bot.journal.feedback import Vote
from bot.question import Language
from bot.texts.messages import say
from bot.web.admin.home import when
from bot.web.admin.layout import table, title


def feedback_page(votes: Sequence[Vote], lang: Language) -> str:
    heads = [say(f"board-{name}", lang) for name in ("when", "vote", "question", "quote")]
    rows = [_row(vote, lang) for vote in votes]
    listed = table(heads, rows, say("board-feedback", lang), say("board-no-votes", lang))
    return title(say("board-feedback", lang), say("board-feedback-about", lang)) + listed


def _row(vote: Vote, lang: Language) -> Sequence[str]:
    kind = "right" if vote.value > 0 else "differs"
    said = say("board-vote-up" if vote.value > 0 else "board-vote-down", lang)
    why = f"<br>{escape(say(f'why-{vote.reason}', lang))}" if vote.reason else ""
    opinion = f'<span class="state {kind}">{escape(said)}</span>{why}'
    return escape(when(vote.at, lang)), opinion, escape(vote.question), escape(vote.quote)
