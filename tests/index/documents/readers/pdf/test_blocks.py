"""Items, notes, captions, code, and what is left out of every page."""

from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from index.document import BlockKind
from tests.index.documents.readers.pdf.drawn import blocks, read, texts, write

BODY = "The committee met on the third of May to discuss the plans, and it met again"


def test_bullets_are_items_with_their_depth_and_numbers_are_kept() -> None:
    def page(canvas: Canvas) -> None:
        write(canvas, "The following things are to be brought along:", top=714)
        write(canvas, "\u2022  a coat that is warm enough for the mountains and keeps off the rain of", left=82)
        write(canvas, "the autumn", top=686, left=94)
        write(canvas, "\u2022  shoes", top=672, left=82)
        write(canvas, "-  for walking", top=658, left=100)
        write(canvas, "1.  First the coat is put on.", "2.  Then the shoes are tied.", top=630)

    document = read(page)
    items = [block for block in document.blocks if block.kind is BlockKind.ITEM]
    assert [(document.text[b.start : b.end], b.level, b.number) for b in items] == [
        ("a coat that is warm enough for the mountains and keeps off the rain of the autumn", 1, ""),
        ("shoes", 1, ""),
        ("for walking", 2, ""),
        ("First the coat is put on.", 1, "1."),
        ("Then the shoes are tied.", 1, "2."),
    ]


def test_a_footnote_is_a_note_with_its_number_and_no_part_of_the_text() -> None:
    def page(canvas: Canvas) -> None:
        write(canvas, "The bridge was built of stone", top=700)
        canvas.setFont("Helvetica", 7)
        canvas.drawString(72 + canvas.stringWidth("The bridge was built of stone", "Helvetica", 11), 704, "1")
        write(canvas, BODY, "and again in the spring of the year that followed.", top=672)
        write(canvas, "The stone came from the hill behind the town.", top=100, left=78, size=8)
        write(canvas, "1", top=103, left=73, size=5)
        canvas.showPage()
        write(canvas, BODY)

    document = read(page)
    assert texts(document, BlockKind.NOTE) == ["The stone came from the hill behind the town."]
    assert next(block.number for block in document.blocks if block.kind is BlockKind.NOTE) == "1"
    assert blocks(document)[0][1] == "The bridge was built of stone¹"


def test_references_with_a_hanging_indent_are_whole() -> None:
    entries = [
        (
            f"Author{n}, A. and Writer{n}, B. On the building of bridges over wide",
            f"rivers. Journal of Stone {n}, 1990.",
        )
        for n in range(4)
    ]

    def page(canvas: Canvas) -> None:
        for n, (first, second) in enumerate(entries):
            write(canvas, first, top=700 - 28 * n)
            write(canvas, second, top=686 - 28 * n, left=92)

    assert texts(read(page), BlockKind.PARAGRAPH) == [" ".join(entry) for entry in entries]


def test_running_heads_and_page_numbers_are_left_out_on_odd_and_even_pages() -> None:
    def pages(canvas: Canvas) -> None:
        for n in range(1, 9):
            write(canvas, f"{n}   Report of the city" if n % 2 else f"Chapter of bridges   {n}", top=800, size=8)
            write(canvas, f"{BODY} in room {n}0.", top=700)
            write(canvas, f"Vol. 3, page {n}", top=30, size=8)
            canvas.showPage()

    text = read(pages).text
    assert text.count("committee") == 8
    assert not any(word in text for word in ("Report", "Chapter", "Vol."))


def test_lines_in_a_typewriter_face_are_code_with_their_indents() -> None:
    def page(canvas: Canvas) -> None:
        write(canvas, "Call the program with these two lines and then wait:", top=714)
        write(canvas, "for name in *.txt; do", font="Courier")
        write(canvas, "cat $name", top=686, left=98, font="Courier")
        write(canvas, "It ends by itself.", top=660)

    assert texts(read(page), BlockKind.CODE) == ["for name in *.txt; do\n    cat $name"]


def test_a_caption_is_told_from_a_sentence_about_a_table() -> None:
    def page(canvas: Canvas) -> None:
        write(canvas, "Table 1. Costs of the bridge", top=740)
        write(canvas, "Table 2 shows the costs of the tunnel in the years since the war.", top=700)

    assert [kind for kind, _ in blocks(read(page))] == [BlockKind.CAPTION, BlockKind.PARAGRAPH]


def test_a_table_of_contents_is_nothing_to_quote() -> None:
    def page(canvas: Canvas) -> None:
        for n, title in enumerate(("First steps", "The second chapter", "What comes then", "The end of it")):
            write(canvas, title, top=700 - 14 * n)
            write(canvas, str(3 + 4 * n), top=700 - 14 * n, left=400)
        canvas.showPage()
        write(canvas, BODY)

    assert {kind for kind, text in blocks(read(page)) if text[-1].isdigit()} == {BlockKind.FURNITURE}


def test_a_line_in_another_face_that_stands_alone_is_a_heading() -> None:
    def page(canvas: Canvas) -> None:
        write(canvas, BODY, "and again in the spring of the year that followed.", top=740)
        write(canvas, "2.1. What was decided", top=700, font="Helvetica-Oblique")
        write(canvas, BODY, "and again in the autumn of the year that followed.", top=680)

    assert texts(read(page), BlockKind.HEADING) == ["2.1. What was decided"]


def test_a_line_of_emphasis_within_a_sentence_is_none() -> None:
    def page(canvas: Canvas) -> None:
        write(canvas, BODY, top=714)
        write(
            canvas, "and it did not decide anything at all about what was to be done with it,", font="Helvetica-Oblique"
        )
        write(canvas, "until the spring of the year that followed had gone by.", top=686)

    assert [kind for kind, _ in blocks(read(page))] == [BlockKind.PARAGRAPH]


def test_labels_of_a_figure_are_no_text_and_no_headings() -> None:
    def page(canvas: Canvas) -> None:
        write(canvas, BODY, "and again in the spring of the year that followed.", top=760)
        for n, label in enumerate(("PER+SBJ:hit", "OBJ:coast", "LOC:north", "0.5")):
            write(canvas, label, top=700 - 25 * n, left=120 + 40 * n, size=14 if n < 2 else 9)
        write(canvas, "Figure 3: How the parts of a sentence are joined", top=580, left=120)

    document = read(page)
    assert texts(document, BlockKind.HEADING) == []
    assert [kind for kind, _ in blocks(document)][1:] == [BlockKind.FURNITURE] * 4 + [BlockKind.CAPTION]


def test_a_head_that_changes_with_the_chapter_is_told_by_its_page_number() -> None:
    def pages(canvas: Canvas) -> None:
        for n, chapter in enumerate(("bridges", "bridges", "harbours", "roads", "roads", "canals"), 11):
            write(canvas, f"On {chapter}", top=800, size=8)
            write(canvas, str(n), top=800, left=500, size=8)
            write(canvas, f"{BODY} in room {n}0.", top=700)
            canvas.showPage()

    assert "On " not in read(pages).text


def test_a_heading_that_fills_its_line_does_not_take_the_text_with_it() -> None:
    text = "The committee met in May to discuss", "the plans, and it met again for them."

    def page(canvas: Canvas) -> None:
        write(canvas, "3.2 What was decided in the old hall", font="Helvetica-Oblique")
        write(canvas, *text, top=686)
        write(canvas, *text * 6, "And then it met no more in that year.", top=640)

    assert texts(read(page), BlockKind.HEADING) == ["3.2 What was decided in the old hall"]


def test_references_are_told_by_their_indent_where_no_full_stop_ends_them() -> None:
    first = "Author, A. and Writer, B. On the building of bridges over wide rivers in"
    second = "the north and the south. Journal of Stone and of Wood {}, pages 12 to 190"

    def page(canvas: Canvas) -> None:
        for n in range(4):
            write(canvas, first, top=700 - 28 * n)
            write(canvas, second.format(n), top=686 - 28 * n, left=86)

    assert len(texts(read(page), BlockKind.PARAGRAPH)) == 4


def test_large_sentences_are_a_text_and_two_large_lines_two_headings() -> None:
    def page(canvas: Canvas) -> None:
        write(canvas, "What to see?", top=760, size=18)
        write(canvas, "Prices", top=738, size=18)
        write(canvas, "All who visit the harbour are asked to wear a helmet, and", top=700, size=13)
        write(canvas, "to keep away from the cranes at all times of the day.", top=684, size=13)
        write(canvas, *[BODY] * 3, top=640)

    document = read(page)
    assert texts(document, BlockKind.HEADING) == ["What to see?", "Prices"]


def test_formulas_and_lines_of_authors_are_no_headings() -> None:
    def page(canvas: Canvas) -> None:
        write(canvas, "Force = mass (1)", top=740, font="Helvetica-Bold")
        write(canvas, "Anna Author*, Bert Writer", top=710, font="Helvetica-Bold")
        write(canvas, "A bold line", top=680, font="Helvetica-Bold")
        write(canvas, BODY, top=650)

    assert texts(read(page), BlockKind.HEADING) == ["A bold line"]


def test_a_word_that_names_a_part_of_a_paper_is_a_heading_in_any_face() -> None:
    def page(canvas: Canvas) -> None:
        write(canvas, BODY, "and again in the spring of the year that followed.", top=740)
        write(canvas, "References", top=690)
        write(canvas, BODY, "and again in the winter of the year that followed.", top=660)

    assert texts(read(page), BlockKind.HEADING) == ["References"]


def test_the_number_of_a_table_and_what_it_shows_are_one_caption() -> None:
    def page(canvas: Canvas) -> None:
        write(canvas, "Table 3", top=740)
        write(canvas, "Costs of the bridge", top=720)
        write(canvas, BODY, top=690)

    assert texts(read(page), BlockKind.CAPTION) == ["Table 3 Costs of the bridge"]


def test_a_line_that_sticks_out_does_not_make_the_others_short() -> None:
    lines = [f"Bridges number {n} and more of them stand in the north of the" for n in range(10)]

    def page(canvas: Canvas) -> None:
        write(canvas, *lines[:5], f"{lines[5]} land and in https://example.org/a/long/one", *lines[6:])

    assert len(read(page).blocks) == 1


def test_pages_in_roman_numbers_have_heads_too() -> None:
    def pages(canvas: Canvas) -> None:
        for n in ("ii", "iii", "iv", "v", "vi"):
            write(canvas, f"Guide for sailors {n} of xii", top=800, size=8)
            write(canvas, f"{BODY} on page {n}.", top=700)
            canvas.showPage()

    assert "Guide" not in read(pages).text


def test_what_stands_beside_the_page_is_not_read() -> None:
    def page(canvas: Canvas) -> None:
        write(canvas, "Crop here", left=-100, top=600)
        write(canvas, "Colour bar", top=900)
        write(canvas, BODY)

    assert read(page).text == BODY


def test_text_on_a_picture_is_a_label_only_where_the_line_ends_with_it() -> None:
    picture = Image.new("L", (8, 8), 200)

    def page(canvas: Canvas) -> None:
        canvas.drawInlineImage(picture, 140, 680, 60, 40)
        write(canvas, BODY)
        canvas.drawInlineImage(picture, 70, 596, 200, 12)
        write(canvas, "The second one is marked.", top=600)
        canvas.drawInlineImage(picture, 100, 400, 200, 100)
        write(canvas, "A label of it", top=450, left=120)

    assert [kind for kind, _ in blocks(read(page))] == [
        BlockKind.PARAGRAPH,
        BlockKind.PARAGRAPH,
        BlockKind.FURNITURE,
    ]
