"""PDF: characters with their places, from pdfium, become words, columns, paragraphs and tables.

A PDF knows glyphs and where they stand. That letters are words, that lines belong together, that a large one is a
heading, and that the line at the foot of every page is not text, is told here, by place and size.
"""

from index.document import Document
from index.documents.readers.draft import Draft
from index.documents.readers.frontmatter import Meta
from index.documents.readers.pdf import engine
from index.documents.readers.pdf.blocks import blocks
from index.documents.readers.pdf.flow import columns
from index.documents.readers.pdf.margins import without_margins
from index.documents.readers.pdf.measure import measured
from index.documents.readers.pdf.title import tidied
from index.documents.readers.pdf.unicode import UNMAPPED
from index.errors import ReaderError


def read_pdf(data: bytes, relative: str) -> Document:
    """The document in a PDF file; ReaderError where it cannot be opened, or no text is in it."""
    with engine.opened(data) as file:
        pages = list(engine.pages(file))
        title = tidied(engine.title(file))
    text = "".join(word.text for page in pages for word in page.words)
    if sum(map(str.isalnum, text)) < 10:
        raise ReaderError("pdf-no-text")
    if len(UNMAPPED.findall(text)) * 5 > len(text):
        raise ReaderError("pdf-fonts")
    found = [column for page in without_margins(pages) for column in columns(page)]
    draft = Draft()
    for block, page in blocks(found, measured(found)):
        draft.put(block, page)
    return draft.finish(relative, Meta(title=title))
