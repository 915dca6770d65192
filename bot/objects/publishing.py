"""Where a new snapshot goes live: on this disk alone, or on every replica that shares an object store."""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from bot.errors import ObjectsError
from bot.objects.cache import Cache
from bot.objects.calibration import SharedCalibration
from bot.objects.documents import SharedDocuments
from bot.objects.snapshots import Live, SharedSnapshots, id_of
from index.builds import build
from index.builds.build import Prepared
from index.builds.report import Report
from index.errors import BusyError, SnapshotError
from index.search.calibration import Calibration, save
from index.snapshots import snapshot
from index.snapshots.disk_errors import in_words
from index.snapshots.folder import (
    count_from,
    hold_live,
    is_held,
    live_id,
    make_live,
    number_of,
    release_live,
    snapshots_folder,
)
from index.snapshots.lock import hold
from index.snapshots.snapshot import SnapshotInfo

log = logging.getLogger(__name__)


class Fence(Protocol):
    """A turn at the reindex, as `bot.journal.turns` gives it."""

    def check(self) -> None:
        """Raises where somebody else's turn has begun since."""

    def tell(self, what: str) -> None:
        """Tells all replicas. Some may not hear it."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The snapshot that is to answer everywhere; `since` when this process knows, by its monotonic clock."""

    snapshot: str
    since: float


class Publishing(Protocol):
    """What becomes of documents and snapshots of one collection. Everything here blocks."""

    @property
    def shared(self) -> bool:
        """Whether replicas share them."""

    @property
    def wanted(self) -> Wanted | None:
        """As the last look found it; None before the first."""

    def cached(self) -> int:
        """Bytes that snapshots take on this disk."""

    def empty(self) -> bool:
        """Whether nothing was made live yet."""

    @property
    def news(self) -> str:
        """What replicas tell each other when another snapshot is to answer; "" where none do."""

    def live(self) -> str | None:
        """Id of the snapshot that is to answer, which is on this disk when this returns. None where there is none."""

    def catch_up(self) -> None:
        """After `live`: have what `verbatim calibrate` found elsewhere, and the documents, too, of a snapshot that
        another machine made. To be called again where it raised."""

    def preparing(self) -> AbstractContextManager[None]:
        """Around a build: begins with the newest documents and snapshot. BusyError while another machine is at it."""

    def activate(self, prepared: Prepared) -> Report:
        """Make a prepared snapshot live. SnapshotError where it has been overtaken."""

    def rollback(self, id: str | None, now: datetime) -> SnapshotInfo:
        """Make an earlier snapshot live: that of `id`, or the one before the live one."""

    def kept(self) -> Sequence[SnapshotInfo]:
        """The snapshots that can be gone back to, newest first."""

    def share(self) -> None:
        """The folder of documents was changed here."""

    def promise(self, calibration: Calibration) -> None:
        """Answers keep this promise from now on."""


class OnThisDisk:
    """One machine: its data folder is all there is."""

    shared, wanted, news = False, None, ""

    def __init__(self, data: Path) -> None:
        self._data = data

    def cached(self) -> int:
        return Cache(self._data).bytes()

    def empty(self) -> bool:
        return self.live() is None

    def live(self) -> str | None:
        return snapshot.live(self._data)

    def catch_up(self) -> None:
        """The folder is the only one."""

    def preparing(self) -> AbstractContextManager[None]:
        return nullcontext()

    def activate(self, prepared: Prepared) -> Report:
        report = build.activate(prepared)
        build.drop_unkept(prepared)
        return report

    def rollback(self, id: str | None, now: datetime) -> SnapshotInfo:
        return snapshot.rollback(self._data, id, now=now)

    def kept(self) -> Sequence[SnapshotInfo]:
        return snapshot.kept(self._data)

    def share(self) -> None:
        """Nobody else reads it."""

    def promise(self, calibration: Calibration) -> None:
        save(self._data, calibration)


class InObjectStore:
    """Replicas: what counts is in the store, and this disk keeps what it serves of it."""

    shared = True

    def __init__(
        self,
        data: Path,
        documents: SharedDocuments,
        snapshots: SharedSnapshots,
        calibration: SharedCalibration,
        turn: Callable[[], AbstractContextManager[Fence | None]],
        news: str,
    ) -> None:
        """`turn`: one replica at a time is within it; where nothing can promise that, it gives None."""
        self.news = news
        self.wanted: Wanted | None = None
        self._behind = False
        """Whether a snapshot came from another machine, and its documents did not yet."""
        self._data = data
        self._documents = documents
        self._snapshots = snapshots
        self._calibration = calibration
        self._turn = turn

    def cached(self) -> int:
        return self._snapshots.cache.bytes()

    def empty(self) -> bool:
        return self._snapshots.live() is None

    def live(self) -> str | None:
        remote = self._snapshots.live()
        if remote is not None and (self.wanted is None or self.wanted.snapshot != remote.snapshot):
            self.wanted = Wanted(remote.snapshot, time.monotonic())
        # Where a build in this data folder is under way, the next look finds it done.
        with suppress(BusyError):
            if remote is not None and self._take_or_begin(remote):
                self._behind = True
        return live_id(self._data)

    def catch_up(self) -> None:
        if self._behind:
            self._documents.meet()
            self._behind = False
        self._calibration.meet()

    @contextmanager
    def preparing(self) -> Iterator[None]:
        with self._turn():
            self._documents.meet()
            remote = self._snapshots.live()
            if remote is not None:
                self._take(remote)
            with in_words(self._data), hold(self._data):
                count_from(self._data, self._snapshots.highest())
            yield

    def activate(self, prepared: Prepared) -> Report:
        with self._turn() as turn:
            remote = self._snapshots.live()
            if remote is not None and remote.snapshot != prepared.base:
                raise SnapshotError("overtaken")
            if prepared.folder is not None:
                upload = self._snapshots.upload(prepared.folder, prepared.report.snapshot)
            else:
                upload = remote.upload if remote else self._upload_live(prepared)
            if remote is None or remote.held or upload != remote.upload:
                self._point(remote, upload, turn, held=False)
            report = build.activate(prepared)
        self._tidy(prepared)
        return report

    def rollback(self, id: str | None, now: datetime) -> SnapshotInfo:
        with self._turn() as turn:
            remote = self._snapshots.live()
            upload = self._earlier(remote) if id is None else _named(self._snapshots.uploads(), id)
            chosen = id_of(upload)
            with in_words(self._data), hold(self._data, now):
                self._snapshots.bring(upload)
            self._point(remote, upload, turn, held=True)
            return snapshot.rollback(self._data, chosen, now=now)

    def kept(self) -> Sequence[SnapshotInfo]:
        try:
            return self._snapshots.kept() or snapshot.kept(self._data)
        except ObjectsError as error:
            log.warning("Only the snapshots of this machine are known: %s", error)
            return snapshot.kept(self._data)

    def share(self) -> None:
        self._documents.meet()

    def promise(self, calibration: Calibration) -> None:
        self._calibration.share(calibration)
        save(self._data, calibration)

    def _point(self, before: Live | None, upload: str, turn: Fence | None, *, held: bool) -> None:
        if turn is not None:
            # Whoever lost its turn while it uploaded hears of it here. After this line the store decides.
            turn.check()
        self._snapshots.point(before, upload, held=held)
        if turn is not None:
            turn.tell(self.news)

    def _earlier(self, live: Live | None) -> str:
        upload = self._snapshots.before(live) if live is not None else None
        if upload is None:
            raise SnapshotError("no-earlier-snapshot")
        return upload

    def _upload_live(self, prepared: Prepared) -> str:
        """The index of this disk, which nobody else has."""
        if prepared.base is None:
            raise SnapshotError("overtaken")
        return self._snapshots.upload(snapshots_folder(self._data) / prepared.base, prepared.base)

    def _take_or_begin(self, remote: Live) -> bool:
        """`_take`; where this version cannot read what is to answer and there is nothing here, an earlier snapshot."""
        try:
            return self._take(remote)
        except SnapshotError as error:
            if live_id(self._data) is not None or (earlier := self._snapshots.before(remote)) is None:
                raise
            log.warning("An earlier snapshot answers: %s", error)
        with in_words(self._data), hold(self._data):
            self._snapshots.bring(earlier)
            make_live(self._data, id_of(earlier))
        return True

    def _take(self, remote: Live) -> bool:
        """Have on this disk what is to answer; whether that is another snapshot than before."""
        if live_id(self._data) == remote.snapshot and is_held(self._data) == remote.held:
            return False
        before = live_id(self._data)
        with in_words(self._data), hold(self._data):
            self._snapshots.bring(remote.upload)
            make_live(self._data, remote.snapshot)
            if remote.held:
                hold_live(self._data, remote.snapshot)
            else:
                release_live(self._data)
            self._snapshots.cache.prune()
        return before != remote.snapshot

    def _tidy(self, prepared: Prepared) -> None:
        cache = self._snapshots.cache
        if cache.bounded:
            with suppress(BusyError), in_words(self._data), hold(self._data):
                cache.prune()
        try:
            self._snapshots.prune()
            # Other replicas answer from what is kept there, whatever this disk keeps.
            build.drop_unkept(prepared, set(map(id_of, self._snapshots.uploads())))
        except ObjectsError as error:
            log.warning("Old snapshots stay in the object store: %s", error)


def _named(uploads: Sequence[str], id: str) -> str:
    """The first of these uploads that holds the snapshot `id`, or of that number. SnapshotError where none does."""
    named = [one for one in uploads if id_of(one) == id or (id.isdecimal() and number_of(id_of(one)) == int(id))]
    if not named:
        raise SnapshotError("snapshot-unknown", id=repr(id))
    return named[0]
