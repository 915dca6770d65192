"""PDF files, made on the spot: paragraphs, headings, tables, pages, and what cannot be read."""

import contextlib
import io

import pypdf
import pytest
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Table

from index.document import QUOTABLE, BlockKind, Document
from index.documents.readers.pdf import read_pdf
from index.errors import ReaderError
from index.text.passages import split
from tests.index.documents.readers.pdf.drawn import STYLES, blocks, drawn, write

CHINESE = ParagraphStyle("zh", fontName="STSong-Light", fontSize=11, leading=16, wordWrap="CJK", firstLineIndent=22)
TOPICS = ["bridge over the river", "station in the north", "harbour at the coast", "tunnel below the hill"]
LONG = (
    "The committee met on the third of May to discuss the plans for the {0}. After a long debate it decided that the "
    "{0} should be built of stone, and that it should be paid for by the city and the two neighbouring towns together. "
)


def report() -> Document:
    def margins(canvas: Canvas, _: object) -> None:
        canvas.setFont("Helvetica", 9)
        canvas.drawString(72, 800, "Annual Report of the City")
        canvas.drawString(280, 30, f"Page {canvas.getPageNumber()} of 4")

    story: list[object] = []
    for number, topic in enumerate(TOPICS, 1):
        story += [
            Paragraph(f"{number}. The {topic}", STYLES["Heading1"]),
            Paragraph(LONG.format(topic), STYLES["BodyText"]),
        ]
        story += [Paragraph(f"It cost {number}5 million in all.", STYLES["BodyText"])]
        story += [Table([["Year", "Cost"], [f"200{number}", f"{number}0 million"], ["sum", f"{number}5"]]), PageBreak()]
    buffer = io.BytesIO()
    made = SimpleDocTemplate(buffer, pagesize=A4, title="City report")
    made.build(story, onFirstPage=margins, onLaterPages=margins)
    return read_pdf(buffer.getvalue(), "report.pdf")


def test_a_report_has_its_headings_paragraphs_rows_and_pages() -> None:
    document = report()
    assert document.source.title == "City report"
    assert [section.title for section in document.sections] == [
        f"{n}. The {topic}" for n, topic in enumerate(TOPICS, 1)
    ]
    third = [(b.kind, document.text[b.start : b.end]) for b in document.blocks if b.page == 3]
    assert third == [
        (BlockKind.HEADING, f"3. The {TOPICS[2]}"),
        (BlockKind.PARAGRAPH, LONG.format(TOPICS[2]).strip()),
        (BlockKind.PARAGRAPH, "It cost 35 million in all."),
        (BlockKind.ROW, "Year | Cost"),
        (BlockKind.ROW, "2003 | 30 million"),
        (BlockKind.ROW, "sum | 35"),
    ]
    assert "Annual Report" not in document.text
    assert "Page 2" not in document.text
    assert {passage.page for passage in split(document, 0)} == {1, 2, 3, 4}


def test_chinese_lines_are_joined_without_spaces_and_indented_ones_begin_a_paragraph() -> None:
    first = "图书馆每天上午九点开门，下午五点关门，星期一休息，欢迎各位读者前来借阅图书。馆内设有咖啡厅和儿童阅览室。"
    second = "新馆位于城南，藏书一百二十万册，设有座位两千个，每天接待读者约三千人次。读者可以通过手机预约座位。"
    buffer = io.BytesIO()
    SimpleDocTemplate(buffer).build([Paragraph(first, CHINESE), Paragraph(second, CHINESE)])
    document = read_pdf(buffer.getvalue(), "a.pdf")
    assert [body for _, body in blocks(document)] == [first, second]
    assert document.source.lang == "zh"


def test_a_word_that_was_parted_is_whole_again() -> None:
    data = drawn(
        lambda c: write(c, "The report was written by the interna-", "tional committee of the cities and towns.")
    )
    assert (
        read_pdf(data, "a.pdf").text == "The report was written by the international committee of the cities and towns."
    )


def test_a_sentence_that_runs_over_a_page_is_whole_and_belongs_to_its_first_page() -> None:
    def two(canvas: Canvas) -> None:
        write(canvas, "The old bridge over the river was built of wood by", top=700)
        canvas.showPage()
        write(canvas, "the people of the town and it stood for ninety years.", top=700)

    document = read_pdf(drawn(two), "a.pdf")
    assert blocks(document)[0][1].endswith("was built of wood by the people of the town and it stood for ninety years.")
    assert document.blocks[0].page == 1


def test_bold_lines_are_headings_and_a_file_without_a_title_takes_its_first() -> None:
    def page(canvas: Canvas) -> None:
        write(canvas, "Opening hours", font="Helvetica-Bold")
        write(canvas, "The library is open every day from nine in the morning.", top=670)
        write(canvas, "Prices", top=640, font="Helvetica-Bold")
        write(canvas, "A ticket costs five euros for one day and one person.", top=610)

    document = read_pdf(drawn(page), "hours.pdf")
    assert [kind for kind, _ in blocks(document)] == [BlockKind.HEADING, BlockKind.PARAGRAPH] * 2
    assert document.source.title == "Opening hours"


@pytest.mark.parametrize("pages", [1, 2, 5])
def test_a_document_of_one_line_a_page_keeps_its_text(pages: int) -> None:
    def same(canvas: Canvas) -> None:
        for _ in range(pages):
            write(canvas, "There is only this one sentence here.")
            canvas.showPage()

    quotable = [b for b in read_pdf(drawn(same), "a.pdf").blocks if b.kind in QUOTABLE]
    assert len(quotable) == 1


def locked() -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(drawn(lambda c: write(c, "A secret is kept in this file."))))
    writer.encrypt("secret", algorithm="AES-256")
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def test_a_locked_file_asks_for_one_without_a_password() -> None:
    with pytest.raises(ReaderError, match="password"):
        read_pdf(locked(), "a.pdf")


def test_a_file_that_is_only_protected_against_changes_is_read() -> None:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(drawn(lambda c: write(c, "Everybody may read this file here."))))
    writer.encrypt("", "owner", algorithm="AES-256")
    buffer = io.BytesIO()
    writer.write(buffer)
    assert "Everybody may read" in read_pdf(buffer.getvalue(), "a.pdf").text


def test_a_scan_asks_for_text_recognition() -> None:
    with pytest.raises(ReaderError, match="OCR"):
        read_pdf(drawn(lambda c: c.rect(10, 10, 200, 200, fill=1)), "a.pdf")


def test_a_page_that_unpacks_to_very_much_is_left_out() -> None:
    def page(canvas: Canvas) -> None:
        write(canvas, "This page can be read by everybody.")
        canvas.showPage()
        canvas._code.extend(["10 10 m 20 20 l S"] * 200_000)

    document = read_pdf(drawn(page, pageCompression=1), "a.pdf")
    assert document.text == "This page can be read by everybody."


@pytest.mark.parametrize(
    "data", [b"", b"plain text", b"%PDF-1.7\n", b"%PDF-1.7\n" + bytes(range(256)) * 8, b"PK\x03\x04" + bytes(50)]
)
def test_a_broken_file_and_another_format_say_so(data: bytes) -> None:
    with pytest.raises(ReaderError, match=r"^This (?:is not a )?PDF[^\n]+\.$"):
        read_pdf(data, "a.pdf")


def test_a_file_damaged_anywhere_gives_text_or_a_reason_and_nothing_else() -> None:
    whole = drawn(lambda c: write(c, "A sentence stands here, and another one behind it.", "And a third."))
    for at in range(0, len(whole), 37):
        for data in (whole[:at], whole[:at] + b"\x00\xff%" + whole[at + 3 :]):
            with contextlib.suppress(ReaderError):
                assert read_pdf(data, "a.pdf").text


@pytest.mark.parametrize(
    "title",
    ["10811.exe", "Microsoft Word - plan.doc", "report_final-2", "untitled", "doi:10.1016/j.x", "Presentation1", " "],
)
def test_a_title_that_is_the_name_of_a_file_is_none(title: str) -> None:
    def page(canvas: Canvas) -> None:
        canvas.setTitle(title)
        write(canvas, "A large title on two", top=760, size=20)
        write(canvas, "lines of the page", top=736, size=20)
        write(canvas, "The library is open every day from nine in the morning until five.")

    assert read_pdf(drawn(page), "a.pdf").source.title == "A large title on two lines of the page"


def test_pages_that_are_scanned_are_named_and_the_others_are_read() -> None:
    def pages(canvas: Canvas) -> None:
        for number in range(1, 6):
            if number in (2, 3, 5):
                canvas.drawInlineImage(Image.new("L", (8, 8)), 0, 0, 595, 842)
            else:
                write(canvas, f"A sentence stands on the page with the number {number}0, and it is read.")
            canvas.showPage()

    document = read_pdf(drawn(pages), "a.pdf")
    assert document.text.count("sentence") == 2
    assert document.missing.startswith("Pages not read: 2-3, 5. They are pictures")


def test_a_scan_in_strips_and_under_a_running_head_is_one_and_a_small_picture_is_none() -> None:
    def pages(canvas: Canvas) -> None:
        for number in range(1, 7):
            write(canvas, "Scanned with a good scanner", top=810)
            write(canvas, f"- {number} -", top=20, left=300)
            if number in (2, 4):
                for strip in range(8):
                    canvas.drawInlineImage(Image.new("L", (8, 8)), 0, strip * 100, 595, 100)
            else:
                canvas.drawInlineImage(Image.new("L", (8, 8)), 72, 200, 100, 100)
                write(canvas, f"A sentence stands on the page with the number {number}0, and it is read.")
            canvas.showPage()

    assert read_pdf(drawn(pages), "a.pdf").missing.startswith("Pages not read: 2, 4. They are pictures")


def test_letters_that_are_drawn_as_outlines_are_a_page_that_is_not_read() -> None:
    def letter(canvas: Canvas, left: float, low: float) -> None:
        path = canvas.beginPath()
        path.moveTo(left, low)
        for turn in range(3):
            path.curveTo(left, low + 4 + turn, left + 4, low + 9, left + 8, low + 9 - turn)
            path.curveTo(left + 8, low + 4, left + 4, low, left, low)
        canvas.drawPath(path, fill=1)

    def pages(canvas: Canvas) -> None:
        write(canvas, "A sentence stands on the first page.")
        canvas.showPage()
        for number in range(300):
            letter(canvas, 72 + number % 40 * 10, 700 - number // 40 * 20)

    assert read_pdf(drawn(pages), "a.pdf").missing.startswith("Pages not read: 2.")


def test_links_stand_on_their_words_also_over_two_lines_and_where_words_stand_twice() -> None:
    def pages(canvas: Canvas) -> None:
        first, second = "The yard is open every day, and so is the ", "yard behind it, as "
        write(canvas, f"{first}{second}all of the", "others are. Ask the yard.")
        canvas.setFont("Helvetica", 11)
        left, far, end = (72 + canvas.stringWidth(text) for text in (first, first + second, "others"))
        canvas.linkURL("https://example.org/yard", (left, 698, left + canvas.stringWidth("yard"), 710))
        canvas.linkURL("https://example.org/all", (far, 698, 540, 710))
        canvas.linkURL("https://example.org/all", (72, 684, end, 696))
        canvas.linkURL("javascript:x", (72, 698, 100, 710))
        canvas.showPage()
        canvas.rotate(90)
        canvas.drawString(100, -100, "Another page is turned, and leads out.")
        canvas.linkURL("mailto:a@b.org", (100, -103, 130, -90), relative=1)

    document = read_pdf(drawn(pages), "a.pdf")
    assert [(document.text[link.start : link.end], link.url) for link in document.links] == [
        ("yard", "https://example.org/yard"),
        ("all of the others", "https://example.org/all"),
        ("Another", "mailto:a@b.org"),
    ]
    assert document.text[: document.links[0].start].endswith("and so is the ")


def test_a_blank_page_is_nothing_that_is_missing() -> None:
    def pages(canvas: Canvas) -> None:
        write(canvas, "A sentence stands on this page.")
        canvas.showPage()
        canvas.showPage()

    assert read_pdf(drawn(pages), "a.pdf").missing == ""
