"""`verbatim index`: the folder of documents becomes a new snapshot, with a bar on a terminal while it works."""

import time
from dataclasses import asdict
from datetime import UTC, datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from bot.cli.session import Session
from bot.cli.terminal.console import Console
from bot.cli.terminal.table import columns
from bot.errors import ObjectsError, UsageError
from bot.serving.engines import reindex
from index.builds.build import Prepared
from index.builds.report import PassageCounts, Report
from index.errors import BusyError, VerbatimError
from index.snapshots.snapshot import active, held

if TYPE_CHECKING:
    from bot.serving.rooms import Room
    from bot.settings import Settings

PATIENCE = 0.4
"""Seconds before a bar appears: short work needs none, and drawing one costs a tenth of a second."""
HELD_BACK = FAILED = 1


def run(session: Session) -> int:
    """Reindexes; exit 1 where saved questions would lose their answers and nothing says to go on."""
    args, console = session.args, session.console
    if args.folder is not None:
        if args.corpus is not None:
            raise UsageError(console.say("folder-twice"))
        _only_folder(session)
        args.corpus = args.folder
    _add_pages(session, args.add)
    if len(session.rooms) == 1:
        return _run(session.rooms[0], session)
    return max(_alone(room, session) for room in session.rooms)


def _alone(room: "Room", session: Session) -> int:
    """One of several collections: what goes wrong with it keeps no other from being indexed."""
    try:
        return _run(room, session)
    except (VerbatimError, ObjectsError) as error:
        session.console.warn(session.console.say("error", reason=f"{room.name}: {session.console.reason(error)}"))
        return FAILED


def _run(room: "Room", session: Session) -> int:
    """One collection, or the one corpus."""
    args, console = session.args, session.console
    if room.name and not args.json:
        console.print(console.style(room.name, 1))
    begun = time.perf_counter()
    prepared = _reindex(room.settings, console, force=args.force)
    report, lost = prepared.report, [each.question for each in prepared.lost]
    held = bool(lost) and not args.force
    seconds = round(time.perf_counter() - begun, 2)
    _tell_problems(report, lost, console)
    if args.json:
        named = {"collection": room.name} if room.name else {}
        console.json(named | _shape(report, lost, seconds, live=not held))
    elif not held:
        console.print(_summary(report, seconds, console))
    if args.folder is not None and not held:
        _tell_folder(session)
    if held:
        console.warn(console.say("error", reason=console.say("held-back", count=len(lost))))
        return HELD_BACK
    return 0


def _only_folder(session: Session) -> None:
    """UsageError where the settings name several folders: an index of another one would answer nobody."""
    from bot.settings import load

    if session.args.collection is not None or load(data=session.args.data).collections is not None:
        raise UsageError(session.console.say("folder-or-collection"))


def _tell_folder(session: Session) -> None:
    """What it means that the index holds another folder than the settings name."""
    from bot.settings import load

    if load(data=session.args.data).corpus_dir.resolve() != session.args.folder.resolve():
        session.console.warn(session.console.say("other-folder", folder=session.args.folder))


def refresh(session: Session) -> None:
    """Brings the index up to date before a conversation; what cannot be is said, and an older index serves.

    Raises the reason where there is none.
    """
    for room in session.rooms:
        _refresh(room.settings, session.console)


def _refresh(settings: "Settings", console: Console) -> None:
    if held(settings.data_dir):
        console.warn(console.say("held"))
        return
    try:
        prepared = _reindex(settings, console)
    except (VerbatimError, ObjectsError) as error:
        # Asks again what is there: with nothing to serve, the reason is all that can be said.
        try:
            active(settings.data_dir)
        except VerbatimError:
            raise error from None
        key = "still-indexing" if isinstance(error, BusyError) else "not-refreshed"
        console.warn(console.say(key, reason=console.reason(error)))
        return
    lost = [each.question for each in prepared.lost]
    _tell_problems(prepared.report, lost, console)
    if lost:
        console.warn(console.say("held-back", count=len(lost)))


def _reindex(settings: "Settings", console: Console, *, force: bool = False) -> Prepared:
    with Bar(console) as bar:
        return reindex(settings, now=datetime.now(UTC), progress=bar, force=force)


def _add_pages(session: Session, addresses: list[str]) -> None:
    if not addresses:
        return
    from index.documents.web_page import fetch

    for address in addresses:
        settings = session.settings
        path = fetch(address, settings.corpus_dir, now=datetime.now(UTC), hosts=settings.fetch_allow)
        session.console.warn(session.console.say("saved-page", path=path))


def _tell_problems(report: Report, lost: list[str], console: Console) -> None:
    for problem in report.problems:
        console.warn(console.reason(problem))
    for path, reason in report.skipped:
        console.warn(console.say("skipped", path=path, reason=console.reason(reason)))
    for path, reason in report.partial:
        console.warn(console.say("partial", path=path, reason=console.reason(reason)))
    for question in lost:
        console.warn(console.say("lost", question=question))


def _documents(report: Report) -> PassageCounts:
    return PassageCounts(len(report.added), len(report.changed), len(report.removed), len(report.unchanged))


def _summary(report: Report, seconds: float, console: Console) -> str:
    names = ("added", "changed", "removed", "unchanged")
    rows = [["", *(console.say(name) for name in names)]]
    for label, counts in (("label-documents", _documents(report)), ("label-passages", report.passages)):
        rows.append([console.say(label), *(str(getattr(counts, name)) for name in names)])
    ending = console.say("indexed", snapshot=report.snapshot, seconds=f"{seconds:.1f}")
    return f"{columns(rows, console)}\n{ending}"


def _shape(report: Report, lost: list[str], seconds: float, *, live: bool) -> dict[str, Any]:
    documents = _documents(report)
    return {
        "snapshot": report.snapshot,
        "live": live,
        "documents": asdict(documents) | {"total": documents.total},
        "passages": asdict(report.passages) | {"total": report.passages.total, "encoded": report.encoded},
        "added": report.added,
        "changed": report.changed,
        "removed": report.removed,
        "skipped": [{"path": path, "reason": reason} for path, reason in report.skipped],
        "partial": [{"path": path, "reason": reason} for path, reason in report.partial],
        "lost": lost,
        "problems": report.problems,
        "seconds": seconds,
    }


class Bar:
    """Progress on standard error, where that is a terminal and the work takes long enough to wonder about."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._begun = time.monotonic()
        self._bar: Any = None
        self._tasks: dict[str, Any] = {}

    def __enter__(self) -> Self:
        return self

    def __call__(self, phase: str, done: int, total: int) -> None:
        """How far `phase` is; `total` 0 where nobody knows yet."""
        if not self._console.progress or time.monotonic() - self._begun < PATIENCE:
            return
        if self._bar is None:
            self._bar = _rich_bar()
            self._bar.start()
        if phase not in self._tasks:
            self._tasks[phase] = self._bar.add_task(self._console.say(f"phase-{phase}"), total=total or None)
        self._bar.update(self._tasks[phase], completed=done, total=total or None)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()


def _rich_bar() -> Any:
    from rich.console import Console as Terminal
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Terminal(stderr=True),
        transient=True,
    )
