"""A corpus of files that are made to harm: each costs whoever reads it time, memory, a crash, or a look elsewhere.

`python -m tests.hostile FOLDER` writes it; `python -m tests.hostile` reads it as an index does, and prints what each
file cost.
"""

import io
import json
import os
import resource
import sys
import tempfile
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

GOOD = {"a.md": "# Works\n\nThe works has 8 halls.\n", "z.txt": "The harbour has 12 cranes.\n"}
"""Files that anybody may read, first and last in the folder."""
LONG = 5
"""How much longer the files are when they are measured than when they are tested with."""
Bytes = bytes | str
SLOW = "*[" * 200_000
"""What the parser of Markdown takes half a minute for."""


def office(parts: dict[str, Bytes], *, packed: bool = True) -> bytes:
    """An archive of those parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>{}</Types>'
)
_OVERRIDE = '<Override PartName="{}" ContentType="application/vnd.openxmlformats-officedocument.{}.main+xml"/>'
_RELS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}"'
    ' Target="{}"/></Relationships>'
)
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "ha ha">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    + "]>"
)


def docx(body: str, head: str = '<?xml version="1.0"?>') -> bytes:
    return office(
        {
            "[Content_Types].xml": _TYPES.format(_OVERRIDE.format("/word/document.xml", "wordprocessingml.document")),
            "_rels/.rels": _RELS.format("officeDocument", "word/document.xml"),
            "word/document.xml": f"{head}<w:document {_W}><w:body>{body}</w:body></w:document>",
        }
    )


def words(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def xlsx(rows: str, head: str = '<?xml version="1.0"?>') -> bytes:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    link = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    return office(
        {
            "[Content_Types].xml": _TYPES.format(_OVERRIDE.format("/xl/workbook.xml", "spreadsheetml.sheet")),
            "_rels/.rels": _RELS.format("officeDocument", "xl/workbook.xml"),
            "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{link}"><sheets>'
            '<sheet name="One" sheetId="1" r:id="rId1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": _RELS.format("worksheet", "worksheets/sheet1.xml"),
            "xl/worksheets/sheet1.xml": f'{head}<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>',
        }
    )


def epub(page: str) -> bytes:
    container = "urn:oasis:names:tc:opendocument:xmlns:container"
    return office(
        {
            "META-INF/container.xml": f'<container xmlns="{container}"><rootfiles>'
            '<rootfile full-path="a.opf"/></rootfiles></container>',
            "a.opf": '<package xmlns="http://www.idpf.org/2007/opf"><manifest><item id="p" href="p.xhtml"'
            ' media-type="application/xhtml+xml"/></manifest><spine><itemref idref="p"/></spine></package>',
            "p.xhtml": page,
        }
    )


def odt(body: str, head: str = '<?xml version="1.0"?>') -> bytes:
    names = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "text", "table")
    )
    content = f"{head}<office:document-content {names}><office:body>{body}</office:body></office:document-content>"
    return office({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content})


def pdf(*objects: Bytes) -> bytes:
    """A file of those objects, the first of them its catalogue."""
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        content = content.encode("latin-1") if isinstance(content, str) else content
        out += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(out + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start))


def stream(content: bytes, about: str = "") -> bytes:
    packed = zlib.compress(content, 9)
    return f"<< /Filter /FlateDecode /Length {len(packed)} {about} >>\nstream\n".encode() + packed + b"\nendstream"


_CATALOG = "<< /Type /Catalog /Pages 2 0 R >>"
_PAGES = "<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
_FONT = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica {} >>"


def pdfs() -> Iterator[tuple[str, bytes]]:
    page = "<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << {} >> >>"
    text = b"BT /F1 12 Tf 72 700 Td (The works has eight halls.) Tj ET "
    yield "pages-that-hold-themselves", pdf(_CATALOG, "<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>")
    yield "parents-in-a-ring", pdf(_CATALOG, "<< /Type /Pages /Parent 2 0 R /Kids [3 0 R] /Count 1 >>", page)
    levels = [f"<< /Type /Pages /Kids [{n} 0 R {n} 0 R] /Count 9 >>" for n in range(3, 33)]
    yield "pages-that-double", pdf(_CATALOG, *levels, "<< /Type /Page >>")
    yield "millions-of-pages", pdf(_CATALOG, "<< /Type /Pages /Kids [3 0 R] /Count 99999999 >>", page.format(""))
    fonts = page.format("/Font << /F1 5 0 R >>")
    yield "drawing-bomb", pdf(_CATALOG, _PAGES, fonts, stream(text * 600_000), _FONT.format(""))
    form = "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X {} 0 R >> >>"
    drawing = page.format("/XObject << /X 5 0 R >>")
    itself = stream(b"/X Do", form.format(5))
    yield "form-that-draws-itself", pdf(_CATALOG, _PAGES, drawing, stream(b"/X Do"), itself)
    doubling = [stream(b"/X Do /X Do", form.format(n)) for n in range(6, 46)]
    yield "forms-that-double", pdf(_CATALOG, _PAGES, drawing, stream(b"/X Do"), *doubling, stream(text))
    mapped = _FONT.format("/ToUnicode 6 0 R")
    letters = b"begincmap 1 begincodespacerange <0000> <FFFF> endcodespacerange 100 beginbfrange "
    letters += b"<0000> <FFFF> <0041> " * 2000 + b"endbfrange endcmap"
    yield (
        "font-of-ranges",
        pdf(_CATALOG, _PAGES, fonts, stream(text), mapped, stream(letters)),
    )
    half = b"1 beginbfchar <54> <D800> endbfchar"
    yield "half-a-pair", pdf(_CATALOG, _PAGES, fonts, stream(text), mapped, stream(half))
    yield "nested-arrays", pdf(_CATALOG, _PAGES, "[" * 200_000 + "]" * 200_000)
    yield "wide-rows", pdf(_CATALOG, _PAGES, fonts, stream(text, "/DecodeParms << /Predictor 12 /Columns 99999999 >>"))
    yield "tables-in-a-ring", pdf(_CATALOG, _PAGES, fonts).replace(b"/Root 1 0 R", b"/Root 1 0 R /Prev 9")
    yield "many-small-objects", pdf(_CATALOG, *["<< >>"] * 100_000)


def archives(times: int) -> Iterator[tuple[str, bytes]]:
    far = words("The works has 8 halls. " * 40 + " " * 1000)
    yield "unpacks.docx", docx(words("0" * 60_000_000 * times))
    yield "repeats.docx", docx(far * 12_000 * times)
    yield "laughs.docx", docx(words("&a11;"), _LAUGHS)
    box = "<w:p><w:r><w:pict><w:txbxContent>{}</w:txbxContent></w:pict></w:r></w:p>"
    inner = words("The innermost box has 8 halls.")
    for _ in range(60):
        inner = box.format(inner)
    yield "boxes.docx", docx(inner)
    table = "<w:tbl><w:tr><w:tc><w:p/>{0}</w:tc><w:tc>{0}</w:tc></w:tr></w:tbl>"
    inner = words("The innermost cell has 8 halls.")
    for _ in range(12):
        inner = table.format(inner)
    yield "tables.docx", docx(inner)
    yield "deep.docx", docx("<w:ins>" * 50_000 + words("A hall.") + "</w:ins>" * 50_000)
    wide = '<w:tc><w:tcPr><w:gridSpan w:val="999999999"/></w:tcPr><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc>'
    yield "wide.docx", docx(f"<w:tbl>{f'<w:tr>{wide * 50}</w:tr>' * 500}</w:tbl>")
    yield "empty-archive.docx", office({})
    yield "parts.docx", office({f"part{n}": "" for n in range(30_000)})
    whole = docx(words("0" * 30_000_000))
    yield "lies.docx", whole.replace((30_000_000).to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    yield "cut.docx", whole[: len(whole) // 2]
    cell = '<row r="{0}"><c r="{1}{0}" t="inlineStr"><is><t>a</t></is></c></row>'
    yield "corners.xlsx", xlsx(cell.format(1, "A") + cell.format(1048576, "XFD"))
    yield "laughs.xlsx", xlsx('<row r="1"><c r="A1" t="inlineStr"><is><t>&a11;</t></is></c></row>', _LAUGHS)
    yield "rows.xlsx", xlsx("".join(cell.format(n, "A") for n in range(1, 300_000)))
    yield "unpacks.xlsx", xlsx(" " * 60_000_000 * times)
    yield "laughs.epub", epub(_LAUGHS + "<html><body><p>&a11;</p></body></html>")
    yield "unpacks.epub", epub(" " * 60_000_000 * times)
    yield "deep.epub", epub("<div>" * 200_000 + "<p>The works has 8 halls.</p>")
    yield "laughs.odt", odt("<office:text><text:p>&a11;</text:p></office:text>", _LAUGHS)
    many = 'table:number-columns-repeated="99999999"'
    row = f'<table:table-row table:number-rows-repeated="99999999"><table:table-cell {many}/></table:table-row>'
    yield "repeats.odt", odt(f"<office:text><table:table>{row}</table:table></office:text>")
    spaces = '<text:s text:c="2000000000"/>'
    yield "spaces.odt", odt(f"<office:text><text:p>A hall{spaces}has 8 doors.</text:p></office:text>")
    yield "repeats.ods", odt(f"<office:spreadsheet><table:table>{row}</table:table></office:spreadsheet>")
    yield "noise.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 5000
    yield "laughs.pptx", office({"[Content_Types].xml": _LAUGHS + "<x>&a11;</x>"})


def texts(times: int) -> Iterator[tuple[str, Bytes]]:
    anchors = "a: &a [x, x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(9)
    )
    yield "aliases.yaml", anchors
    yield "aliases.md", f"---\n{anchors}---\n\nThe works has 8 halls.\n"
    yield "merges.yaml", "a: &a {b: 1}\n" + "c: {<<: [*a, *a, *a]}\n" * 20
    yield "nested.yaml", "a: " + "[" * 100_000
    yield "number.md", "---\ntitle: 0x" + "f" * 15_000 + "\n---\n\nThe works has 8 halls.\n"
    yield "brackets-in-front.md", "---\ntitle: " + "[" * 15_000 + "\n---\n\nThe works has 8 halls.\n"
    yield "tables-in-front.md", "+++\na = " + "[" * 15_000 + "\n+++\n\nThe works has 8 halls.\n"
    for name, unit in (
        *(("brackets", "["), ("links", "[a]("), ("pictures", "!["), ("stars", "*"), ("both", "***a** b* ")),
        *(("quotes", ">"), ("lists", "- "), ("tags", "<a "), ("comments", "<!--"), ("scripts", "<script>")),
        *(("backslashes", "\\"), ("bars", "|\n"), ("bold", "**a**\n"), ("emphasised", "*["), ("templates", "{{< ")),
    ):
        yield f"{name}.md", "|a|b|\n|-|-|\n" * (unit == "|\n") + unit * (80_000 * times // len(unit))
    yield "slow.md", SLOW
    yield "ticks.md", " ".join("`" * n for n in range(1, 1000))
    yield "steps.md", "".join("  " * n + "- a\n" for n in range(2000))
    yield "references.md", "".join(f"[a{n}]: b\n" for n in range(20_000 * times)) + "[a] " * 20_000 * times
    yield "one-line.md", "word " * 300_000 * times
    yield "address.md", '---\nurl: "http://[::1"\n---\n\nThe works has 8 halls.\n'
    yield "deep.html", "<html><body>" + "<div>" * 300_000 + "<p>The works has 8 halls.</p>"
    yield "nested-tables.html", "<table><tr><td>" * 3000 + "The works has 8 halls."
    yield "spans.html", "<table>" + '<tr><td rowspan="99999999" colspan="99999999">a hall</td></tr>' * 300 + "</table>"
    yield "comments.html", "<p>The works has 8 halls.</p>" + "<!--" * 500_000
    yield "lists.html", "<ul><li>" * 20_000 + "The works has 8 halls."
    yield "classes.html", "<div class='nav'>" * 20_000 + "The works has 8 halls."
    yield "links.html", "<p>" + "<a href=x>The works has 8 halls.</a>" * 20_000 * times
    yield "quotes.html", "<p a='" * 300_000
    yield "nothing.txt", "\0" * 100_000
    yield "sprinkled.txt", "The works has 8 halls.\0" * 1000
    yield "half-pairs.txt", "The works \ud800 has 8 halls. \udfff".encode("utf-8", "surrogatepass")
    yield "half-pairs.json", json.dumps({"works": "It has \ud800 8 halls."})
    yield "spaces.txt", "a" + " " * 600_000 * times + "b"
    yield "one-word.txt", "a" * 1_000_000 * times
    yield "stops.txt", "." * 600_000 * times
    yield "lines.txt", "a\n" * 58_000 * times
    yield "questions.txt", "what?\n\nThat.\n\n" * 12_000 * times
    yield "nested.json", "[" * 500_000
    yield "nested-well.json", "[" * 500 + '"The works has 8 halls."' + "]" * 500
    yield "number.json", "[" + "9" * 100_000 + "]"
    yield "columns.json", json.dumps([{f"c{row}-{n}": 1 for n in range(300)} for row in range(300)])
    yield "open.csv", 'a,b\n"' + "The works has 8 halls.\n" * 200_000
    yield "columns.csv", ",".join("a" * 3 for _ in range(300_000)) + "\n" + "b," * 300_000
    yield "columns.md", "|a" * 20_000 * times + "\n" + "|-" * 20_000 * times + "\n" + "|b" * 20_000 * times
    yield "nested.ipynb", '{"cells": ' + "[" * 200_000
    yield "cells.ipynb", json.dumps({"cells": [{"cell_type": "markdown", "source": ["["] * 60_000 * times}]})
    yield "groups.rtf", "{\\rtf1 " + "{" * 500_000
    yield "half-pairs.rtf", "{\\rtf1 The works\\u55296? has 8 halls.}"
    yield "binary.rtf", "{\\rtf1 \\bin999999999 a}"
    yield "imports.mdx", "import a\n" * 10_000 * times + "import " * 10_000 * times
    yield "quotes.adoc", "*a" * 20_000 * times + "[" * 20_000 * times
    yield (
        "includes.rst",
        ".. include:: /etc/passwd\n\n.. csv-table::\n   :url: http://127.0.0.1:9/\n\nIt has 8 halls.\n",
    )
    yield "nested.rst", "".join("  " * n + "- a\n\n" for n in range(400))
    yield "marks.rst", "*a `b |c " * 20_000
    mail = "From: a@example.org\nSubject: {}\nMIME-Version: 1.0\nContent-Type: {}\n\n{}"
    yield "subject.eml", mail.format("=?utf-8?q?" + "=41" * 30_000 + "?= " * 2000, "text/plain", "It has 8 halls.")
    parts = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(2000))
    yield "nested.eml", f"MIME-Version: 1.0\n{parts}"
    yield "letters.eml", mail.format("a", "text/plain; charset=no-such-set", "It has 8 halls.")


def contents(times: int = 1) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of every file that is made of bytes; the long ones `times` as long."""
    for name, content in (*texts(times), *archives(times)):
        yield name, content.encode() if isinstance(content, str) else content
    for name, content in pdfs():
        yield f"{name}.pdf", content


def put(folder: Path, times: int = 1) -> None:
    """The whole corpus: good files, hostile ones, and entries that are no files at all."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in GOOD.items():
        (folder / name).write_text(text, "utf-8")
    for name, content in contents(times):
        (folder / f"hostile-{name}").write_bytes(content)
    os.mkfifo(folder / "hostile-pipe.md")
    with (folder / "hostile-endless.txt").open("wb") as file:
        file.truncate(1 << 40)
    (folder / "hostile-ring.md").symlink_to("hostile-ring.md")
    (folder / "hostile-zeros.txt").symlink_to("/dev/zero")
    (folder / "hostile-folder.md").mkdir()


def measure(say: Callable[[str], object] = print) -> None:
    """What each file costs in seconds of the processor and on the clock, the worst first, and what is said of it.

    Each is read by a child of its own, whose start is counted too.
    """
    from index.documents.corpus import scan

    found = []
    with tempfile.TemporaryDirectory() as place:
        put(Path(place), LONG)
        for file in scan(Path(place)):
            begun, used = time.monotonic(), _used()
            told = file.problem or _read(file.path, file.relative)
            found.append((_used() - used, time.monotonic() - begun, file.relative, told))
    for processor, clock, name, told in sorted(found, reverse=True):
        say(f"{processor:6.2f} s {clock:6.2f} s  {name}: {told}")


def _read(path: Path, name: str) -> str:
    from index.documents.sandbox import Sandbox
    from index.errors import ReaderError

    try:
        with Sandbox() as sandbox:
            return f"{len(sandbox.read(path, relative=name).text)} characters"
    except ReaderError as error:
        return str(error)


def _used() -> float:
    """Seconds of the processor that this process and the children that have ended used so far."""
    return sum(
        usage.ru_utime + usage.ru_stime
        for usage in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


if __name__ == "__main__":
    if len(sys.argv) > 1:
        put(Path(sys.argv[1]), LONG)
    else:
        measure()
