"""The corpus folder and its snapshots, as an admin handles them from a chat. Everything here blocks.

A file that is removed is kept in another folder, never deleted, and an upload takes its place in one rename: an admin
who made a mistake finds everything again.
"""

import os
import shutil
import unicodedata
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.cards.answerer import Answerer
from bot.collections.named import collection_of
from bot.errors import AdminError
from bot.journal import Journal
from bot.objects.publishing import OnThisDisk, Publishing
from index.builds import build
from index.builds.build import Prepared
from index.builds.checks import SavedQuestion, saved_questions
from index.builds.inventory import Entry, FileStatus, inventory, skipped
from index.builds.pipeline import Progress
from index.builds.report import Report
from index.documents.readers import SUFFIXES
from index.search.calibration import load
from index.snapshots import snapshot
from index.snapshots.snapshot import SnapshotInfo

REMOVED = "removed"
"""Folder in the data folder for documents that were taken out of the corpus or replaced."""
LONGEST_NAME = 180
NOT_INDEXED = (FileStatus.NEW, FileStatus.CHANGED, FileStatus.REMOVED)


Prepare = Callable[[datetime, Progress, Sequence[SavedQuestion]], Prepared]


@dataclass(frozen=True, slots=True)
class Engines:
    """What only the wiring knows: how an index is opened, and how a new snapshot is prepared."""

    open: Callable[[], Answerer]
    outdated: Callable[[], bool]
    prepare: Prepare
    publishing: Publishing | None = None
    """Where a new snapshot goes live; None: on this disk."""


class Keeper:
    """One corpus folder with its data folder. One admin action at a time is the caller's affair."""

    def __init__(
        self,
        corpus: Path,
        data: Path,
        journal: Journal,
        engines: Engines,
        now: Callable[[], datetime] | None = None,
        collection: str = "",
    ) -> None:
        self._corpus = corpus
        self._data = data
        self._journal = journal
        self._engines = engines
        self._collection = collection
        self.publishing = engines.publishing or OnThisDisk(data)
        self._now = now or (lambda: datetime.now(UTC))
        self._promise = self._kept_promise()

    def open(self) -> Answerer:
        """The live index."""
        # Before it is read: what comes meanwhile is seen at the next look.
        self._promise = self._kept_promise()
        return self._engines.open()

    def recalibrated(self) -> bool:
        """Whether `verbatim calibrate` has found other thresholds since the index was opened."""
        return self._kept_promise() != self._promise

    def _kept_promise(self) -> str:
        calibration = load(self._data)
        return calibration.created if calibration else ""

    def live(self) -> str | None:
        """Id of the live snapshot: a look at one small file, or at the object store."""
        return self.publishing.live()

    def catch_up(self) -> None:
        """After `live`: the documents, too, are those of the others. ObjectsError where the store is away."""
        self.publishing.catch_up()

    def verify(self) -> None:
        """Reads the live snapshot whole. SnapshotError where it is damaged; `open` then gives the one before."""
        snapshot.verify(self._data)

    def prepare(self, progress: Progress, admins: Collection[str] = ()) -> Prepared:
        """A new snapshot beside the live one, with the saved and the confirmed questions that would be lost.

        `admins`, as "channel:id", confirm an answer alone.
        """
        return self._engines.prepare(self._now(), progress, self._confirmed(admins))

    def questions(self, admins: Collection[str] = ()) -> Sequence[SavedQuestion]:
        """The questions whose answers a reindex must not lose: those of the corpus folder, and confirmed ones."""
        return (*saved_questions(self._corpus)[0], *self._confirmed(admins))

    def _confirmed(self, admins: Collection[str]) -> tuple[SavedQuestion, ...]:
        found = self._journal.feedback.confirmed(admins)
        # What another collection answered, this one cannot lose.
        own = [confirmed for confirmed in found if collection_of(confirmed.document) == self._collection]
        return tuple(SavedQuestion(confirmed.question, quote=confirmed.quote) for confirmed in own)

    def free(self) -> int:
        """Bytes left on the disk of the data folder."""
        there = next(folder for folder in (self._data, *self._data.absolute().parents) if folder.exists())
        return shutil.disk_usage(there).free

    def activate(self, prepared: Prepared) -> Report:
        return self.publishing.activate(prepared)

    def discard(self, prepared: Prepared) -> None:
        build.discard(prepared)

    def rollback(self, id: str | None = None) -> SnapshotInfo:
        return self.publishing.rollback(id, self._now())

    def held(self) -> bool:
        """Whether somebody went back to the live snapshot, and nobody has reindexed since."""
        return snapshot.held(self._data)

    def outdated(self) -> bool:
        """Whether the live snapshot was made by other code than this: read, cut or encoded as it no longer is."""
        return self._engines.outdated()

    def kept(self) -> Sequence[SnapshotInfo]:
        """The snapshots that one can go back to, newest first."""
        return self.publishing.kept()

    def check(self, name: str, size: int, most: int) -> str:
        """The name under which a document may be stored. AdminError where its type, size or name forbids it."""
        clean = unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2]).strip().lstrip(".~$")
        suffix = Path(clean).suffix.lower()
        if suffix not in SUFFIXES:
            raise AdminError("wrong-type", name=clean or name, types=", ".join(sorted(SUFFIXES)))
        if size > most:
            raise AdminError("too-large", name=clean, limit=most >> 20)
        if not size:
            raise AdminError("empty-file", name=clean)
        if not clean.removesuffix(suffix) or len(clean.encode()) > LONGEST_NAME or any(ord(c) < 32 for c in clean):
            raise AdminError("wrong-name", name=clean or name)
        return clean

    def inventory(self) -> Sequence[Entry]:
        """Every file of the folder and of the live snapshot."""
        return inventory(self._corpus, self._data)

    def behind(self) -> bool:
        """Whether a file is new, changed or gone since the live snapshot was made. Files are not opened."""
        return any(entry.state in NOT_INDEXED for entry in self.inventory())

    def skipped(self, snapshot: str) -> Sequence[tuple[str, str]]:
        """The files that gave no document to a snapshot: path and reason."""
        return skipped(self._data, snapshot)

    def has(self, name: str) -> bool:
        return (self._corpus / name).exists()

    def put(self, name: str, content: bytes) -> None:
        """Stores a document in one rename; of one that had the name, a copy is kept first.

        ObjectsError where other replicas cannot be given it now: then the next reindex does it."""
        path = self._inside(name)
        partial = path.with_name(f".{path.name}.part")
        with _in_words(self._corpus):
            try:
                with partial.open("wb") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
                if path.exists():
                    self._keep_copy(path)
                partial.replace(path)
            finally:
                partial.unlink(missing_ok=True)
        self.publishing.share()

    def remove(self, name: str) -> None:
        """Moves a document out of the corpus folder. AdminError where there is none of that path."""
        path = self._inside(name)
        if not path.is_file():
            raise AdminError("no-document", name=name)
        with _in_words(self._corpus):
            self._keep_copy(path)
            path.unlink()
        self.publishing.share()

    def _keep_copy(self, path: Path) -> None:
        stamp = self._now().strftime("%Y%m%d-%H%M%S")
        folder = self._data / REMOVED
        folder.mkdir(parents=True, exist_ok=True)
        target = folder / f"{stamp}-{path.name}"
        number = 1
        while target.exists():
            number += 1
            target = folder / f"{stamp}-{number}-{path.name}"
        # Data and corpus may lie on different disks, so it is no rename.
        target.write_bytes(path.read_bytes())

    def _inside(self, name: str) -> Path:
        root = self._corpus.resolve()
        path = (root / name).resolve()
        if not path.is_relative_to(root) or path == root:
            raise AdminError("not-inside", name=name)
        return path


@contextmanager
def _in_words(corpus: Path) -> Iterator[None]:
    """A folder that cannot be written, or a disk that is full, as an error for an admin."""
    try:
        yield
    except OSError as error:
        raise AdminError("not-written", folder=corpus.name, reason=error.strerror or str(error)) from error
