"""A quote as it is read: only markup goes missing."""

import html
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.document import BlockKind, Document
from index.documents.readers import SUFFIXES, read
from index.documents.readers.html import read_html
from index.documents.readers.markdown import read_markdown
from index.errors import ReaderError
from index.text.passages import split
from index.text.shown import shown, shown_spans
from index.text.structure import headers_of

REAL = Path(__file__).parents[3].parent / "shared" / "real"


def all_shown(document: Document) -> str:
    return shown(document, 0, len(document.text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("**Bold** and `code` and [a link](/x.md#y) &amp; 25&deg;C.", "Bold and code and a link & 25°C."),
        ("## Install {#install}", "Install"),
        ("# 题 {: .no_toc}", "题"),
        ('文字。\n\n{{< copyable "sql" >}}\n\n{{% tip %}}提示。{{% /tip %}}', "文字。\n提示。"),
        ("{% raw %}Text.{% endraw %}", "Text."),
        (":::tip Read this\n\nText.\n\n:::", "Read this\nText."),
        ("> [!NOTE]\n> Text.", "Text."),
        ("<SimpleTab>\n<div label='a'>\n\nText.\n\n</div>\n</SimpleTab>", "Text."),
        ("A sentence.[^1] ¶", "A sentence."),
        ("| a | **b** |\n| - | - |\n| 1 | 2 |", "a | b\n1 | 2"),
        ("- [x] 已经做完了。\n- `a`，b", "已经做完了。\na，b"),
        ("Do:\n\n```sh\nls -l\n  cd x\n```", "Do:\nls -l\n  cd x"),
        ("> - 命令\n>\n>     ```sh\n>     ls\n>     ```", "命令\nls"),
        (
            "这是写得很长的一行中文字，在编辑器里折成了两行，\n读的时候是一行。",
            "这是写得很长的一行中文字，在编辑器里折成了两行，读的时候是一行。",
        ),
        ("甲。<br>乙。<br/>丙。", "甲。 乙。 丙。"),
        ("| a | b |\n|-|-|\n| one<br>two | b\\|c, `x\\|y` |", "a | b\none two | b|c, x|y"),
        (
            "<table><tr><th>a</th><th>b</th></tr>\n<tr><td>R&amp;D</td>\n<td><b>x</b><br>y</td></tr></table>",
            "a | b\nR&D | x y",
        ),
        ('See [page]({{< ref "docs/page.md" >}}) and [y]({% link a.md %}).', "See page and y."),
        ("[[wiki]] and [[page|shown]], ==marked==, :warning: at 10:30:00.", "wiki and shown, marked, at 10:30:00."),
        ('!!! note "A title"\n    The note.', "A title\nThe note."),
        ('=== ":octicons-file-16: page.md"\n\n    Text.', "page.md\nText."),
        ('Before. {{< table "a"\n  "b" >}}\n\nAfter.{class="x y"}', "Before.\nAfter."),
        ("!!! note\n\n    The **note**.\n\n    - one\n    - two\n\nAfter.", "The note.\none\ntwo\nAfter."),
        (
            '=== "Red Hat"\n\n    ```sh\n    yum update\n    ```\n\n    !!! tip\n\n        See [here](a.md).\n\nAfter.',
            "Red Hat\nyum update\nSee here.\nAfter.",
        ),
        ("```md\n!!! note\n```\n\n    code()\n\nAfter.", "!!! note\ncode()\nAfter."),
        ("**如果是为了公司，**那么要先问。", "如果是为了公司，那么要先问。"),
        ("See [the\nbook]({% link a.md %}).", "See the\nbook."),
        ("| a | b |\n|-|-|\n| one |two |", "a | b\none | two"),
        ('<div>\nIt stands at [the desk](https://a.example/c_(d) "e").\n</div>', "It stands at the desk."),
        ("<div>\nIt is {{ version }} **now** for everybody here.\n</div>", "It is now for everybody here."),
        ("Term\n: What it means.", "Term\nWhat it means."),
        ("<Tabs.Item a={1}>Text</Tabs.Item> <Badge size={2} />here.", "Text here."),
        ("Start.\n\n<!-- a comment\nthat never\nends", "Start."),
        ("Start.\n\n<script>let a = 1\nthat never ends", "Start."),
        ("<!-- one --> Text that stands <b>here</b> <!-- two", "Text that stands here"),
        ("Use `<name>` and `{{ x }}` and `**`.", "Use <name> and {{ x }} and **."),
    ],
)
def test_markdown_is_shown_without_its_marks(text: str, expected: str) -> None:
    assert all_shown(read_markdown(text.encode(), "a.md")) == expected


def test_items_are_shown_with_the_numbers_that_stand_in_the_stretch() -> None:
    law = read_markdown(
        "下列行为：\n\n（一）甲的；\n\n（二）乙的。\n\n1. Open.\n2. Close.\n   - both\n".encode(), "a.md"
    )
    assert all_shown(law) == "下列行为：\n（一）甲的；\n（二）乙的。\n1. Open.\n2. Close.\nboth"
    first = next(block for block in law.blocks if block.number)
    assert shown(law, first.start, law.text.index("1.")) == "甲的；\n（二）乙的。"


def test_the_rows_of_a_table_in_html_know_their_cells_and_the_names_of_their_columns() -> None:
    text = (
        "<table>\n<tr><th>Room</th><th colspan='2'>Price</th></tr>\n"
        "<tr><td rowspan=2>Oak</td><td>40</td><td>EUR</td></tr>\n<tr><td>45</td><td></td></tr>\n</table>\n"
    )
    document = read_markdown(f"Prices:\n\n{text}".encode(), "a.md")
    header, first, second = (block for block in document.blocks if block.cells)
    assert (header.kind, first.kind) == (BlockKind.HEADER, BlockKind.ROW)
    cells = [[document.text[slice(*cell)] for cell in row.cells] for row in (header, first, second)]
    assert cells == [["Room", "Price", "Price"], ["Oak", "40", "EUR"], ["Oak", "45", ""]]
    assert headers_of(document, second) == (header,)


def test_a_highlight_stands_right_behind_a_border_that_html_has_no_sign_for() -> None:
    text = "Start.\n\n<table><tr><td>one</td><td>two</td></tr></table>"
    document = read_markdown(text.encode(), "a.md")
    row = document.blocks[-1]
    at = document.text.index("two") - row.start
    ((left, right),) = shown_spans(document, row.start, row.end, [(at, at + 3)])
    assert shown(document, row.start, row.end)[left:right] == "two"
    tag = document.text.index("</td><td>") + 1 - row.start
    assert shown_spans(document, row.start, row.end, [(tag, tag + 8)]) == ()


def test_a_page_is_shown_without_the_signs_of_its_anchors() -> None:
    page = read_html(b"<body><h2>Use<a href='#x'>&para;</a></h2><p>AT&amp;amp;T stays.</p></body>", "a.html")
    assert all_shown(page) == "Use\nAT&amp;T stays."


def assert_only_markup_is_missing(document: Document) -> None:
    for passage in split(document, 0):
        for start, end in passage.sentences:
            said = shown(document, start, end)
            text = document.text[start:end]
            assert stands_in(said, text) or stands_in(said, html.unescape(text))


def stands_in(said: str, text: str) -> bool:
    """Every letter of `said` is in `text`, in the same order."""
    letters = iter(char for char in text if char.isalnum())
    return all(any(char == one for one in letters) for char in said if char.isalnum())


PARTS = ["**", "_", "[", "](", ")", "`", "字。", "word ", "\n", "\n\n", "# ", "- ", "|", "---", "> ", "\\", "<b>"]
TEMPLATES = [
    "&lt;",
    "1. ",
    "    ",
    "![",
    "{{<",
    ">}}",
    "{#a}",
    "{%",
    "%}",
    ":::",
    "[^1]",
    "[!NOTE]",
    "[[",
    "==",
    "<br>",
    "<table><tr><td>",
    "</td><td>",
    "\\|",
    ":a-sign:",
    '=== "',
    '"',
    "<div>",
    "```\n",
    "&#x41;",
    "¶",
]


@given(st.lists(st.sampled_from([*PARTS, *TEMPLATES]), max_size=40))
def test_whatever_is_written_only_markup_goes_missing(parts: list[str]) -> None:
    assert_only_markup_is_missing(read_markdown(("Start.\n\n" + "".join(parts)).encode(), "a.md"))


@pytest.mark.skipif(not REAL.is_dir(), reason="needs the real documents, which are not part of the project")
def test_only_markup_goes_missing_in_real_documents() -> None:
    for path in sorted(path for path in REAL.rglob("*") if path.suffix in SUFFIXES - {".pdf"}):
        if path.stat().st_size < 400_000:
            try:
                assert_only_markup_is_missing(read(path, relative=path.name))
            except ReaderError:
                continue


def test_highlights_stand_on_the_same_words_in_what_is_shown() -> None:
    text = "The **big** [red dog](http://a.dog) barks at 20&nbsp;&deg;C: `big`\n\n| a | **b** |\n|---|---|\n| c | dog |"
    document = read_markdown(text.encode(), "a.md")
    start = text.index("big")
    said = shown(document, start, len(text))
    words = [(text.index(word) - start, len(word)) for word in ("big", "dog", "barks", "&deg;C", "b**", "c |")]
    spans = [(at, at + size) for at, size in words]
    placed = shown_spans(document, start, len(text), spans)
    assert [said[slice(*span)].rstrip() for span in placed] == ["big", "dog", "barks", "°C", "b", "c |"]
    mark = text.index("](http") - start
    assert shown_spans(document, start, len(text), [(mark, mark + 6)]) == ()


@given(st.lists(st.sampled_from([*PARTS, *TEMPLATES]), max_size=40), st.data())
def test_a_highlighted_letter_is_that_letter_in_what_is_shown(parts: list[str], data: st.DataObject) -> None:
    document = read_markdown(("Start.\n\n" + "".join(parts)).encode(), "a.md")
    for passage in split(document, 0):
        for start, end in passage.sentences:
            at = data.draw(st.integers(start, end - 1)) - start
            said = shown(document, start, end)
            for left, right in shown_spans(document, start, end, [(at, at + 1)]):
                assert 0 <= left < right <= len(said)
                char = document.text[start + at]
                assert char == "&" or char in said[left:right] or char.isspace()
