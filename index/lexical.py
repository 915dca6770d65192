"""BM25 over given terms, by tantivy (k1 1.2, b 0.75).

tantivy has no Chinese words, so it gets ours: terms are cut and folded elsewhere (`index.tokens`) and reach it joined
by spaces. It sees passages by their position, and keeps nothing but postings.
"""

import errno
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import tantivy

from index.errors import SnapshotError

_HEAP = 64_000_000
_SPACE = re.compile(r"[\s\\]")
_ESCAPED = re.compile(r"\\([0-9a-f]+)\.")
_LOCKS = (".tantivy-meta.lock", ".tantivy-writer.lock")
_FULL = re.compile(r"StorageFull|FileTooLarge|QuotaExceeded|os error (?:27|28|122)|code: (?:27|28|122)\b")


def pack(terms: Sequence[str]) -> str:
    """One line that `build` splits at its spaces: whitespace inside a term is written as an escape."""
    line = " ".join(terms)
    # Nearly always there is nothing to escape, and a term at a time would be half of the time that cutting takes.
    if "\\" not in line and len(line.split()) == len(terms):
        return line
    return " ".join(_escape(term) for term in terms if term)


def _escape(term: str) -> str:
    return _SPACE.sub(lambda found: f"\\{ord(found[0]):x}.", term)


def unpack(line: str) -> list[str]:
    """The terms that were packed."""
    return [_ESCAPED.sub(lambda found: chr(int(found[1], 16)), term) for term in line.split(" ") if term]


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("position", fast=True)
    builder.add_text_field("terms", tokenizer_name="whitespace", index_option="freq")
    return builder.build()


def build(folder: Path, packed: Iterable[str]) -> int:
    """Write a finished index of the packed terms, the first at position 0; returns how many there are."""
    folder.mkdir(parents=True)
    try:
        count = _write(folder, packed)
    except ValueError as error:
        # tantivy reports a full disk in words only.
        if _FULL.search(str(error)):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from error
        raise SnapshotError(f"The term index could not be written ({error}): reindex.") from error
    for name in _LOCKS:
        (folder / name).unlink(missing_ok=True)
    return count


def _write(folder: Path, packed: Iterable[str]) -> int:
    writer = tantivy.Index(_schema(), path=str(folder)).writer(heap_size=_HEAP, num_threads=1)
    count = 0
    for position, line in enumerate(packed):
        writer.add_document(tantivy.Document(position=position, terms=line))
        count = position + 1
    writer.commit()
    writer.wait_merging_threads()
    return count


class Lexical:
    """A finished index, read only. Searching from threads is safe."""

    def __init__(self, folder: Path) -> None:
        try:
            self._searcher = self._open(folder)
        except ValueError as error:
            raise SnapshotError(f"The term index in {folder} cannot be opened ({error}): reindex.") from error
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
        hits = self._searcher.search(tantivy.Query.boolean_query(should), limit=k, count=False).hits
        positions = self._searcher.fast_field_values("position", [address for _, address in hits])
        found = [(int(position or 0), float(score)) for position, (score, _) in zip(positions, hits, strict=True)]
        return sorted(found, key=lambda hit: (-hit[1], hit[0]))

    def document_frequency(self, term: str) -> int:
        """In how many passages the term stands."""
        return int(self._searcher.doc_freq("terms", _escape(term)))
