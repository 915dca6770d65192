"""Sentences and passages: where they end, and what holds of every text."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.document import QUOTABLE, Block, BlockKind, Document, Section, Source
from index.documents.readers.markdown import read_markdown
from index.documents.readers.text import read_text
from index.errors import ReaderError
from index.text.passages import LONGEST, heading_text, sentences, split


def cut(text: str) -> list[str]:
    return [text[a:b] for a, b in sentences(text)]


@pytest.mark.parametrize(
    "expected",
    [
        ["今天晴。", "明天有雨！", "后天呢？", "不知道……"],
        ["他说：“走吧。”", "然后他离开了。"],
        ["指出：“新是关键。”", "“要重视人才。”"],
        ["“我们很高兴。他们也是。”公司负责人介绍。", "会议结束了。"],
        ["“你好！”小明高兴地说道，“我们走吧！”"],
        ["他（1990年生。住在北京。）来了。", "很好。"],
        ["（本节完。）", "下一节开始。"],
        ["等候红灯……4月10日，一辆辆汽车正在测试。"],
        ["苹果、梨……等水果很便宜。"],
        ["《你好。》是一本书。"],
        ["他在E.I.杜邦公司工作。", "薪水不低。"],
        ["圆周率约为3.14。", "版本是2.3.1。"],
        ["比赛在四月．", "分为两天，共3．5小时．", "成绩另行公布．"],
    ],
)
def test_chinese_sentences_end_where_a_reader_ends_them(expected: list[str]) -> None:
    assert cut("".join(expected)) == expected


@pytest.mark.parametrize(
    "expected",
    [
        ["Mr. Smith of Acme Inc. paid $3.5 million to Dr. J. R. Jones.", "He left at 5 p.m.", "The bank closed."],
        ["The U.S. economy grew by 2.5%.", "In 2023 it shrank."],
        ["No. 5 is alive.", "No.", "That is wrong (see Fig. 3)."],
        ["She holds a Ph.D. in physics, e.g. in optics, i.e. light."],
        ['"Stop!" he said.', '"Go!"', "Then there was silence... and no more."],
        ["In Roe v. Wade the court ruled.", "See e.g. Art. 5 of the Act."],
        ["Look at ![the picture](a.png) first.", "Then go."],
        ["See https://example.com/a.b?x=1&y=2!z now."],
        ["Version 2.3.1 is out!", "Is it good?", "Yes."],
        ["1. Turn the key.", "2. Open the door."],
        ["Sales rose 5%; costs fell."],
    ],
)
def test_english_sentences_end_where_a_reader_ends_them(expected: list[str]) -> None:
    assert cut(" ".join(expected)) == expected


def test_a_wrapped_line_does_not_end_a_sentence_and_an_empty_line_does() -> None:
    assert cut("One line\nand its rest.\n\nanother") == ["One line\nand its rest.", "another"]


def test_a_semicolon_ends_only_a_long_sentence() -> None:
    part = "这是一个相当长的分句，里面说了不少事情，还有一些别的内容，读起来要花一点时间；"
    assert len(cut(part * 2 + "完。")) == 1
    assert cut(part * 5) == [part] * 5
    english = "If you are let go for a good reason; such as misconduct, or a violation of the law or of a rule; "
    assert cut(english + "you get nothing.") == [english + "you get nothing."]
    assert len(cut(english * 3 + "you get nothing.")) > 1


def test_a_sentence_that_is_too_long_is_cut_at_commas_and_leaves_no_crumb() -> None:
    text = "这里有很多很多的内容，" * 50
    assert all(len(piece) <= LONGEST and piece.endswith("，") for piece in cut(text))
    assert min(map(len, cut("字" * 245))) > 80


@pytest.mark.parametrize("uncut", ["[the page](https://a.example/b:c,d;e)", "https://a.example/b:c;d,e", "`a; b, c`"])
def test_a_long_sentence_is_not_cut_inside_a_link_an_address_or_code(uncut: str) -> None:
    for before in range(90, 240, 7):
        text = "这里有字" * (before // 4) + uncut + "后面还有很多字" * 40
        assert any(uncut in piece for piece in cut(text))


def test_a_text_without_any_border_is_cut_at_the_limit_and_in_linear_time() -> None:
    for text in ("字" * 1_000_000, "a" * 1_000_000, "a." * 500_000, "“" * 300_000, "(a. " * 250_000, "1. " * 300_000):
        spans = sentences(text)
        assert max(b - a for a, b in spans) <= LONGEST
        assert spans[-1][1] == len(text.rstrip())


def test_a_cut_does_not_part_an_emoji_from_its_modifier() -> None:
    text = "👩‍👩‍👧‍👦" * 80
    assert all(text[a] != "\u200d" and text[b - 1] != "\u200d" for a, b in sentences(text))


PIECES = st.one_of(
    st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=40),
    st.text(alphabet="。！？；，、“”‘’（）《》….!?;,'\"() \n\t\r　", max_size=12),
    st.sampled_from(
        [
            "龙泉驿区已建成8个智能工厂。",
            "Dr. No paid 3.5 U.S. dollars. ",
            "😀👩‍👩‍👧‍👦",
            "“好。”",
            "\r\n",
            "\n\n",
            "……",
            "# ",
            "- ",
            "|a|b|\n",
            "字" * 300,
        ]
    ),
)
TEXTS = st.lists(PIECES, max_size=30).map("".join)


@given(TEXTS)
def test_sentences_are_ordered_trimmed_and_cover_all_but_white_space(text: str) -> None:
    spans = sentences(text)
    at = 0
    for start, end in spans:
        assert at <= start < end <= len(text)
        assert end - start <= LONGEST
        assert text[start:end].strip() == text[start:end]
        assert not text[at:start].strip()
        at = end
    assert not text[at:].strip()


@given(TEXTS, st.sampled_from([read_text, read_markdown]))
def test_passages_hold_every_quotable_character_once_and_nothing_else(
    text: str, reader: Callable[[bytes, str], Document]
) -> None:
    data = ("正文在此。\n\n" + text.replace("\x00", "")).encode("utf-8", "ignore")
    try:
        document = reader(data, "a.md")
    except ReaderError:
        return
    assert_whole(document)


def assert_whole(document: Document) -> None:
    text = document.text
    wanted = {i for b in document.blocks if b.kind in QUOTABLE for i in range(b.start, b.end) if not text[i].isspace()}
    seen: set[int] = set()
    borders = {b.start for b in document.blocks} | {b.end for b in document.blocks}
    end = 0
    for passage in split(document, 7):
        assert passage.document == 7
        assert end <= passage.start < passage.end <= len(text)
        assert (passage.start, passage.end) == (passage.sentences[0][0], passage.sentences[-1][1])
        for left, right in passage.sentences:
            assert end <= left < right
            assert not any(left < border < right for border in borders)
            seen.update(i for i in range(left, right) if not text[i].isspace())
            end = right
        shown, offset = heading_text(document, passage)
        assert len(shown) == offset + passage.end - passage.start
        for left, right in passage.sentences:
            assert shown[offset + left - passage.start : offset + right - passage.start] == document.plain(left, right)
    code = {i for b in document.blocks if b.kind is BlockKind.CODE for i in range(b.start, b.end)}
    assert seen - code == wanted


def made(
    parts: list[tuple[BlockKind, str]], sections: tuple[Section, ...] = (), pages: tuple[int, ...] = ()
) -> Document:
    text, blocks = "", []
    for number, (kind, body) in enumerate(parts):
        blocks.append(Block(kind, len(text), len(text) + len(body), pages[number] if pages else None))
        text += body + "\n"
    return Document("0" * 12, Source("a.txt", "a"), text, tuple(blocks), sections)


def test_what_is_nothing_but_markup_is_no_sentence_of_a_passage() -> None:
    text = "See the picture.\n\n- [How long is it?](#how-long-is-it.and-so-on)\n- <br>\n- Long enough.\n"
    document = read_markdown(text.encode(), "a.md")
    found = [span for passage in split(document, 0) for span in passage.sentences]
    assert [document.plain(*span).strip() for span in found] == ["See the picture.", "How long is it?", "Long enough."]


def test_passages_stay_within_sections_and_pages_and_reach_over_captions() -> None:
    paragraph = BlockKind.PARAGRAPH
    document = made(
        [
            (paragraph, "一句。"),
            (BlockKind.CAPTION, "图 1"),
            (paragraph, "二句。"),
            (BlockKind.HEADING, "题"),
            (paragraph, "三句。"),
        ]
    )
    passages = split(document, 0)
    assert [[document.text[a:b] for a, b in p.sentences] for p in passages] == [["一句。", "二句。"], ["三句。"]]
    assert heading_text(document, passages[0]) == ("一句。     二句。", 0)
    paged = made([(paragraph, "一句。"), (paragraph, "二句。")], pages=(1, 2))
    assert [p.page for p in split(paged, 0)] == [1, 2]


def test_passages_have_the_size_that_an_encoder_reads_well() -> None:
    document = made([(BlockKind.PARAGRAPH, "这是一个用来凑数的普通句子，长度大约三十个汉字，没有别的意思。" * 3)] * 40)
    weights = [p.end - p.start for p in split(document, 0)]
    assert all(80 <= weight <= 370 for weight in weights)
    english = made([(BlockKind.PARAGRAPH, "This is a plain sentence of some fifty characters. " * 4)] * 40)
    assert all(300 <= p.end - p.start <= 800 for p in split(english, 0))


def test_the_heading_stands_before_the_text_that_is_encoded() -> None:
    document = made(
        [(BlockKind.HEADING, "门票"), (BlockKind.PARAGRAPH, "成人80元。")], (Section("参观 › 门票", 0, 10),)
    )
    (passage,) = split(document, 0)
    assert passage.section == "参观 › 门票"
    assert heading_text(document, passage) == ("参观 › 门票\n成人80元。", 8)
