"""A document as a page: its structure kept, the quote marked with its parts, and nothing of it run by a browser."""

import re
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html

from bot.web.source.page import Opened, document_page
from index.document import Block, BlockKind, Document, Span
from index.documents.readers.building.cells import Merged
from index.documents.readers.building.draft import Draft, FoundBlock
from index.documents.readers.frontmatter import Meta
from index.documents.readers.markdown import from_markdown
from index.errors import ReaderError
from tests.shelf import shelf

ALLOWED = {
    *(
        "html",
        "head",
        "meta",
        "title",
        "link",
        "script",
        "body",
        "header",
        "main",
        "nav",
        "span",
        "h1",
        "h2",
        "h3",
        "h4",
    ),
    *("h5", "h6", "p", "a", "mark", "strong", "em", "del", "code", "kbd", "sub", "sup", "br", "pre", "ul", "ol", "li"),
    *("div", "table", "thead", "tbody", "tr", "th", "td"),
}
LETTERS = re.compile(r"\W+")


def page(text: str, quoted: str = "", *parts: str, name: str = "guide.md") -> str:
    """What stands in the main part of the page of a Markdown text."""
    document = from_markdown(text, name)
    return main(document, span(document, quoted), [span(document, part) for part in parts])


def span(document: Document, words: str) -> Span:
    """Where some words stand; of none the last ones."""
    start = document.text.index(words) if words else len(document.text) - 2
    return start, start + max(1, len(words))


def main(document: Document, quote: Span, parts: Sequence[Span] = ()) -> str:
    return (
        document_page(Opened(document, quote, tuple(parts)))
        .partition("<main")[2]
        .partition(">")[2]
        .partition("</main>")[0]
    )


def unmarked(fragment: str) -> str:
    return re.sub(r"</?mark[^>]*>", "", fragment)


def marked(fragment: str) -> list[str]:
    return re.findall(r"<mark[^>]*>(.*?)</mark>", fragment, re.DOTALL)


def test_headings_keep_their_levels_and_can_be_linked_to() -> None:
    shown = page(
        "# Manual\n\n## Set up\n\nSee [below](#disk-space) and [nothing](#other).\n\n### Disk space\n\nIt is big.\n"
    )
    assert '<h2 id="s-set-up">Set up</h2>' in unmarked(shown)
    assert '<h3 id="s-disk-space">Disk space</h3>' in unmarked(shown)
    assert '<a href="#s-disk-space">below</a> and nothing.' in unmarked(shown)


def test_headings_of_the_same_words_are_told_apart_and_one_may_name_itself() -> None:
    shown = unmarked(
        page("# A\n\n## Note\n\nOne is here.\n\n## Note\n\nTwo is here.\n\n## 安装 {#install}\n\nThree is here.\n")
    )
    assert re.findall(r'<h2 id="([^"]+)"', shown) == ["s-note", "s-note-1", "s-install"]


def test_lists_keep_their_numbers_their_depth_and_the_paragraphs_of_an_item() -> None:
    shown = unmarked(
        page("Do this now:\n\n3. Stop the server.\n\n   Wait for it.\n   - Then look.\n4. Start it again.\n")
    )
    number = '<span class="number">{}</span> '
    assert (
        f"<ol><li>{number.format('3.')}Stop the server.<p>Wait for it.</p><ul><li>Then look.</li></ul></li>"
        f"<li>{number.format('4.')}Start it again.</li></ol>"
    ) in shown


def test_a_table_is_a_table_with_header_cells() -> None:
    shown = unmarked(page("| Part | Memory |\n|---|---|\n| **TiKV** | `64 GB` |\n"))
    assert '<thead><tr><th scope="col">Part</th><th scope="col">Memory</th></tr></thead>' in shown
    assert "<tbody><tr><td><strong>TiKV</strong></td><td><code>64 GB</code></td></tr></tbody>" in shown


def test_a_cell_that_reaches_over_rows_and_columns_does_so_on_the_page() -> None:
    draft = Draft()
    rows = [("a", "wide", Merged.LEFT), ("b", "square", Merged.LEFT), ("c", Merged.UP, Merged.UP), ("d", "", "")]
    for row in rows:
        draft.put(FoundBlock("", BlockKind.ROW, group=1, cells=row))
    document = draft.finish("t.docx", Meta())
    shown = unmarked(main(document, (0, 1)))
    assert '<tr><td>a</td><td colspan="2">wide</td></tr>' in shown
    assert '<tr><td>b</td><td colspan="2" rowspan="2">square</td></tr><tr><td>c</td></tr>' in shown
    assert "<tr><td>d</td><td></td><td></td></tr>" in shown


def test_code_is_shown_letter_for_letter_without_its_fences_and_margin() -> None:
    shown = unmarked(page("Run this:\n\n- here\n\n  ```sh\n  if a &lt; b\n    *x*\n\n  fi\n  ```\n"))
    assert "<code>if a &amp;lt; b\n  *x*\n\nfi</code></pre>" in shown
    assert "```" not in shown


def test_notes_captions_and_pages_are_told_apart() -> None:
    draft = Draft()
    draft.put(FoundBlock("The first sentence is here.", BlockKind.PARAGRAPH), page=2)
    draft.put(FoundBlock("Only in the north.", BlockKind.NOTE, number="1"), page=3)
    shown = unmarked(main(draft.finish("t.pdf", Meta()), (0, 3)))
    assert '<p class="page" id="page-2"><span>p. 2</span></p>\n<p>The first' in shown
    assert '<p class="note"><span class="number">1</span> Only in the north.</p>' in shown


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("[a](https://x.org/y_(z) 't')", '<a href="https://x.org/y_(z)" target="_blank" rel="noopener nofollow">a</a>'),
        ("[a][b] c\n\n[b]: http://x.org", '<a href="http://x.org" target="_blank" rel="noopener nofollow">a</a> c'),
        (
            "<https://x.org/_a_>",
            '<a href="https://x.org/_a_" target="_blank" rel="noopener nofollow">https://x.org/_a_</a>',
        ),
        (
            "at https://x.org/a.",
            '<a href="https://x.org/a" target="_blank" rel="noopener nofollow">https://x.org/a</a>.',
        ),
        ("[a](mailto:b@x.org)", '<a href="mailto:b@x.org" target="_blank" rel="noopener nofollow">a</a>'),
        ("a [b](javascript:alert(1)) c", "a [b](javascript:alert(1)) c"),
        ("a [b](ftp://x.org) c", "a b c"),
        ("a [b](//x.org) c", "a b c"),
        ("a [b](other.md) c", "a b c"),
        ('a <a href="javascript:x">b</a> c', "a b c"),
        (
            'a <a href="https://x.org">b</a> c',
            'a <a href="https://x.org" target="_blank" rel="noopener nofollow">b</a> c',
        ),
        ("a **b *c*** d", "a <strong>b </strong><strong><em>c</em></strong> d"),
        ("a ~~b~~ `c*d*`", "a <del>b</del> <code>c*d*</code>"),
        ("a<br>b &deg; &lt;b&gt;", "a<br>b ° &lt;b&gt;"),
        ("a <b onclick=x>word</b> <img src=x onerror=y>pic", "a <strong>word</strong> pic"),
        ("a {{< tip_a *b >}} c_d", "a  c_d"),
    ],
)
def test_marks_of_markdown_look_as_they_mean(written: str, shown: str) -> None:
    body = unmarked(
        page(f"{written} and so on.\n" if "\n" not in written else written.replace("c\n", "c and so on.\n"))
    )
    assert shown in body


def test_a_quote_is_marked_through_emphasis_and_links() -> None:
    shown = page("It needs **64 GB** of [fast memory](https://x.org) at least.\n", "64 GB** of [fast")
    assert marked(shown) == ["64 GB", " of ", "fast"]
    assert '<strong><mark id="quote">64 GB</mark></strong><mark> of </mark><a href' in shown
    assert "<mark>fast</mark> memory</a>" in shown


def test_a_row_is_marked_cell_by_cell_with_the_names_of_its_columns_as_another_stop() -> None:
    rows = "".join(f"| part {n} | {n} GB |\n" for n in range(9))
    text = f"| Part | Memory |\n|---|---|\n{rows}"
    document = from_markdown(text, "t.md")
    shown = document_page(Opened(document, span(document, "part 7 | 7 GB"), (span(document, "Part | Memory"),)))
    assert '<th scope="col"><mark id="mark-1" class="part">Part</mark></th>' in shown
    assert '<td><mark id="quote">part 7</mark></td><td><mark>7 GB</mark></td>' in shown
    assert 'data-marks="mark-1 quote"' in shown
    assert '<a href="#mark-1" rel="next"' in shown
    assert "2 / 2" in shown


def test_a_list_and_the_line_before_it_are_one_stop() -> None:
    document = from_markdown("Bring these:\n\n- a passport\n- a photo\n\nThen wait for a day.\n", "t.md")
    parts = (span(document, "a passport"), span(document, "a photo"))
    shown = document_page(Opened(document, span(document, "Bring these:"), parts))
    assert marked(shown) == ["Bring these:", "a passport", "a photo"]
    assert 'data-marks="quote"' in shown


def test_the_title_is_said_once_and_marked_where_it_is_a_part() -> None:
    text = "# Opening hours\n\nWe open at nine every day.\n"
    assert "Opening hours" not in page(text, "We open at nine every day.")
    assert marked(page(text, "We open at nine every day.", "# Opening hours")) == [
        "Opening hours",
        "We open at nine every day.",
    ]


def test_a_part_of_a_long_table_repeats_the_names_of_its_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.web.source.page.WINDOW", 60)
    rows = "".join(f"| part {n} | {n} GB |\n" for n in range(20))
    shown = page(f"| Part | Memory |\n|---|---|\n{rows}", "part 17")
    assert "<th" in shown
    assert "part 0" not in shown


def test_a_document_cannot_bring_markup_into_the_page() -> None:
    text = 't\n<script>alert("1")</script> & <b>8</b>'
    book = replace(
        shelf().books[0], text=text, blocks=(), sections=(), source=replace(shelf().books[0].source, title=text)
    )
    shown = document_page(Opened(book, (2, 10)))
    assert '<mark id="quote">&lt;script&gt;</mark>alert' in shown
    assert re.findall(r"<script[^>]*>", shown) == re.findall(
        r'<script src="\.\./static/source\.js\?v=\w+" defer>', shown
    )


def test_a_quote_over_two_paragraphs_is_marked_in_both_and_named_once() -> None:
    book = shelf().books[0]
    shown = document_page(Opened(book, (book.text.index("工人在"), book.text.index("商场面积"))))
    assert shown.count("<mark") == 2
    assert shown.count('id="quote"') == 1


def test_a_quote_outside_every_block_is_marked_all_the_same() -> None:
    book = shelf().books[0]
    book = replace(book, blocks=book.blocks[:1])
    start = book.text.index("8个智能工厂")
    assert '<mark id="quote">8个智能工厂</mark>' in document_page(Opened(book, (start, start + 6)))


def test_the_front_matter_of_a_document_is_not_shown_twice() -> None:
    text = "---\ntitle: t\n---\nOne sentence."
    blocks = (Block(BlockKind.FURNITURE, 0, 16), Block(BlockKind.PARAGRAPH, 17, len(text)))
    shown = document_page(Opened(replace(shelf().books[0], text=text, blocks=blocks), (17, len(text))))
    assert "title: t" not in shown
    assert '<mark id="quote">One sentence.</mark>' in shown


PIECES = st.sampled_from(
    [
        *("# ", "- ", "1. ", "| ", "|---|\n", "```\n", "**", "_", "`", "[", "![", "](javascript:x)", "](http://a.b)"),
        *("<b>", "<a href='", "'>", "</a>", "<br>", "<script>", "<!--", "-->", '"', "'", "&lt;", "&", "{{", "\\"),
        *("\n", "\n\n", "  ", "甲", "x ", "7。"),
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, min_size=1, max_size=40).map("".join), st.integers(0, 99), st.integers(1, 99))
def test_whatever_a_document_holds_the_page_is_of_allowed_elements_and_marks_all_of_the_quote(
    text: str, start: int, length: int
) -> None:
    try:
        document = from_markdown(text, "h.md")
    except ReaderError:
        return
    start = start % len(document.text)
    end = min(len(document.text), start + length)
    tree = lxml_html.fromstring(document_page(Opened(document, (start, end))).encode())
    for element in tree.iter():
        assert element.tag in ALLOWED
        assert not [name for name in element.attrib if name.startswith("on") or name == "style"]
        href = element.get("href", "")
        assert re.match(r"https?://|mailto:|#|\.\./static/|data:image/svg", href) or not href
    (script,) = tree.iter("script")
    assert str(script.get("src")).startswith("../static/source.js")
