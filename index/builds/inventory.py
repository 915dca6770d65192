"""The corpus folder beside the snapshot that is live: what is indexed, skipped and why, or changed since."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

import numpy as np

from index.documents.changed_files import FileState, load
from index.documents.corpus import scan
from index.documents.readers.building.assemble import document_id
from index.errors import CorpusError
from index.snapshots.folder import live_id, snapshots_folder
from index.snapshots.snapshot import FILES, ROWS


class FileStatus(StrEnum):
    """How a file stands to the live snapshot."""

    INDEXED = "indexed"
    SKIPPED = "skipped"
    """It gave no document."""
    NEW = "new"
    CHANGED = "changed"
    REMOVED = "removed"
    """It is indexed, and no longer in the folder."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of the corpus."""

    path: str
    state: FileStatus
    size: int
    modified: int
    """Nanoseconds since the epoch."""
    passages: int = 0
    reason: str = ""
    """Why it was skipped, or read only in part."""

    @property
    def document(self) -> str:
        """The id of the document that it gives."""
        return document_id(self.path)


def inventory(corpus: Path, data: Path) -> list[Entry]:
    """Every file of the folder and of the live snapshot, in the order of their paths.

    A file counts as changed by its size and time; it is not opened. A folder that cannot be read holds nothing.
    """
    entries = {entry.path: entry for entry in _indexed(data)}
    now: dict[str, Entry] = {}
    try:
        for file in scan(corpus):
            was = entries.get(file.relative)
            fresh = Entry(file.relative, FileStatus.NEW, file.size, file.modified, reason=file.problem)
            if was is None:
                now[file.relative] = replace(fresh, state=FileStatus.SKIPPED) if file.problem else fresh
            elif (was.size, was.modified) == (file.size, file.modified) or file.problem:
                now[file.relative] = was
            else:
                now[file.relative] = replace(fresh, state=FileStatus.CHANGED, passages=was.passages)
    except CorpusError:
        now = {}
    gone = {path: replace(entry, state=FileStatus.REMOVED) for path, entry in entries.items() if path not in now}
    return sorted((now | gone).values(), key=lambda entry: entry.path)


def skipped(data: Path, snapshot: str) -> list[tuple[str, str]]:
    """The files that gave no document to a snapshot, or not all that stands in them: path and reason."""
    try:
        states = load(snapshots_folder(data) / snapshot / FILES)
    except (OSError, ValueError):
        return []
    return [(state.path, state.reason or state.missing) for state in states if state.reason or state.missing]


def _indexed(data: Path) -> Sequence[Entry]:
    """The files of the live snapshot; none where there is none, or it cannot be read."""
    live = live_id(data)
    if live is None:
        return ()
    folder = snapshots_folder(data) / live
    try:
        states = load(folder / FILES)
        rows = np.load(folder / ROWS, mmap_mode="r")
    except (OSError, ValueError):
        return ()
    documents = sum(not state.reason for state in states)
    counts = iter(np.bincount(rows["document"], minlength=documents).tolist())
    return [_entry(state, 0 if state.reason else next(counts)) for state in states]


def _entry(state: FileState, passages: int) -> Entry:
    kind = FileStatus.SKIPPED if state.reason else FileStatus.INDEXED
    return Entry(state.path, kind, state.size, state.modified, passages, state.reason or state.missing)
