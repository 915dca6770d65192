"""The blocks of a document as HTML: headings, lists within lists, tables with their merged cells, code, notes."""

import re
from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby

from bot.question import Language
from bot.texts.messages import say
from bot.web.source.inline import Inline
from bot.web.source.tables import table_html
from index.document import Block, BlockKind, Document, Span

_ROWS = frozenset({BlockKind.ROW, BlockKind.HEADER})
_DEEPEST = 8
"""Lists within lists; what stands deeper is shown at this depth."""
_MARKDOWN = (".md", ".markdown", ".mdx", ".ipynb", ".adoc")
"""Suffixes of the files that are read as Markdown, where each item of a list has its mark before it."""
_SHEETS = (".xlsx", ".xls", ".xlsb", ".ods", ".csv", ".tsv")
"""Suffixes of the files whose pages are sheets, each with its name above it."""
_HASHES = re.compile(r"#{1,6}[ \t]+")
_BULLET = re.compile(r"(?:[-*+•]|\d{1,9}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?\Z")


class Blocks:
    """Writes blocks of one document; `lang` is the language of the page around them.

    `names` are the ids of headings by where they start, `deeper` is how many levels below its own a heading is shown.
    """

    def __init__(
        self, document: Document, inline: Inline, lang: Language, names: dict[int, str], *, deeper: int = 1
    ) -> None:
        self._document = document
        self._inline = inline
        self._lang = lang
        self._names = names
        self._deeper = deeper
        self._page: int | None = None

    def html(self, blocks: Sequence[Block]) -> Iterator[str]:
        """`blocks`, which follow on each other in the document."""
        for _, together in groupby(blocks, key=lambda block: block.group or -block.start - 1):
            run = list(together)
            yield from self._turned(run[0])
            if run[0].kind in _ROWS:
                yield table_html(run, self._inline.html, say("source-table", self._lang))
            elif run[0].group and any(block.level for block in run):
                yield self._list(run)
            else:
                yield from filter(None, map(self._alone, run))

    def _turned(self, block: Block) -> Iterator[str]:
        """Which page of a paged document begins here."""
        sheets = self._document.source.path.lower().endswith(_SHEETS)
        if block.page is not None and block.page != self._page and not sheets:
            self._page = block.page
            label = escape(say("page", self._lang, page=block.page))
            yield f'<p class="page" id="page-{block.page}"><span>{label}</span></p>'

    def _alone(self, block: Block) -> str:
        if block.kind is BlockKind.CODE:
            return self._code(block)
        if block.kind is BlockKind.HEADING:
            return self._heading(block)
        inside = self._inline.html(block.start, block.end).strip()
        if not inside:
            return ""
        number = f'<span class="number">{escape(block.number)}</span> ' if block.number else ""
        name = "" if block.kind is BlockKind.PARAGRAPH else f' class="{block.kind.value}"'
        return f"<p{name}>{number}{inside}</p>"

    def _heading(self, block: Block) -> str:
        hashes = _HASHES.match(self._document.text, block.start, block.end)
        inside = self._inline.html(hashes.end() if hashes else block.start, block.end).strip()
        level = min(6, max(2, block.level + self._deeper))
        name = f' id="{self._names[block.start]}"' if block.start in self._names else ""
        return f"<h{level}{name}>{inside}</h{level}>" if inside else ""

    def _list(self, blocks: Sequence[Block]) -> str:
        """Items of one depth, with the deeper ones inside the item that they follow."""
        items: list[str] = []
        depth = min(map(_depth, blocks))
        numbered = any(block.number for block in blocks if _depth(block) == depth)
        for deeper, together in groupby(blocks, key=lambda block: _depth(block) > depth):
            if deeper:
                items[-1:] = ["".join([*items[-1:], self._list(list(together))])]
                continue
            for block in together:
                self._item(block, items)
        kind = "ol" if numbered else "ul"
        return f"<{kind}>{''.join(f'<li>{item}</li>' for item in items)}</{kind}>"

    def _item(self, block: Block, items: list[str]) -> None:
        number = f'<span class="number">{escape(block.number)}</span> ' if block.number else ""
        if block.kind is BlockKind.CODE:
            inside = self._code(block)
        else:
            inside = self._inline.html(block.start, block.end).strip()
        if not inside:
            return
        if items and not self._begins_item(block):
            items[-1] += inside if block.kind is BlockKind.CODE else f"<p>{inside}</p>"
        else:
            items.append(number + inside)

    def _begins_item(self, block: Block) -> bool:
        """Whether a mark stands before it; in Markdown a further paragraph of an item has none."""
        if block.number:
            return True
        if block.kind is not BlockKind.ITEM:
            return False
        text = self._document.text
        before = text[text.rfind("\n", 0, block.start) + 1 : block.start]
        if self._document.source.path.lower().endswith(_MARKDOWN):
            return bool(_BULLET.search(before))
        return not before or not before.isspace()

    def _code(self, block: Block) -> str:
        lines = ("".join(self._inline.literal(*span) for span in line) for line in _code_lines(self._document, block))
        inside = "\n".join(lines)
        return f'<pre tabindex="0"><code>{inside}</code></pre>' if inside.strip() else ""


def _depth(block: Block) -> int:
    return min(block.level, _DEEPEST)


def _code_lines(document: Document, block: Block) -> list[list[Span]]:
    """The lines of a code block, less its marks and the margin that they share; each in one or more stretches."""
    line = document.text.rfind("\n", 0, block.start) + 1
    start = line if not document.text[line : block.start].strip(" \t>") else block.start
    lines: list[list[Span]] = [[]]
    at = start
    for left, right in (*document.marks_within(start, block.end), (block.end, block.end)):
        while (end := document.text.find("\n", at, max(at, left))) >= 0:
            lines[-1].append((at, end))
            lines.append([])
            at = end + 1
        lines[-1].append((at, max(at, left)))
        at = max(at, right)
    said = ["".join(document.text[a:b] for a, b in spans) for spans in lines]
    margin = min((len(one) - len(one.lstrip()) for one in said if one.strip()), default=0)
    full = [number for number, one in enumerate(said) if one.strip()]
    return [_less(spans, margin) for spans in lines[full[0] : full[-1] + 1]] if full else []


def _less(spans: Sequence[Span], margin: int) -> list[Span]:
    """The stretches of a line without its first `margin` characters."""
    kept = []
    for start, end in spans:
        taken = min(margin, end - start)
        margin -= taken
        if start + taken < end:
            kept.append((start + taken, end))
    return kept
