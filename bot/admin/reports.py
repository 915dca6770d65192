"""What admins read: status, gaps, numbers, the difference of a reindex. Text only, for every channel."""

from collections.abc import Callable, Sequence
from datetime import datetime

from bot.cards.answerer import Edition
from bot.cards.card import Card
from bot.cards.render import note
from bot.journal.answers import Totals
from bot.journal.gaps import Gap
from bot.question import Language
from bot.texts.errors import sentence
from bot.texts.messages import say
from bot.texts.times import moment
from index.builds.build import Prepared
from index.builds.report import Report
from index.document import Document
from index.snapshots.snapshot import SnapshotInfo

MOST_LINES = 12
MOST_DOCUMENTS = 60
_WORTH_TELLING = 15


def status(
    live: Edition | None,
    kept: Sequence[SnapshotInfo],
    skipped: Sequence[tuple[str, str]],
    held: bool,
    now: datetime,
    lang: Language,
    collection: str = "",
) -> Card:
    """What is live, which files it lacks and why, and what one could go back to; below the name of the collection.

    Times are told by the clock of `now`.
    """
    head = [collection] if collection else []
    if live is None:
        return note("\n".join([*head, say("status-none", lang)]))
    info = next((info for info in kept if info.id == live.id), None)
    text = say(
        "status",
        lang,
        documents=live.documents,
        passages=live.passages,
        name=name_of(live.id),
        encoder=info.encoder if info else "?",
        created=moment(info.created if info else "", now, lang),
    )
    others = [
        say("status-one", lang, name=f"{collection} {name_of(one.id)}".strip(), created=moment(one.created, now, lang))
        for one in kept
        if one.id != live.id
    ]
    problems = [say("problem", lang, problem=sentence(problem, lang)) for problem in (info.problems if info else ())]
    problems += [say("problem", lang, problem=say("held", lang))] if held else []
    lines = [f"• {path}: {sentence(reason, lang)}" for path, reason in skipped]
    left_out = [say("status-skipped", lang, count=len(skipped)), *_first(lines, MOST_LINES, lang)] if skipped else []
    return note(
        "\n".join([*head, text, *problems, *left_out, *([say("status-kept", lang), *others] if others else [])])
    )


def name_of(snapshot: str) -> str:
    """A snapshot as people call it: by its number, which is also what /rollback takes."""
    return snapshot.partition("-")[0].lstrip("0") or snapshot


def gaps(found: Sequence[Gap], days: int, lang: Language) -> Card:
    """What could not be answered, the most asked first."""
    if not found:
        return note(say("gaps-none", lang, days=days))
    lines = [
        "• "
        + say("gap", lang, count=gap.count, people=gap.people, question=" ".join(gap.question.split())[:200])
        + (say("gap-wanted", lang, count=gap.wanted) if gap.wanted else "")
        for gap in found
    ]
    return note("\n".join([say("gaps", lang, days=days), *lines, "", say("gaps-add", lang)]))


def stats(totals: Totals, days: int, lang: Language) -> Card:
    return note(
        say(
            "stats",
            lang,
            days=days,
            questions=totals.questions,
            people=totals.people,
            answered=totals.answered,
            abstained=totals.abstained,
            liked=totals.liked,
            disliked=totals.disliked,
        )
    )


def documents(books: Sequence[Document], lang: Language) -> Card:
    """The paths that /remove takes."""
    lines = [book.source.path for book in books]
    return note("\n".join([say("remove-which", lang), *_first(lines, MOST_DOCUMENTS, lang)]))


class Pace:
    """How far a reindex is, and how long it may still take: called by the work, looked at by whoever tells."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._begun = 0.0
        self.latest: tuple[str, int, int] | None = None
        """Phase, how much is done, and of how much (0: not known)."""
        self.left: float | None = None
        """Seconds, as far as this phase tells."""

    def __call__(self, phase: str, done: int, total: int) -> None:
        now = self._clock()
        if self.latest is None or self.latest[0] != phase:
            self._begun = now
        self.left = (now - self._begun) / done * (total - done) if done and total else None
        self.latest = phase, done, total


def progress(pace: Pace, lang: Language) -> Card:
    """How far it is; from a quarter of a minute on, how long it may take."""
    phase, done, total = pace.latest or ("read", 0, 0)
    text = say("progress", lang, phase=say(f"phase-{phase}", lang), done=done, total=total or "?")
    if pace.left is not None and pace.left >= _WORTH_TELLING:
        minutes = pace.left >= 90
        left = say("minutes" if minutes else "seconds", lang, count=round(pace.left / 60 if minutes else pace.left))
        text = say("progress-left", lang, progress=text, left=left)
    return note(text)


def report(result: Report, closed: Sequence[str], lang: Language) -> Card:
    """What a reindex changed, what it skipped, and which questions it answers now."""
    if result.differs:
        counts = {name: len(getattr(result, name)) for name in ("added", "changed", "removed")}
        lines = [say("report", lang, name=name_of(result.snapshot), passages=result.passages.total, **counts)]
    else:
        lines = [say("report-same", lang, name=name_of(result.snapshot))]
    lines += _difference(result, lang)
    if closed:
        lines += [say("report-closed", lang), *_first([f"• {question}" for question in closed], MOST_LINES, lang)]
    return note("\n".join(lines))


def waiting(prepared: Prepared, lang: Language) -> str:
    """Why a finished snapshot waits."""
    result = prepared.report
    counts = {name: len(getattr(result, name)) for name in ("added", "changed", "removed")}
    lost = [f"• {lost.question}" for lost in prepared.lost]
    head = say("report-waiting" if lost else "report-ready", lang, lost=len(lost), **counts)
    return "\n".join([head, *_first(lost, MOST_LINES, lang), *_difference(result, lang)])


def _difference(result: Report, lang: Language) -> list[str]:
    lines = [
        say("report-path", lang, mark=mark, path=path)
        for mark, paths in (("+", result.added), ("~", result.changed), ("−", result.removed))
        for path in paths
    ]
    lines += [say("report-skipped", lang, path=path, reason=sentence(reason, lang)) for path, reason in result.skipped]
    lines += [say("report-partial", lang, path=path, reason=sentence(reason, lang)) for path, reason in result.partial]
    lines += [say("problem", lang, problem=sentence(problem, lang)) for problem in result.problems]
    return _first(lines, MOST_LINES, lang)


def _first(lines: Sequence[str], most: int, lang: Language) -> list[str]:
    if len(lines) <= most:
        return list(lines)
    return [*lines[:most], say("report-more", lang, count=len(lines) - most)]
