"""What stands around a block: its list or table, its lead-in, its header, its headings, in every format alike."""

import pytest

from index.document import Block, BlockKind, Document
from index.documents.readers.html import read_html
from index.documents.readers.markdown import read_markdown
from index.text.passages import heading_text, split
from index.text.structure import code_spans, group_of, headers_of, headings_of, lead_in, parent_of

MARKDOWN = """\
# 手册

## 部署

要求如下：

1. 准备机器
   - 内存 64 GB
   - 硬盘
2. 安装

后面的一段话。

| 组件 | 内存 |
| --- | --- |
| TiKV | 64 GB+ |
| | 32 GB |

Run this command:

```bash
tiup cluster start
```
"""
HTML = """<html><body><h1>手册</h1><h2>部署</h2><p>要求如下：</p>
<ol><li>准备机器<ul><li>内存 64 GB</li><li>硬盘</li></ul></li><li>安装</li></ol><p>后面的一段话。</p>
<table><tr><th>组件</th><th>内存</th></tr><tr><td rowspan="2">TiKV</td><td>64 GB+</td></tr>
<tr><td>32 GB</td></tr></table>
<p>Run this command:</p><pre>tiup cluster start</pre></body></html>"""


def at(document: Document, said: str) -> Block:
    block = document.block_at(document.text.index(said))
    assert block is not None
    return block


def said(document: Document, block: Block | None) -> str:
    return document.text[block.start : block.end] if block else ""


@pytest.fixture(params=["markdown", "html"])
def manual(request: pytest.FixtureRequest) -> Document:
    if request.param == "markdown":
        return read_markdown(MARKDOWN.encode(), "a.md")
    return read_html(HTML.encode(), "a.html")


def test_the_items_of_a_list_and_of_those_within_it_share_a_group_with_depth_and_number(manual: Document) -> None:
    items = group_of(manual, at(manual, "硬盘"))
    assert [(said(manual, one), one.level, one.number) for one in items] == [
        ("准备机器", 1, "1."),
        ("内存 64 GB", 2, ""),
        ("硬盘", 2, ""),
        ("安装", 1, "2."),
    ]
    assert said(manual, parent_of(manual, at(manual, "硬盘"))) == "准备机器"
    assert parent_of(manual, at(manual, "安装")) is None


def test_a_list_a_table_and_code_know_the_line_that_introduces_them(manual: Document) -> None:
    assert said(manual, lead_in(manual, at(manual, "安装"))) == "要求如下："
    assert said(manual, lead_in(manual, at(manual, "32 GB"))) == "后面的一段话。"
    assert said(manual, lead_in(manual, at(manual, "tiup"))) == "Run this command:"
    assert lead_in(manual, at(manual, "后面")) is None


def test_a_row_knows_its_header_and_its_cells(manual: Document) -> None:
    row = at(manual, "64 GB+")
    (header,) = headers_of(manual, row)
    assert [manual.text[a:b] for a, b in header.cells] == ["组件", "内存"]
    assert [manual.text[a:b] for a, b in row.cells] == ["TiKV", "64 GB+"]
    assert headers_of(manual, at(manual, "要求")) == ()
    assert not header.quotable


def test_a_cell_that_reaches_over_rows_is_carried_down_and_an_empty_one_stays_in_its_column() -> None:
    page = read_html(HTML.encode(), "a.html")
    assert [page.text[a:b] for a, b in at(page, "32 GB").cells] == ["TiKV", "32 GB"]
    notes = read_markdown(MARKDOWN.encode(), "a.md")
    assert [notes.text[a:b] for a, b in at(notes, "32 GB").cells] == ["", "32 GB"]


def test_headings_are_known_from_the_outermost_to_the_innermost(manual: Document) -> None:
    found = headings_of(manual, manual.text.index("安装"))
    assert [(said(manual, one), one.level) for one in found] == [("手册", 1), ("部署", 2)]
    assert headings_of(manual, 0)[-1:] in ((), (manual.blocks[0],))


def test_enumerated_paragraphs_are_a_list_with_the_paragraph_before_as_lead_in() -> None:
    law = read_markdown(
        "有下列情形之一的，予以处罚：\n\n（一）甲的；\n\n（二）乙的。\n\n第二条 完。\n".encode(), "law.md"
    )
    items = group_of(law, at(law, "甲"))
    assert [(said(law, one), one.number) for one in items] == [("甲的；", "（一）"), ("乙的。", "（二）")]
    assert said(law, lead_in(law, items[1])).endswith("予以处罚：")


def code_blocks(document: Document) -> list[Block]:
    return [block for block in document.blocks if block.kind is BlockKind.CODE]


def test_code_counts_without_its_fences() -> None:
    notes = read_markdown("甲。\n\n```sh\nls\n```\n\n```\n```\n".encode(), "a.md")
    full, empty = code_blocks(notes)
    assert [notes.text[slice(*span)] for span in code_spans(notes, full)] == ["ls"]
    assert code_spans(notes, empty) == ()


def test_long_code_is_found_in_stretches_of_whole_lines_that_hold_all_of_it() -> None:
    lines = [f"def number_{n}():\n    return {n}\n" for n in range(60)]
    notes = read_markdown(f"甲。\n\n```python\n{''.join(lines)}```\n".encode(), "a.md")
    spans = code_spans(notes, code_blocks(notes)[0])
    pieces = [notes.text[slice(*span)] for span in spans]
    assert "\n".join(pieces) == "".join(lines).strip()
    assert all(piece.startswith("def ") and len(piece) <= 400 for piece in pieces)
    found = [notes.text[slice(*span)] for passage in split(notes, 0) for span in passage.sentences]
    assert found == ["甲。", *pieces]


@pytest.mark.parametrize("code", ["x" * 2_000, "a b c " * 400, "\n".join(["  deep"] * 300), "x\n\n" * 500])
def test_code_of_any_shape_is_cut_and_nothing_of_it_is_lost(code: str) -> None:
    notes = read_html(f"<body><p>Run this:</p><pre>{code}</pre></body>".encode(), "a.html")
    pieces = [notes.text[slice(*span)] for span in code_spans(notes, code_blocks(notes)[0])]
    assert "".join("".join(pieces).split()) == "".join(code.split())
    assert all(0 < len(piece) <= 400 for piece in pieces)


def test_code_right_below_a_heading_is_found_with_that_heading() -> None:
    notes = read_markdown(
        b"# Tool\n\nText.\n\n## Stop it\n\n```sh\ntool stop\n```\n\n## Rule\n\n```\n---\n```\n", "a.md"
    )
    assert [heading_text(notes, passage)[0] for passage in split(notes, 0)] == [
        "Tool\nText.",
        "Tool › Stop it\ntool stop",
    ]


def test_a_command_is_found_in_the_passage_that_introduces_it(manual: Document) -> None:
    (passage,) = [p for p in split(manual, 0) if "tiup" in manual.text[p.start : p.end]]
    assert "Run this command:" in manual.text[passage.start : passage.end]
    assert manual.text[slice(*passage.sentences[-1])] == "tiup cluster start"


def test_a_list_stays_with_its_lead_in_although_the_text_before_it_would_fill_the_passage() -> None:
    prose = "这是一个用来凑数的普通句子，长度大约三十个汉字，没有别的意思。" * 5
    items = "".join(f"- 第{number}件事，说得不长也不短，大约二十个字。\n" for number in range(10))
    document = read_markdown(f"{prose}\n\n办理时需要：\n\n{items}".encode(), "a.md")
    _, second = split(document, 0)
    assert document.text[second.start :].startswith("办理时需要：")
    assert "第9件事" in document.text[second.start : second.end]


def test_a_passage_inside_a_long_table_is_searched_with_its_headings_lead_in_and_column_names() -> None:
    rows = "".join(f"| 组件{number} | {number} GB 内存，适合中等规模的集群 |\n" for number in range(60))
    text = f"# 手册\n\n## 硬件\n\n推荐配置：\n\n| 组件 | 内存 |\n| --- | --- |\n{rows}"
    document = read_markdown(text.encode(), "a.md")
    passages = split(document, 0)
    assert len(passages) > 2
    shown, offset = heading_text(document, passages[-1])
    assert shown[:offset] == "手册 › 硬件\n推荐配置： 组件 | 内存\n"
    assert shown[offset:].startswith("组件")


def test_many_rows_cost_no_more_each_than_few() -> None:
    cells = "".join(f"| {number} | x |\n" for number in range(5_000))
    document = read_markdown(f"| a | b |\n| - | - |\n{cells}".encode(), "a.md")
    assert all(heading_text(document, passage)[1] for passage in split(document, 0))
