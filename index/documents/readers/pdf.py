"""PDF: lines with their places on the page, from pypdf, put together into paragraphs, headings and table rows.

A PDF knows glyphs and where they stand. That lines belong together, that a large one is a heading, and that the line
at the foot of every page is not text, is told here by place and size.
"""

import io
import logging
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import pypdf
from pypdf.errors import DependencyError, FileNotDecryptedError, PyPdfError

from index.document import Document
from index.documents.readers.draft import Draft
from index.documents.readers.frontmatter import Meta
from index.documents.readers.layout import Line, paragraphs, without_margins
from index.errors import ReaderError

_MOST_PAGES = 5000
_LARGEST_PAGE = 2 * 1024 * 1024
"""Bytes of drawing commands; a page of text has a fiftieth of that, and ten times as much would take minutes."""
_BROKEN = (
    *(PyPdfError, ValueError, KeyError, IndexError, TypeError, AttributeError, AssertionError, RecursionError),
    *(ArithmeticError, NotImplementedError, OSError, EOFError, MemoryError, zlib.error),
)
"""What pypdf is known to raise on a damaged file."""
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\u200b\ufeff]")
_PRIVATE = re.compile("[\ue000-\uf8ff\ufffd]")
_NO_TITLE = re.compile(
    r"untitled|无标题|未命名|microsoft (?:word|powerpoint).*|.*\.(?:docx?|pdf|indd|tex|pptx?|wps)|\W*", re.IGNORECASE
)

# Repairs that pypdf makes while reading are no news to an admin; what cannot be read is reported as such.
logging.getLogger("pypdf").setLevel(logging.CRITICAL)


def read_pdf(data: bytes, relative: str) -> Document:
    reader = _opened(data)
    pages = [_lines(page, number) for number, page in enumerate(reader.pages, 1)]
    text = "".join(line.text for page in pages for line in page)
    if sum(map(str.isalnum, text)) < 10:
        raise ReaderError("pdf-no-text")
    if len(_PRIVATE.findall(text)) * 5 > len(text):
        raise ReaderError("pdf-fonts")
    draft = Draft()
    for paragraph in paragraphs(without_margins(pages)):
        draft.add(paragraph.text, paragraph.kind, paragraph.level, paragraph.page)
    return draft.finish(relative, Meta(title=_title(reader)))


def _opened(data: bytes) -> pypdf.PdfReader:
    if b"%PDF-" not in data[:1024]:
        raise ReaderError("not-pdf")
    try:
        reader = pypdf.PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise ReaderError("pdf-locked")
        count = len(reader.pages)
    except (FileNotDecryptedError, DependencyError) as error:
        raise ReaderError("pdf-locked") from error
    except _BROKEN as error:
        raise ReaderError("pdf-broken") from error
    if not 0 < count <= _MOST_PAGES:
        raise ReaderError("pdf-pages", count=count, most=_MOST_PAGES)
    return reader


def _lines(page: pypdf.PageObject, number: int) -> list[Line]:
    """The lines of a page in reading order; none where the page is damaged, or a drawing and not writing."""
    collector = _Collector(number)
    try:
        content = page.get_contents()
        if content is None or len(content.get_data()) > _LARGEST_PAGE:
            return []
        page.extract_text(visitor_text=collector.visit)
    except _BROKEN:
        return []
    collector.flush()
    return collector.lines


@dataclass(slots=True)
class _Run:
    """A line while its pieces arrive."""

    text: str
    x: float
    y: float
    size: float
    bold: bool


class _Collector:
    """Takes what pypdf reports, piece by piece, and makes lines of it."""

    def __init__(self, page: int) -> None:
        self.page = page
        self.lines: list[Line] = []
        self.run: _Run | None = None

    def visit(
        self, text: str, cm: Sequence[float], tm: Sequence[float], font: dict[str, object] | None, size: float
    ) -> None:
        for number, part in enumerate(text.split("\n")):
            if number:
                self.flush()
            part = _CONTROL.sub("", part)
            if self.run is not None:
                self.run.text += part
            elif part.strip():
                # Row vectors: a point of the text's space goes through the text matrix, then the page's.
                x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
                y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
                scale = max(abs(tm[3]), abs(tm[1])) * max(abs(cm[3]), abs(cm[1]))
                bold = "bold" in str((font or {}).get("/BaseFont", "")).lower()
                self.run = _Run(part, x, y, round(abs(size * scale), 1) or 1.0, bold)

    def flush(self) -> None:
        run, self.run = self.run, None
        text = " ".join(run.text.split()) if run else ""
        if run and text:
            self.lines.append(Line(text, run.x, run.y, run.size, run.bold, self.page))


def _title(reader: pypdf.PdfReader) -> str | None:
    try:
        title = reader.metadata.title if reader.metadata else None
    except _BROKEN:
        return None
    title = " ".join(_CONTROL.sub("", str(title or "")).split())
    return None if not title or _NO_TITLE.fullmatch(title) else title[:300]
