"""Tables: ruled, ruled in part, and only aligned."""

import io

from reportlab.lib import colors
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import SimpleDocTemplate, Table

from index.document import BlockKind, Document
from index.documents.readers.pdf import read_pdf
from tests.index.documents.readers.pdf.drawn import cells, read, texts, write


def ruled(rows: list[list[str]], *styles: tuple[object, ...]) -> Document:
    buffer = io.BytesIO()
    table = Table(rows, colWidths=[90] * len(rows[0]), style=[("GRID", (0, 0), (-1, -1), 1, colors.black), *styles])
    SimpleDocTemplate(buffer).build([table])
    return read_pdf(buffer.getvalue(), "a.pdf")


def test_a_cell_of_several_lines_is_one() -> None:
    document = ruled(
        [["Name", "Price", "Remark"], ["Salt", "3", "from the sea\nnear the town"], ["Sugar", "4", "white"]]
    )
    assert cells(document)[1] == ["Salt", "3", "from the sea near the town"]
    assert [block.kind for block in document.blocks] == [BlockKind.HEADER, BlockKind.ROW, BlockKind.ROW]


def test_merged_cells_reach_down_and_to_the_right() -> None:
    rows = [["Year", "Costs", ""], ["2020", "12", "13"], ["", "14", "15"]]
    document = ruled(rows, ("SPAN", (1, 0), (2, 0)), ("SPAN", (0, 1), (0, 2)))
    assert cells(document) == [["Year", "Costs", "Costs"], ["2020", "12", "13"], ["2020", "14", "15"]]


def test_rows_that_are_ruled_in_groups_are_told_by_their_figures() -> None:
    def page(canvas: Canvas) -> None:
        for y in (712, 690, 620):
            canvas.line(60, y, 400, y)
        for x in (60, 200, 300, 400):
            canvas.line(x, 620, x, 712)
        write(canvas, "Country", top=698, left=66)
        write(canvas, "Permits", top=698, left=206)
        write(canvas, "Checks", top=698, left=306)
        for n in range(4):
            write(canvas, f"Country of the {n}", top=676 - 14 * n, left=66)
            write(canvas, f"{n}0", top=676 - 14 * n, left=206)
            write(canvas, f"{n}5", top=676 - 14 * n, left=306)

    assert cells(read(page)) == [
        ["Country", "Permits", "Checks"],
        *([f"Country of the {n}", f"{n}0", f"{n}5"] for n in range(4)),
    ]


def test_a_table_without_rules_has_its_rows_and_a_header_of_two_lines() -> None:
    def page(canvas: Canvas) -> None:
        for y in (715, 682, 610):
            canvas.line(60, y, 420, y)
        for left, head in ((66, ("Amount", "of salt (g)")), (180, ("Loss", "(%)")), (300, ("Rate", "in a year"))):
            write(canvas, *head, left=left)
        for n in range(4):
            for left, cell in ((66, f"{n}"), (180, f"0.{n}1"), (300, f"0.{n}2")):
                write(canvas, cell, top=668 - 14 * n, left=left)

    document = read(page)
    assert cells(document)[0] == ["Amount of salt (g)", "Loss (%)", "Rate in a year"]
    assert texts(document, BlockKind.ROW) == [f"{n} | 0.{n}1 | 0.{n}2" for n in range(4)]


def test_text_around_a_table_stays_text() -> None:
    def page(canvas: Canvas) -> None:
        write(canvas, "Before the table there is a sentence of some length here.", top=740)
        for row, y in enumerate((700, 680, 660)):
            for column, x in enumerate((72, 190, 310)):
                canvas.rect(x, y - 5, 118 if column < 2 else 100, 20)
                write(canvas, f"cell {row}{column}", top=y, left=x + 4)
        write(canvas, "Behind the table there is a sentence of some length, too.", top=620)

    document = read(page)
    assert [block.kind for block in document.blocks] == [
        BlockKind.PARAGRAPH,
        *[BlockKind.ROW] * 3,
        BlockKind.PARAGRAPH,
    ]


def test_a_table_goes_on_over_the_page_without_its_header_and_a_cut_row_is_whole() -> None:
    head = ["Word", "Means", "Remark on its use"]
    text = "a rule from which nobody may depart, but for reasons that were weighed with care and written"

    def grid(canvas: Canvas, rows: list[list[str]], top: int) -> None:
        for number, row in enumerate(rows):
            for x, width, cell in zip((60, 120, 180), (60, 60, 360), row, strict=True):
                canvas.rect(x, top - 24 * number - 8, width, 24)
                write(canvas, cell, top=top - 24 * number, left=x + 4, size=8)

    def pages(canvas: Canvas) -> None:
        grid(canvas, [head, ["must", "duty", "no choice"], ["should", "advice", text]], 100)
        canvas.showPage()
        grid(canvas, [head, ["", "", "down before"], ["may", "choice", "as one likes"]], 780)

    document = read(pages)
    assert cells(document)[1:] == [
        ["must", "duty", "no choice"],
        ["should", "advice", f"{text} down before"],
        ["may", "choice", "as one likes"],
    ]
    assert len({block.group for block in document.blocks}) == 1


def test_a_cell_with_a_list_is_a_heading_and_its_items() -> None:
    def page(canvas: Canvas) -> None:
        for top, name, items in (
            (700, "Spaces", ("none in front", "one behind")),
            (650, "Lines", ("one", "two", "three")),
        ):
            canvas.rect(60, top - 40, 100, 50)
            canvas.rect(160, top - 40, 300, 50)
            write(canvas, name, top=top, left=64)
            write(canvas, *(f"\u2022 {item}" for item in items), top=top, left=164)

    document = read(page)
    assert texts(document, BlockKind.HEADING) == ["Spaces", "Lines"]
    assert texts(document, BlockKind.ITEM) == ["none in front", "one behind", "one", "two", "three"]


def test_a_name_over_several_columns_goes_for_each_of_them() -> None:
    def page(canvas: Canvas) -> None:
        for y in (720, 680, 650, 620):
            canvas.line(60, y, 420, y)
        for x in (60, 180, 420):
            canvas.line(x, 620, x, 720)
        canvas.line(300, 620, 300, 680)
        write(canvas, "State", top=686, left=64)
        write(canvas, "Rentals", top=704, left=280)
        write(canvas, "Handgun", top=686, left=190)
        write(canvas, "Long gun", top=686, left=310)
        for n, name in enumerate(("Texas", "Utah")):
            write(canvas, name, top=660 - 30 * n, left=64)
            write(canvas, f"1{n}", top=660 - 30 * n, left=190)
            write(canvas, f"2{n}", top=660 - 30 * n, left=310)

    document = read(page)
    assert cells(document) == [
        ["State", "Rentals Handgun", "Rentals Long gun"],
        ["Texas", "10", "20"],
        ["Utah", "11", "21"],
    ]
    assert document.blocks[0].kind is BlockKind.HEADER


def test_a_grid_that_only_places_texts_side_by_side_is_no_table() -> None:
    text = [f"Sentence {n} tells of the harbour and its ships." for n in range(8)]

    def page(canvas: Canvas) -> None:
        for left, name in ((60, "Harbours"), (310, "Rivers")):
            canvas.rect(left, 560, 250, 160)
            write(canvas, name, top=700, left=left + 6, font="Helvetica-Bold")
            write(canvas, *text, top=680, left=left + 6, size=9)

    document = read(page)
    assert texts(document, BlockKind.HEADING) == ["Harbours", "Rivers"]
    assert not texts(document, BlockKind.ROW)


def test_a_box_over_the_whole_table_that_holds_a_text_is_no_row() -> None:
    text = [f"Sentence {n} tells at some length of the harbour and its ships." for n in range(6)]

    def page(canvas: Canvas) -> None:
        for n, (name, price) in enumerate((("Salt", "3"), ("Sugar", "4"))):
            for left, cell in ((60, name), (260, price)):
                canvas.rect(left, 700 - 20 * n, 200, 20)
                write(canvas, cell, top=706 - 20 * n, left=left + 6)
        canvas.rect(60, 560, 400, 120)
        write(canvas, *text, top=660, left=66)

    assert texts(read(page), BlockKind.ROW) == ["Salt | 3", "Sugar | 4"]
    assert " ".join(text) in read(page).text.replace("\n\n", " ")


def test_figures_that_stand_close_below_one_another_are_cells() -> None:
    def page(canvas: Canvas) -> None:
        for n, name in enumerate(("Method", "Single", "Multi", "Both")):
            write(canvas, name, top=700 - 14 * n, left=60)
            for column in range(3):
                cell = f"{n}{column}.{n}" if n else ("first", "next", "last")[column]
                write(canvas, cell, top=700 - 14 * n, left=200 + 26 * column)

    assert cells(read(page))[2] == ["Multi", "20.2", "21.2", "22.2"]


def test_a_column_in_which_nothing_stands_is_none() -> None:
    assert cells(ruled([["Salt", "", "3"], ["Sugar", "", "4"]])) == [["Salt", "3"], ["Sugar", "4"]]


def test_what_stands_over_all_columns_is_a_caption_or_if_it_is_long_a_text() -> None:
    long = (
        "The prices hold for the whole of the year, and for all those who live in the town or in one of its villages."
    )

    def page(canvas: Canvas) -> None:
        for number, rows in enumerate((("Prices",), ("Salt", "3"), ("Sugar", "4"), (long,))):
            top = 700 - 20 * number
            for column, cell in enumerate(rows):
                canvas.rect(60 + 250 * column, top - 6, 500 // len(rows), 20)
                write(canvas, cell, top=top, left=66 + 250 * column, size=8)

    kinds = [block.kind for block in read(page).blocks]
    assert kinds == [BlockKind.CAPTION, BlockKind.ROW, BlockKind.ROW, BlockKind.PARAGRAPH]


def test_a_rule_parts_cells_whose_words_nearly_touch() -> None:
    def page(canvas: Canvas) -> None:
        for n, (left, right) in enumerate((("12345678", "shares"), ("23456789", "bonds"))):
            top = 700 - 20 * n
            canvas.rect(60, top - 6, 60, 20)
            canvas.rect(120, top - 6, 100, 20)
            canvas.setFont("Helvetica", 11)
            canvas.drawRightString(119, top, left)
            canvas.drawString(121, top, right)

    assert cells(read(page)) == [["12345678", "shares"], ["23456789", "bonds"]]


def test_shades_behind_words_and_rules_around_text_make_no_table() -> None:
    def page(canvas: Canvas) -> None:
        canvas.setFillGray(0.8)
        for top, left in ((697, 100), (683, 140), (683, 100)):
            canvas.rect(left, top, 40, 14, stroke=0, fill=1)
        canvas.setFillGray(0)
        write(canvas, "Call the first function and the", "other one of the two in their order.")
        for width, y in ((100, 600), (200, 560), (300, 520)):
            canvas.line(60, y, 60 + width, y)
        write(canvas, "Between rules stands a sentence of some words.", top=580)

    assert not texts(read(page), BlockKind.ROW)


def test_a_word_that_is_wider_than_its_column_stays_in_it() -> None:
    def page(canvas: Canvas) -> None:
        canvas.rect(60, 600, 400, 130)
        for x in (160, 240):
            canvas.line(x, 700, x, 730)
        canvas.line(60, 700, 460, 700)
        for left, name in ((66, "Number"), (166, "Purpose"), (246, "Sum")):
            write(canvas, name, top=710, left=left)
        for n, purpose in enumerate(
            ("a train", "a flight to the capital and back again", "a hotel", "a meal", "a taxi")
        ):
            write(canvas, f"No. {n}", top=684 - 14 * n, left=66)
            write(canvas, purpose, top=684 - 14 * n, left=166)
            write(canvas, f"{n}00.00", top=684 - 14 * n, left=380)

    assert cells(read(page))[2] == ["No. 1", "a flight to the capital and back again", "100.00"]


def test_the_names_of_columns_on_the_first_page_hold_on_the_next() -> None:
    def pages(canvas: Canvas) -> None:
        for top, rows in (
            (100, (("State", "Kind", "Sum"), ("Texas", "all", "10"), ("Utah", "all", "20"))),
            (780, (("Iowa", "none", "no sum"), ("Maine", "all", "30"), ("Ohio", "all", "40"))),
        ):
            for n, row in enumerate(rows):
                for column, cell in enumerate(row):
                    canvas.rect(60 + 80 * column, top - 20 * n - 6, 80, 20)
                    bold = top == 100 and not n
                    write(
                        canvas,
                        cell,
                        top=top - 20 * n,
                        left=66 + 80 * column,
                        font="Helvetica-Bold" if bold else "Helvetica",
                    )
            canvas.showPage()

    document = read(pages)
    assert texts(document, BlockKind.HEADER) == ["State | Kind | Sum"]
    assert "Iowa | none | no sum" in texts(document, BlockKind.ROW)


def test_a_small_grid_in_a_cell_belongs_to_the_cell() -> None:
    def page(canvas: Canvas) -> None:
        for n in range(2):
            for column in range(2):
                canvas.rect(60 + 200 * column, 650 - 80 * n, 200, 80)
                write(canvas, f"cell {n}{column}", top=710 - 80 * n, left=66 + 200 * column)
        for n in range(2):
            for column in range(2):
                canvas.rect(70 + 40 * column, 680 - 18 * n, 40, 18)
                write(canvas, f"{n}{column}", top=684 - 18 * n, left=74 + 40 * column)

    assert cells(read(page)) == [["cell 00 00 01 10 11", "cell 01"], ["cell 10", "cell 11"]]


def test_lines_between_two_tables_belong_to_neither() -> None:
    def page(canvas: Canvas) -> None:
        for n in range(12):
            row = n < 4 or n > 7
            write(canvas, f"name {n}" if row else f"word {n}", top=700 - 14 * n)
            if row:
                write(canvas, f"a cell {n}", top=700 - 14 * n, left=250)

    rows = texts(read(page), BlockKind.ROW)
    assert len(rows) == 8
    assert not any("word" in row for row in rows)
