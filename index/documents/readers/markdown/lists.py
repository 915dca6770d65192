"""Lists of a Markdown text: the number and the depth of an item, and which list it is of."""

from dataclasses import replace

from markdown_it.token import Token

from index.document import BlockKind
from index.documents.readers.building.piece import Piece


class Lists:
    """Which list and item the tokens stand in, one after the other. A list within a list is of its group."""

    def __init__(self) -> None:
        self.group = 0
        self._open: list[tuple[int, bool]] = []
        """The number of the coming item of each open list, and whether items are numbered."""
        self._outer = 0
        self._number = ""

    @property
    def depth(self) -> int:
        return len(self._open)

    def see(self, token: Token) -> None:
        if token.type in ("bullet_list_open", "ordered_list_open"):
            if not self._open:
                self.group += 1
                self._outer = self.group
            self._open.append((int(token.attrs.get("start", 1)), token.type == "ordered_list_open"))
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            self._open.pop()
        elif token.type == "list_item_open":
            number, ordered = self._open[-1]
            self._open[-1] = number + 1, ordered
            self._number = f"{number}{token.markup}" if ordered else ""

    def placed(self, piece: Piece) -> Piece:
        """`piece` as a part of the item that it stands in; the first one has the number of the item."""
        if not self._open or piece.kind is BlockKind.HEADING:
            return piece
        number, self._number = self._number, ""
        return replace(piece, level=self.depth, group=self._outer, number=number)
