"""The last step of every reader: pieces of a text become a `Document` with blocks, sections and a source."""

import hashlib
import re
import sys
from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from index.document import QUOTABLE, Block, BlockKind, Document, Link, Section, Source, Span
from index.documents.readers.building.groups import grouped
from index.documents.readers.building.piece import Piece
from index.documents.readers.frontmatter import Meta
from index.documents.readers.naming import date_in, date_stated, own_title, tidy_name
from index.errors import ReaderError
from index.text.language import detect, normalised, size

_SPACE = re.compile(r"\s+")
_LONE = re.compile("[\ud800-\udfff]")
"""Half of a surrogate pair, as the fonts of some files give it: no valid Unicode, and no text can be sent with it."""
_LONGEST_TITLE = 300
_LONGEST_META = 2500
"""Code points of what a file says about itself: an address may be that long."""
_LONGEST_HEADING = 160
"""A heading that is longer is no title: it may be the first row of a table."""
_DATE_PIECES, _DATE_LINE = 8, 80
"""How many blocks of a document, and how much of each, may hold its date."""
_WIDEST = 1000
"""Columns of a table; each row is searched with their names, and nobody reads a wider one."""
_DISTINCT = 12
"""From this size on, a paragraph that stands twice says the same thing twice; a shorter one may be two table cells."""


def document_id(relative: str) -> str:
    return hashlib.sha256(relative.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def assemble(
    relative: str,
    text: str,
    pieces: Sequence[Piece],
    meta: Meta,
    marks: Sequence[Span] = (),
    links: Sequence[Link] = (),
) -> Document:
    """`pieces` in text order. Raises ReaderError where nothing is left that could be quoted."""
    text, pieces, meta = _whole(text), [_valid(piece) for piece in pieces], _valid_meta(meta)
    full_title = own_title(meta.title, relative) or _first_title(pieces, relative) or ""
    title = full_title[:_LONGEST_TITLE] or None
    if any(len(piece.cells) > _WIDEST for piece in pieces):
        raise ReaderError("too-many-columns", limit=_WIDEST)
    pieces = _once(text, pieces, title or "")
    if not any(piece.kind in QUOTABLE for piece in pieces):
        pieces = [replace(piece, kind=BlockKind.PARAGRAPH) for piece in pieces if _says_something(text, piece)]
    pieces = grouped(text, pieces)
    if not pieces:
        raise ReaderError("no-text")
    source = Source(
        path=relative,
        title=title or tidy_name(relative),
        lang=_language(meta.lang, text, pieces),
        publisher=meta.publisher,
        published=meta.published or _date(text, pieces, title or "", relative),
        url=_address(meta.url),
        rights=meta.rights,
        translation_of=meta.translation_of,
    )
    levels = _levels(pieces)
    blocks = tuple(_block(piece, levels) for piece in pieces)
    sections = _sections(text, pieces, title)
    return Document(document_id(relative), source, text, blocks, sections, tuple(marks), links=tuple(links))


def _whole(text: str) -> str:
    """Valid Unicode of the same length."""
    return _LONE.sub("\ufffd", text)


def _valid(piece: Piece) -> Piece:
    if len(piece.label) <= _LONGEST_TITLE and not _LONE.search(piece.label + piece.number):
        return piece
    return replace(piece, label=_whole(piece.label[:_LONGEST_TITLE]), number=_whole(piece.number))


def _valid_meta(meta: Meta) -> Meta:
    """What a file says about itself, within bounds."""
    values = {field.name: getattr(meta, field.name) for field in fields(meta)}
    return Meta(**{name: _whole(value[:_LONGEST_META]) for name, value in values.items() if value})


def _language(declared: str | None, text: str, pieces: Sequence[Piece]) -> str:
    """As the file says; by the letters of its text where it says nothing, or no language."""
    lang = normalised(declared or "")
    return lang if lang != "und" else detect(_body(text, pieces))


def _address(url: str | None) -> str | None:
    """An address that can be taken apart, None for any other."""
    try:
        return url if url and urlsplit(url).scheme in ("http", "https") else None
    except ValueError:
        return None


def _block(piece: Piece, levels: dict[int, int]) -> Block:
    heading = piece.kind is BlockKind.HEADING
    level = levels[piece.level] if heading else piece.level if piece.group else 0
    return Block(
        piece.kind, piece.start, piece.end, piece.page, level, 0 if heading else piece.group, piece.cells, piece.number
    )


def _levels(pieces: Sequence[Piece]) -> dict[int, int]:
    """Levels of headings as readers give them -> 1 to 6, as they are where they fit, in their order where not."""
    used = sorted({piece.level for piece in pieces if piece.kind is BlockKind.HEADING})
    found: dict[int, int] = {}
    last = 0
    for position, level in enumerate(used):
        deeper = len(used) - position - 1
        last = min(6, max(last + 1, min(level, 6 - deeper)))
        found[level] = last
    return found


def _says_something(text: str, piece: Piece) -> bool:
    return piece.kind is not BlockKind.FURNITURE and any(map(str.isalnum, text[piece.start : piece.end]))


def _body(text: str, pieces: Sequence[Piece]) -> str:
    """The beginning of what can be quoted, for telling its language."""
    parts: list[str] = []
    room = 20_000
    for piece in pieces:
        if piece.kind in QUOTABLE and room > 0:
            parts.append(text[piece.start : min(piece.end, piece.start + room)])
            room -= len(parts[-1])
    return "\n".join(parts)


def _date(text: str, pieces: Sequence[Piece], title: str, relative: str) -> str | None:
    """The date in a title, in the name of the file, or near the beginning of the text behind words for it."""
    begun = "\n".join(text[piece.start : min(piece.end, piece.start + _DATE_LINE)] for piece in pieces[:_DATE_PIECES])
    return date_in(title) or date_in(PurePosixPath(relative).stem) or date_stated(begun)


def _first_title(pieces: Sequence[Piece], relative: str) -> str | None:
    """The outermost heading before the first paragraph; else the only heading of its level, if that is the first."""
    headings = [piece for piece in pieces if piece.kind is BlockKind.HEADING and _may_be_title(piece.label, relative)]
    begins = next((piece.start for piece in pieces if piece.kind in QUOTABLE), sys.maxsize)
    top = [piece for piece in headings if piece.start < begins]
    if not top:
        outer = [piece for piece in headings if piece.level <= 1]
        top = outer if len(outer) == 1 and outer == headings[:1] else []
    return min(top, key=lambda piece: piece.level).label if top else None


def _may_be_title(label: str, relative: str) -> bool:
    return len(label) <= _LONGEST_HEADING and not label.endswith(("?", "？")) and bool(own_title(label, relative))


def _once(text: str, pieces: Sequence[Piece], title: str) -> list[Piece]:
    """A paragraph that stands twice counts once; the repetition stays in the text as furniture."""
    seen: set[tuple[str, str]] = set()
    section = ""
    kept: list[Piece] = []
    for piece in pieces:
        if piece.kind is BlockKind.HEADING:
            section = piece.label
        elif piece.kind in QUOTABLE:
            key = _SPACE.sub("", text[piece.start : piece.end])
            long = piece.kind is BlockKind.PARAGRAPH and size(key) >= _DISTINCT
            place = (key, "" if long else section)
            if place in seen or key == _SPACE.sub("", title):
                piece = replace(piece, kind=BlockKind.FURNITURE)
            seen.add(place)
        kept.append(piece)
    return kept


def _sections(text: str, pieces: Sequence[Piece], title: str | None) -> tuple[Section, ...]:
    """One section a heading, ending where the next of its level begins; the title of the document is none."""
    headings = [piece for piece in pieces if piece.kind is BlockKind.HEADING and piece.label]
    found: list[Section] = []
    open_: list[tuple[int, int, str]] = []
    for heading in headings:
        level = 0 if heading.label == title else heading.level
        while open_ and open_[-1][0] >= level:
            number = open_.pop()[1]
            found[number] = replace(found[number], end=heading.start)
        if level:
            open_.append((level, len(found), heading.label))
            found.append(Section(" › ".join(label for _, _, label in open_), heading.start, len(text)))
    return tuple(found)
