"""What is in the corpus folder now, compared with what an earlier snapshot was made from.

A file whose size and time are those remembered is not opened again; one whose content is the same is not read
again. A file that changes while it is read is read once more, and in the end reported.
"""

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from index.document import Document
from index.documents.corpus import CorpusFile, scan
from index.documents.readers import contents
from index.documents.sandbox import Sandbox
from index.documents.translations import Translations
from index.errors import ReaderError, Reason, restored, stored

_ATTEMPTS = 3
_COARSE = 2_000_000_000
"""Nanoseconds: two changes closer than this may carry the same time on some disks."""


@dataclass(frozen=True, slots=True)
class FileState:
    """A file as it was when it was indexed, or could not be."""

    path: str
    size: int
    modified: int
    digest: str
    reason: str = ""
    """Why it gave no document, "" where it gave one."""
    missing: str = ""
    """What of it is not in its document, "" where all of it is."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A file as it is now: with its document, or with the position of the earlier one that still holds."""

    state: FileState
    earlier: int = -1
    document: Document | None = None


def dump(states: list[FileState]) -> bytes:
    """File states as a snapshot keeps them."""
    rows = [[one.path, one.size, one.modified, one.digest, stored(one.reason), stored(one.missing)] for one in states]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode()


def load(path: Path) -> list[FileState]:
    """File states of a snapshot, in corpus order."""
    rows = json.loads(path.read_bytes())
    return [FileState(*row[:4], *map(restored, row[4:])) for row in rows]


def corpus_digest(states: list[FileState]) -> str:
    """One digest over which files there are, what stands in them, and which of them gave documents."""
    total = sha256()
    for one in states:
        total.update(f"{one.path}\0{one.digest}\0{one.reason}\n".encode("utf-8", "surrogatepass"))
    return total.hexdigest()


class Earlier:
    """What an earlier snapshot remembers of its files."""

    def __init__(self, states: list[FileState], made: datetime) -> None:
        self._known: dict[str, tuple[FileState, int]] = {}
        self._translations = Translations(one.path for one in states)
        position = 0
        for one in states:
            self._known[one.path] = (one, -1 if one.reason else position)
            position += not one.reason
        self._trusted = int(made.timestamp() * 1e9) - _COARSE

    def holds(self, file: CorpusFile, translations: Translations) -> Seen | None:
        """The earlier state of a file, where it was read, or refused for what stands in it, and has not changed: nor
        has the file that it translates by its path, among those of today's `translations`."""
        state, position = self._known.get(file.relative, (None, -1))
        if state is None or not state.digest or state.size != file.size:
            return None
        if self._translations.original(file.relative) != translations.original(file.relative):
            return None
        # A time close to that of the build, or after it, may hide a second change: then the content decides.
        if state.modified == file.modified and file.modified < self._trusted:
            return Seen(state, position)
        if _digest(file.path) != state.digest:
            return None
        return Seen(replace(state, modified=file.modified), position)


def files_of(folder: Path, excluded: Path) -> list[CorpusFile]:
    """The files of the corpus folder, in its order.

    What is in the folder `excluded`, our own data, is no document even where that lies within the corpus.
    """
    ours = f"{excluded.resolve()}{os.sep}"
    return [file for file in scan(folder) if not file.where.startswith(ours)]


def survey(files: Sequence[CorpusFile], earlier: Earlier | None) -> Iterator[Seen]:
    """Every one of the files that `files_of` gives; read where it is new or changed."""
    translations = Translations(file.relative for file in files)
    with Sandbox() as sandbox:
        for file in files:
            if file.problem:
                yield _refused(file, file.problem)
                continue
            seen = earlier.holds(file, translations) if earlier else None
            yield seen or _paired(_read(file, sandbox), translations)


def _paired(seen: Seen, translations: Translations) -> Seen:
    """`seen` with the document that it translates by its path, where it does not name one itself."""
    document = seen.document
    original = translations.original(seen.state.path)
    if document is None or original is None or document.source.translation_of:
        return seen
    return replace(seen, document=replace(document, source=replace(document.source, translation_of=original)))


def _read(file: CorpusFile, sandbox: Sandbox) -> Seen:
    for _ in range(_ATTEMPTS):
        try:
            data = contents(file.path)
        except ReaderError as error:
            return _refused(file, error.reason)
        before = sha256(data).hexdigest()
        try:
            document = sandbox.read_bytes(data, file.relative)
        except ReaderError as error:
            return _refused(file, error.reason, before)
        if _digest(file.path) == before:
            state = FileState(file.relative, file.size, file.modified, before, missing=document.missing)
            return Seen(state, document=document)
    return _refused(file, Reason("file-keeps-changing"))


def _digest(path: Path) -> str:
    """SHA-256 of a file, "" while it cannot be read: the reader then says why."""
    try:
        return sha256(contents(path)).hexdigest()
    except ReaderError:
        return ""


def _refused(file: CorpusFile, reason: str, content: str = "") -> Seen:
    return Seen(FileState(file.relative, file.size, file.modified, content, reason))
