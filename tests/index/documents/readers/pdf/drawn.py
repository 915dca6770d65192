"""PDF files made on the spot, and what is read in them."""

import io
from collections.abc import Callable, Sequence

from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate

from index.document import BlockKind, Document
from index.documents.readers.pdf import read_pdf

pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
STYLES = getSampleStyleSheet()


def drawn(draw: Callable[[Canvas], None], **options: object) -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4, **options)
    draw(canvas)
    canvas.save()
    return buffer.getvalue()


def write(canvas: Canvas, *lines: str, top: int = 700, left: int = 72, size: int = 11, font: str = "Helvetica") -> None:
    canvas.setFont(font, size)
    for number, line in enumerate(lines):
        canvas.drawString(left, top - number * 14, line)


def in_columns(story: Sequence[object], count: int = 2, gap: float = 14) -> bytes:
    """`story` set in so many columns a page."""
    buffer = io.BytesIO()
    width = (A4[0] - 120 - (count - 1) * gap) / count
    frames = [
        Frame(60 + number * (width + gap), 60, width, 700, leftPadding=0, rightPadding=0) for number in range(count)
    ]
    template = BaseDocTemplate(buffer, pagesize=A4)
    template.addPageTemplates(PageTemplate(frames=frames))
    template.build(list(story))
    return buffer.getvalue()


def read(draw: Callable[[Canvas], None]) -> Document:
    return read_pdf(drawn(draw), "a.pdf")


def blocks(document: Document) -> list[tuple[BlockKind, str]]:
    return [(block.kind, document.text[block.start : block.end]) for block in document.blocks]


def texts(document: Document, kind: BlockKind) -> list[str]:
    return [text for found, text in blocks(document) if found is kind]


def cells(document: Document) -> list[list[str]]:
    """The cells of every row."""
    return [[document.text[start:end] for start, end in block.cells] for block in document.blocks if block.cells]
