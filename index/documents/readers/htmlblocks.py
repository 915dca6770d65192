"""The blocks of an HTML tree: what stands together on the page, and what kind of thing it is."""

import re
from collections.abc import Iterator

from lxml import etree
from lxml.etree import _Element as Element

from index.document import BlockKind
from index.documents.readers import furniture
from index.documents.readers.lines import split_lines
from index.documents.readers.pagemeta import said
from index.text.language import size

Found = tuple[str, BlockKind | None, int]
"""Text, kind (None where its shape has to tell), and level of a heading."""

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
    )
)
_KINDS = {
    "li": BlockKind.ITEM,
    "figcaption": BlockKind.CAPTION,
    "caption": BlockKind.CAPTION,
    "pre": BlockKind.CODE,
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6", "dt", "summary"), BlockKind.HEADING),
}
_CAPTION_NAMES = frozenset(("caption", "figcaption", "credit", "photocredit", "imgdesc", "pictext", "wp-caption-text"))
_BROKEN = re.compile("(?<=[\u3000-\u9fff\uff00-\uffef])\\s*[\r\n]\\s*(?=[\u3000-\u9fff\uff00-\uffef])")
_REFERENCE = re.compile(r"\[?\s*(?:\d{1,3}|[a-z]|注)\s*\]?")
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|\d+")
_SPACE = re.compile(r"[ \t\n\r\f\u00a0\u200b]+")
_ENDINGS = ("。", ".", "！", "!", "；", ";")


def page_blocks(root: Element) -> Iterator[Found]:
    """Text, kind, and heading level of each block in reading order."""
    for text, kind, level in _Walk(root).blocks():
        if kind is BlockKind.ITEM and size(text) > 4 and furniture.site(text):
            yield text, BlockKind.FURNITURE, 0
        else:
            yield text, kind, level


class _Walk:
    """Collects the text of a tree block by block, in one pass and without recursion.

    `links` and `bolds` count the open elements of that sort, `linked` and `bold` the letters inside them.
    """

    def __init__(self, root: Element) -> None:
        self.root = root
        self.buffer: list[str] = []
        self.links = self.bolds = 0
        self.linked = self.bold = 0
        self.kinds: list[tuple[BlockKind | None, int]] = []

    def blocks(self) -> Iterator[Found]:
        walk = etree.iterwalk(self.root, events=("start", "end"))
        for event, element in walk:
            if event == "start":
                yield from self._flush() if element.tag in _BLOCKS else ()
                row = element.tag == "tr" and not _is_layout(element)
                yield from _row(element) if row else ()
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
        self.links += tag == "a"
        self.bolds += tag in ("b", "strong")
        if tag in _BLOCKS:
            kind, level = self.kinds[-1] if self.kinds else (None, 0)
            kind = _KINDS.get(tag, kind)
            if any(word.lower() in _CAPTION_NAMES for word in _WORDS.findall(element.get("class", "")[:200])):
                kind = BlockKind.CAPTION
            level = int(tag[1]) if len(tag) == 2 and tag[1].isdigit() else 8 if tag in ("dt", "summary") else level
            self.kinds.append((kind, level))
        if tag == "br":
            self.buffer.append("\v")
        elif not whole and not (tag == "sup" and _REFERENCE.fullmatch(said(element).strip())):
            self._text(element.text)

    def _leave(self, element: Element) -> None:
        self.links -= element.tag == "a"
        self.bolds -= element.tag in ("b", "strong")
        if element.tag in _BLOCKS:
            self.kinds.pop()
        if element is not self.root:
            self._text(element.tail)

    def _text(self, text: str | None) -> None:
        if text:
            self.buffer.append(text)
            length = len(_SPACE.sub("", text))
            self.linked += length if self.links else 0
            self.bold += length if self.bolds else 0

    def _flush(self) -> Iterator[Found]:
        raw, linked, bold = "".join(self.buffer), self.linked, self.bold
        self.buffer, self.linked, self.bold = [], 0, 0
        kind, level = self.kinds[-1] if self.kinds else (None, 0)
        if kind is BlockKind.CODE:
            yield raw.replace("\v", "\n").strip("\n"), kind, 0
            return
        text = "\n".join(_SPACE.sub(" ", line).strip() for line in _BROKEN.sub("", raw).split("\v"))
        length = len(_SPACE.sub("", text))
        if not length:
            return
        if linked * 10 >= length * 8 and length <= 120 and kind is not BlockKind.HEADING:
            kind = BlockKind.FURNITURE
        if kind is None and bold == length <= 60 and "\n" not in text.strip() and not text.strip().endswith(_ENDINGS):
            yield text, BlockKind.HEADING, 7
            return
        for start, end in split_lines(text, 0, len(text)):
            yield text[start:end], kind, level


def _is_layout(row: Element) -> bool:
    """A table that only arranges the page: its cells hold paragraphs, or it has but one cell a row."""
    cells = [cell for cell in row if cell.tag in ("td", "th")]
    inner = any(sum(part.tag in _BLOCKS for part in cell.iterdescendants()) > 1 for cell in cells)
    return len(cells) < 2 or inner


def _row(row: Element) -> Iterator[Found]:
    cells = [_SPACE.sub(" ", said(cell)).strip() for cell in row if cell.tag in ("td", "th")]
    if any(cells):
        heads = all(cell.tag == "th" for cell in row if cell.tag in ("td", "th"))
        yield " | ".join(cells), BlockKind.CAPTION if heads else BlockKind.ROW, 0
