"""One finished index on disk: opened, checked, and never changed.

A snapshot is a folder of files that a manifest lists with their checksums. Documents, passages and token vectors are
read in place; vectors are loaded into the store that the settings name. What was damaged since it was written is
noticed before it can become a wrong answer.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.document import Document
from index.encoders.protocol import Encoder, TokenVectors
from index.errors import EncoderError, Reason, SnapshotError
from index.snapshots import stamp
from index.snapshots.columns import Column, mapped_array
from index.snapshots.disk_errors import in_words
from index.snapshots.files import damaged
from index.snapshots.folder import (
    by_preference,
    hold_live,
    is_held,
    live_id,
    make_live,
    number_of,
    snapshot_ids,
    snapshots_folder,
)
from index.snapshots.lock import hold
from index.snapshots.manifest import NAME as MANIFEST
from index.snapshots.manifest import Manifest, check_files, load_manifest
from index.snapshots.records import ID, ROW, Documents, Passages
from index.snapshots.term_index import TermIndex, unpack_terms
from index.snapshots.token_vectors import unpack_each, unpack_pieces
from index.snapshots.vectors import Told, VectorStore, VectorStores, silent, stores_named
from index.text.passages import heading_text
from index.text.terms import Pieces

COLUMNS = ("documents", "sections", "sentences", "terms", "tokens")
ROWS, VECTORS, IDS, FILES, TERMS = "rows.npy", "vectors.npy", "ids.npy", "files.json", "lexical"
_TOKENS = "tokens.bin"
_READ_WHOLE = 128 << 20
"""Token vectors up to this size are summed when a snapshot is opened; larger ones record by record, when read."""


@dataclass(frozen=True, slots=True)
class SnapshotInfo:
    """A snapshot at a glance."""

    id: str
    created: str
    documents: int
    passages: int
    encoder: str
    fingerprint: str
    format: int
    bytes: int = 0
    """Size on disk."""
    problems: tuple[str, ...] = ()
    """Why this snapshot serves and not another one, in sentences."""


class Snapshot:
    """An opened snapshot. Safe to read from threads."""

    def __init__(
        self, folder: Path, manifest: Manifest, store: str | VectorStores, problems: tuple[str, ...] = ()
    ) -> None:
        self.folder = folder
        self.manifest = manifest
        columns = {name: Column(folder / f"{name}.bin") for name in COLUMNS}
        self.columns = columns
        self.rows = mapped_array(folder / ROWS, ROW, (manifest.passages,))
        self.vectors = mapped_array(folder / VECTORS, np.dtype("<f2"), (manifest.passages, manifest.dimensions))
        self.ids = mapped_array(folder / IDS, ID, (manifest.documents,))
        self.documents = Documents(columns["documents"], self.ids)
        self.passages = Passages(self.rows, columns["sections"], columns["sentences"])
        self.lexical = TermIndex(folder / TERMS)
        self._agree()
        self._stores = stores_named(store)
        self._store: VectorStore | None = None
        self.info = info_of(manifest, problems)

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        store: str | VectorStores = "faiss",
        verify: bool = False,
        problems: tuple[str, ...] = (),
    ) -> "Snapshot":
        """Check and open a snapshot folder.

        Checksums are compared unless nothing was written to since they last were; token vectors beyond some hundred
        megabytes are checked when they are read. `verify` asks for all of it now. SnapshotError says what is wrong.
        """
        manifest = load_manifest(folder)
        _check(folder, manifest, verify)
        try:
            return cls(folder, manifest, store, problems)
        except (OSError, ValueError) as error:
            raise SnapshotError("snapshot-unopened", id=folder.name, reason=error) from error

    @property
    def store(self) -> VectorStore:
        """The pooled vectors under their passages' positions, loaded when they are first needed."""
        return self.load() if self._store is None else self._store

    def load(self, told: Told = silent) -> VectorStore:
        """`store`, now; `told` hears how far it is where that takes long. VectorsError where a database refuses."""
        digest = next(record.sha256 for record in self.manifest.files if record.name == VECTORS)
        self._store = self._stores.of(self.manifest.id, self.vectors, digest, told)
        return self._store

    def keep_ready(self, told: Told = silent) -> None:
        """Where vectors are kept outside of this process, see to it that those of this snapshot are there."""
        if self._stores.lasting:
            self.load(told)

    def _agree(self) -> None:
        """The parts are of one size: what the manifest counts is what there is."""
        counts = {name: len(column) for name, column in self.columns.items()} | {"lexical": len(self.lexical)}
        wrong = [
            name
            for name, count in counts.items()
            if count != (self.manifest.documents if name == "documents" else self.manifest.passages)
        ]
        if wrong:
            raise SnapshotError("snapshot-disagrees", id=self.folder.name, parts=", ".join(wrong))

    def require(self, encoder: Encoder) -> None:
        """EncoderError unless this is the encoder that the snapshot was made with."""
        if encoder.fingerprint != self.manifest.fingerprint:
            made = self.manifest.encoder
            code = "encoder-version" if encoder.name == made else "encoder-other"
            raise EncoderError(code, made=made, set=encoder.name)

    def token_vectors(self, passage: int) -> TokenVectors:
        """Stored token vectors of one passage; spans are offsets into its `text`. For an encoder that stores them."""
        return self.token_vectors_of([passage])[0]

    def token_vectors_of(self, passages: Sequence[int]) -> list[TokenVectors]:
        """Those of several passages at once."""
        return unpack_each([self._tokens(passage) for passage in passages], self.manifest.token_dimensions)

    def pieces(self, passage: int) -> Pieces:
        """Numbers of the pieces of one passage's `text`. For an encoder that stores no token vectors."""
        return unpack_pieces(self._tokens(passage))

    def _tokens(self, passage: int) -> bytes:
        record = self.columns["tokens"][passage]
        if zlib.crc32(record) != self.rows["crc"][passage]:
            raise damaged(self.folder / _TOKENS, "checksum-of-record")
        return record

    def vector(self, passage: int) -> NDArray[np.float32]:
        """The pooled vector of one passage."""
        vector: NDArray[np.float32] = self.vectors[passage].astype(np.float32)
        return vector

    def text(self, passage: int) -> tuple[str, int]:
        """What was encoded for a passage, and the offset in it at which the passage's own text begins."""
        placed = self.passages[passage]
        return heading_text(self.documents[placed.document], placed)

    def terms(self, passage: int) -> list[str]:
        """The terms of one passage, as BM25 knows them."""
        return unpack_terms(self.columns["terms"][passage].decode("utf-8", "replace"))

    def document(self, id: str) -> Document | None:
        """The document of that id, or None."""
        return self.documents.by_id(id)


def _check(folder: Path, manifest: Manifest, verify: bool) -> None:
    names = [MANIFEST, *(record.name for record in manifest.files)]
    try:
        seen = stamp.look(folder, names)
    except OSError:
        # `check_files` says what is missing.
        seen = ""
    if seen and not verify and stamp.stamped(folder, seen):
        return
    large = {record.name for record in manifest.files if record.name == _TOKENS and record.size > _READ_WHOLE}
    try:
        check_files(folder, manifest, trust=frozenset() if verify else frozenset(large))
    except SnapshotError:
        stamp.forget(folder)
        raise
    stamp.put(folder, seen)


def info_of(manifest: Manifest, problems: tuple[str, ...] = ()) -> SnapshotInfo:
    """What a manifest says, at a glance."""
    return SnapshotInfo(
        id=manifest.id,
        created=manifest.created,
        documents=manifest.documents,
        passages=manifest.passages,
        encoder=manifest.encoder,
        fingerprint=manifest.fingerprint,
        format=manifest.format,
        bytes=sum(record.size for record in manifest.files),
        problems=problems,
    )


def active(data: Path, *, store: str | VectorStores = "faiss", verify: bool = False) -> Snapshot:
    """The live snapshot; where it is damaged, the newest whole one before it, with the reason in `info.problems`.

    SnapshotError where there is none at all.
    """
    order = by_preference(data)
    if not order:
        raise SnapshotError("nothing-indexed", data=data)
    live = live_id(data)
    problems = [] if live else [Reason("live-unknown")]
    for name in order:
        try:
            return Snapshot.open(snapshots_folder(data) / name, store=store, verify=verify, problems=tuple(problems))
        except SnapshotError as error:
            problems.append(error.reason)
    raise SnapshotError(problems[0] if live else problems[1])


def kept(data: Path) -> list[SnapshotInfo]:
    """The snapshots that can be gone back to, newest first. One that is damaged carries the reason."""
    return [_glance(snapshots_folder(data) / name) for name in snapshot_ids(data)]


def _glance(folder: Path) -> SnapshotInfo:
    try:
        return info_of(load_manifest(folder))
    except SnapshotError as error:
        return SnapshotInfo(folder.name, "", 0, 0, "", "", 0, problems=(error.reason,))


def held(data: Path) -> bool:
    """Whether the live snapshot is one that somebody went back to, and nobody has reindexed since."""
    return is_held(data)


def live(data: Path) -> str | None:
    """Id of the snapshot that the pointer names, None where it names none."""
    return live_id(data)


def verify(data: Path) -> None:
    """Read every file of the live snapshot and compare its checksum. SnapshotError where it is damaged: then the next
    opening notices as well."""
    id = live_id(data)
    if id is not None:
        folder = snapshots_folder(data) / id
        _check(folder, load_manifest(folder), verify=True)


def rollback(data: Path, id: str | None = None, *, now: datetime | None = None) -> SnapshotInfo:
    """Make an earlier snapshot live: the newest whole one before it, or the one of that id (its number is enough).

    It is checked as a whole first. It stays live until somebody reindexes: a watched folder does not. SnapshotError
    where there is none or it is damaged, BusyError during a reindex.
    """
    with in_words(data), hold(data, now):
        manifest = _earlier(data) if id is None else _whole(data, _named(data, id))
        hold_live(data, manifest.id)
        make_live(data, manifest.id)
        return info_of(manifest)


def _whole(data: Path, name: str) -> Manifest:
    """The manifest of a snapshot that is as it was written."""
    folder = snapshots_folder(data) / name
    manifest = load_manifest(folder)
    check_files(folder, manifest)
    return manifest


def _earlier(data: Path) -> Manifest:
    """The newest whole snapshot before the live one."""
    live = live_id(data)
    problem: SnapshotError | None = None
    for name in snapshot_ids(data):
        if live is None or number_of(name) < number_of(live):
            try:
                return _whole(data, name)
            except SnapshotError as error:
                problem = problem or error
    raise problem or SnapshotError("no-earlier-snapshot")


def _named(data: Path, id: str) -> str:
    names = snapshot_ids(data)
    if id in names:
        return id
    matching = [name for name in names if id.isdecimal() and number_of(name) == int(id)]
    if not matching:
        raise SnapshotError("snapshot-unknown", id=repr(id))
    return matching[0]
