"""The blocks of an HTML tree: what stands together on the page, and what kind of thing it is."""

import re
from collections.abc import Iterator
from dataclasses import replace

from lxml import etree
from lxml.etree import _Element as Element

from index.document import BlockKind
from index.documents.readers import furniture
from index.documents.readers.building.draft import FoundBlock, with_links
from index.documents.readers.html.meta import said
from index.documents.readers.html.notes import NUMBER
from index.documents.readers.html.tables import HtmlTable
from index.documents.readers.lines import split_lines
from index.documents.readers.links import Collected, usable
from index.text.language import size

_BLOCKS = frozenset(
    (
        *(
            "p",
            "div",
            "section",
            "article",
            "main",
            "header",
            "blockquote",
            "ul",
            "ol",
            "li",
            "dl",
            "dt",
            "dd",
            "table",
        ),
        *(
            "thead",
            "tbody",
            "tfoot",
            "tr",
            "td",
            "th",
            "caption",
            "pre",
            "figure",
            "figcaption",
            "h1",
            "h2",
            "h3",
            "h4",
        ),
        *("h5", "h6", "hr", "form", "fieldset", "address", "details", "summary", "body", "center", "hgroup", "legend"),
        "aside",
    )
)
_KINDS = {
    "li": BlockKind.ITEM,
    "figcaption": BlockKind.CAPTION,
    "caption": BlockKind.CAPTION,
    "pre": BlockKind.CODE,
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6", "dt", "summary"), BlockKind.HEADING),
}
_CAPTION_NAMES = frozenset(
    ("admonition-title", "caption", "figcaption", "credit", "photocredit", "imgdesc", "pictext", "wp-caption-text")
)
_BROKEN = re.compile("(?<=[\u3000-\u9fff\uff00-\uffef])\\s*[\r\n]\\s*(?=[\u3000-\u9fff\uff00-\uffef])")
_REFERENCE = re.compile(r"\[?\s*(?:\d{1,3}|[a-z]|注)\s*\]?")
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|\d+")
_SPACE = re.compile(r"[ \t\n\r\f\u00a0\u200b]+")
_ENDINGS = ("。", ".", "！", "!", "；", ";")


def page_blocks(root: Element, base: str = "") -> Iterator[FoundBlock]:
    """Each block in reading order; `base` is the address that links are relative to."""
    for found in _Walk(root, base).blocks():
        if found.kind is BlockKind.ITEM and size(found.text) > 4 and furniture.site(found.text):
            yield FoundBlock(found.text, BlockKind.FURNITURE)
        else:
            yield found


class _Walk:
    """Collects the text of a tree block by block, in one pass and without recursion.

    `links` and `bolds` count the open elements of that sort, `linked` and `bold` the letters inside them.
    """

    def __init__(self, root: Element, base: str) -> None:
        self.root = root
        self.base = base
        self.collected = Collected()
        self.buffer: list[str] = []
        self.links = self.bolds = 0
        self.linked = self.bold = 0
        self.kinds: list[tuple[BlockKind | None, int]] = []
        self.lists = _Lists()
        self.tables: list[HtmlTable] = []
        self.note = ""

    def blocks(self) -> Iterator[FoundBlock]:
        walk = etree.iterwalk(self.root, events=("start", "end"))
        for event, element in walk:
            if event == "start":
                yield from self._flush() if element.tag in _BLOCKS else ()
                row = element.tag == "tr" and self.tables != [] and not _is_layout(element, self.tables[-1])
                yield from self.tables[-1].row(element) if row else ()
                if row or (element.tag == "sup" and _REFERENCE.fullmatch(said(element).strip())):
                    walk.skip_subtree()
                self._enter(element, whole=row)
            else:
                yield from self._flush() if element.tag in _BLOCKS else ()
                self._leave(element)
        yield from self._flush()

    def _enter(self, element: Element, whole: bool) -> None:
        """`whole`: the element was taken as one block already, its text is not read again."""
        tag = element.tag
        if tag == "a":
            self.links += 1
            self.collected.open(usable(element.get("href"), self.base))
        self.bolds += tag in ("b", "strong")
        if tag == "table":
            self.lists.group += 1
            self.tables.append(HtmlTable(self.lists.group, self.base))
        self.lists.enter(element)
        if tag in _BLOCKS:
            kind, level = self.kinds[-1] if self.kinds else (None, 0)
            kind = _KINDS.get(tag, kind)
            names = element.get("class", "")[:200]
            if not _CAPTION_NAMES.isdisjoint((*names.lower().split(), *map(str.lower, _WORDS.findall(names)))):
                kind = BlockKind.CAPTION
            self.note = element.get(NUMBER, self.note)
            kind = BlockKind.NOTE if element.get(NUMBER) is not None else kind
            level = int(tag[1]) if len(tag) == 2 and tag[1].isdigit() else 8 if tag in ("dt", "summary") else level
            self.kinds.append((kind, level))
        if tag == "br":
            self.buffer.append("\v")
        elif not whole and not (tag == "sup" and _REFERENCE.fullmatch(said(element).strip())):
            self._text(element.text)

    def _leave(self, element: Element) -> None:
        if element.tag == "a":
            self.links -= 1
            self.collected.close()
        self.bolds -= element.tag in ("b", "strong")
        self.lists.leave(element)
        if element.tag == "table":
            self.tables.pop()
        if element.tag in _BLOCKS:
            self.kinds.pop()
        if element is not self.root:
            self._text(element.tail)

    def _text(self, text: str | None) -> None:
        if text:
            self.buffer.append(text)
            self.collected.say(text)
            length = len(_SPACE.sub("", text))
            self.linked += length if self.links else 0
            self.bold += length if self.bolds else 0

    def _flush(self) -> Iterator[FoundBlock]:
        links = self.collected.take()
        yield from with_links(self._collected(), links) if links else self._collected()

    def _collected(self) -> Iterator[FoundBlock]:
        """The blocks of the text in the buffer."""
        raw, linked, bold = "".join(self.buffer), self.linked, self.bold
        self.buffer, self.linked, self.bold = [], 0, 0
        kind, level = self.kinds[-1] if self.kinds else (None, 0)
        if kind is BlockKind.CODE:
            yield self.lists.placed(FoundBlock(raw.replace("\v", "\n").strip("\n"), kind))
            return
        text = "\n".join(_SPACE.sub(" ", line.replace("¶", "")).strip() for line in _BROKEN.sub("", raw).split("\v"))
        length = len(_SPACE.sub("", text))
        if not length:
            return
        if linked * 10 >= length * 8 and length <= 120 and kind is not BlockKind.HEADING:
            kind = BlockKind.FURNITURE
        if kind is None and bold == length <= 60 and "\n" not in text.strip() and not text.strip().endswith(_ENDINGS):
            yield FoundBlock(text, BlockKind.HEADING, 7)
            return
        if kind is BlockKind.NOTE:
            yield FoundBlock(" ".join(text.split()), kind, number=self.note)
            self.note = ""
            return
        for start, end in split_lines(text, 0, len(text)):
            yield self.lists.placed(FoundBlock(text[start:end], kind, level))


def _is_layout(row: Element, table: HtmlTable) -> bool:
    """A table that only arranges the page: its cells hold paragraphs, or it has but one cell a row."""
    cells = [cell for cell in row if cell.tag in ("td", "th")]
    inner = any(sum(part.tag in _BLOCKS for part in cell.iterdescendants()) > 1 for cell in cells)
    return (len(cells) < 2 and not table.reaching) or inner


class _Lists:
    """Which list and item the walk is in. A list within a list is of its group."""

    def __init__(self) -> None:
        self.group = 0
        self._outer = 0
        self._open: list[int | None] = []
        """The number of the coming item of each open list, None where items have no numbers."""
        self._number = ""

    def enter(self, element: Element) -> None:
        if element.tag in ("ul", "ol"):
            if not self._open:
                self.group += 1
                self._outer = self.group
            self._open.append(_integer(element.get("start"), 1) if element.tag == "ol" else None)
        elif element.tag == "li" and self._open:
            coming = self._open[-1]
            number = _integer(element.get("value"), coming) if coming is not None else None
            self._open[-1] = number + 1 if number is not None else None
            self._number = f"{number}." if number is not None else ""

    def leave(self, element: Element) -> None:
        if element.tag in ("ul", "ol") and self._open:
            self._open.pop()

    def placed(self, found: FoundBlock) -> FoundBlock:
        """`found` as a part of the item that it stands in; the first one has the number of the item."""
        if not self._open or found.kind not in (BlockKind.ITEM, BlockKind.CODE):
            return found
        number, self._number = self._number, ""
        return replace(found, level=len(self._open), group=self._outer, number=number)


def _integer(value: str | None, default: int) -> int:
    return int(value) if value and re.fullmatch(r"-?[0-9]{1,6}", value) else default
