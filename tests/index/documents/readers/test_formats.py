"""Office formats and data, each file made here: rows know their columns, slides their titles, chapters their order."""

import contextlib
import io
import json
import zipfile
from email.message import EmailMessage
from pathlib import Path

import pptx
import pytest
import xlsxwriter
from pptx.util import Inches

from index.document import BlockKind, Document
from index.documents.readers import read
from index.errors import ReaderError
from index.search.quoting.shapes import shaped
from index.text.passages import heading_text, split
from index.text.shown import shown
from index.text.structure import column_names, headers_of


def made(folder: Path, name: str, content: bytes | str) -> Document:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read(path, relative=name)


def said(document: Document) -> list[tuple[str, str]]:
    return [(block.kind.value, document.text[block.start : block.end]) for block in document.blocks]


def column_of(document: Document, cell: str) -> str:
    """The name of the column in which a cell stands."""
    for block in document.blocks:
        for number, (start, end) in enumerate(block.cells):
            headers = headers_of(document, block)
            if headers and document.text[start:end] == cell:
                return document.text[slice(*headers[-1].cells[number])]
    return ""


def workbook() -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    sheet = book.add_worksheet("报销标准")
    rows = [["报销标准一览", "", ""], ["职务", "城市", "每晚"], ["员工", "北京", 500], ["经理", "上海", 650.5]]
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    sheet.write_row(6, 1, ["节日", "日期"])
    sheet.write(7, 1, "春节")
    sheet.write_formula(7, 2, "=1+1", None, 8)
    book.add_worksheet("Empty")
    book.close()
    return buffer.getvalue()


def test_a_spreadsheet_gives_each_table_of_each_sheet_with_its_title_and_columns(tmp_path: Path) -> None:
    document = made(tmp_path, "a.xlsx", workbook())
    assert said(document) == [
        ("heading", "报销标准"),
        ("paragraph", "报销标准一览"),
        ("header", "职务 | 城市 | 每晚"),
        ("row", "员工 | 北京 | 500"),
        ("row", "经理 | 上海 | 650.5"),
        ("header", "节日 | 日期"),
        ("row", "春节 | 8"),
    ]
    assert [block.number for block in document.blocks if block.kind is BlockKind.ROW] == ["3", "4", "8"]
    assert column_of(document, "650.5") == "每晚"
    assert column_of(document, "春节") == "节日"
    text, offset = heading_text(document, split(document, 0)[0])
    assert "职务 | 城市 | 每晚" in text[:offset]


def test_values_that_hold_html_are_read_without_it(tmp_path: Path) -> None:
    told = "<p>Use <b>two</b>&nbsp;keys.<br/>Then &lt;Enter&gt;.</p>"
    table = made(tmp_path, "a.csv", f"id,answer\n1,{told}\n2,a < b and c > d\n")
    assert said(table)[1:] == [("row", "1 | Use two keys. Then <Enter>."), ("row", "2 | a < b and c > d")]
    records = made(tmp_path, "a.json", json.dumps([{"id": 1, "answer": told}]))
    assert said(records)[1:] == [("row", "1 | Use two keys. Then <Enter>.")]


def test_a_cell_merged_over_rows_and_columns_reaches_into_them(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    sheet = book.add_worksheet("Pay")
    sheet.merge_range("B2:D2", "Pay of 2024", None)
    sheet.write_row("B3", ["Team", "Name", "Pay"])
    sheet.merge_range("B4:B6", "Sales", None)
    for row, name in enumerate(("Ann", "Bob", "Cy"), 3):
        sheet.write_row(row, 2, [name, row])
    book.close()
    document = made(tmp_path, "a.xlsx", buffer.getvalue())
    assert said(document)[1:3] == [("paragraph", "Pay of 2024"), ("header", "Team | Name | Pay")]
    rows = [block.cells for block in document.blocks if block.kind is BlockKind.ROW]
    assert [[document.text[slice(*cell)] for cell in cells] for cells in rows] == [
        ["Sales", "Ann", "3"],
        ["Sales", "Bob", "4"],
        ["Sales", "Cy", "5"],
    ]


QUARTERS = [
    ["Region", "2024", "", "2025", ""],
    ["", "Q1", "Q2", "Q1", "Q2"],
    ["North", 1, 2, 3, 4],
    ["South", 5, 6, 7, 8],
]
NAMES = ["Region", "2024 Q1", "2024 Q2", "2025 Q1", "2025 Q2"]


def names_of(document: Document) -> list[str]:
    """The names of the columns of the last row."""
    return column_names(document, headers_of(document, document.blocks[-1]))


def quarters(merged: bool) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    sheet = book.add_worksheet("Sales")
    for number, row in enumerate(QUARTERS):
        sheet.write_row(number, 0, row)
    if merged:
        sheet.merge_range("B1:C1", "2024", None)
        sheet.merge_range("D1:E1", 2025, None)
        sheet.merge_range("A1:A2", "Region", None)
    book.close()
    return buffer.getvalue()


@pytest.mark.parametrize("merged", [True, False])
def test_two_rows_of_a_sheet_name_its_columns_together(tmp_path: Path, merged: bool) -> None:
    document = made(tmp_path, "a.xlsx", quarters(merged))
    assert [kind for kind, _ in said(document)] == ["heading", "header", "header", "row", "row"]
    assert names_of(document) == NAMES
    text, offset = heading_text(document, split(document, 0)[0])
    assert "Region | 2024 Q1 | 2024 Q2 | 2025 Q1 | 2025 Q2" in text[:offset]
    row = document.blocks[-1]
    parts = shaped(document, (row.start, row.end), "What was it in 2025?").parts
    assert [(part.role, part.shown) for part in parts] == [
        ("header", "Region | 2024 | 2025"),
        ("header", "Q1 | Q2 | Q1 | Q2"),
    ]


def test_one_name_over_some_columns_is_no_title(tmp_path: Path) -> None:
    lines = ["City;Sales;;Note", ";2023;2024;", "Rome;5;6;a", "Oslo;7;8;b"]
    assert names_of(made(tmp_path, "a.csv", "\n".join(lines))) == ["City", "Sales 2023", "Sales 2024", "Note"]
    lines[:] = [";Sales;", "City;2023;2024", "Rome;5;6", "Oslo;7;8"]
    assert names_of(made(tmp_path, "b.csv", "\n".join(lines))) == ["City", "Sales 2023", "Sales 2024"]


@pytest.mark.parametrize(
    "lines",
    [
        ["name,price,", "Apple,5,", "Pear,6,"],
        ["Ann,,x", "Bob,c,", "Cy,d,e"],
        ["Name,Mail,", "Ann,a@x,b@x", "Bob,c@x,"],
        ["Halls of 2024,,", "Hall,Size,Since", "A,4,x"],
        [",Mon,,Tue,", ",9,10,9,10", "x,1,2,3,4"],
    ],
)
def test_a_row_of_values_below_a_row_of_names_with_a_gap_names_no_columns(tmp_path: Path, lines: list[str]) -> None:
    document = made(tmp_path, "a.csv", "\n".join(lines))
    assert [kind for kind, _ in said(document)].count("header") < 2


@pytest.mark.parametrize("cell", ["th", "td"])
def test_two_rows_of_a_page_name_the_columns_of_a_table_together(tmp_path: Path, cell: str) -> None:
    head = f"<tr><{cell} rowspan=2>Region</{cell}><{cell} colspan=2>2024</{cell}><{cell} colspan=2>2025</{cell}></tr>"
    head += f"<tr>{''.join(f'<{cell}>{name}</{cell}>' for name in QUARTERS[1][1:])}</tr>"
    rows = "".join(f"<tr>{''.join(f'<td>{value}</td>' for value in row)}</tr>" for row in QUARTERS[2:])
    page = f"<body><p>The sales of our regions were these.</p><table>{head}{rows}</table></body>"
    for name in ("a.html", "a.md"):
        assert names_of(made(tmp_path, name, page)) == NAMES, name


def test_line_breaks_and_delimiters_in_quotes_say_nothing_about_the_delimiter(tmp_path: Path) -> None:
    document = made(tmp_path, "a.csv", 'Hall;Size;"Note, or\nmore"\nA;40;"one, two,\nthree, four"\nB;50;"5, 6, 7, 8"\n')
    assert cells_of(document)[1:] == [["A", "40", "one, two, three, four"], ["B", "50", "5, 6, 7, 8"]]


@pytest.mark.parametrize(("name", "border"), [("a.csv", ","), ("a.csv", ";"), ("a.tsv", "\t")])
def test_values_between_commas_or_tabs_are_a_table(tmp_path: Path, name: str, border: str) -> None:
    lines = [["name", "price"], ['"A, the\nfirst"' if border == "," else "A", "80"], ["B", "90"]]
    document = made(tmp_path, name, "\n".join(border.join(line) for line in lines))
    assert column_of(document, "80") == "price"
    assert len([block for block in document.blocks if block.kind is BlockKind.ROW]) == 2


def test_a_presentation_gives_titles_points_tables_and_notes_with_the_slide_as_page(tmp_path: Path) -> None:
    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text = "Release plan"
    slide.placeholders[1].text = "First we test.\nThen we ship."
    slide.notes_slide.notes_text_frame.text = "Remember the change log."
    table = slide.shapes.add_table(2, 2, Inches(1), Inches(4), Inches(4), Inches(1)).table
    for number, text in enumerate(("Team", "Size", "Search", "4")):
        table.cell(number // 2, number % 2).text = text
    buffer = io.BytesIO()
    deck.save(buffer)
    document = made(tmp_path, "a.pptx", buffer.getvalue())
    assert said(document) == [
        ("heading", "Release plan"),
        ("item", "First we test."),
        ("item", "Then we ship."),
        ("header", "Team | Size"),
        ("row", "Search | 4"),
        ("paragraph", "Remember the change log."),
    ]
    assert {block.page for block in document.blocks} == {1}


def archive(parts: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as out:
        for name, content in parts.items():
            out.writestr(name, content)
    return buffer.getvalue()


def test_a_book_is_read_in_the_order_of_its_spine(tmp_path: Path) -> None:
    package = """<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/">
<metadata><dc:title>A Walk</dc:title><dc:date>1913-05-01</dc:date></metadata><manifest>
<item id="b" href="b%20two.xhtml" media-type="application/xhtml+xml"/>
<item id="a" href="a.xhtml" media-type="application/xhtml+xml"/></manifest>
<spine><itemref idref="a"/><itemref idref="b"/></spine></package>"""
    container = '<container><rootfiles><rootfile full-path="OPS/x.opf"/></rootfiles></container>'
    page = "<html><body><h2>{0}</h2><p>This is the {0} chapter of the book.</p></body></html>"
    parts = {"META-INF/container.xml": container, "OPS/x.opf": package}
    chapters = {"OPS/b two.xhtml": page.format("second"), "OPS/a.xhtml": page.format("first")}
    document = made(tmp_path, "a.epub", archive(parts | chapters))
    assert (document.source.title, document.source.published) == ("A Walk", "1913-05-01")
    assert document.text.index("first chapter") < document.text.index("second chapter")


def test_an_open_document_gives_headings_lists_tables_and_notes(tmp_path: Path) -> None:
    names = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "text", "table")
    )
    body = """<text:h text:outline-level="1">Rules</text:h>
<text:p>Dogs are allowed<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>On a lead.</text:p>
</text:note-body></text:note> in the park.</text:p><text:list>
<text:list-item><text:p>Keep out.</text:p></text:list-item>
</text:list><table:table><table:table-header-rows><table:table-row><table:table-cell><text:p>Day</text:p>
</table:table-cell><table:table-cell><text:p>Hours</text:p></table:table-cell></table:table-row></table:table-header-rows>
<table:table-row><table:table-cell><text:p>Monday</text:p></table:table-cell><table:table-cell><text:p>9 to 5</text:p>
</table:table-cell></table:table-row></table:table>"""
    content = f"<office:document-content{names}><office:body><office:text>{body}</office:text></office:body>"
    document = made(tmp_path, "a.odt", archive({"content.xml": content + "</office:document-content>"}))
    assert said(document) == [
        ("heading", "Rules"),
        ("paragraph", "Dogs are allowed in the park."),
        ("note", "On a lead."),
        ("item", "Keep out."),
        ("header", "Day | Hours"),
        ("row", "Monday | 9 to 5"),
    ]


def cells_of(document: Document) -> list[list[str]]:
    return [[document.text[slice(*cell)] for cell in block.cells] for block in document.blocks if block.cells]


def test_merged_cells_of_slides_and_of_open_documents_reach_into_their_places(tmp_path: Path) -> None:
    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    table = slide.shapes.add_table(3, 3, Inches(1), Inches(1), Inches(6), Inches(2)).table
    for row, texts in enumerate((["Team", "Name", "Pay"], ["Sales", "Ann", "40"], ["", "both", ""])):
        for column, text in enumerate(texts):
            table.cell(row, column).text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    table.cell(2, 1).merge(table.cell(2, 2))
    buffer = io.BytesIO()
    deck.save(buffer)
    expected = [["Team", "Name", "Pay"], ["Sales", "Ann", "40"], ["Sales", "both", "both"]]
    assert cells_of(made(tmp_path, "a.pptx", buffer.getvalue())) == expected

    def row(*cells: str) -> str:
        return f"<table:table-row>{''.join(cells)}</table:table-row>"

    def cell(text: str, more: str = "") -> str:
        return f"<table:table-cell {more}><text:p>{text}</text:p></table:table-cell>"

    covered = "<table:covered-table-cell/>"
    body = "".join(
        (
            row(cell("Team"), cell("Name"), cell("Pay")),
            row(cell("Sales", 'table:number-rows-spanned="2"'), cell("Ann"), cell("40")),
            row(covered, cell("both", 'table:number-columns-spanned="2"'), covered),
        )
    )
    spaces = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "text", "table")
    )
    inside = f"<office:body><office:text><table:table>{body}</table:table></office:text></office:body>"
    content = f"<office:document-content{spaces}>{inside}</office:document-content>"
    assert cells_of(made(tmp_path, "a.odt", archive({"content.xml": content}))) == expected


RECORDS = [{"name": "A", "price": 80}, {"name": "B", "price": 90, "note": "sold out"}]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.json", json.dumps({"items": RECORDS, "about": {"owner": "The city council"}})),
        ("a.jsonl", "\n".join(json.dumps(one) for one in RECORDS)),
        ("a.yaml", "items:\n- {name: A, price: 80}\n- {name: B, price: 90, note: sold out}\n"),
    ],
)
def test_records_are_rows(tmp_path: Path, name: str, content: str) -> None:
    assert column_of(made(tmp_path, name, content), "90") == "price"


MARKUP = {
    "a.rst": "Setup\n=====\n\nUse :ref:`the tool <x>` first.\n\n- one thing\n- another thing\n\n.. note:: Mind it.\n",
    "a.adoc": "= Setup\n\nUse https://a.example[a tool] *first*.\n\n* one thing\n* another thing\n\n----\nmake\n----\n",
    "a.mdx": "import X from './x'\n\n# Setup\n\nUse the tool first.\n\n- one thing\n- another thing\n",
    "a.rtf": r"{\rtf1\ansi Setup\par\par Use the tool first.\par - one thing\par - another thing\par}",
    "a.ipynb": json.dumps(
        {
            "cells": [
                {"cell_type": "markdown", "source": ["# Setup\n", "\n", "Use the tool first.\n", "\n", "- one thing\n"]}
            ]
        }
    ),
    "a.eml": "Subject: Setup\nFrom: a@b.example\nDate: Thu, 02 May 2024 10:00:00 +0000\n\nUse the tool first.\n",
}


@pytest.mark.parametrize("name", MARKUP)
def test_other_markup_is_read_as_what_it_says(tmp_path: Path, name: str) -> None:
    document = made(tmp_path, name, MARKUP[name])
    assert "first" in document.text
    assert "import X" not in document.text
    assert document.source.title == "Setup" or name == "a.rtf"
    if name.endswith((".rst", ".adoc", ".mdx")):
        assert [text for kind, text in said(document) if kind == "item"] == ["one thing", "another thing"]


def test_a_mail_has_a_subject_a_sender_and_a_day(tmp_path: Path) -> None:
    source = made(tmp_path, "a.eml", MARKUP["a.eml"]).source
    assert (source.title, source.publisher, source.published) == ("Setup", "a@b.example", "2024-05-02")


SUFFIXES = ["xlsx", "xls", "ods", "pptx", "epub", "odt", "json", "jsonl", "yaml", "rtf", "ipynb", "eml"]


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("content", [b"\x00\x01 not this", b"PK\x03\x04 broken", archive({"a": "b"}), b"{", b"[[[["])
def test_a_file_that_is_no_such_thing_costs_only_itself(tmp_path: Path, suffix: str, content: bytes) -> None:
    # Some of it may be read as text; nothing but a ReaderError may come out.
    with contextlib.suppress(ReaderError):
        made(tmp_path, f"a.{suffix}", content)


@pytest.mark.parametrize("name", ["a.yaml", "a.md"])
def test_aliases_of_yaml_are_refused_and_cost_nothing(tmp_path: Path, name: str) -> None:
    bomb = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 40))
    if name == "a.md":
        assert "Words." in made(tmp_path, name, f"---\n{bomb}---\nWords.\n").text
    else:
        with pytest.raises(ReaderError, match="without aliases"):
            made(tmp_path, name, bomb)


def test_notes_and_warnings_of_restructuredtext_are_read(tmp_path: Path) -> None:
    text = """Title
=====

A sentence [#f]_ stands here.

.. warning:: Never do this at home.

.. [#f] The note says something.
"""
    assert said(made(tmp_path, "a.rst", text)) == [
        ("heading", "Title"),
        ("paragraph", "A sentence stands here."),
        ("caption", "Warning"),
        ("paragraph", "Never do this at home."),
        ("note", "The note says something."),
    ]


def mail(*attached: tuple[str, bytes]) -> EmailMessage:
    message = EmailMessage()
    message["Subject"], message["From"] = "报价 for the hall", "Ann <ann@example.org>"
    message["Date"] = "Thu, 02 May 2024 10:00:00 +0000"
    message.set_content("The hall costs 400 euros a day.")
    for name, data in attached:
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return message


def test_what_is_attached_to_a_mail_is_a_section_of_it(tmp_path: Path) -> None:
    notes = b"# Terms\n\nPay within **30 days**.\n\n- first\n- second\n\n```\nrun --it\n```\n"
    inner = mail(("prices.csv", b"room,price\nOak,40\nElm,25\n"))
    outer = mail(("a.md", notes), ("broken.xlsx", b"PK nothing"), ("picture.png", b"\x89PNG"))
    outer.add_attachment(inner)
    document = made(tmp_path, "a.eml", outer.as_bytes())
    assert said(document) == [
        ("paragraph", "The hall costs 400 euros a day."),
        ("heading", "a.md"),
        ("heading", "Terms"),
        ("paragraph", "Pay within 30 days."),
        ("item", "first"),
        ("item", "second"),
        ("code", "run --it"),
        ("heading", "报价 for the hall"),
        ("paragraph", "The hall costs 400 euros a day."),
        ("heading", "prices.csv"),
        ("header", "room | price"),
        ("row", "Oak | 40"),
        ("row", "Elm | 25"),
    ]
    assert column_of(document, "25") == "price"
    assert document.section_at(document.text.index("first")) == "a.md › Terms"
    source = document.source
    assert (source.title, source.publisher) == ("报价 for the hall", "Ann <ann@example.org>")
    assert source.published == "2024-05-02"


def test_mails_within_mails_are_read_to_a_limit_and_a_page_as_the_body_is_read(tmp_path: Path) -> None:
    message = mail()
    for depth in range(10):
        outer = EmailMessage()
        outer["Subject"] = f"Forward {depth}"
        outer.add_alternative(f"<p>Forwarded for the time number {depth}.</p>", subtype="html")
        outer.add_attachment(message)
        message = outer
    document = made(tmp_path, "a.eml", message.as_bytes())
    assert [text for kind, text in said(document) if kind == "paragraph"] == [
        f"Forwarded for the time number {depth}." for depth in (9, 8, 7)
    ]


def test_a_mail_without_text_says_so(tmp_path: Path) -> None:
    with pytest.raises(ReaderError) as raised:
        made(tmp_path, "a.eml", b"Subject: Nothing\n\n")
    assert raised.value.reason.code == "mail-empty"


ADOC = """= Guide to it
Ann Example <ann@example.org>
v1.2, 2024-01-02
:toc:

The array[0] is link:a.html[a link] at https://a.example/x[a tool]. A claim.footnote:[It says *more*.]

[WARNING]
====
Never do this at home.
====

Term:: What it means.

image::plan.png[A plan]

[cols="1,2",options="header"]
|===
| Name | Size

| Oak
| 10 = ten

| Elm | 20
|===

----
= not a title
----
"""


def test_asciidoc_has_its_blocks_tables_notes_and_date(tmp_path: Path) -> None:
    document = made(tmp_path, "a.adoc", ADOC)
    assert (document.source.title, document.source.published) == ("Guide to it", "2024-01-02")
    shown_blocks = [(block.kind.value, shown(document, block.start, block.end)) for block in document.blocks]
    assert [one for one in shown_blocks if one[0] not in ("furniture", "row", "header")] == [
        ("heading", "Guide to it"),
        ("paragraph", "The array[0] is a link at a tool. A claim."),
        ("paragraph", "Never do this at home."),
        ("paragraph", "Term"),
        ("paragraph", "What it means."),
        ("code", "= not a title"),
        ("note", "It says more."),
    ]
    assert cells_of(document) == [["Name", "Size"], ["Oak", "10 = ten"], ["Elm", "20"]]


def test_rows_of_rtf_are_rows_and_a_long_export_of_mdx_is_no_speech(tmp_path: Path) -> None:
    cells = r"\trowd\cellx9 Oak\cell 10\cell\row Elm\cell 20\cell\row "
    rich = made(tmp_path, "a.rtf", rf"{{\rtf1\ansi These are the rooms of the house.\par {cells}}}")
    assert cells_of(rich) == [["Oak", "10"], ["Elm", "20"]]
    code = "import A from 'a'\nexport const meta = {\n  title: 'Hi',\n}\n\n# Head\n\nText here.\n"
    assert said(made(tmp_path, "a.mdx", code)) == [("heading", "Head"), ("paragraph", "Text here.")]
