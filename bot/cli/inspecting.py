"""Commands that look at what is indexed: status, show, snapshots; and rollback, which changes what is live."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.cli.session import Session
from bot.cli.terminal.console import Console
from bot.cli.terminal.table import columns, moment, size
from bot.collections.named import MARK
from bot.errors import UsageError
from bot.serving.publishing import publishing_of
from index.builds.inventory import skipped
from index.document import Document
from index.errors import Reason
from index.search.calibration import FILE
from index.snapshots.snapshot import SnapshotInfo, active, held, live

if TYPE_CHECKING:
    from bot.serving.rooms import Room
    from bot.settings import Settings

LISTED = 50
"""Documents that status lists at most; `--json` lists all."""


def status(session: Session) -> int:
    """What is live, how large it is, and what is wrong with it; of each collection."""
    for number, room in enumerate(session.rooms):
        _head(room, number, session)
        _status(room, session)
    return 0


def _head(room: "Room", number: int, session: Session) -> None:
    """The name of a collection, above what is told of it."""
    if room.name and not session.args.json:
        session.console.print(("\n" if number else "") + session.console.style(room.name, 1))


def _status(room: "Room", session: Session) -> None:
    settings, console = room.settings, session.console
    snapshot = active(settings.data_dir)
    info, documents = snapshot.info, snapshot.documents
    left_out = skipped(settings.data_dir, info.id)
    calibration = _calibration(settings, console)
    problems = [*info.problems, *(calibration.problems if calibration else ())]
    if held(settings.data_dir):
        problems.append(console.say("held"))
    if settings.encoder != info.encoder:
        problems.append(console.say("other-encoder", made=info.encoder, set=settings.encoder))
    if session.args.json:
        shown = asdict(info) | {
            "problems": problems,
            "skipped": [{"path": path, "reason": reason} for path, reason in left_out],
            "corpus": str(settings.corpus_dir),
            "data": str(settings.data_dir),
            "data_bytes": _weight(settings.data_dir),
            "sources": [_source(document) for document in documents],
            "calibration": calibration.shape if calibration else None,
        }
        console.json(({"collection": room.name} if room.name else {}) | shown)
        return
    rows = [
        ("snapshot", info.id),
        ("created", moment(info.created)),
        ("documents", str(info.documents)),
        ("passages", str(info.passages)),
        ("encoder", info.encoder),
        ("size", size(_weight(settings.data_dir))),
        ("corpus", str(settings.corpus_dir)),
        ("data", str(settings.data_dir)),
        *((("calibration", calibration.lines),) if calibration else ()),
        *((("skipped", _left_out(left_out, console)),) if left_out else ()),
        ("problems", "\n".join(map(console.reason, problems)) or console.say("none")),
    ]
    console.print(columns([(console.say(f"label-{key}"), value) for key, value in rows], console))
    console.print()
    listed = [documents[place] for place in range(min(len(documents), LISTED))]
    console.print(columns([(document.source.path, document.source.title) for document in listed], console))
    if len(documents) > LISTED:
        console.print(console.say("chat-others", count=len(documents) - LISTED))


def _left_out(files: Sequence[tuple[str, str]], console: Console) -> str:
    """How many files were not read, which, why, and what to do."""
    lines = [f"{path}: {console.reason(reason)}" for path, reason in files[:LISTED]]
    more = [console.say("chat-others", count=len(files) - LISTED)] if len(files) > LISTED else []
    return "\n".join([console.say("left-out", count=len(files)), *lines, *more])


@dataclass(frozen=True, slots=True)
class _CalibrationShown:
    """An operator's promise, as status shows it."""

    shape: dict[str, Any]
    lines: str
    problems: tuple[str, ...]


def _calibration(settings: "Settings", console: Console) -> _CalibrationShown | None:
    """What `verbatim calibrate` left, None where there is nothing; only then are models opened, to compare them."""
    if not (settings.data_dir / FILE).is_file():
        return None
    from bot.cli import calibrating
    from index.search.calibration import load

    stored = load(settings.data_dir)
    if stored is None:
        return _CalibrationShown({}, console.reason(Reason("calibration-models")), (Reason("calibration-models"),))
    problems = calibrating.problems(stored, settings)
    return _CalibrationShown(
        calibrating.shape(stored) | {"used": not problems}, calibrating.lines(stored, console), problems
    )


def show(session: Session) -> int:
    """One document: its source and its sections, or exactly its text."""
    args, console = session.args, session.console
    document = _found(session, args.document)
    if args.text:
        # Nothing is added, not even a newline: offsets refer to exactly this.
        console.print(document.text, end="")
        return 0
    if args.json:
        sections = [{"title": s.title, "start": s.start, "end": s.end} for s in document.sections]
        console.json(_source(document) | {"length": len(document.text), "sections": sections})
        return 0
    source = document.source
    rows = [
        ("id", document.id),
        ("title", source.title),
        ("publisher", source.publisher),
        ("published", source.published),
        ("lang", source.lang),
        ("url", source.url),
        ("translation", source.translation_of),
        ("rights", source.rights),
        ("length", console.say("characters", count=len(document.text))),
        ("sections", str(len(document.sections))),
    ]
    console.print(columns([(console.say(f"label-{key}"), value) for key, value in rows if value], console))
    console.print()
    for section in document.sections:
        console.print(f"{section.start:>8}–{section.end:<8} {section.title}")
    return 0


def _found(session: Session, name: str) -> Document:
    """The document of that path or id; UsageError where there is none, or one of that path in two collections."""
    found = []
    for room in session.rooms:
        snapshot = active(room.settings.data_dir)
        prefix = f"{room.name}{MARK}" if room.name else ""
        one = next((d for d in snapshot.documents if name in (f"{prefix}{d.id}", d.source.path)), None)
        found += [one] if one else []
    if len(found) > 1:
        names = ", ".join(room.name for room in session.rooms)
        raise UsageError(session.console.say("which-collection", names=names))
    if not found:
        raise UsageError(session.console.say("no-document", name=name))
    return found[0]


def snapshots(session: Session) -> int:
    """The kept snapshots of each collection, newest first, and which of them is live."""
    for number, room in enumerate(session.rooms):
        _head(room, number, session)
        _snapshots(room, session)
    return 0


def _snapshots(room: "Room", session: Session) -> None:
    console, data = session.console, room.settings.data_dir
    found, current = publishing_of(room.settings).kept(), live(data)
    if session.args.json:
        named = {"collection": room.name} if room.name else {}
        for info in found:
            console.json(named | asdict(info) | {"live": info.id == current})
        return
    rows = []
    for info in found:
        mark = console.style("* " + console.say("live"), 32) if info.id == current else ""
        counts = console.say("chat-size", documents=info.documents, passages=info.passages)
        sound = (moment(info.created), counts, size(info.bytes), mark)
        rows.append(
            (info.id, *(("", "", "", "\n".join(map(console.reason, info.problems))) if info.problems else sound))
        )
    console.print(columns(rows, console) if rows else console.say("none"))


def rollback(session: Session) -> int:
    """Makes an earlier snapshot live."""
    console = session.console
    info: SnapshotInfo = publishing_of(session.settings).rollback(session.args.id, datetime.now(UTC))
    if session.args.json:
        console.json(asdict(info))
    else:
        console.print(console.say("rolled-back", snapshot=info.id, created=moment(info.created)))
    return 0


def _source(document: Document) -> dict[str, Any]:
    return {"id": document.id, **asdict(document.source)}


def _weight(folder: Path) -> int:
    """Bytes of all files in the folder, as far as they can be seen."""
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.lstat().st_size if path.is_file() else 0
        except OSError:  # gone, or not ours to see
            continue
    return total
