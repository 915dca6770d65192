"""Letters become words as people would type them."""

import io
from dataclasses import replace

import pypdf
import pytest
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from index.document import BlockKind
from index.documents.readers.pdf import engine, read_pdf
from index.documents.readers.pdf.page import Word
from index.documents.readers.pdf.unicode import readable, reads_as_words
from index.documents.readers.pdf.words import once
from index.errors import ReaderError
from tests.index.documents.readers.pdf.drawn import drawn, read, unmapped, write

SENTENCE = "The old bridge over the river was built by the people of the town."


@pytest.mark.parametrize(
    ("given", "typed"),
    [("\ufb01re", "fire"), ("\u2f64\u2edb", "用风"), ("\u2ec5", "见"), ("\uf0b7", "•"), ("a\u200bb", "ab")],
)
def test_ligatures_and_radicals_are_the_characters_that_are_meant(given: str, typed: str) -> None:
    assert readable(given) == typed


def test_a_font_without_letters_is_said_to_have_none() -> None:
    with pytest.raises(ReaderError, match="do not say which letters"):
        read_pdf(unmapped(SENTENCE), "a.pdf")


def test_a_page_in_a_font_without_letters_is_left_out_and_the_others_are_read() -> None:
    writer = pypdf.PdfWriter()
    for data in (drawn(lambda canvas: write(canvas, SENTENCE)), unmapped("Here something else is written on a page.")):
        writer.append(io.BytesIO(data))
    buffer = io.BytesIO()
    writer.write(buffer)
    document = read_pdf(buffer.getvalue(), "a.pdf")
    assert document.text == SENTENCE
    assert document.missing.startswith("Pages not read: 2. Their fonts do not say")


def test_numbers_of_letters_are_believed_only_where_they_read_as_words() -> None:
    assert reads_as_words("number of retrieved passages")
    assert not reads_as_words("7KH TXLFN EURZQ IR[")
    assert not reads_as_words("")


def test_half_of_a_surrogate_pair_is_no_letter() -> None:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(drawn(lambda canvas: write(canvas, f"{SENTENCE} X Y"))))
    font = next(iter(writer.pages[0]["/Resources"]["/Font"].values())).get_object()
    pairs = b"<58> <d83d>\n<59> <d83dde00>"
    letters = b"".join(b"<%02x> <%04x>\n" % (code, code) for code in range(32, 127) if code not in b"XY")
    stream = pypdf.generic.DecodedStreamObject()
    stream.set_data(
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def\n"
        b"1 begincodespacerange <00> <ff> endcodespacerange\n95 beginbfchar\n"
        + letters
        + pairs
        + b"\nendbfchar endcmap end end"
    )
    font[pypdf.generic.NameObject("/ToUnicode")] = writer._add_object(stream)
    buffer = io.BytesIO()
    writer.write(buffer)
    text = read_pdf(buffer.getvalue(), "a.pdf").text
    assert text.startswith(SENTENCE)
    assert text.endswith(" \U0001f600")
    assert text.encode("utf-8")


def test_raised_digits_are_raised_and_lowered_ones_belong_to_the_word() -> None:
    def page(canvas: Canvas) -> None:
        write(canvas, "A field of 10 m", top=700)
        write(canvas, "2", top=705, left=73 + int(stringWidth("A field of 10 m", "Helvetica", 11)), size=7)
        write(canvas, "holds as much H", top=660)
        write(canvas, "2", top=657, left=73 + int(stringWidth("holds as much H", "Helvetica", 11)), size=7)
        write(canvas, "O as a small lake in the hills of the north does.", top=660, left=78 + 78)

    text = read(page).text
    assert "10 m²" in text
    assert "H2O" in text


def test_an_accent_that_is_drawn_over_a_letter_is_one_with_it() -> None:
    def page(canvas: Canvas) -> None:
        write(canvas, "They met in a small cafe", top=700)
        canvas.drawString(72 + stringWidth("They met in a small caf", "Helvetica", 11) + 1, 700, "\u00b4")
        canvas.drawString(72 + stringWidth("They met in a small cafe ", "Helvetica", 11), 700, "by the river.")

    assert "small café by" in read(page).text


def test_a_page_that_lies_on_its_side_is_read_upright() -> None:
    def page(canvas: Canvas) -> None:
        canvas.rotate(90)
        canvas.translate(0, -500)
        write(canvas, SENTENCE, "A second line of the text stands below the first one.", top=300)

    assert read(page).text.startswith(SENTENCE)


def test_words_that_are_drawn_over_themselves_are_there_once_and_bold() -> None:
    drawn_twice, other = Word("to", 72, 81, 100, 11), Word("to", 72, 81, 114, 11)
    assert once([drawn_twice, other, replace(drawn_twice, left=73)]) == [replace(drawn_twice, bold=True), other]


def test_signs_of_a_picture_font_are_bullets_where_they_stand_apart() -> None:
    def page(canvas: Canvas) -> None:
        for n, item in enumerate(("a coat", "two shoes")):
            write(canvas, "n", top=700 - 14 * n, font="Times-Roman")
            write(canvas, item, top=700 - 14 * n, left=90)

    assert [block.kind for block in read(page).blocks] == [BlockKind.ITEM] * 2


def test_a_letter_that_opens_a_chapter_belongs_to_its_word() -> None:
    def page(canvas: Canvas) -> None:
        write(canvas, "T", size=33, top=686)
        write(canvas, "he old bridge over the river was built by the people.", left=93)
        write(canvas, "It stood for many years, and then it fell.", left=93, top=686)
        write(canvas, SENTENCE, top=640)

    assert read(page).text.startswith("The old bridge")


def test_a_minus_is_told_by_its_shape_where_its_font_has_no_letters() -> None:
    with engine.opened(unmapped("a\u2212b")) as file:
        (page,) = engine.pages(file)
    assert [word.text for word in page.words] == ["\ufffd\u2212\ufffd"]
