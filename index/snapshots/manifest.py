"""What a snapshot records about itself: what it was made from and with, and the checksum of each of its files.

The manifest guards itself too: its bytes must be exactly those that writing its content gives, checksum included, so
that any flipped bit in it is noticed.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from index.errors import Reason, SnapshotError, refusal
from index.snapshots.files import digest

FORMAT = 5
"""Raised whenever files change their meaning; a snapshot of another format is built anew, never guessed at."""
NAME = "manifest.json"


@dataclass(frozen=True, slots=True)
class FileRecord:
    """One file of a snapshot, by its path within the folder."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything that decides what is in a snapshot, and how to see that it is whole."""

    format: int
    id: str
    created: str
    """ISO 8601, UTC."""
    documents: int
    passages: int
    encoder: str
    fingerprint: str
    dimensions: int
    token_dimensions: int
    chunking: str
    """Digest of the code that reads files, cuts passages and terms: another one means reading everything again."""
    corpus: str
    """Digest of the paths and contents that were indexed."""
    files: tuple[FileRecord, ...]


def render(manifest: Manifest) -> bytes:
    """The one way to write a manifest."""
    content = asdict(manifest)
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    checksum = hashlib.sha256(text.encode()).hexdigest()
    return (json.dumps({"checksum": checksum, **content}, ensure_ascii=False, indent=1) + "\n").encode()


def load_manifest(folder: Path) -> Manifest:
    """The manifest of a snapshot folder; SnapshotError where it is missing, damaged, foreign or of another format."""
    try:
        found = (folder / NAME).read_bytes()
    except FileNotFoundError as error:
        raise SnapshotError("manifest-missing", id=folder.name, file=NAME) from error
    except OSError as error:
        raise SnapshotError("manifest-unreadable", id=folder.name) from error
    return parse_manifest(found, folder.name)


def parse_manifest(found: bytes, id: str) -> Manifest:
    """The manifest that these bytes are; SnapshotError, about the snapshot `id`, where they are none."""
    try:
        manifest = _parsed(json.loads(found))
        written = render(manifest)
    except SnapshotError:
        raise
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise SnapshotError("manifest-unreadable", id=id) from error
    if found != written:
        raise SnapshotError("manifest-damaged", id=id)
    return manifest


def _parsed(content: Any) -> Manifest:
    found = content["format"]
    if found != FORMAT:
        code = "snapshot-newer" if isinstance(found, int) and found > FORMAT else "snapshot-format"
        raise SnapshotError(code, found=repr(found), expected=FORMAT)
    fields = {name: value for name, value in content.items() if name not in ("checksum", "files")}
    return Manifest(**fields, files=tuple(FileRecord(**record) for record in content["files"]))


def check_files(folder: Path, manifest: Manifest, *, trust: frozenset[str] = frozenset()) -> None:
    """Every file is there with its size, and its checksum unless it is among those to `trust`."""
    for record in manifest.files:
        path = folder / record.name
        try:
            size = path.stat().st_size
            whole = size == record.size and (record.name in trust or digest(path) == record.sha256)
        except OSError as error:
            raise _damage(record, folder, Reason("unreadable", reason=refusal(error))) from error
        if not whole:
            lengths = Reason("size-differs", found=size, expected=record.size)
            raise _damage(record, folder, Reason("checksum-differs") if size == record.size else lengths)


def _damage(record: FileRecord, folder: Path, how: Reason) -> SnapshotError:
    return SnapshotError("snapshot-file", file=record.name, id=folder.name, how=how)
