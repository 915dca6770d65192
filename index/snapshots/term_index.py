"""BM25 over given terms, by tantivy (k1 1.2, b 0.75).

tantivy has no Chinese words, so it gets ours: `index.text.terms` makes and folds them, and they reach it joined by
spaces. It sees passages by their position, and keeps nothing but postings. A finished index is never added to: it is
written anew for every snapshot, so that its scores and ties never depend on what was there before.
"""

import errno
import os
import re
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import tantivy

from index.errors import SnapshotError

_SPACE = re.compile(r"[\s\\]")
_ESCAPED = re.compile(r"\\([0-9a-f]+)\.")
_HEAP = 64_000_000
_FULL = re.compile(r"StorageFull|FileTooLarge|QuotaExceeded|os error (?:27|28|122)|code: (?:27|28|122)\b")


class Lines(Protocol):
    """Packed terms, one record a passage."""

    def __len__(self) -> int: ...
    def __getitem__(self, position: int, /) -> bytes: ...


def pack_terms(terms: Sequence[str], packed: str = "") -> str:
    """One line that tantivy splits at its spaces: whitespace inside a term is written as an escape. Ends in `packed`,
    terms that are such a line already."""
    line = " ".join(terms)
    # Nearly always there is nothing to escape, and a term at a time would be half of the time that cutting takes.
    if "\\" in line or len(line.split()) != len(terms):
        line = " ".join(_escape(term) for term in terms if term)
    return f"{line} {packed}" if line and packed else line or packed


def _escape(term: str) -> str:
    return _SPACE.sub(lambda found: f"\\{ord(found[0]):x}.", term)


def unpack_terms(line: str) -> list[str]:
    """The terms that were packed."""
    return [_ESCAPED.sub(lambda found: chr(int(found[1], 16)), term) for term in line.split(" ") if term]


def _schema() -> tantivy.Schema:
    """What is kept of a passage: its position, its terms and how often each stands there."""
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("position", fast=True)
    builder.add_text_field("terms", tokenizer_name="whitespace", index_option="freq")
    return builder.build()


def write_term_index(folder: Path, lines: Lines) -> None:
    """Write an index of `lines` into `folder`, which is made for it. OSError where the disk is full."""
    folder.mkdir(parents=True)
    try:
        index = tantivy.Index(_schema(), path=str(folder))
        # One thread, so that the same passages always give the same files.
        writer = index.writer(heap_size=_HEAP, num_threads=1)
        for position in range(len(lines)):
            terms = lines[position].decode("utf-8", "replace")
            writer.add_document(tantivy.Document(position=position, terms=terms))
        writer.commit()
        writer.wait_merging_threads()
    except ValueError as error:
        # tantivy reports a full disk in words only.
        if _FULL.search(str(error)):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from error
        raise SnapshotError("terms-unwritten", reason=error) from error
    del writer, index
    # Locks, and tantivy's list of files it may remove: a finished index is only read.
    for path in folder.glob(".*"):
        path.unlink()


class TermIndex:
    """A finished index, read only. Searching from threads is safe."""

    def __init__(self, folder: Path) -> None:
        try:
            self._searcher = self._open(folder)
        except (OSError, ValueError) as error:
            raise SnapshotError("terms-unopened", folder=folder, reason=error) from error
        self._schema = _schema()

    def _open(self, folder: Path) -> tantivy.Searcher:
        try:
            return tantivy.Index.open(str(folder)).searcher()
        except ValueError as error:
            if "Lockfile" not in str(error) or not folder.is_dir():
                raise
        # tantivy wants to write a lock even to read: without the right to, it maps a copy, which may then go.
        with tempfile.TemporaryDirectory(prefix="verbatim-terms-") as copy:
            for path in folder.iterdir():
                shutil.copyfile(path, Path(copy) / path.name)
            return tantivy.Index.open(copy).searcher()

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

    def search(self, terms: Sequence[str], k: int) -> list[tuple[int, float]]:
        """Positions and BM25 scores of the `k` best, best first; a term given twice counts twice."""
        if not terms or k < 1:
            return []
        should = [
            (tantivy.Occur.Should, tantivy.Query.term_query(self._schema, "terms", _escape(term), "freq"))
            for term in terms
        ]
        found = self._found(tantivy.Query.boolean_query(should), k)
        return sorted(found, key=lambda hit: (-hit[1], hit[0]))

    def near(self, term: str, distance: int, k: int) -> list[int]:
        """Positions of `k` passages with terms that are so many letters from `term`, at most 2."""
        query = tantivy.Query.fuzzy_term_query(self._schema, "terms", _escape(term), distance)
        return [position for position, _ in self._found(query, k)]

    def _found(self, query: tantivy.Query, k: int) -> list[tuple[int, float]]:
        hits = self._searcher.search(query, limit=k, count=False).hits
        positions = self._searcher.fast_field_values("position", [address for _, address in hits])
        return [(int(position or 0), float(score)) for position, (score, _) in zip(positions, hits, strict=True)]

    def document_frequency(self, term: str) -> int:
        """In how many passages the term stands."""
        return int(self._searcher.doc_freq("terms", _escape(term)))
