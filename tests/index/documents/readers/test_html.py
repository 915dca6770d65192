"""HTML: the content of a page, without what surrounds it. The pages are invented."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.document import QUOTABLE, BlockKind, Document
from index.documents.readers.html import read_html
from index.documents.readers.html.meta import iso_date
from index.errors import ReaderError

P, H, IT, R, C, K = (
    BlockKind.PARAGRAPH,
    BlockKind.HEADING,
    BlockKind.ITEM,
    BlockKind.ROW,
    BlockKind.CAPTION,
    BlockKind.CODE,
)

PAGE = """<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>新图书馆开放_城市新闻</title>
<meta property="og:site_name" content="城市新闻"><meta name="pubdate" content="2024-04-30 08:00">
<link rel="canonical" href="https://news.example.com/a/1"><style>p{color:red}</style></head><body>
<header class="site-header"><div class="topNav"><a href="/">首页</a><a href="/n">新闻</a></div></header>
<div id="content"><h1>新图书馆开放</h1>
<p>经过三年建设，位于城南的新图书馆<b>将于</b>本月<a href="x">十五日</a>向公众开放<sup>[1]</sup>。新馆藏书
一百二十万册。空气中CO<sub>2</sub>很少。</p><!-- 注释 -->
<figure><img src=a><figcaption>读者排队</figcaption></figure>
<p><strong>智慧服务</strong></p>
<p>机器人每天可以送书500次。<br>读者可以预约座位。</p>
<h2>开放时间</h2>
<table><tr><th>日期</th><th>时间</th></tr><tr><td>周一</td><td>闭馆</td></tr><tr><td>周二</td><td>9:00-18:00</td></tr></table>
<ul><li>免费<ul><li>里层一项</li></ul></li><li>需带证件</li></ul>
<dl><dt>能停车吗？</dt><dd>可以。</dd></dl><pre>x = 1
y = 2</pre>
<p>摄影：李雷</p><p style="display:none">看不见的字。</p>
<div class="share">分享到 <a>微信</a></div></div>
<div class="related-list"><a href=1>别的新闻标题一二三四五</a><a href=2>别的新闻标题</a></div>
<footer>版权所有</footer></body></html>"""


def doc(page: str) -> Document:
    return read_html(page.encode(), "page.html")


def blocks(document: Document) -> list[tuple[BlockKind, str]]:
    return [(block.kind, document.text[block.start : block.end]) for block in document.blocks]


def test_a_page_gives_its_content_in_blocks() -> None:
    assert blocks(doc(PAGE)) == [
        (H, "新图书馆开放"),
        (P, "经过三年建设，位于城南的新图书馆将于本月十五日向公众开放。新馆藏书一百二十万册。空气中CO2很少。"),
        (C, "读者排队"),
        (H, "智慧服务"),
        (P, "机器人每天可以送书500次。"),
        (P, "读者可以预约座位。"),
        (H, "开放时间"),
        (BlockKind.HEADER, "日期 | 时间"),
        (R, "周一 | 闭馆"),
        (R, "周二 | 9:00-18:00"),
        (IT, "免费"),
        (IT, "里层一项"),
        (IT, "需带证件"),
        (H, "能停车吗？"),
        (P, "可以。"),
        (K, "x = 1\ny = 2"),
        (C, "摄影：李雷"),
    ]


def test_a_page_tells_its_source() -> None:
    source = doc(PAGE).source
    assert (source.title, source.publisher, source.published) == ("新图书馆开放", "城市新闻", "2024-04-30")
    assert (source.url, source.lang) == ("https://news.example.com/a/1", "zh")


def test_linked_data_and_open_graph_tell_the_source_too() -> None:
    source = doc(
        '<html><head><script type="application/ld+json">{"@graph": [{"@type": "NewsArticle", "headline": "A title",'
        '"datePublished": "2023-05-06T01:02:03Z", "publisher": {"name": "The Paper"}}]}</script>'
        '<script type="application/ld+json">{broken</script><link rel="canonical" href="javascript:alert(1)">'
        "<title>Site</title></head><body><p>Some words are said here.</p></body></html>"
    ).source
    assert (source.title, source.publisher, source.published, source.url) == (
        "A title",
        "The Paper",
        "2023-05-06",
        None,
    )


@pytest.mark.parametrize(
    ("value", "date"),
    [
        ("发布时间：2024年4月3日 10:00", "2024-04-03"),
        ("2024/4", "2024-04"),
        ("2024", "2024"),
        ("2024-13-01", "2024"),
        ("soon", None),
        (None, None),
    ],
)
def test_dates_become_iso_dates(value: object, date: str | None) -> None:
    assert iso_date(value) == date


def test_an_article_is_preferred_to_the_rest_of_the_page_when_it_has_most_of_the_prose() -> None:
    prose = "<p>This is a paragraph of the article, and it says a thing or two.</p>"
    text = doc(
        f"<body><div>Elsewhere in the city it rains.</div><article>{prose * 2}{prose[:-5]} More.</p></article>"
    ).text
    assert "Elsewhere" not in text
    whole = doc(f"<body><article><p>Short.</p></article><div>{prose}</div></body>").text
    assert "Short." in whole
    assert "a thing or two" in whole


def test_a_page_that_calls_everything_a_sidebar_keeps_its_text() -> None:
    assert "All of the text" in doc('<body><div class="sidebar"><p>All of the text stands here.</p></div></body>').text


@pytest.mark.parametrize("name", ["gb2312", "gbk", "big5", "utf-8"])
def test_the_declared_encoding_is_used(name: str) -> None:
    page = f'<html><head><meta charset="{name}"></head><body><p>今天下雨。</p></body></html>'
    assert read_html(page.encode(name), "a.html").text == "今天下雨。"


def test_a_wrong_declaration_does_no_harm() -> None:
    page = '<html><head><meta charset="gb2312"></head><body><p>今天下雨，明天也下雨。</p></body></html>'
    assert "今天下雨" in read_html(page.encode("utf-8-sig"), "a.html").text


def test_a_layout_table_is_read_as_paragraphs() -> None:
    page = (
        "<table><tr><td><p>The first paragraph is here.</p><p>The second one is here.</p></td><td>x</td></tr></table>"
    )
    assert [kind for kind, _ in blocks(doc(page))][:2] == [P, P]


@pytest.mark.parametrize(
    "data", [b"plain words only", b"<html></html>", b"<p> </p>", b"%PDF-1.4 <p>", b"<p>\x00\x01\x02" * 9]
)
def test_what_is_no_page_says_so(data: bytes) -> None:
    with pytest.raises(ReaderError, match=r"^[A-Z][^\n]+\.$"):
        read_html(data, "a.html")


TAGS = [
    "<div>",
    "</div>",
    "<p>",
    "</p>",
    "<table>",
    "<tr>",
    "<td>",
    "</td></tr></table>",
    "<li>",
    "<ul>",
    "</ul>",
    "<br>",
]
MORE = [
    "<b>",
    "</b>",
    "<a href=x>",
    "</a>",
    "text ",
    "文字。",
    "&amp;",
    "<!--",
    "-->",
    "<h2>",
    "</h2>",
    "<sup>1</sup>",
    "<",
]


@given(st.lists(st.sampled_from(TAGS + MORE), max_size=40))
def test_no_page_breaks_the_reader(parts: list[str]) -> None:
    document = doc("<p>Begin.</p>" + "".join(parts))
    at = 0
    for block in document.blocks:
        assert at <= block.start < block.end <= len(document.text)
        assert document.text[block.start : block.end].strip() == document.text[block.start : block.end]
        at = block.end
    assert any(block.kind in QUOTABLE for block in document.blocks)


def test_notes_of_a_page_are_notes_with_their_marks_and_without_ways_back() -> None:
    page = read_html(
        b"<body><p>A claim stands here <a href='#fn1' role='doc-noteref'>[1]</a>. More of it.</p>"
        b"<section role='doc-endnotes'><ol><li id='fn1'><p>The first note says a lot."
        b"<a href='#fnref1' class='footnote-back'>&#8617;</a></p></li>"
        b"<li id='fn2'><p>The second.</p></li></ol></section>"
        b"<aside epub:type='footnote' id='n7'><p>In a book, in short.</p></aside></body>",
        "a.html",
    )
    assert [(block.kind, block.number, page.text[block.start : block.end]) for block in page.blocks] == [
        (BlockKind.PARAGRAPH, "", "A claim stands here. More of it."),
        (BlockKind.NOTE, "1", "The first note says a lot."),
        (BlockKind.NOTE, "2", "The second."),
        (BlockKind.NOTE, "7", "In a book, in short."),
    ]
