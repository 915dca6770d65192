"""Documents of collections, read only when they are looked at: there may be tens of thousands."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import overload

from index.document import Document


class _Lazy(Sequence[Document]):
    """Slices are read whole; only single documents are lazy."""

    @overload
    def __getitem__(self, place: int) -> Document: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Document]: ...
    def __getitem__(self, place: int | slice) -> Document | Sequence[Document]:
        if isinstance(place, slice):
            return [self._at(one) for one in range(*place.indices(len(self)))]
        if not -len(self) <= place < len(self):
            raise IndexError(place)
        return self._at(place % len(self))

    def _at(self, place: int) -> Document:
        """The document at `place`, from 0 on."""
        raise NotImplementedError


class Changed(_Lazy):
    """`documents`, each as `change` makes it."""

    def __init__(self, documents: Sequence[Document], change: Callable[[Document], Document]) -> None:
        self._documents = documents
        self._change = change

    def __len__(self) -> int:
        return len(self._documents)

    def _at(self, place: int) -> Document:
        return self._change(self._documents[place])


class Joined(_Lazy):
    """One sequence after the other."""

    def __init__(self, rows: Sequence[Sequence[Document]]) -> None:
        self._rows = rows
        self._ends = list(accumulate(map(len, rows)))

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    def _at(self, place: int) -> Document:
        row = bisect_right(self._ends, place)
        return self._rows[row][place - (self._ends[row - 1] if row else 0)]
