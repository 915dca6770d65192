"""Markdown: its block structure from markdown-it, its inline marks found in the source, its text left as it is."""

import html
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

from index.document import BlockKind, Document, Span
from index.documents.encoding import decode
from index.documents.readers import frontmatter, furniture
from index.documents.readers.building.assemble import assemble
from index.documents.readers.building.piece import Piece
from index.documents.readers.lines import split_lines
from index.documents.readers.markdown.indented import outdented
from index.documents.readers.markdown.lists import Lists
from index.documents.readers.markdown.tables import cells, html_rows
from index.documents.readers.markdown.templates import merged, templates
from index.documents.readers.text import from_text
from index.documents.readers.text.shape import is_question
from index.text.language import size

_LARGEST = 8 * 1024 * 1024
"""Characters; a larger file is data rather than writing, and is read as plain text."""
_AFTER_LINK = re.compile(r"\]\((?:[^()\\]|\\.|\([^()\n]*\))*\)|\]\[[^\]\n]*\]|\]|>")
_TAG = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style)\b.*?(?:</\1\s*>|\Z)|</?[A-Za-z][^<>]*>", re.DOTALL | re.IGNORECASE
)
"""What is opened and never closed ends where the block does."""
_CONTINUED = re.compile(r"\n([ \t]*(?:>[ \t]?)+)")
_OPENING = re.compile(r"[ \t]*(?:(?:>|[-*+]|\d{1,9}[.)])[ \t]+|>)*")
_BOX = re.compile(r"\[[ xX]\][ \t]+")
_HEADING = re.compile(r"[ \t>]*(?:#{1,6}[ \t]+)?(.*?)(?:[ \t]+#+)?[ \t]*(?=\n|\Z)", re.DOTALL)
_NOTE = re.compile(r"(?<![^\s>])\[\^([^\]\s]{1,40})\]:[ \t]*")
_QUOTED = re.compile(r"^[ \t]*((?:>[ \t]?)+)", re.MULTILINE)
_ESCAPED_BAR = re.compile(r"\\(?=\|)")
_INLINE = re.compile(
    r"\*\*(?=[^\s*])(?P<bold>[^*\n]{1,200})(?<=[^\s*])\*\*"
    r"|(?<!!)\[(?P<link>[^\[\]\n]{1,200})\]"
    r"\([^()\s]{0,300}(?:\([^()\s]{0,100}\)[^()\s]{0,100})?(?:[ \t]+\"[^\"\n]{0,200}\")?\)"
)
"""Markdown within HTML, which some generators read there."""
_FILTER = re.compile(r"\{\{[^{}|\n]{0,300}\|[^{}\n]{0,300}\}\}|\{%[^|\n]{0,300}?\|[^\n]{0,300}?%\}")
_BOLD_LINE = re.compile(r"(\*\*|__)(?=\S)[^*_\n]{1,80}(?<=\S)\1[:：]?")


def read_markdown(data: bytes, relative: str) -> Document:
    return from_markdown(decode(data), relative)


def from_markdown(text: str, relative: str) -> Document:
    """The document of a text in Markdown."""
    if len(text) > _LARGEST:
        return from_text(text, relative)
    meta, body = frontmatter.split(text)
    source = _Source(text, body)
    pieces = list(source.pieces())
    if body:
        pieces.insert(0, Piece(BlockKind.FURNITURE, 0, len(text[:body].rstrip())))
    return assemble(relative, text, _answered(text, pieces), meta, sorted(source.marks))


def _answered(text: str, pieces: Sequence[Piece]) -> list[Piece]:
    """A paragraph that only asks, with its answer below, heads that answer."""
    out = list(pieces)
    for i, (piece, after) in enumerate(pairwise(pieces)):
        asked = text[piece.start : piece.end]
        answer = text[after.start : after.end]
        said = piece.kind is BlockKind.PARAGRAPH and after.kind in (BlockKind.PARAGRAPH, BlockKind.ITEM)
        if said and is_question(asked) and not is_question(answer):
            out[i] = Piece(BlockKind.HEADING, piece.start, piece.end, 7, asked.strip(" *_"))
    return out


class _Source:
    """One Markdown text while it is taken apart."""

    def __init__(self, text: str, body: int) -> None:
        self.text = text
        self.marks: list[Span] = []
        self.lists = Lists()
        self.table = 0
        self.first = text.count("\n", 0, body)
        self.lines = [0, *accumulate(len(line) + 1 for line in text.split("\n"))]
        parser = MarkdownIt("commonmark").enable(["table", "strikethrough"]).disable("text_join")
        self.tokens: list[Token] = parser.parse(outdented(text[body:]))

    def pieces(self) -> Iterator[Piece]:
        head = False
        for at, token in enumerate(self.tokens):
            self.lists.see(token)
            head = {"thead_open": True, "thead_close": False}.get(token.type, head)
            if token.map is None:
                continue
            if token.type == "heading_open":
                yield self._heading(token, self.tokens[at + 1])
            elif token.type == "paragraph_open":
                kind = BlockKind.ITEM if self.lists.depth else BlockKind.PARAGRAPH
                yield from map(self.lists.placed, self._paragraph(token, self.tokens[at + 1], kind))
            elif token.type == "table_open":
                self.lists.group += 1
                self.table = self.lists.group
            elif token.type == "tr_open":
                yield self._row(token, at, BlockKind.HEADER if head else BlockKind.ROW)
            elif token.type in ("fence", "code_block"):
                yield self.lists.placed(self._code(token))
            elif token.type == "html_block":
                yield from self._html(token)

    def _span(self, token: Token) -> Span:
        """From the first to the last character of a token's lines that is not white space."""
        first, last = token.map or [0, 0]
        left, right = self.lines[first + self.first], min(self.lines[last + self.first], len(self.text))
        body = self.text[left:right]
        stripped = body.strip()
        left += body.find(stripped)
        return left, left + len(stripped)

    def _code(self, token: Token) -> Piece:
        """A code block; the lines that fence it, and the marks of a quotation around it, are marks."""
        left, right = self._span(token)
        first_mark = len(self.marks)
        line = self.text.rfind("\n", 0, left) + 1
        if ">" in self.text[line : left + 1]:
            self.marks.extend(found.span(1) for found in _QUOTED.finditer(self.text, left, right))
        if token.type == "fence":
            first = self.text.find("\n", left, right)
            self._mark(left, first if first >= 0 else right)
            last = self.text.rfind("\n", left, right)
            if last >= first >= 0 and self.text[last:right].strip(" \t>\n").startswith(token.markup):
                self._mark(last, right)
        self.marks[first_mark:] = merged(self.marks[first_mark:])
        return Piece(BlockKind.CODE, left, right)

    def _heading(self, token: Token, inline: Token) -> Piece:
        left, right = self._span(token)
        if token.markup.startswith("#"):
            found = _HEADING.match(self.text, left, right)
            left, right = found.span(1) if found else (left, right)
        else:
            right = left + len(self.text[left:right].rpartition("\n")[0].rstrip())
        self._inline(inline, left, right)
        return Piece(BlockKind.HEADING, left, right, int(token.tag[1:]), self._plain(left, right))

    def _paragraph(self, token: Token, inline: Token, kind: BlockKind) -> Iterator[Piece]:
        left, right = self._span(token)
        opening = _OPENING.match(self.text, left, right)
        left = opening.end() if opening and opening.end() < right else left
        self._inline(inline, left, right)
        box = _BOX.match(self.text, left, right) if kind is BlockKind.ITEM else None
        left = box.end() if box else left
        if _NOTE.match(self.text, left, right):
            yield from self._notes(left, right)
            return
        for start, end in split_lines(self.text, left, right):
            start += len(self.text[start:end]) - len(self.text[start:end].lstrip("> \t"))
            if start < end:
                yield self._line(start, end, kind)

    def _notes(self, left: int, right: int) -> Iterator[Piece]:
        """Notes below each other, each with its mark; what stands before the first is none."""
        found = list(_NOTE.finditer(self.text, left, right))
        for note, border in zip(found, (*(one.start() for one in found[1:]), right), strict=True):
            end = note.end() + len(self.text[note.end() : border].rstrip())
            if note.end() < end:
                yield Piece(BlockKind.NOTE, note.end(), end, number=note.group(1))

    def _line(self, start: int, end: int, kind: BlockKind) -> Piece:
        line = self.text[start:end]
        said = self._plain(start, end)
        if _BOLD_LINE.fullmatch(line) and kind is BlockKind.PARAGRAPH:
            return Piece(BlockKind.HEADING, start, end, 7, said.rstrip(":："))
        if not any(map(str.isalnum, said)):
            return Piece(BlockKind.CAPTION, start, end)
        if furniture.site(said) and (kind is BlockKind.PARAGRAPH or size(said) > 4):
            return Piece(BlockKind.FURNITURE, start, end)
        return Piece(BlockKind.CAPTION if furniture.caption(said) else kind, start, end)

    def _row(self, token: Token, at: int, kind: BlockKind) -> Piece:
        left, right = self._span(token)
        places = cells(self.text, left, right)
        line = self.text[left:right].rstrip("|").rstrip()
        right, left = left + len(line), left + len(line) - len(line.lstrip("|> \t"))
        if _FILTER.search(self.text, left, right):
            # CommonMark ends a cell at the bar within a template: its cells are others.
            self._templated(left, right)
            return Piece(kind, left, max(left, right), group=self.table, cells=places)
        coming = iter(places)
        # Not a slice of the tokens: a table of many rows would be copied for each of them.
        while self.tokens[at].type != "tr_close":
            if self.tokens[at].type == "inline":
                self._inline(self.tokens[at], *next(coming, (right, right)))
            at += 1
        return Piece(kind, left, max(left, right), group=self.table, cells=places)

    def _html(self, token: Token) -> Iterator[Piece]:
        """HTML between the paragraphs: its text, and the rows of its tables."""
        left, right = self._span(token)
        self._templated(left, right)
        rows = list(html_rows(self.text, left, right))
        if not rows:
            yield from self._html_text(left, right)
            return
        self.lists.group += 1
        for row in rows:
            yield from self._html_text(left, row.start) if self._plain(left, row.start) else ()
            kind = BlockKind.HEADER if row.header and row is rows[0] else BlockKind.ROW
            yield Piece(kind, row.start, row.end, group=self.lists.group, cells=row.cells)
            left = row.end
        yield from self._html_text(left, right) if self._plain(left, right) else ()

    def _templated(self, left: int, right: int) -> None:
        """Notes the marks of what markdown-it does not take apart: tags, the commonest of Markdown's own, templates."""
        first = len(self.marks)
        self.marks.extend(found.span() for found in _TAG.finditer(self.text, left, right))
        for found in _INLINE.finditer(self.text, left, right):
            words = found.span(found.lastgroup or 0)
            self.marks += [(found.start(), words[0]), (words[1], found.end())]
        self.marks[first:] = merged([*self.marks[first:], *templates(self.text, left, right)])

    def _html_text(self, left: int, right: int) -> Iterator[Piece]:
        said = self._plain(left, right)
        if size(said) >= 4 and not furniture.site(said):
            yield Piece(BlockKind.PARAGRAPH, left, right)
        elif left < right:
            yield Piece(BlockKind.FURNITURE, left, right)

    def _inline(self, inline: Token, left: int, right: int) -> int:
        """Marks are what stands between the pieces of text that markdown-it gives, and templates within them.

        Returns where the last piece ends.
        """
        first = len(self.marks)
        cursor, code = self._gaps(inline, left, right)
        if inline.map is not None and self._closes(cursor, right):
            cursor = self._mark(cursor, right)
        found = [span for span in templates(self.text, left, max(cursor, left)) if not _inside(span, code)]
        if found:
            self.marks[first:] = merged([*self.marks[first:], *found])
        return cursor

    def _gaps(self, inline: Token, left: int, right: int) -> tuple[int, list[Span]]:
        """Notes what stands between pieces of text; returns where the last one ends, and where code stands."""
        cursor = left
        code: list[Span] = []
        for child in inline.children or []:
            if child.type == "link_close":
                found = _AFTER_LINK.match(self.text, cursor, right)
                cursor = self._mark(cursor, found.end() if found else cursor)
                continue
            said = child.markup[1:] if child.type == "text_special" and child.info == "escape" else child.content
            said = child.markup if child.type == "text_special" and child.info == "entity" else said
            if child.type not in ("text", "text_special", "code_inline") or not said:
                continue
            at, end = self._found(said, cursor, right)
            if at >= 0:
                self._mark(cursor, at)
                self.marks.extend(bar.span() for bar in _ESCAPED_BAR.finditer(self.text, at, end) if "|" in said)
                cursor = end
                if child.type == "code_inline":
                    code.append((at, cursor))
        return cursor, code

    def _found(self, said: str, left: int, right: int) -> Span:
        """Where `said` stands, -1 where it does not; within a table the bars in it are escaped."""
        at = self.text.find(said, left, right)
        if at < 0 and "|" in said:
            escaped = said.replace("|", r"\|")
            at = self.text.find(escaped, left, right)
            return at, at + len(escaped)
        return at, at + len(said)

    def _closes(self, left: int, right: int) -> bool:
        """Only marks are left: the end of an emphasis, an image."""
        return left < right and not self.text[left:right].startswith(("|", " |"))

    def _mark(self, left: int, right: int) -> int:
        """Notes `text[left:right]` as a mark, less the white space at its edges and between its lines."""
        for found in re.finditer(r"\S+(?:[ \t]+\S+)*", self.text[left:right]):
            self.marks.append((left + found.start(), left + found.end()))
        return right

    def _plain(self, left: int, right: int) -> str:
        """`text[left:right]` without its marks, which were noted in order."""
        parts: list[str] = []
        at = left
        first = bisect_left(self.marks, (left, left))
        for a, b in self.marks[first : bisect_left(self.marks, (right, right), first)]:
            if at <= a and b <= right:
                parts.append(self.text[at:a])
                at = b
        parts.append(self.text[at:right])
        return html.unescape(" ".join("".join(parts).split()))


def _inside(span: Span, others: Sequence[Span]) -> bool:
    return any(left <= span[0] < right for left, right in others)
