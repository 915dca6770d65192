"""The term index on disk, in segments: a change rewrites the one that it touches, and the others are copied.

Where a segment ends is decided by the terms alone, never by what was there before. An index that was kept up to date
therefore has the segments of one that was built at once, and with them the same statistics, scores and ties. tantivy
could also delete and add, but it counts the terms of what is deleted until it merges.
"""

import errno
import json
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any, Protocol
from zlib import crc32

import tantivy

from index.errors import SnapshotError

SEGMENTS = "segments.json"
RELATIVE = 24
"""A stored position is the key of its segment, shifted by as many bits, and the place within the segment."""
FEWEST, MOST = 1024, 8192
"""Passages between two places where a segment may end, on average. At most three times as many make a segment: tantivy
then holds one in its heap."""
_AIM = 12
"""More segments than this cost every question time, unless they would be longer than MOST."""
_LAYOUT = f"{tantivy.__version__}, positions in segments"  # type: ignore[attr-defined]
"""Who can read a segment: one that was made otherwise is made again."""
_META = "meta.json"
_HEAP = 64_000_000
_FULL = re.compile(r"StorageFull|FileTooLarge|QuotaExceeded|os error (?:27|28|122)|code: (?:27|28|122)\b")


class Lines(Protocol):
    """Packed terms, one record a passage."""

    def __len__(self) -> int: ...
    def __getitem__(self, position: int, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Segment:
    """Consecutive passages that are indexed together, named by a digest of their terms."""

    name: str
    passages: int
    parts: tuple[dict[str, Any], ...] = ()
    """What tantivy says of the files that it keeps the segment in."""

    @property
    def key(self) -> int:
        """What the stored positions of the segment begin with."""
        return key_of(self.name)


def key_of(name: str) -> int:
    """39 bits of a segment's name: with a place behind them they fill tantivy's integer."""
    return int(name[:10], 16) >> 1


def schema() -> tantivy.Schema:
    """What is kept of a passage: its place, its terms and how often each stands there."""
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("position", fast=True)
    builder.add_text_field("terms", tokenizer_name="whitespace", index_option="freq")
    return builder.build()


def build(folder: Path, lines: Lines, *, aside: Path, earlier: Path | None = None) -> None:
    """Write a finished index of `lines`; segments that the index in `earlier` has too are copied from there.

    `aside` is a folder for unfinished work, on the same disk; it is gone afterwards.
    """
    folder.mkdir(parents=True)
    aside.mkdir()
    try:
        known = {one.name: one for one in load(earlier, _LAYOUT)} if earlier else {}
        segments = []
        for run, name in cut(lines):
            if earlier and name in known:
                segments.append(known[name])
                for path in _files(earlier, known[name]):
                    shutil.copyfile(path, folder / path.name)
            else:
                segments.append(_new(folder, lines, run, name, aside / name))
        _describe(folder, segments, aside / "empty")
    finally:
        # Errors are ignored: a thread of tantivy may still put a lock there.
        shutil.rmtree(aside, ignore_errors=True)


def _describe(folder: Path, segments: list[Segment], empty: Path) -> None:
    """Say which segments there are: to tantivy in the words in which it describes an empty index, and to `load`."""
    _write(empty, [], range(0), 0)
    meta = json.loads((empty / _META).read_text("utf-8"))
    meta["segments"] = [part for segment in segments for part in segment.parts]
    (folder / _META).write_text(json.dumps(meta, indent=1), "utf-8")
    content = {"layout": _LAYOUT, "segments": [asdict(segment) for segment in segments]}
    (folder / SEGMENTS).write_text(json.dumps(content, indent=1), "utf-8")


def load(folder: Path, layout: str | None = None) -> list[Segment]:
    """The segments of a finished index, in order; none where it is not of that layout. Raises OSError, ValueError."""
    content = json.loads((folder / SEGMENTS).read_text("utf-8"))
    if layout not in (None, content["layout"]):
        return []
    return [Segment(one["name"], one["passages"], tuple(one["parts"])) for one in content["segments"]]


def cut(lines: Lines) -> Iterator[tuple[range, str]]:
    """The segments of `lines`: their positions, and their names, no two of which share a key."""
    every = min(max(1 << max(0, (len(lines) - 1) // _AIM).bit_length(), FEWEST), MOST)
    used: set[int] = set()
    start, total = 0, blake2b(digest_size=16)
    for position in range(len(lines)):
        line, length = lines[position], position - start
        if length >= 3 * every or (length >= every // 2 and crc32(line) % every == 0):
            yield range(start, position), _name(total.digest(), used)
            start, total = position, blake2b(digest_size=16)
        total.update(len(line).to_bytes(8, "little") + line)
    yield range(start, len(lines)), _name(total.digest(), used)


def _name(digest: bytes, used: set[int]) -> str:
    # The same passages may stand in the corpus twice.
    while (key := key_of(digest.hex())) in used:
        digest = blake2b(digest, digest_size=16).digest()
    used.add(key)
    return digest.hex()


def _new(folder: Path, lines: Lines, run: range, name: str, aside: Path) -> Segment:
    """A new segment, written aside and moved into the index."""
    _write(aside, lines, run, key_of(name))
    segment = Segment(name, len(run), tuple(json.loads((aside / _META).read_text("utf-8"))["segments"]))
    for path in _files(aside, segment):
        path.rename(folder / path.name)
    return segment


def _files(folder: Path, segment: Segment) -> list[Path]:
    stems = {part["segment_id"].replace("-", "") for part in segment.parts}
    return [path for path in sorted(folder.iterdir()) if path.name.partition(".")[0] in stems]


def _write(folder: Path, lines: Lines, run: range, key: int) -> None:
    folder.mkdir()
    try:
        index = tantivy.Index(schema(), path=str(folder))
        if run:
            writer = index.writer(heap_size=_HEAP, num_threads=1)
            for place, position in enumerate(run):
                line = lines[position].decode("utf-8", "replace")
                writer.add_document(tantivy.Document(position=key << RELATIVE | place, terms=line))
            writer.commit()
            writer.wait_merging_threads()
    except ValueError as error:
        # tantivy reports a full disk in words only.
        if _FULL.search(str(error)):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from error
        raise SnapshotError("terms-unwritten", reason=error) from error
