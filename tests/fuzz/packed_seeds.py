"""Small valid files of the formats that are not text."""

import io
import struct
import zipfile
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import docx
import pptx
import xlsxwriter
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from pptx.util import Inches
from reportlab.pdfgen.canvas import Canvas

from tests import hostile
from tests.fuzz.mutations import Seed


def parts(save: Callable[[io.BytesIO], object]) -> dict[str, bytes]:
    """The parts of the archive that `save` writes."""
    buffer = io.BytesIO()
    save(buffer)
    return unpacked(buffer.getvalue())


def unpacked(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def word() -> dict[str, bytes]:
    package = docx.Document()
    package.core_properties.title = "Works"
    package.add_heading("Works", 1)
    package.add_paragraph("The works has 8 halls.\tIt opened in 2004.")
    package.add_paragraph("First", style="List Number")
    package.add_paragraph("Second", style="List Bullet 2")
    package.add_paragraph().add_run("Bold line").bold = True
    table = package.add_table(rows=3, cols=2)
    for cell, text in zip(table._cells, ["Hall", "Size", "A", "40", "B", "50"], strict=True):
        cell.text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    body = package.element.body
    body.append(
        parse_xml(
            f"<w:p {nsdecls('w')}><w:del><w:r><w:t>gone</w:t></w:r></w:del><w:ins><w:r>"
            '<w:t>kept</w:t><w:footnoteReference w:id="1"/></w:r></w:ins></w:p>'
        )
    )
    body.append(
        parse_xml(
            f'<w:p {nsdecls("w")}><w:pPr><w:outlineLvl w:val="1"/><w:numPr><w:ilvl w:val="0"/>'
            '<w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>A part</w:t></w:r></w:p>'
        )
    )
    found = parts(package.save)
    # What is a picture would take most of the changes.
    return {name: b"" if name.startswith("docProps/thumb") else part for name, part in found.items()}


def small_word() -> dict[str, bytes]:
    row = "<w:tr><w:tc><w:tcPr><w:gridSpan w:val='2'/></w:tcPr>{0}</w:tc><w:tc>{0}</w:tc></w:tr>"
    body = hostile.words("The works has 8 halls.") + f"<w:tbl>{row.format(hostile.words('A hall'))}</w:tbl>"
    return unpacked(hostile.docx(body))


def workbook() -> dict[str, bytes]:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    sheet = book.add_worksheet("Halls")
    sheet.merge_range("A1:C1", "All halls", None)
    sheet.write_row(1, 0, ["Hall", "Size", "Since"])
    sheet.write_row(2, 0, ["A", 40.5, 45412])
    sheet.write_datetime(2, 2, datetime(2024, 4, 30), book.add_format({"num_format": "yyyy-mm-dd"}))
    sheet.write_formula(3, 1, "=1+1", None, 2)
    sheet.write_boolean(3, 2, True)
    book.close()
    found = unpacked(buffer.getvalue())
    return {name: part for name, part in found.items() if "theme" not in name and "docProps" not in name}


def open_sheet() -> dict[str, bytes]:
    cell = '<table:table-cell office:value-type="float" office:value="40" table:number-columns-repeated="2"/>'
    text = '<table:table-cell office:value-type="string"><text:p>Hall</text:p></table:table-cell>'
    rows = f'<table:table-row>{text * 2}</table:table-row><table:table-row table:number-rows-repeated="2">{cell}</table:table-row>'
    data = hostile.odt(f'<office:spreadsheet><table:table table:name="a">{rows}</table:table></office:spreadsheet>')
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    names = b'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"'
    manifest = b'<manifest:manifest %b><manifest:file-entry manifest:full-path="/" manifest:media-type="%b"/></manifest:manifest>'
    return {**unpacked(data), "mimetype": kind, "META-INF/manifest.xml": manifest % (names, kind)}


def open_text() -> dict[str, bytes]:
    note = "<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>On a lead.</text:p></text:note-body></text:note>"
    cells = '<table:table-cell table:number-columns-spanned="2"><text:p>Day</text:p></table:table-cell><table:covered-table-cell/>'
    return unpacked(
        hostile.odt(
            '<office:text><text:h text:outline-level="1">Rules</text:h>'
            f'<text:p>Dogs are<text:s text:c="2"/>allowed{note} in the<text:tab/>park.</text:p>'
            "<text:list><text:list-item><text:p>Keep out.</text:p></text:list-item></text:list>"
            f"<table:table><table:table-header-rows><table:table-row>{cells}</table:table-row></table:table-header-rows>"
            f"<table:table-row>{cells}</table:table-row></table:table></office:text>"
        )
    )


def slides() -> dict[str, bytes]:
    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text = "Release plan"
    slide.placeholders[1].text = "First we test.\nThen we ship."
    slide.notes_slide.notes_text_frame.text = "Remember the change log."
    table = slide.shapes.add_table(2, 2, Inches(1), Inches(4), Inches(4), Inches(1)).table
    for number, text in enumerate(("Team", "Size", "Search", "4")):
        table.cell(number // 2, number % 2).text = text
    found = parts(deck.save)
    kept = ("theme", "docProps/thumb", "printerSettings")
    return {name: part for name, part in found.items() if not any(one in name for one in kept)}


def book() -> dict[str, bytes]:
    from tests.fuzz.text_seeds import HTML

    return unpacked(
        hostile.epub(HTML.replace("<!DOCTYPE html>", "").replace("<br/>", "").replace('"a.png">', '"a.png"/>'))
    )


def page(text: bytes) -> bytes:
    """A PDF whose one page is drawn by `text`, nothing in it packed."""
    return hostile.pdf(
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(text), text),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 6 0 R >>",
        b"<< /Length 70 >>\nstream\nbegincmap 1 begincodespacerange <00> <FF> endcodespacerange endcmap\nendstream",
    )


def drawn_page() -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pageCompression=0)
    canvas.setTitle("Works")
    canvas.setFont("Helvetica-Bold", 18)
    canvas.drawString(72, 760, "Works")
    canvas.setFont("Helvetica", 11)
    for number, line in enumerate(
        ("The works has 8 halls, and each of them", "is open to all.", "1. First", "2. Second")
    ):
        canvas.drawString(72, 700 - 14 * number, line)
    canvas.grid([72, 172, 272], [500, 520, 540])
    for x, y, text in ((80, 525, "Hall"), (180, 525, "Size"), (80, 505, "A"), (180, 505, "40")):
        canvas.drawString(x, y, text)
    canvas.linkURL("https://example.org", (72, 690, 200, 712))
    canvas.showPage()
    canvas.rotate(90)
    canvas.drawString(100, -100, "Another page that is turned.")
    canvas.save()
    return buffer.getvalue()


def old_workbook() -> bytes:
    """BIFF8 within an OLE container, by the letter of both formats."""

    def record(kind: int, content: bytes) -> bytes:
        return struct.pack("<HH", kind, len(content)) + content

    name = b"Halls"
    begin = struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0)
    head = record(0x0809, begin)
    bound_size = 4 + 4 + 2 + 2 + len(name)
    at = len(head) + bound_size + 4
    globals_ = head + record(0x0085, struct.pack("<IBBBB", at, 0, 0, len(name), 0) + name) + record(0x000A, b"")
    label = struct.pack("<HHHHB", 0, 0, 0, 4, 0) + b"Hall"
    sheet = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))
    sheet += record(0x0200, struct.pack("<IIHHH", 0, 2, 0, 2, 0)) + record(0x0204, label)
    sheet += record(0x0203, struct.pack("<HHHd", 1, 0, 0, 40.0)) + record(0x027E, struct.pack("<HHHI", 1, 1, 0, 0x82))
    return _container(globals_ + sheet + record(0x000A, b""))


def _container(stream: bytes) -> bytes:
    """An OLE file that holds one stream, the workbook."""
    end, free, table = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
    stream = stream.ljust(4096, b"\0")
    count = len(stream) // 512
    head = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, end, 0, end, 0) + struct.pack("<109I", 0, *[free] * 108)
    chain = [table, end, *(3 + number for number in range(count - 1)), end]
    sectors = struct.pack("<128I", *chain, *[free] * (128 - len(chain)))

    def entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
        letters = name.encode("utf-16-le")
        return (
            letters.ljust(64, b"\0") + struct.pack("<HBBIII", len(letters) + 2 if name else 0, kind, 1, free, free, child)
            + bytes(36) + struct.pack("<IQ", start, size)
        )  # fmt: skip

    folder = (
        entry("Root Entry", 5, 1, end, 0) + entry("Workbook", 2, free, 2, len(stream)) + entry("", 0, free, 0, 0) * 2
    )
    return head + sectors + folder + stream


def binary_workbook() -> dict[str, bytes]:
    """XLSB: records of a number, a length and a content."""

    def record(kind: int, content: bytes = b"") -> bytes:
        number = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
        return number + bytes([len(content)]) + content

    def wide(text: str) -> bytes:
        return struct.pack("<I", len(text)) + text.encode("utf-16-le")

    sheets = record(0x9C, struct.pack("<II", 0, 1) + wide("rId1") + wide("Halls"))
    cells = record(0x00, bytes(25)) + record(0x06, struct.pack("<II", 0, 0) + wide("Hall"))
    cells += record(0x05, struct.pack("<IId", 1, 0, 40.0)) + record(0x02, struct.pack("<III", 2, 0, 162))
    size = record(0x94, struct.pack("<IIII", 0, 1, 0, 2))
    base = unpacked(hostile.xlsx(""))
    relation = base["xl/_rels/workbook.xml.rels"].replace(b"sheet1.xml", b"sheet1.bin")
    return {
        "[Content_Types].xml": base["[Content_Types].xml"],
        "_rels/.rels": base["_rels/.rels"].replace(b"workbook.xml", b"workbook.bin"),
        "xl/workbook.bin": record(0x83) + record(0x8F) + sheets + record(0x90) + record(0x84),
        "xl/_rels/workbook.bin.rels": relation,
        "xl/worksheets/sheet1.bin": record(0x81) + size + record(0x91) + cells + record(0x92) + record(0x82),
    }


def seeds() -> Mapping[str, list[Seed]]:
    """Place of a reader, as the table of readers has it -> files that it reads."""
    found: dict[str, list[Any]] = {
        "docx": [small_word(), word()],
        "sheet": [workbook(), open_sheet(), old_workbook(), binary_workbook()],
        "pptx": [slides()],
        "epub": [book()],
        "odt": [open_text()],
        "pdf": [drawn_page(), page(b"BT /F1 12 Tf 72 700 Td (The works has eight halls.) Tj 0 -14 Td (1. One) Tj ET")],
    }
    return found
