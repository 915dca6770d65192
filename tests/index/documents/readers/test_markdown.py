"""Markdown: structure is read, the text stays as it is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.document import BlockKind, Document
from index.documents.readers.markdown import read_markdown
from index.text.shown import shown

P, H, IT, R, C, F, K = (
    BlockKind.PARAGRAPH,
    BlockKind.HEADING,
    BlockKind.ITEM,
    BlockKind.ROW,
    BlockKind.CAPTION,
    BlockKind.FURNITURE,
    BlockKind.CODE,
)


def doc(text: str) -> Document:
    return read_markdown(text.encode(), "notes.md")


def raw(document: Document) -> list[tuple[BlockKind, str]]:
    return [(block.kind, document.text[block.start : block.end]) for block in document.blocks]


def said(text: str) -> list[str]:
    document = doc(text)
    return [" ".join(document.plain(b.start, b.end).split()) for b in document.blocks]


PAGE = """\
---
title: 使用说明
---
# 使用说明

第一段**重点**内容，见[说明](https://example.com/a,b "标题")。

## 价格 ##

| 项目 | 价格 |
|------|-----:|
| **成人** | 80元 |
| 儿童 | 40元 |

- 第一项
- 第二项
  接着写
  1. 里层

> 引用的一句话。
> 还有一句。

```python
print("x")
```

小节
----

![图片说明](a.png)

<div>网页里的一段文字。</div>
"""


def test_blocks_have_their_kinds_and_stand_letter_for_letter() -> None:
    assert raw(doc(PAGE)) == [
        (F, "---\ntitle: 使用说明\n---"),
        (H, "使用说明"),
        (P, '第一段**重点**内容，见[说明](https://example.com/a,b "标题")。'),
        (H, "价格"),
        (BlockKind.HEADER, "项目 | 价格"),
        (R, "**成人** | 80元"),
        (R, "儿童 | 40元"),
        (IT, "第一项"),
        (IT, "第二项"),
        (IT, "接着写"),
        (IT, "里层"),
        (P, "引用的一句话。"),
        (P, "还有一句。"),
        (K, '```python\nprint("x")\n```'),
        (H, "小节"),
        (C, "![图片说明](a.png)"),
        (P, "<div>网页里的一段文字。</div>"),
    ]


def test_headings_become_sections_and_the_title_is_none() -> None:
    document = doc("# A\n\nOne.\n\n## B\n\nTwo.\n\n### C *c*\n\nThree.\n\n## D\n\nFour.\n")
    assert document.source.title == "A"
    assert [section.title for section in document.sections] == ["B", "B › C c", "D"]
    assert [document.section_at(document.text.index(word)) for word in ("One", "Two", "Three", "Four")] == [
        "",
        "B",
        "B › C c",
        "D",
    ]


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("**Bold** and *thin* and ~~gone~~ and `code`.", "Bold and thin and gone and code ."),
        ("A [link](http://a.b/c_d_e?x=(1)) here.", "A link here."),
        ("A [link](<http://a.b/a link> 'a here') a here.", "A link a here."),
        ("[ref][1] and [short] stay.\n\n[1]: http://a.b\n[short]: http://c.d", "ref and short stay."),
        ("See <https://a.b/c> now.", "See https://a.b/c now."),
        (r"5 \* 3 \_ and &amp; more", r"5 * 3 _ and &amp; more"),
        ("Line <br> break and <b>bold</b>.", "Line break and bold ."),
        ("snake_case_name and 2*3*4 stay", "snake_case_name and 2 3 4 stay"),
        ("![alt text](x.png) Text follows.", "Text follows."),
        ("***both*** end", "both end"),
    ],
)
def test_marks_are_blanked_out_and_the_words_stay(text: str, plain: str) -> None:
    assert said(text)[0] == plain


def test_a_bar_within_a_template_borders_no_cell() -> None:
    text = "| Version | Where | Size |\n|---|---|---|\n"
    text += '| Older | [See here]({{ "old" | relative_url }}) | 4 GB |\n| **Newest** | here {% t | u %} | 8 GB |\n'
    document = doc(text)
    rows = [block for block in document.blocks if block.kind is BlockKind.ROW]
    assert [shown(document, row.start, row.end) for row in rows] == [
        "Older | See here | 4 GB",
        "Newest | here | 8 GB",
    ]
    assert [document.text[slice(*row.cells[2])] for row in rows] == ["4 GB", "8 GB"]


def test_marks_are_in_order_and_within_the_text() -> None:
    document = doc(PAGE)
    at = 0
    for start, end in document.marks:
        assert at <= start < end <= len(document.text)
        at = end


def test_a_question_in_bold_or_by_itself_heads_its_answer() -> None:
    document = doc("**几点开门？**\n\n九点。\n\nWhere is it?\n\nIn the city.\n")
    assert [kind for kind, _ in raw(document)] == [H, P, H, P]
    assert document.section_at(document.text.index("In the")) == "Where is it?"


def test_lines_of_one_paragraph_are_joined_only_where_they_were_wrapped() -> None:
    facts = "电话：123\n地址：某路1号"
    assert [body for _, body in raw(doc(facts))] == facts.split("\n")
    wrapped = (
        "The committee met on the third of May to discuss the plans for the new\nbridge over the river and the road.\n"
    )
    assert len(raw(doc(wrapped))) == 1
    address = "https://docs.example.org/a-long-folder/and-a-longer-page-of-it#with-a-heading"
    with_a_link = (
        "To get one of these machines you have to write to the people at the IT\n"
        f"Service Desk or open [a ticket]({address}{address}{address}).\n"
        "For any other machine, whoever wants it fills in and sends us the form of\n"
        "the last page and waits for a week or two."
    )
    assert len(raw(doc(with_a_link))) == 1


def test_furniture_is_not_quoted_in_markdown_either() -> None:
    found = {body: kind for kind, body in raw(doc("正文是一句话。\n\n扫码下载新闻APP\n\n分享到：微信\n\n来源：某报\n"))}
    assert [found[line] for line in ("扫码下载新闻APP", "分享到：微信", "来源：某报")] == [F, F, F]


def test_a_very_large_markdown_file_is_read_as_text() -> None:
    text = "# 题\n\n" + "一句话，不长也不短。\n\n" * 10
    assert len(doc(text).blocks) > 1


@given(
    st.lists(
        st.sampled_from(
            [
                "**",
                "_",
                "[",
                "](",
                ")",
                "`",
                "字。",
                "word ",
                "\n",
                "\n\n",
                "# ",
                "- ",
                "|",
                "---",
                "> ",
                "\\",
                "<b>",
                "&lt;",
                "1. ",
                "    ",
                "![",
            ]
        ),
        max_size=40,
    )
)
def test_no_markdown_breaks_the_reader(parts: list[str]) -> None:
    document = doc("Start.\n\n" + "".join(parts))
    at = 0
    for block in document.blocks:
        assert at <= block.start <= block.end <= len(document.text)
        at = block.end
    at = 0
    for start, end in document.marks:
        assert at <= start < end <= len(document.text)
        at = end


def test_notes_are_notes_with_their_marks_and_their_marks_in_the_text_are_not_shown() -> None:
    document = read_markdown(
        b"A claim.[^1] Another.[^why]\n\n[^1]: The first note\n    goes on.\n[^why]: See **there**.\n\nThe end.\n",
        "a.md",
    )
    assert [(block.kind, block.number, shown(document, block.start, block.end)) for block in document.blocks] == [
        (BlockKind.PARAGRAPH, "", "A claim. Another."),
        (BlockKind.NOTE, "1", "The first note goes on."),
        (BlockKind.NOTE, "why", "See there."),
        (BlockKind.PARAGRAPH, "", "The end."),
    ]
