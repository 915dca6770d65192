"""The opened indexes of all collections, and views of some of them. Whoever answers asks a view, never an index."""

from collections.abc import Collection as Names
from collections.abc import Sequence
from pathlib import Path

from bot.cards.answerer import Answerer
from bot.collections.declared import Collection
from bot.collections.named import Named, collection_of
from bot.collections.several import Several


class Library:
    """One assignment swaps an index: safe to use from many threads.

    Without collections there is one index, of the name "", and every view is that index itself.
    """

    def __init__(self, collections: Sequence[Collection] = ()) -> None:
        self.collections = {one.name: one for one in collections}
        self._indexes: dict[str, Answerer] = {}
        self._members: dict[str, frozenset[str]] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """Of all collections, in their order; "" where there are none."""
        return tuple(self.collections) or ("",)

    @property
    def several(self) -> bool:
        """Whether there are collections: names have a meaning, and ids carry them."""
        return bool(self.collections)

    @property
    def everything(self) -> Answerer | None:
        """All that is indexed, whoever may read it: for what is done without showing it to anybody."""
        return self.view(self.names)

    def closed(self, document: str) -> bool:
        """Whether only some people may read the document of this id, or it is of no collection that is known."""
        if not self.collections:
            # What is left of a collection from a time when there were some is nobody's.
            return bool(collection_of(document))
        home = self.collections.get(collection_of(document))
        return home is None or home.readers is not None

    @property
    def readers(self) -> frozenset[str]:
        """All that the collections name as their readers."""
        return frozenset[str]().union(*(one.readers or () for one in self.collections.values()))

    def put_members(self, reader: str, chats: frozenset[str]) -> None:
        """From now on this reader, such as a department, stands for these chats, as `channel:chat`."""
        self._members[reader] = chats

    def counts_among(self, chat: str, readers: frozenset[str] | None) -> bool:
        """Whether `chat`, as `channel:chat`, is one of those whom one of `readers` stands for."""
        return any(chat in self._members[one] for one in (readers or frozenset()) & self._members.keys())

    def folder(self, document: str) -> Path | None:
        """Where the files of the document's collection lie; None where it is of none."""
        home = self.collections.get(collection_of(document))
        return home.folder if home is not None else None

    def put(self, name: str, index: Answerer | None) -> None:
        """From now on the collection is answered from `index`, or not at all. Raises KeyError for an unknown one."""
        if name not in self.names:
            raise KeyError(name)
        if index is None:
            self._indexes.pop(name, None)
        else:
            self._indexes[name] = Named(name, index) if name else index

    def view(self, names: Names[str]) -> Answerer | None:
        """The collections of these names as one index; None where none of them is indexed."""
        found = [index for name in self.names if name in names and (index := self._indexes.get(name))]
        if len(found) < 2:
            return found[0] if found else None
        return Several([index for index in found if isinstance(index, Named)])
