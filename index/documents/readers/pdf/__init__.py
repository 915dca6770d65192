"""PDF: characters with their places, from pdfium, become words, columns, paragraphs and tables.

A PDF knows glyphs and where they stand. That letters are words, that lines belong together, that a large one is a
heading, and that the line at the foot of every page is not text, is told here, by place and size.
"""

from collections.abc import Sequence
from dataclasses import replace

from index.document import Document
from index.documents.readers.building.draft import Draft
from index.documents.readers.frontmatter import Meta
from index.documents.readers.pdf import engine, links
from index.documents.readers.pdf.blocks import blocks_of
from index.documents.readers.pdf.flow import columns_of
from index.documents.readers.pdf.margins import without_margins
from index.documents.readers.pdf.measure import measured
from index.documents.readers.pdf.page import PdfPage
from index.documents.readers.pdf.title import title_of
from index.documents.readers.pdf.unicode import UNMAPPED
from index.errors import ReaderError, Reason

_FEWEST = 10
"""Letters of a document, and of a page beside its picture."""
_MOST_RUNS = 8


def read_pdf(data: bytes, relative: str) -> Document:
    """The document in a PDF file; ReaderError where it cannot be opened, or no text is in it."""
    with engine.opened(data) as file:
        pages = list(engine.pages(file))
        given = engine.title(file)
    readable = [page if is_readable(page) else replace(page, words=()) for page in pages]
    if _letters(readable) < _FEWEST:
        raise ReaderError("pdf-fonts" if _letters(pages) >= _FEWEST else "pdf-no-text")
    kept = without_margins(readable)
    missing = _missing(pages, readable, kept)
    found = [column for page in kept for column in columns_of(page)]
    measure = measured(found)
    draft = Draft()
    for block, page in blocks_of(found, measure):
        draft.put(block, page)
    document = draft.finish(relative, Meta(title=title_of(given, found, measure)))
    return replace(document, missing=missing, links=links.placed(document, readable))


def _missing(pages: Sequence[PdfPage], readable: Sequence[PdfPage], kept: Sequence[PdfPage]) -> str:
    """Which pages are not read, and why, "" where all are: those whose fonts say no letters, and those of which but a
    picture is left once heads and feet are gone."""
    unknown = [page.number for page, same in zip(pages, readable, strict=True) if page.words and not same.words]
    scanned = [page.number for page in kept if page.pictured and _letters([page]) < _FEWEST]
    if scanned and unknown:
        return Reason("pdf-pages-lost", pages=listed(sorted({*scanned, *unknown})))
    if scanned:
        return Reason("pdf-pages-scanned", pages=listed(scanned))
    return Reason("pdf-pages-fonts", pages=listed(unknown)) if unknown else ""


def _letters(pages: Sequence[PdfPage]) -> int:
    return sum(len(word.text) for page in pages for word in page.words)


def listed(numbers: Sequence[int]) -> str:
    """Numbers in order, runs of them by their ends: "1-3, 7"; the first of them where there are many."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    said = [str(first) if first == last else f"{first}-{last}" for first, last in runs]
    return ", ".join(said[:_MOST_RUNS]) + (" ..." if len(said) > _MOST_RUNS else "")


def is_readable(page: PdfPage) -> bool:
    """Its fonts say which letters they show."""
    text = "".join(word.text for word in page.words)
    return len(UNMAPPED.findall(text)) * 5 <= len(text)
