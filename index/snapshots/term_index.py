"""BM25 over given terms, by tantivy (k1 1.2, b 0.75).

tantivy has no Chinese words, so it gets ours: `index.text.terms` makes and folds them, and they reach it joined by
spaces. It sees passages by their position, and keeps nothing but postings; `index.snapshots.term_parts` writes them. A
finished index is never added to.
"""

import re
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

import tantivy

from index.errors import SnapshotError
from index.snapshots.term_parts import schema, starts

_SPACE = re.compile(r"[\s\\]")
_ESCAPED = re.compile(r"\\([0-9a-f]+)\.")


_SHORT = 12
"""Characters of the longest term for which `_one_away` is a pattern of a few hundred."""


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


def _one_away(term: str) -> str:
    """A pattern of `term` and all terms that are one edit from it: a character left out, put in, another one, or two
    neighbours exchanged (F. Damerau, "A Technique for Computer Detection and Correction of Spelling Errors", 1964)."""
    each = [re.escape(char) for char in term]
    cuts = [("".join(each[:at]), each[at:]) for at in range(len(each) + 1)]
    less_or_other = [left + ".?" + "".join(right[1:]) for left, right in cuts if right]
    more = [left + "." + "".join(right) for left, right in cuts]
    swapped = [left + right[1] + right[0] + "".join(right[2:]) for left, right in cuts if len(right) > 1]
    return "|".join(less_or_other + more + swapped)


class TermIndex:
    """A finished index, read only. Searching from threads is safe."""

    def __init__(self, folder: Path) -> None:
        try:
            self._searcher = self._open(folder)
            self._starts = starts(folder)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise SnapshotError("terms-unopened", folder=folder, reason=error) from error
        self._schema = schema()

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
        return self._scored([self._term(term) for term in terms], k, tantivy.Occur.Should)

    def search_all(self, terms: Sequence[str], k: int) -> list[tuple[int, float]]:
        """The same of those only that have every one of `terms`."""
        return self._scored([self._term(term) for term in terms], k, tantivy.Occur.Must)

    def search_any(self, groups: Sequence[Sequence[str]], k: int) -> list[tuple[int, float]]:
        """The same, where any term of a group does for the group: only the one that counts most in a passage counts."""
        each = [tantivy.Query.disjunction_max_query([self._term(term) for term in group]) for group in groups]
        return self._scored(each, k, tantivy.Occur.Should)

    def _term(self, term: str) -> tantivy.Query:
        return tantivy.Query.term_query(self._schema, "terms", _escape(term), "freq")

    def _scored(self, queries: Sequence[tantivy.Query], k: int, occur: tantivy.Occur) -> list[tuple[int, float]]:
        if not queries or k < 1:
            return []
        found = self._found(tantivy.Query.boolean_query([(occur, query) for query in queries]), k)
        return sorted(found, key=lambda hit: (-hit[1], hit[0]))

    def near(self, term: str, distance: int, k: int) -> list[int]:
        """Positions of `k` passages with terms that are so many letters from `term`, at most 2."""
        escaped = _escape(term)
        if distance == 1 and len(escaped) <= _SHORT:
            # For a fuzzy query tantivy makes an automaton anew in each segment, which takes 3.4 ms; this takes a sixth.
            query = tantivy.Query.regex_query(self._schema, "terms", _one_away(escaped))
        else:
            query = tantivy.Query.fuzzy_term_query(self._schema, "terms", escaped, distance)
        return [position for position, _ in self._found(query, k)]

    def _found(self, query: tantivy.Query, k: int) -> list[tuple[int, float]]:
        hits = self._searcher.search(query, limit=k, count=False).hits
        places = self._searcher.fast_field_values("position", [address for _, address in hits])
        return [
            (self._starts[address.segment_ord] + int(place or 0), float(score))
            for place, (score, address) in zip(places, hits, strict=True)
        ]

    def document_frequency(self, term: str) -> int:
        """In how many passages the term stands."""
        return int(self._searcher.doc_freq("terms", _escape(term)))
