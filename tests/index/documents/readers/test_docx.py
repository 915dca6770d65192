"""DOCX files, made on the spot."""

import contextlib
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from docx.document import Document as Package
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.text.paragraph import Paragraph

from index.document import BlockKind, Document
from index.documents.readers import read
from index.documents.readers.docx import read_docx
from index.errors import ReaderError
from index.text.structure import column_names, headers_of
from tests import hostile

P, H, IT, R, C = BlockKind.PARAGRAPH, BlockKind.HEADING, BlockKind.ITEM, BlockKind.ROW, BlockKind.CAPTION


def packed(write: Callable[[Package], object]) -> bytes:
    package = docx.Document()
    write(package)
    buffer = io.BytesIO()
    package.save(buffer)
    return buffer.getvalue()


def blocks(document: Document) -> list[tuple[BlockKind, str]]:
    return [(block.kind, document.text[block.start : block.end]) for block in document.blocks]


def report(package: Package) -> None:
    package.add_heading("年度报告", 0)
    package.add_paragraph("这一年，图书馆接待了三百万名读者。")
    package.add_heading("开放时间", 1)
    package.add_paragraph("周二到周日开放。")
    table = package.add_table(rows=2, cols=2)
    for cell, text in zip(table._cells, ["周一", "闭馆", "周二", "9:00-18:00"], strict=True):
        cell.text = text
    package.add_heading("例外", 2)
    package.add_paragraph("春节期间", style="List Bullet")
    package.add_paragraph("国庆节", style="List Number")
    package.add_paragraph("图 1 阅览室", style="Caption")
    package.add_paragraph().add_run("联系方式").bold = True
    package.add_paragraph("电话：028-1234")
    package.add_paragraph("")


@pytest.mark.parametrize("marked", [True, False])
def test_two_rows_of_a_table_name_its_columns_together(marked: bool) -> None:
    def write(package: Package) -> None:
        rows = [
            ["Region", "2024", "", "2025", ""],
            ["", "Q1", "Q2", "Q1", "Q2"],
            ["North", *"1234"],
            ["South", *"5678"],
        ]
        table = package.add_table(rows=4, cols=5)
        for row, texts in zip(table.rows, rows, strict=True):
            for cell, text in zip(row.cells, texts, strict=True):
                cell.text = text
        table.cell(0, 1).merge(table.cell(0, 2))
        table.cell(0, 3).merge(table.cell(0, 4))
        table.cell(0, 0).merge(table.cell(1, 0))
        for row in table.rows[:2] if marked else ():
            row._tr.get_or_add_trPr().append(parse_xml(f"<w:tblHeader {nsdecls('w')}/>"))

    document = read_docx(packed(write), "a.docx")
    headers = headers_of(document, document.blocks[-1])
    assert column_names(document, headers) == ["Region", "2024 Q1", "2024 Q2", "2025 Q1", "2025 Q2"]


def test_a_document_has_its_headings_lists_tables_and_title() -> None:
    document = read_docx(packed(report), "report.docx")
    assert blocks(document) == [
        (H, "年度报告"),
        (P, "这一年，图书馆接待了三百万名读者。"),
        (H, "开放时间"),
        (P, "周二到周日开放。"),
        (R, "周一 | 闭馆"),
        (R, "周二 | 9:00-18:00"),
        (H, "例外"),
        (IT, "春节期间"),
        (IT, "国庆节"),
        (C, "图 1 阅览室"),
        (H, "联系方式"),
        (P, "电话：028-1234"),
    ]
    assert document.source.title == "年度报告"
    assert document.section_at(document.text.index("春节")) == "开放时间 › 例外"


def test_the_title_of_the_file_wins_and_a_default_one_does_not() -> None:
    def titled(title: str) -> Callable[[Package], None]:
        def write(package: Package) -> None:
            package.core_properties.title = title
            package.add_paragraph("Some words are said here.")

        return write

    assert read_docx(packed(titled("Our plan")), "a.docx").source.title == "Our plan"
    assert read_docx(packed(titled("Word Document")), "a.docx").source.title == "a"


def raw(body: str) -> Callable[[Package], None]:
    def write(package: Package) -> None:
        package.element.body.insert(
            0, parse_xml(body.replace("<w:root>", f"<w:p {nsdecls('w')}>").replace("</w:root>", "</w:p>"))
        )

    return write


def test_insertions_are_read_and_deletions_are_not() -> None:
    body = (
        "<w:root><w:r><w:t>The price is </w:t></w:r><w:del w:id='1' w:author='a'>"
        "<w:r><w:delText>five</w:delText></w:r></w:del>"
        "<w:ins w:id='2' w:author='a'><w:r><w:t>six</w:t></w:r></w:ins>"
        "<w:hyperlink><w:r><w:t> euros.</w:t></w:r></w:hyperlink></w:root>"
    )
    assert read_docx(packed(raw(body)), "a.docx").text == "The price is six euros."


def test_content_controls_and_text_boxes_are_read_once() -> None:
    box = (
        "<w:root><w:r><w:pict><w:txbxContent><w:p>"
        "<w:r><w:t>In a box stands this sentence.</w:t></w:r></w:p></w:txbxContent></w:pict></w:r>"
        "<w:r><w:t>Outside stands another.</w:t></w:r></w:root>"
    )
    text = read_docx(packed(raw(box)), "a.docx").text
    assert sorted(text.split("\n\n")) == ["In a box stands this sentence.", "Outside stands another."]
    inner = "<w:p><w:r><w:t>A control holds this.</w:t></w:r></w:p>"
    control = f"<w:sdt {nsdecls('w')}><w:sdtContent>{inner}</w:sdtContent></w:sdt>"
    assert read_docx(packed(raw(control)), "a.docx").text == "A control holds this."


def noted(package: Package) -> None:
    """A paragraph with a footnote, a list and a table with one each, and an endnote after them."""

    def part(sort: str, texts: list[str]) -> None:
        notes = "".join(
            f"<w:{sort} w:id='{n}'><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:{sort}>"
            for n, text in enumerate(texts, 1)
        )
        line = f"<w:{sort} w:type='separator' w:id='0'><w:p><w:r><w:t>line</w:t></w:r></w:p></w:{sort}>"
        body = f"<w:{sort}s {nsdecls('w')}>{line}{notes}</w:{sort}s>".encode()
        kind = f"application/vnd.openxmlformats-officedocument.wordprocessingml.{sort}s+xml"
        made = Part(PackURI(f"/word/{sort}s.xml"), kind, body, package.part.package)
        package.part.relate_to(made, f"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{sort}s")

    def refer(paragraph: Paragraph, sort: str, number: int) -> None:
        paragraph._p.append(parse_xml(f"<w:r {nsdecls('w')}><w:{sort}Reference w:id='{number}'/></w:r>"))

    part("footnote", ["Unless the owner agrees.", "Two at most.", "Without tax."])
    part("endnote", ["As decided in May."])
    refer(package.add_paragraph("Dogs are not allowed."), "footnote", 1)
    refer(package.add_paragraph("Bring chairs.", style="List Bullet"), "footnote", 2)
    package.add_paragraph("Bring tables.", style="List Bullet")
    table = package.add_table(rows=1, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Price", "40"
    refer(table.cell(0, 1).paragraphs[0], "footnote", 3)
    refer(package.add_paragraph("The hall is open to all.", style="List Bullet"), "endnote", 1)


def test_notes_stand_below_what_they_belong_to_with_their_marks() -> None:
    document = read_docx(packed(noted), "a.docx")
    found = [(block.kind, block.number, document.text[block.start : block.end]) for block in document.blocks]
    assert found == [
        (P, "", "Dogs are not allowed."),
        (BlockKind.NOTE, "1", "Unless the owner agrees."),
        (IT, "", "Bring chairs."),
        (IT, "", "Bring tables."),
        (R, "", "Price | 40"),
        (BlockKind.NOTE, "2", "Two at most."),
        (BlockKind.NOTE, "3", "Without tax."),
        (IT, "", "The hall is open to all."),
        (BlockKind.NOTE, "i", "As decided in May."),
    ]


def test_a_numbered_list_goes_on_behind_a_paragraph_and_a_bulleted_one_and_one_below_a_heading_do_not() -> None:
    def write(package: Package) -> None:
        for style in ("List Number", "List Bullet"):
            package.add_paragraph(f"Before the {style}.")
            package.add_paragraph(f"One {style}.", style=style)
            package.add_paragraph(f"A word on the {style}.")
            package.add_paragraph(f"Another {style}.", style=style)
        package.add_heading("More", 1)
        package.add_paragraph("Yet another.", style="List Number")

    document = read_docx(packed(write), "a.docx")
    groups = [block.group for block in document.blocks if block.kind is IT]
    assert groups == [1, 1, 2, 3, 4]
    assert [block.number for block in document.blocks if block.kind is IT] == ["1.", "2.", "", "", "3."]


def test_text_boxes_within_text_boxes_are_read_once_each() -> None:
    def boxed(depth: int) -> str:
        inner = f"<w:r><w:pict><w:txbxContent>{boxed(depth - 1)}</w:txbxContent></w:pict></w:r>" if depth else ""
        return f"<w:p><w:r><w:t>Box number {depth} says this.</w:t></w:r>{inner}</w:p>"

    body = boxed(20).replace("<w:p>", "<w:root>", 1)[: -len("</w:p>")] + "</w:root>"
    text = read_docx(packed(raw(body)), "a.docx").text
    assert text.split("\n\n") == [f"Box number {depth} says this." for depth in range(20, -1, -1)]


def test_a_table_within_a_cell_is_a_table_of_its_own_and_formulas_are_read() -> None:
    inner = "".join(f"<w:tc><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>" for text in ("Oak", "12 seats"))
    office = "http://schemas.openxmlformats.org/officeDocument/2006/math"
    math = f"<m:oMath xmlns:m='{office}'><m:r><m:t>E=mc</m:t></m:r></m:oMath>"
    outer = (
        f"<w:tbl {nsdecls('w')}><w:tr><w:tc><w:p><w:r><w:t>These are the rooms.</w:t></w:r>{math}</w:p></w:tc>"
        f"<w:tc><w:tbl><w:tr>{inner}</w:tr></w:tbl><w:p/></w:tc></w:tr></w:tbl>"
    )
    document = read_docx(packed(raw(outer)), "a.docx")
    assert blocks(document) == [(P, "These are the rooms.E=mc"), (R, "Oak | 12 seats")]


def test_line_breaks_part_lines_and_tabs_become_spaces() -> None:
    body = "<w:root><w:r><w:t>电话：1234</w:t><w:br/><w:t>地址：</w:t><w:tab/><w:t>某路1号</w:t></w:r></w:root>"
    assert [text for _, text in blocks(read_docx(packed(raw(body)), "a.docx"))] == ["电话：1234", "地址： 某路1号"]


def bomb() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", b"<Types/>")
        with archive.open("word/document.xml", "w") as part:
            for _ in range(40):
                part.write(bytes(1024 * 1024))
    return buffer.getvalue()


def archive() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("a.txt", "text")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (bomb(), "unpacks"),
        (archive(), "archive"),
        (b"PK\x03\x04 broken", "not a DOCX"),
        (b"%PDF-1.7", "not a DOCX"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "password"),
    ],
)
def test_what_is_no_document_is_refused_with_its_reason(data: bytes, reason: str) -> None:
    with pytest.raises(ReaderError, match=reason):
        read_docx(data, "a.docx")


def test_an_entity_in_the_xml_is_not_expanded(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("do not show")
    source = io.BytesIO(packed(lambda package: package.add_paragraph("Words.")))
    target = io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "word/document.xml":
                head = f'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'.encode()
                data = head + data.split(b"?>", 1)[1].replace(b"Words.", b"Words &x; here.")
            new.writestr(name, data)
    with contextlib.suppress(ReaderError):
        assert "show" not in read_docx(target.getvalue(), "a.docx").text


def test_a_text_box_within_others_is_read_once() -> None:
    text = read_docx(dict(hostile.archives(1))["boxes.docx"], "a.docx").text
    assert text == "The innermost box has 8 halls."


def test_a_table_has_no_more_columns_than_anybody_writes() -> None:
    blocks = read_docx(dict(hostile.archives(1))["wide.docx"], "a.docx").blocks
    assert max(len(block.cells) for block in blocks) == 200


def test_a_file_damaged_anywhere_gives_text_or_a_reason_and_nothing_else() -> None:
    whole = packed(report)
    for at in range(0, len(whole), len(whole) // 60):
        for data in (whole[:at], whole[:at] + b"\x00\xff%" + whole[at + 3 :]):
            with contextlib.suppress(ReaderError):
                assert read_docx(data, "a.docx").text


def test_an_empty_document_says_so() -> None:
    with pytest.raises(ReaderError, match="no text"):
        read_docx(packed(lambda package: None), "a.docx")


@pytest.mark.parametrize(("name", "hint"), [("a.doc", "DOCX"), ("a.mobi", "no reader"), ("a", "without an extension")])
def test_a_format_without_a_reader_says_what_to_do(name: str, hint: str, tmp_path: Path) -> None:
    with pytest.raises(ReaderError, match=hint):
        read(tmp_path / name, relative=name)
