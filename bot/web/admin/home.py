"""The first page for admins: what is live, how much is asked, how each part is, and who changed what."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape

from bot.admin.reports import name_of
from bot.journal.answers import Totals
from bot.question import Language
from bot.texts.errors import sentence
from bot.texts.messages import say
from bot.texts.times import moment
from bot.web.admin.layout import facts, table, title
from index.snapshots.snapshot import SnapshotInfo

Done = tuple[float, str, str, str, str]
"""When, channel, user, action, detail."""
_LITTLE = 1 << 30
"""Bytes: with less than this left on the disk an index may not fit."""


@dataclass(frozen=True, slots=True)
class Overview:
    """What the page tells."""

    live: Sequence[tuple[str, SnapshotInfo | None]]
    """Each collection by its name, or the one corpus, and its live snapshot."""
    totals: Totals
    days: int
    parts: Sequence[tuple[str, str]]
    """Channels, and what is wrong with each, "" where nothing is."""
    alarms: int
    """Quotes that did not stand in their document, since the start."""
    free: int
    """Bytes left on the disk of the data folder."""
    actions: Sequence[Done]


def home_page(state: Overview, lang: Language) -> str:
    sections = (
        ("board-live", "".join(_named(name) + facts(_live(info, lang)) for name, info in state.live)),
        ("board-use", facts(_use(state, lang))),
        ("board-health", facts(_health(state, lang))),
        ("board-log", _log(state.actions, lang)),
    )
    return title(say("board-home", lang)) + "".join(
        f"<h2>{escape(say(key, lang))}</h2>{inside}" for key, inside in sections
    )


def when(seconds: float, lang: Language) -> str:
    """A moment of the journal, as people say it."""
    return moment(datetime.fromtimestamp(seconds, UTC).isoformat(), datetime.now().astimezone(), lang)


def _named(collection: str) -> str:
    return f"<h3>{escape(collection)}</h3>" if collection else ""


def _live(info: SnapshotInfo | None, lang: Language) -> list[tuple[str, str]]:
    if info is None:
        return [(say("board-snapshot", lang), escape(say("status-none", lang)))]
    created = moment(info.created, datetime.now().astimezone(), lang)
    return [
        (say("board-documents", lang), str(info.documents)),
        (say("board-passages", lang), str(info.passages)),
        (say("board-snapshot", lang), escape(f"{name_of(info.id)} · {created}")),
        (say("board-encoder", lang), escape(info.encoder)),
    ]


def _use(state: Overview, lang: Language) -> list[tuple[str, str]]:
    totals = state.totals
    rows = [
        (say("board-asked-total", lang, days=state.days), totals.questions),
        (say("board-askers", lang), totals.people),
        (say("board-answered", lang), totals.answered),
        (say("board-abstained", lang), totals.abstained),
        (say("board-liked", lang), totals.liked),
        (say("board-disliked", lang), totals.disliked),
    ]
    return [(name, str(value)) for name, value in rows]


def _health(state: Overview, lang: Language) -> list[tuple[str, str]]:
    index = "; ".join(filter(None, (_problems(name, info, lang) for name, info in state.live)))
    index = index or say("board-well", lang)
    space = say("board-little" if state.free < _LITTLE else "board-free", lang, size=round(state.free / _LITTLE, 1))
    alarms = say("board-alarms", lang, count=state.alarms) if state.alarms else say("board-no-alarms", lang)
    return [
        (say("board-index", lang), escape(index)),
        *((name, escape(problem or say("board-well", lang))) for name, problem in state.parts),
        (say("board-quotes", lang), escape(alarms)),
        (say("board-disk", lang), escape(space)),
    ]


def _problems(collection: str, info: SnapshotInfo | None, lang: Language) -> str:
    """What is wrong with the index of one collection, "" where nothing is."""
    problems = [sentence(problem, lang) for problem in info.problems] if info else [say("status-none", lang)]
    joined = "; ".join(problems)
    return f"{collection}: {joined}" if collection and joined else joined


def _log(actions: Sequence[Done], lang: Language) -> str:
    heads = [say(f"board-{name}", lang) for name in ("when", "who", "did", "outcome")]
    rows = [
        [escape(when(at, lang)), escape(f"{channel}:{user}"), escape(action), escape(detail)]
        for at, channel, user, action, detail in actions
    ]
    return table(heads, rows, say("board-log", lang), say("board-no-log", lang))
