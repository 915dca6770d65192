"""PDF files opened by pdfium: their pages, and what they say of themselves."""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

import pypdfium2
import pypdfium2.raw as pdfium

from index.documents.readers.pdf import glyphs
from index.documents.readers.pdf.drawings import drawings
from index.documents.readers.pdf.links import areas
from index.documents.readers.pdf.page import PdfPage
from index.errors import ReaderError

_MOST_PAGES = 5000
_MOST_CHARACTERS = 200_000
"""Of one page; a page of a newspaper has a tenth of that."""
_LOCKED = (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY)
_one_at_a_time = Lock()
"""pdfium is not made for threads."""


@contextmanager
def opened(data: bytes) -> Iterator[pypdfium2.PdfDocument]:
    """The file in `data`; ReaderError where it is none that can be read."""
    if b"%PDF-" not in data[:1024]:
        raise ReaderError("not-pdf")
    with _one_at_a_time:
        try:
            document = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as error:
            raise ReaderError("pdf-locked" if error.err_code in _LOCKED else "pdf-broken") from error
        try:
            if not 0 < len(document) <= _MOST_PAGES:
                raise ReaderError("pdf-pages", count=len(document), most=_MOST_PAGES)
            yield document
        finally:
            document.close()


def pages(document: pypdfium2.PdfDocument) -> Iterator[PdfPage]:
    """Every page; one that is damaged is empty."""
    for number in range(len(document)):
        try:
            page = document[number]
        except pypdfium2.PdfiumError:
            yield PdfPage(number + 1, 0, 0)
            continue
        yield _page(document, page, number + 1)
        page.close()


def title(document: pypdfium2.PdfDocument) -> str:
    """The title that the file gives itself, "" where it has none."""
    return str(document.get_metadata_value("Title"))


def _page(document: pypdfium2.PdfDocument, page: pypdfium2.PdfPage, number: int) -> PdfPage:
    bounds = page.get_bbox()
    left, bottom, right, top = bounds
    text = page.get_textpage()
    handle = ctypes.cast(text.raw, ctypes.c_void_p).value or 0
    count = pdfium.FPDFText_CountChars(text.raw)
    words, turn = glyphs.words(handle, count, (left, top, right, bottom)) if 0 < count < _MOST_CHARACTERS else ([], 0)
    text.close()
    width, height = right - left, top - bottom
    if turn % 2:
        width, height = height, width
    within = tuple(word for word in words if 0 <= word.left < width and 0 <= word.base <= height)
    lines = drawings(page, (left, top, right, bottom), turn)
    links = tuple(areas(document, page, (left, top, right, bottom), turn))
    return PdfPage(number, width, height, within, *lines, links=links)
