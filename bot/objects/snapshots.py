"""Snapshots in an object store: uploaded whole, pointed to last, and downloaded whole before they are switched to.

Each upload has a folder of its own, so that two machines that build at the same time never write into each other's.
Its manifest comes last and holds the checksum of every file: what arrives damaged, or in part, is never opened.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from bot.errors import ObjectsError
from bot.objects.cache import COMING, Cache
from bot.objects.door import Objects
from bot.objects.versions import NOTHING, Version, Versions
from index.errors import DISK_FULL, SnapshotError
from index.snapshots import files
from index.snapshots.folder import number_of, snapshots_folder
from index.snapshots.manifest import NAME as MANIFEST
from index.snapshots.manifest import FileRecord, Manifest, load_manifest, parse_manifest
from index.snapshots.snapshot import SnapshotInfo, info_of

FOLDER = "snapshots/"
KEEP = 5


@dataclass(frozen=True, slots=True)
class Live:
    """Which snapshot is to answer everywhere, in which upload; `held`: somebody went back to it."""

    version: Version
    snapshot: str
    upload: str
    held: bool


class SharedSnapshots:
    """The snapshots of one collection. `data`: the data folder of this replica, `cache`: what it keeps there."""

    def __init__(self, objects: Objects, data: Path, cache: Cache | None = None) -> None:
        self._objects = objects
        self._data = data
        self.cache = cache or Cache(data)
        self._live = Versions(objects, "live/")
        self._infos: dict[str, SnapshotInfo] = {}

    def live(self) -> Live | None:
        """What is to answer; None where nothing was published yet."""
        newest = self._live.newest()
        if newest == NOTHING:
            return None
        content = newest.content
        snapshot, upload = str(content.get("snapshot")), str(content.get("upload"))
        if id_of(upload) != snapshot:
            raise ObjectsError("objects-damaged", name=self._objects.name, what=f"live/{newest.number}")
        return Live(newest, snapshot, upload, bool(content.get("held")))

    def point(self, before: Live | None, upload: str, *, held: bool) -> None:
        """Make an upload the one that answers. SnapshotError where another has become that since `before`."""
        version = before.version if before else NOTHING
        if not self._live.add(version, {"snapshot": id_of(upload), "upload": upload, "held": held}):
            raise SnapshotError("overtaken")

    def upload(self, folder: Path, id: str) -> str:
        """Upload a finished snapshot; the name of the upload, for `point`."""
        upload = f"{id}.{uuid4().hex[:8]}"
        for record in load_manifest(folder).files:
            self._objects.put(f"{FOLDER}{upload}/{record.name}", folder / record.name)
        self._objects.put(f"{FOLDER}{upload}/{MANIFEST}", folder / MANIFEST)
        return upload

    def bring(self, upload: str) -> None:
        """Download a snapshot into the data folder, under its id, unless it is there. Only for who holds the lock.

        ObjectsError where it is not as it was written or there is no room for it, SnapshotError where this version
        cannot read it.
        """
        folder = snapshots_folder(self._data) / id_of(upload)
        if folder.is_dir():
            return
        content, manifest = self._manifest(upload)
        folder.parent.mkdir(parents=True, exist_ok=True)
        coming = info_of(manifest).bytes + len(content)
        self.cache.make_room(manifest.id, coming)
        aside = folder.with_name(f"{COMING}{upload}")
        aside.mkdir()
        try:
            for record in manifest.files:
                self._download(upload, record, aside)
            files.put(aside / MANIFEST, content)
            aside.rename(folder)
            files.sync(folder.parent)
        except BaseException as error:
            files.remove(aside)
            if isinstance(error, OSError) and error.errno in DISK_FULL:
                # Others fill it too, and a quota is seen only here.
                raise self.cache.full(manifest.id, coming) from error
            raise

    def uploads(self) -> list[str]:
        """Whole uploads, the newest snapshot first."""
        names = self._objects.names(FOLDER)
        found = [name.split("/")[-2] for name in names if name.endswith(f"/{MANIFEST}")]
        return sorted((one for one in found if id_of(one)), key=lambda one: number_of(id_of(one)), reverse=True)

    def before(self, live: Live) -> str | None:
        """The newest upload of a snapshot before the live one, of those that this version can read."""
        number = number_of(live.snapshot)
        earlier = (upload for upload in self.uploads() if number_of(id_of(upload)) < number)
        return next((upload for upload in earlier if not self._glance(upload).problems), None)

    def kept(self) -> list[SnapshotInfo]:
        """The snapshots that can be gone back to, newest first. One that is damaged carries the reason."""
        infos: dict[str, SnapshotInfo] = {}
        for upload in self.uploads():
            infos.setdefault(id_of(upload), self._glance(upload))
        return list(infos.values())

    def highest(self) -> int:
        """The highest number that any upload has, finished or not; 0 where there is none."""
        ids = (id_of(name[len(FOLDER) :].partition("/")[0]) for name in self._objects.names(FOLDER))
        return max((number_of(id) for id in ids if id), default=0)

    def prune(self, keep: int = KEEP) -> None:
        """Remove all but the newest snapshots, and uploads that were never finished; the live one stays."""
        live = self.live()
        if live is None:
            return
        whole = self.uploads()
        stay = {live.upload, *[one for one in whole if one != live.upload][: keep - 1]}
        for upload, names in _by_upload(self._objects.names(FOLDER)):
            unfinished = upload not in whole and number_of(id_of(upload)) >= number_of(live.snapshot)
            if upload not in stay and not unfinished:
                # Without its manifest it is nothing any more, wherever this ends.
                self._objects.delete(sorted(names, key=lambda name: not name.endswith(f"/{MANIFEST}")))
                self._infos.pop(upload, None)
        self._live.forget()

    def _glance(self, upload: str) -> SnapshotInfo:
        if upload not in self._infos:
            try:
                self._infos[upload] = info_of(self._manifest(upload)[1])
            except SnapshotError as error:
                return SnapshotInfo(id_of(upload), "", 0, 0, "", "", 0, problems=(error.reason,))
        return self._infos[upload]

    def _manifest(self, upload: str) -> tuple[bytes, Manifest]:
        content = self._objects.get(f"{FOLDER}{upload}/{MANIFEST}")
        if content is None:
            raise self._damaged(upload, MANIFEST)
        manifest = parse_manifest(content, id_of(upload))
        if manifest.id != id_of(upload):
            raise self._damaged(upload, MANIFEST)
        return content, manifest

    def _download(self, upload: str, record: FileRecord, folder: Path) -> None:
        path = folder / record.name
        # Whoever may write into the store must not write elsewhere on this machine.
        if not path.resolve().is_relative_to(folder.resolve()):
            raise self._damaged(upload, record.name)
        path.parent.mkdir(parents=True, exist_ok=True)
        file = files.HashedFile(path)
        try:
            for piece in self._objects.pieces(f"{FOLDER}{upload}/{record.name}", record.size):
                file.write(piece)
        except BaseException:
            file.abandon()
            raise
        if file.close() != record.sha256:
            raise self._damaged(upload, record.name)

    def _damaged(self, upload: str, name: str) -> ObjectsError:
        return ObjectsError("objects-damaged", name=self._objects.name, what=f"snapshots/{upload}/{name}")


def id_of(upload: str) -> str:
    """The id of the snapshot in an upload; "" where it is no name of one."""
    id = upload.rpartition(".")[0]
    with suppress(ValueError):
        return id if number_of(id) > 0 and "/" not in id else ""
    return ""


def _by_upload(names: list[str]) -> Iterator[tuple[str, list[str]]]:
    found: dict[str, list[str]] = {}
    for name in names:
        found.setdefault(name[len(FOLDER) :].partition("/")[0], []).append(name)
    yield from ((upload, names) for upload, names in found.items() if id_of(upload))
