"""Columns are read one after the other, and what stands in them goes on from one to the next."""

import pytest
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph

from index.document import BlockKind
from index.documents.readers.pdf import read_pdf
from tests.index.documents.readers.pdf.drawn import STYLES, in_columns, read, texts, write

SENTENCES = [
    f"Sentence {number} tells of the harbour, of the ships that lie in it, and of the people who work on the long pier."
    for number in range(1, 61)
]
STORY = [Paragraph(" ".join(SENTENCES[at : at + 6]), STYLES["BodyText"]) for at in range(0, 60, 6)]


@pytest.mark.parametrize("count", [2, 3])
def test_columns_are_read_one_after_the_other_and_no_sentence_is_cut(count: int) -> None:
    document = read_pdf(in_columns(STORY, count), "a.pdf")
    assert texts(document, BlockKind.PARAGRAPH) == [" ".join(SENTENCES[at : at + 6]) for at in range(0, 60, 6)]


def test_a_title_over_the_columns_is_read_before_them() -> None:
    def page(canvas: Canvas) -> None:
        write(canvas, "A title that reaches over both columns of the page", size=20, top=760, left=60)
        for left, first in ((60, 0), (310, 10)):
            write(canvas, *(f"line {first + n} of a text that fills its column" for n in range(10)), left=left)
        write(canvas, "Below both of them a long line runs from the left of the page to the right.", top=500, left=60)

    text = read(page).text
    numbers = [int(word) for word in text.split() if word.isdigit()]
    assert text.startswith("A title")
    assert numbers == list(range(20))
    assert text.endswith("to the right.")


def test_the_columns_of_a_table_are_no_columns_of_a_text() -> None:
    def page(canvas: Canvas) -> None:
        write(canvas, *(f"Item {n}" for n in range(8)), left=60)
        write(canvas, *(f"{n}0 euros" for n in range(8)), left=310)

    assert texts(read(page), BlockKind.ROW)[3] == "Item 3 | 30 euros"


def test_gutters_that_are_all_as_wide_are_told_from_the_spaces_between_words() -> None:
    def page(canvas: Canvas) -> None:
        for column, left in enumerate((40, 220, 400)):
            lines = [f"{column}{n} The harbour lies in the north of the" for n in range(12)]
            write(canvas, *lines, left=left, size=9)

    read_first = [word for word in read(page).text.split() if word.isdigit()]
    assert read_first == [f"{column}{n}" for column in range(3) for n in range(12)]


def test_columns_end_at_a_rule_and_begin_anew_below_it() -> None:
    def page(canvas: Canvas) -> None:
        canvas.line(40, 600, 560, 600)
        for part, top in enumerate((740, 580)):
            for column, left in enumerate((60, 310)):
                lines = [f"{part}{column}{n} a line of a text that fills its column" for n in range(8)]
                write(canvas, *lines, top=top, left=left)

    numbers = [word for word in read(page).text.split() if word.isdigit()]
    assert numbers == [f"{part}{column}{n}" for part in range(2) for column in range(2) for n in range(8)]


def test_a_figure_in_a_column_does_not_hide_it() -> None:
    def page(canvas: Canvas) -> None:
        write(canvas, *(f"{n} a line of a text that fills its column here" for n in range(20)), left=60)
        write(canvas, *(f"0.{n}" for n in range(12)), left=310 + 40)
        write(canvas, *(f"{20 + n} a line of a text that fills its column" for n in range(8)), top=532, left=310)

    numbers = [int(word) for word in read(page).text.split() if word.isdigit()]
    assert numbers == list(range(28))


def test_a_line_right_above_what_reaches_over_both_columns_belongs_to_that() -> None:
    def page(canvas: Canvas) -> None:
        for column, left in enumerate((60, 310)):
            write(canvas, *(f"{column}{n} a line of a text that fills its column" for n in range(8)), left=left)
        write(canvas, "Table 7 What the ships bring", top=570, left=60)
        write(
            canvas,
            "It is a long line that runs from the left of the page to its right without a gap.",
            top=556,
            left=60,
        )

    text = read(page).text
    assert text.index("17 a line") < text.index("Table 7")
