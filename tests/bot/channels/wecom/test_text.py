"""Cards in WeCom's clothes: whoever reads them reads the quote letter for letter."""

from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.cards.card import Card, Style, StyledSpan
from bot.channels.wecom.text import APP_BYTES, STREAM_BYTES, anchored, exact, fitted, markdown, plain, without_context
from tests.bot.channels.wecom.wecom_reader import commonmark, letters, simple

URL = "https://news.example/a(1)?q=2#:~:text=8%E4%B8%AA"


def card_of(quote: str, highlights: tuple[tuple[int, int], ...] = (), title: str = "龙泉驿 · 界面新闻") -> Card:
    spans = [StyledSpan(Style.QUOTE, 0, len(quote))]
    spans += [StyledSpan(Style.HIGHLIGHT, start, end) for start, end in highlights]
    spans.append(StyledSpan(Style.SOURCE, len(quote) + 1, len(quote) + 1 + len(title), URL))
    return Card(f"{quote}\n{title}", tuple(spans))


def test_the_card_is_a_block_quote_with_the_span_in_bold_and_the_source_as_a_link_below() -> None:
    card = card_of("龙泉驿区已建成8个智能工厂。", ((7, 9),))
    assert markdown(card) == (
        "> 龙泉驿区已建成**8个**智能工厂。\n\n[龙泉驿 · 界面新闻](https://news.example/a%281%29?q=2#:~:text=8%E4%B8%AA)"
    )


TRICKY = [
    "2*3*4 与 **不是粗体** 及 _斜体_ snake_case __init__",
    "# 标题样的句子",
    "#不是标题",
    "1. 第一条\n3. 第三条\n2) 第二条",
    "- 列表\n+ 加号\n* 星号",
    "> 引用中的引用",
    "---\n===\n***",
    "标题\n---",
    "标题\n===",
    "见 [1] 与 [链接](http://a.b) 及 ![图](c)",
    "[a]: http://x.y",
    "[a\nb]: /u",
    "<b>粗</b> <font color='info'>绿</font> a<b 5 < 6 <3",
    "AT&amp;T 与 AT&T 及 &#35; &copy;",
    "`代码` ``两个`` ```\n```",
    "~~划掉~~ 3~5个 6~8个",
    "C:\\路\\*.txt \\\\ 末尾\\",
    "|表|头|\n|---|---|\n|a|b|",
    "表 | 头\n--- | ---",
    ":-- | --:",
    "    四个空格",
    "\u3000\u3000全角缩进",
    "“聪明的车”在开",
    "一句。\n\n二句。",
    "\\",
    "a\\\nb",
    "1.",
    "1",
    "看!",
    "😀 𠮷野家 👨‍👩‍👧 e\u0301",
]


def assert_read_letter_for_letter(card: Card, quote: str) -> None:
    source = markdown(card)
    seen = commonmark(source)
    assert letters("\n".join(seen.quotes)) == letters(quote)
    assert len(seen.quotes) <= 1
    assert seen.kinds <= {
        *("blockquote_open", "blockquote_close", "paragraph_open", "paragraph_close", "inline", "text"),
        *("softbreak", "strong_open", "strong_close", "link_open", "link_close", "text_special"),
    }
    assert letters(simple(source)) == letters(card.text)


@pytest.mark.parametrize("quote", TRICKY)
def test_a_reader_of_markdown_sees_the_quote_letter_for_letter(quote: str) -> None:
    assert_read_letter_for_letter(card_of(quote), quote)
    for start in range(len(quote)):
        for end in range(start + 1, len(quote) + 1):
            assert_read_letter_for_letter(card_of(quote, ((start, end),)), quote)


markup = st.text(alphabet=" \n\t*_`[]()<>#-+=~|\\!&;:.123axb字，。“”‘’（）", max_size=30)
letters_of_all_kinds = st.text(
    alphabet=st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"], include_characters="\n"), max_size=60
)


@settings(max_examples=600)
@given(st.one_of(markup, letters_of_all_kinds), st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=3))
@example("0\U00018cd6\\0", [(1, 4)])
@example("a*b", [(0, 1), (1, 2)])
@example("_a_b_", [(1, 2), (3, 4)])
def test_no_text_and_no_highlight_changes_a_letter(quote: str, pairs: list[tuple[int, int]]) -> None:
    highlights = tuple((min(pair), min(max(pair), len(quote))) for pair in pairs)
    highlights = tuple((start, end) for start, end in highlights if start < end)
    assert_read_letter_for_letter(card_of(quote, highlights), quote)


@settings(max_examples=300)
@given(st.one_of(markup, letters_of_all_kinds), st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=3))
@example("看![表]", [(1, 4)])
@example("a\nb c", [(0, 5)])
@example("字1. ", [(1, 4)])
@example("1\\1", [(2, 3)])
def test_no_text_and_no_link_in_a_quote_changes_a_letter(quote: str, pairs: list[tuple[int, int]]) -> None:
    card, last = card_of(quote), 0
    for pair in sorted(pairs):
        start, end = max(last, min(pair)), min(max(pair), len(quote))
        if quote[start:end].strip():
            card = replace(card, spans=(*card.spans, StyledSpan(Style.LINK, start, end, URL)))
            last = end
    assert_read_letter_for_letter(card, quote)


def test_words_of_a_quote_that_lead_elsewhere_are_links_beside_what_is_bold() -> None:
    card = card_of("内存要求见表格，TiKV 需要 64 GB。", ((16, 21),))
    card = replace(card, spans=(*card.spans, StyledSpan(Style.LINK, 5, 7, "https://docs.example/a")))
    assert markdown(card).startswith("> 内存要求见[表格](https://docs.example/a)，TiKV 需要 **64 GB**。\n")
    assert plain(card).startswith('内存要求见<a href="https://docs.example/a">表格</a>，TiKV')


@pytest.mark.parametrize(
    ("quote", "highlight", "bold"),
    [
        ("园区“聪明的车”在开", "“聪明的车”", "聪明的车"),
        ("面积约14万平方米，位于东安湖", "14万平方米，", "14万平方米"),
        ("面积约14万平方米。", "14万平方米。", "14万平方米。"),
        ("增长 12.5% 以上", "12.5%", "12.5%"),
        ("增长12.5%以上", "12.5%", "12.5"),
        ("《条例》已施行", "《条例》", "《条例"),
        ("他说：“好。”", "“好。”", "“好。”"),
    ],
)
def test_bold_reaches_as_far_as_asterisks_are_read_as_bold(quote: str, highlight: str, bold: str) -> None:
    start = quote.index(highlight)
    assert commonmark(markdown(card_of(quote, ((start, start + len(highlight)),)))).bold == (bold,)


def test_neighbouring_highlights_become_one() -> None:
    card = card_of("八个智能工厂", ((0, 2), (2, 4)))
    assert markdown(card).startswith("> **八个智能**工厂")


def test_a_title_full_of_brackets_stays_one_link() -> None:
    seen = commonmark(markdown(card_of("好。", title="[图] 龙泉驿](x) *新* 区!")))
    assert [label for label, _ in seen.links] == ["[图] 龙泉驿](x) *新* 区!"]


def test_text_before_a_link_makes_no_image_of_it() -> None:
    card = Card("看!出处", (StyledSpan(Style.SOURCE, 2, 4, URL),))
    assert commonmark(markdown(card)).links[0][0] == "出处"
    assert commonmark(markdown(card)).text.strip() == "看!出处"


def test_our_own_numbered_list_needs_no_escapes() -> None:
    assert exact(Card("没有答案。\n可以问我：\n1. 有多少个智能工厂？\n2. 有多大？"))


def test_a_card_with_markup_in_its_quote_is_not_exact() -> None:
    assert exact(card_of("已建成8个智能工厂。", ((3, 5),)))
    assert not exact(card_of("2*3*4"))
    assert not exact(card_of("C:\\路"))


def test_a_text_message_holds_the_quote_as_it_is_and_the_source_as_a_link() -> None:
    quote = "2*3 <b> & _x_ [1]"
    assert plain(card_of(quote, ((0, 3),))) == (
        f'{quote}\n<a href="https://news.example/a%281%29?q=2#:~:text=8%E4%B8%AA">龙泉驿 · 界面新闻</a>'
    )
    assert anchored(card_of('<a href="x">y</a>'))
    assert not anchored(card_of(quote))


def test_without_context_the_surrounding_paragraph_is_gone_and_the_rest_stays() -> None:
    quote, around, note = "八个。", "前文。八个。后文。", "备注"
    text = f"{quote}\n\n{around}\n\n{note}"
    card = Card(
        text,
        (
            StyledSpan(Style.QUOTE, 0, 3),
            StyledSpan(Style.CONTEXT, 5, 5 + len(around)),
            StyledSpan(Style.NOTE, len(text) - 2, len(text)),
        ),
    )
    bare = without_context(card)
    assert bare.text == f"{quote}\n\n{note}"
    assert [bare.text[s.start : s.end] for s in bare.spans] == [quote, note]
    assert without_context(card_of(quote)) == card_of(quote)


@pytest.mark.parametrize("limit", [APP_BYTES, STREAM_BYTES])
@pytest.mark.parametrize("sentence", ["龙泉驿区已建成8个智能工厂。", "2*3*4 [1](x) ", "a", "😀👨‍👩‍👧"])
@pytest.mark.parametrize("dress", [markdown, plain])
def test_long_cards_are_cut_by_bytes_and_nothing_is_lost(limit: int, sentence: str, dress) -> None:
    quote = sentence * (3 * limit // len(sentence.encode()))
    card = card_of(quote, ((5, len(quote) - 5),))
    parts = fitted(card, limit, dress)
    assert len(parts) > 1
    assert all(len(text.encode()) <= limit for text, _ in parts)
    assert "".join(part.text for _, part in parts) == card.text
    assert len(parts) <= 3 * len(dress(card).encode()) // limit + 2
    if dress is markdown:
        shown = "".join(letters(commonmark(text).text) for text, _ in parts)
        assert shown.replace("\n", "").replace(" ", "") == card.text.replace("\n", "").replace(" ", "")


def test_a_part_of_exactly_the_limit_is_not_cut() -> None:
    for size, count in ((APP_BYTES, 1), (APP_BYTES + 1, 2)):
        text = "字" * ((size - 2) // 3) + "x" * (size - 3 * ((size - 2) // 3))
        assert len(text.encode()) == size
        assert len(fitted(Card(text), APP_BYTES, plain)) == count


def test_a_link_longer_than_a_message_loses_its_fragment_and_then_itself() -> None:
    long = "https://a.example/p#:~:text=" + "%E5" * 2000
    endless = "https://a.example/" + "p" * 3000
    for url, expected in ((long, "[出处](https://a.example/p)"), (endless, "出处")):
        card = Card("出处", (StyledSpan(Style.SOURCE, 0, 2, url),))
        assert [text for text, _ in fitted(card, APP_BYTES, markdown)] == [expected]
