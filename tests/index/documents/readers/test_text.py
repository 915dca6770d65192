"""Plain text: what is text, what is a heading, and what surrounds them. The pages are invented."""

from pathlib import Path

import pytest

from index.document import QUOTABLE, BlockKind, Document
from index.documents.readers import SUFFIXES, read
from index.documents.readers.text import read_text
from index.errors import ReaderError

P, H, IT, C, F = BlockKind.PARAGRAPH, BlockKind.HEADING, BlockKind.ITEM, BlockKind.CAPTION, BlockKind.FURNITURE


def doc(text: str) -> Document:
    return read_text(text.encode(), "dir/page.txt")


def kinds(document: Document) -> list[tuple[BlockKind, str]]:
    return [(block.kind, document.text[block.start : block.end]) for block in document.blocks]


def quotable(text: str) -> list[str]:
    return [body for kind, body in kinds(doc(text)) if kind in QUOTABLE]


def test_front_matter_tells_the_source_and_is_never_quoted() -> None:
    text = (
        "---\ntitle: 一篇文章\npublisher: 某报\ndate: 2024-04-30\nurl: https://example.com/a\nlang: zh-CN\n"
        "rights: 保留\ntranslation_of: b.en.txt\n---\n\n正文第一段。\n"
    )
    document = doc(text)
    source = document.source
    assert document.text == text
    assert (source.title, source.publisher, source.published, source.lang) == ("一篇文章", "某报", "2024-04-30", "zh")
    assert (source.url, source.rights, source.translation_of) == ("https://example.com/a", "保留", "b.en.txt")
    assert [kind for kind, _ in kinds(document)] == [F, P]
    assert document.source.path == "dir/page.txt"
    assert len(document.id) == 12


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("---\ntitle: A: B and C\n---\n", "A: B and C"),
        ("---\ntitle: [1, 2]\n---\n", "page"),
        ("---\n---\n", "page"),
        ("---\nTitle: 大写\n...\n", "大写"),
        ('+++\ntitle = "Toml"\ndate = 2024-01-02\n[menu]\nmain = 1\n+++\n', "Toml"),
        ("---\ntitle: 2024\npublished: 2024-04\n---\n", "2024"),
    ],
)
def test_front_matter_is_read_with_good_will(head: str, title: str) -> None:
    document = doc(head + "Some text stands here.\n")
    assert document.source.title == title
    assert quotable(head + "Some text stands here.\n") == ["Some text stands here."]


def test_a_rule_at_the_top_is_no_front_matter() -> None:
    text = "---\nThis is a sentence.\n---\nAnd this is another one."
    assert quotable(text) == ["This is a sentence.", "And this is another one."]


CHINESE = """\
首页 > 新闻 > 正文
新建图书馆本月开放
扫码下载读书APP

新建图书馆本月开放

经过三年建设，位于城南的新图书馆将于本月十五日向公众开放。新馆藏书一百二十万册，设有座位两千个。

读者正在排队 资料图

图书馆一层阅览大厅

走进图书馆一层阅览大厅，阳光从屋顶洒下来，读者可以在这里安静地读书。大厅面积约3000平方米。

智慧服务 带来“新”体验

读者可以通过手机预约座位，也可以让机器人把书送到面前。机器人每天可以送书500次。

摄影：李雷

本文为转载内容，未经授权不得转载。
责任编辑：韩梅梅
分享到：微信 微博 QQ空间
评论
暂无评论，快来发表你的看法吧
相关阅读
城北公园改造工程即将全面完工
全市中小学本周陆续开学迎新生
地铁五号线延长段正式开始试运行
"""


def test_a_chinese_page_keeps_its_text_and_drops_what_surrounds_it() -> None:
    document = doc(CHINESE)
    assert [body[:6] for kind, body in kinds(document) if kind in QUOTABLE] == [
        "经过三年建设",
        "走进图书馆一",
        "读者可以通过",
    ]
    found = {body: kind for kind, body in kinds(document)}
    assert found["读者正在排队 资料图"] is C
    assert found["图书馆一层阅览大厅"] is C
    assert found["摄影：李雷"] is C
    assert found["智慧服务 带来“新”体验"] is H
    assert document.source.title == "新建图书馆本月开放"
    assert [section.title for section in document.sections] == ["智慧服务 带来“新”体验"]
    assert document.section_at(document.text.index("机器人每天")) == "智慧服务 带来“新”体验"


ENGLISH = """\
Skip to content
Home | News | Sport | Weather
Sign in

New library opens its doors

Share this article

After three years of work, the new library in the south of the city opens on Friday. It holds
1.2 million books.

Photo by Jane Doe
Figure 3: The reading hall

1. Overview

The building has two thousand seats and stays open until midnight. Robots carry the books, and
visitors can book a seat by phone.

We use cookies to improve your experience.
12 comments
Related articles
City park to be finished before summer
All schools open again this week
Copyright 2024 Example Media. All rights reserved.
"""


def test_an_english_page_keeps_its_text_and_drops_what_surrounds_it() -> None:
    document = doc(ENGLISH)
    assert [body[:9] for kind, body in kinds(document) if kind in QUOTABLE] == ["After thr", "The build"]
    assert document.source.title == "New library opens its doors"
    assert document.sections[-1].title == "1. Overview"
    assert document.source.lang == "en"


@pytest.mark.parametrize(
    "line",
    [
        "营业时间:9:00-18:00",
        "营业时间：周一至周五",
        "地址：成都市龙泉驿区驿都大道1号",
        "Opening hours: Monday to Friday",
        "成人票 80元",
        "张三是这家公司的董事长",
        "公司位于成都市高新区",
        "用户可以下载APP办理业务。",
        "我们使用Cookie的做法在本文中有详细的说明，请各位读者先读完再作决定。",
        "The museum is open on Sundays",
        "Share prices fell by 3% on Monday.",
        "欢迎关注这个重要的问题。",
        "Follow the road to the lake.",
        "版权法规定了作者享有的各项权利。",
        "编辑部位于三楼。",
        "Comments are welcome at the desk on the second floor.",
        "首页由三个部分组成。",
        "Photo editing is taught in room 5.",
        "图3显示，产量比上年增长一倍。",
        "Figure 3 shows that sales doubled.",
        "如果您有问题，请拨打电话。",
    ],
)
@pytest.mark.parametrize(
    "around",
    [
        "{}",
        "{}\n",
        "前面有一段普通的话，它说明了一些事情。\n\n{}\n\n后面还有一段普通的话，也说明了一些事情。",
        "甲\n{}\n乙\n丙",
    ],
)
def test_what_says_something_is_never_lost(line: str, around: str) -> None:
    assert any(line in body for body in quotable(around.format(line)))


@pytest.mark.parametrize(
    "lines",
    [
        ["苹果", "香蕉", "梨"],
        ["早上好", "再见"],
        ["营业时间", "周一至周五", "上午九点到下午六点", "周末休息"],
        ["Apples", "Pears", "Three kinds of plums", "No meat"],
        ["Wi-Fi: guest", "Password: 1234", "Checkout: 11 am"],
        ["只有一行的文件"],
        ["42"],
        ["评论"],
    ],
)
def test_a_document_of_short_lines_is_its_own_text(lines: list[str]) -> None:
    assert quotable("\n".join(lines)) == lines
    assert quotable("\n\n".join(lines)) == lines


def test_a_question_heads_its_answer() -> None:
    text = "几点开门？\n上午九点开门。\n\nQ: Is parking free?\nA: Yes, for two hours.\n"
    document = doc(text)
    assert [kind for kind, _ in kinds(document)] == [H, P, H, P]
    assert document.section_at(text.index("上午")) == "几点开门？"


def test_lists_lose_their_marks_and_numbered_headings_are_no_lists() -> None:
    text = (
        "二、门票价格\n\n门票分为以下几种，请在入口处购买：\n- 成人票80元\n- 儿童票40元\n\n"
        "三、交通路线\n\n乘坐地铁二号线可以到达，下车后步行五分钟。\n\n1. 先上车。\n2. 再下车。\n"
    )
    document = doc(text)
    assert kinds(document) == [
        (H, "二、门票价格"),
        (P, "门票分为以下几种，请在入口处购买："),
        (IT, "成人票80元"),
        (IT, "儿童票40元"),
        (H, "三、交通路线"),
        (P, "乘坐地铁二号线可以到达，下车后步行五分钟。"),
        (IT, "先上车。"),
        (IT, "再下车。"),
    ]


def test_a_list_without_marks_follows_its_lead_in() -> None:
    text = (
        "近年来商场吸引了许多新的品牌入驻，其中主要的品牌包括：\n星巴克\n优衣库\n盒马\n\n这些品牌都是第一次来到本区。"
    )
    assert [kind for kind, _ in kinds(doc(text))] == [P, IT, IT, IT, P]


def test_a_paragraph_that_stands_twice_is_quoted_once() -> None:
    paragraph = "这是一个足够长的段落，它在同一个文件里出现了两次。"
    assert quotable(f"{paragraph}\n\n另外一段话。\n\n{paragraph}\n") == [paragraph, "另外一段话。"]


def test_wrapped_lines_are_one_paragraph_and_listed_lines_are_not() -> None:
    wrapped = (
        "The committee met on the third of May to discuss the plans for the new\n"
        "bridge over the river. After a long debate it decided that the bridge\n"
        "should be built of stone.\n"
    )
    assert quotable(wrapped) == [wrapped.strip()]
    listed = (
        "Opening hours: Monday to Friday, nine to five, not on public holidays\n"
        "Address: 12 Main Street, Chengdu, behind the old station and the park\n"
    )
    assert quotable(listed) == listed.strip().split("\n")
    chinese = (
        "图书馆每天上午九点开门，下午五点关门，星期一休息，欢迎各位读者前来借\n"
        "阅图书。馆内设有咖啡厅和儿童阅览室，读者可以带孩子来参加每周六举办的\n故事会。"
    )
    assert quotable(chinese) == [chinese]


def test_a_sentence_that_a_stray_line_break_cut_in_two_is_whole() -> None:
    torn = "The medicine uses special chambers to increase the partial pressure of the gas O\n2 around the patient."
    assert quotable(torn + "\nThe chambers are made of steel.") == [torn, "The chambers are made of steel."]
    assert quotable("她说，春天来了\n，花都开了。") == ["她说，春天来了\n，花都开了。"]


def test_a_line_of_dashes_makes_a_heading() -> None:
    document = doc("Prices\n======\n\nA ticket costs five euros for one day.\n")
    assert [kind for kind, _ in kinds(document)] == [H, F, P]
    assert document.source.title == "Prices"


def test_offsets_count_code_points_after_newlines_are_normalised(tmp_path: Path) -> None:
    path = tmp_path / "emoji 文件.TXT"
    path.write_bytes("\ufeff😀 第一段。\r\n\r\n第二段。\r\n".encode())
    document = read(path, relative="emoji 文件.TXT")
    assert document.text == "😀 第一段。\n\n第二段。\n"
    assert [body for _, body in kinds(document)] == ["😀 第一段。", "第二段。"]
    assert document.source.title == "emoji 文件"


@pytest.mark.parametrize("data", [b"", b"   \n\n\t", b"---\ntitle: x\n---\n", b"-----\n=====\n"])
def test_a_file_without_text_says_so(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(data)
    with pytest.raises(ReaderError, match=r"empty|no text"):
        read(path, relative="a.txt")


def test_a_file_that_is_too_large_is_refused_with_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with path.open("wb") as file:
        file.truncate(100 * 1024 * 1024)
    with pytest.raises(ReaderError, match="32 MB"):
        read(path, relative="a.txt")


def test_a_file_of_very_many_lines_is_refused_as_data() -> None:
    with pytest.raises(ReaderError, match="300000 lines"):
        read_text(b"a,b,c\n" * 300_001, "table.txt")


def test_one_line_of_a_megabyte_is_a_paragraph(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("这是一句话。" * 60_000, encoding="utf-8")
    assert len(read(path, relative="a.txt").blocks) == 1


def test_an_unknown_extension_and_a_missing_file_are_reader_errors(tmp_path: Path) -> None:
    assert {".txt", ".md"} <= SUFFIXES
    with pytest.raises(ReaderError, match=r"\.exe"):
        read(tmp_path / "a.exe", relative="a.exe")
    with pytest.raises(ReaderError, match="cannot be read"):
        read(tmp_path / "a.txt", relative="a.txt")


SHARED = Path(__file__).parents[4].parent / "shared" / "corpus"


@pytest.mark.skipif(not SHARED.is_dir(), reason="the article is not part of this repository")
@pytest.mark.parametrize("name", ["clean", "as-scraped"])
def test_the_article_is_quoted_once_with_its_sections(name: str) -> None:
    document = read(SHARED / name / "longquanyi.txt", relative="longquanyi.txt")
    quoted = [body for kind, body in kinds(document) if kind in QUOTABLE]
    assert len(quoted) == len(set(quoted)) == 29
    assert not any("资料图" in body or "APP" in body or "来源" in body for body in quoted)
