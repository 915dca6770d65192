"""Where a given text is found in the corpus: the answer to "出处?" and "source?".

Letters are compared after folding (script, width, case), spaces and punctuation are ignored: what people paste has been
through other programs.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.document import Document
from index.text.terms import fold

MIN_CHARACTERS = 4
"""Fewer letters than this stand anywhere by chance."""
MAX_PLACES = 5


@dataclass(frozen=True, slots=True)
class TextPlace:
    """`text[start:end]` of the document with this id."""

    document: str
    start: int
    end: int


def locate(text: str, documents: Sequence[Document]) -> tuple[TextPlace, ...]:
    """Places where all of `text` stands, in corpus order, MAX_PLACES at most."""
    wanted, _ = _letters(text)
    if len(wanted) < MIN_CHARACTERS:
        return ()
    places: list[TextPlace] = []
    for document in documents:
        for start, end in _find(wanted, document):
            places.append(TextPlace(document.id, start, end))
            if len(places) == MAX_PLACES:
                return tuple(places)
    return tuple(places)


def _find(wanted: str, document: Document) -> Iterator[tuple[int, int]]:
    folded = fold(document.text)
    # Most documents hold no such run at all: the first letters decide that without a table of positions.
    if wanted[0] not in folded:
        return
    letters, where = _letters(document.text)
    at = letters.find(wanted)
    while at >= 0:
        yield where[at], where[at + len(wanted) - 1] + 1
        at = letters.find(wanted, at + len(wanted))


def _letters(text: str) -> tuple[str, list[int]]:
    """The letters and digits of `text`, folded, and the offset of each."""
    kept = [(c, n) for n, c in enumerate(fold(text)) if c.isalnum()]
    return "".join(c for c, _ in kept), [n for _, n in kept]
