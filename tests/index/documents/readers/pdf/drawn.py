"""PDF files made on the spot, and what is read in them."""

import io
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import reportlab
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFontFile
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


def unmapped(text: str) -> bytes:
    """`text` set in a font that numbers its letters and does not say which they are."""
    path = Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"
    font = TTFontFile(str(path))
    shown = "".join(f"{font.charToGlyph[ord(letter)]:04x}" for letter in text)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        _stream(f"BT /F1 12 Tf 72 700 Td <{shown}> Tj ET".encode()),
        b"<</Type/Font/Subtype/Type0/BaseFont/AAAAAA+Vera/Encoding/Identity-H/DescendantFonts[6 0 R]>>",
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont/AAAAAA+Vera/FontDescriptor 7 0 R/DW 600/CIDToGIDMap/Identity"
        b"/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>>>",
        b"<</Type/FontDescriptor/FontName/AAAAAA+Vera/Flags 4/FontBBox[0 -200 1000 900]/ItalicAngle 0/Ascent 900"
        b"/Descent -200/CapHeight 700/StemV 80/FontFile2 8 0 R>>",
        _stream(path.read_bytes()),
    ]
    data = b"%PDF-1.5\n"
    places = []
    for number, one in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%b\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    end = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, len(data))
    return data + head + table + end


def _stream(data: bytes) -> bytes:
    packed = zlib.compress(data)
    return b"<</Length %d/Filter/FlateDecode>>stream\n%b\nendstream" % (len(packed), packed)
