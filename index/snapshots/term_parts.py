"""The term index on disk, in parts: a change rewrites the part that it touches, and the others are copied.

Where a part ends is decided by the terms alone, never by what was there before. An index that was kept up to date
therefore has the parts of one that was built at once, and with them the same statistics, scores and ties. tantivy
could also delete and add, but it counts the terms of what is deleted until it merges.
"""

import errno
import json
import os
import re
import shutil
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from hashlib import sha256
from itertools import accumulate
from pathlib import Path
from typing import Any, Protocol
from zlib import crc32

import tantivy

from index.errors import SnapshotError

PARTS, _META = "parts.json", "meta.json"
MADE_BY = f"tantivy {tantivy.__version__}"  # type: ignore[attr-defined]
"""Parts that another version wrote are not copied."""
FEWEST, MOST = 2048, 65_536
"""Passages from one possible end of a part to the next, on average."""
AIM = 16
"""At most about as many parts: each costs every question 0.03 ms, and fewer mean more to write after a change."""
_HEAP = 256_000_000
"""Bytes that tantivy may fill before it starts another segment, which costs questions as much as another part does. A
part of 70 000 passages fills about 100 million."""
_LOOKS, _LOOK_SECONDS = 200, 0.01
"""How often, and how long apart, a folder is removed that a thread still writes to."""
_FULL = re.compile(r"StorageFull|FileTooLarge|QuotaExceeded|os error (?:27|28|122)|code: (?:27|28|122)\b")


class Lines(Protocol):
    """Packed terms, one record a passage."""

    def __len__(self) -> int: ...
    def __getitem__(self, position: int, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Part:
    """Consecutive passages that are indexed together."""

    digest: str
    """SHA-256 of their terms."""
    passages: int
    segments: tuple[dict[str, Any], ...]
    """What tantivy says of the files in which it keeps them: one segment, or more where its heap was full."""

    def files(self, folder: Path) -> list[Path]:
        """Its files in the folder of an index."""
        stems = {segment["segment_id"].replace("-", "") for segment in self.segments}
        return [path for path in sorted(folder.iterdir()) if path.name.partition(".")[0] in stems]


def schema() -> tantivy.Schema:
    """What is kept of a passage: its place within its part, its terms and how often each stands there."""
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("position", fast=True)
    builder.add_text_field("terms", tokenizer_name="whitespace", index_option="freq")
    return builder.build()


def write_parts(folder: Path, lines: Lines, earlier: Path | None = None) -> None:
    """Write an index of `lines` into a new folder; parts that the index in `earlier` has too are copied from there.

    OSError where the disk is full.
    """
    folder.mkdir(parents=True)
    known = {part.digest: part for part in _load(earlier, MADE_BY)} if earlier else {}
    parts = []
    for run, digest in _cut(lines):
        # The same passages may stand in the corpus twice: a part is copied once.
        part = known.pop(digest, None)
        if earlier and part:
            for path in part.files(earlier):
                shutil.copyfile(path, folder / path.name)
        else:
            part = _new(folder, lines, run, digest)
        parts.append(part)
    _describe(folder, parts)


def starts(folder: Path) -> list[int]:
    """The position of the first passage of each segment's part. Raises OSError, ValueError, KeyError, TypeError."""
    parts = _load(folder)
    first = accumulate((part.passages for part in parts), initial=0)
    return [start for part, start in zip(parts, first, strict=False) for _ in part.segments]


def _load(folder: Path, made_by: str | None = None) -> list[Part]:
    """The parts of a finished index, in order; none where it was made by another than that."""
    content = json.loads((folder / PARTS).read_text("utf-8"))
    if made_by not in (None, content["made_by"]):
        return []
    return [Part(one["digest"], one["passages"], tuple(one["segments"])) for one in content["parts"]]


def _cut(lines: Lines) -> Iterator[tuple[range, str]]:
    """The parts of `lines`: their positions and digests. One without a passage where there are none."""
    every = min(max(1 << (len(lines) // AIM).bit_length(), FEWEST), MOST)
    start, total = 0, sha256()
    for position in range(len(lines)):
        line, length = lines[position], position - start
        # Half of it at least, so that lines that are all alike do not each end a part.
        if length >= 2 * every or (length >= every // 2 and crc32(line) % (every // 2) == 0):
            yield range(start, position), total.hexdigest()
            start, total = position, sha256()
        total.update(len(line).to_bytes(8, "little") + line)
    yield range(start, len(lines)), total.hexdigest()


def _new(folder: Path, lines: Lines, run: range, digest: str) -> Part:
    """A new part, written aside and moved into the index."""
    aside = folder / "part"
    aside.mkdir()
    _write(aside, lines, run)
    part = Part(digest, len(run), tuple(_meta(aside)["segments"]))
    for path in part.files(aside):
        path.rename(folder / path.name)
    _remove(aside)
    return part


def _remove(folder: Path) -> None:
    """Removes `folder`, in which a thread of tantivy may still put a lock for a moment after its last file."""
    for _ in range(_LOOKS):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(_LOOK_SECONDS)
    shutil.rmtree(folder)


def _write(folder: Path, lines: Lines, run: range) -> None:
    """A whole index of some lines."""
    try:
        index = tantivy.Index(schema(), path=str(folder))
        # One thread, so that the same passages always give the same files.
        writer = index.writer(heap_size=_HEAP, num_threads=1)
        for place, position in enumerate(run):
            terms = lines[position].decode("utf-8", "replace")
            writer.add_document(tantivy.Document(position=place, terms=terms))
        writer.commit()
        writer.wait_merging_threads()
    except ValueError as error:
        # tantivy reports a full disk in words only.
        if _FULL.search(str(error)):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from error
        raise SnapshotError("terms-unwritten", reason=error) from error


def _describe(folder: Path, parts: list[Part]) -> None:
    """Say which parts there are: to tantivy in the words in which it describes an empty index, and to `_load`."""
    tantivy.Index(schema(), path=str(folder))
    segments = [segment for part in parts for segment in part.segments]
    (folder / _META).write_text(json.dumps(_meta(folder) | {"segments": segments}, indent=1), "utf-8")
    content = {"made_by": MADE_BY, "parts": [asdict(part) for part in parts]}
    (folder / PARTS).write_text(json.dumps(content, indent=1), "utf-8")
    # Locks, and tantivy's list of files it may remove: a finished index is only read.
    for path in folder.glob(".*"):
        path.unlink()


def _meta(folder: Path) -> dict[str, Any]:
    """What tantivy says of the index in a folder."""
    found: dict[str, Any] = json.loads((folder / _META).read_text("utf-8"))
    return found
