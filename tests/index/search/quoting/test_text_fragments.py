"""Links that open a page at the quote."""

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.documents.readers.markdown import read_markdown
from index.search.quoting.text_fragments import fragment_url, text_directive

PAGE = (
    "图书馆每天九点开门。周一闭馆。\n\n分馆每天十点开门。周一闭馆。\n\n"
    "The library opens at 9. It closes on Monday.\n\nThe branch opens at 10. It closes on Monday.\n"
)


def directive(quote: str, last: bool = False) -> str:
    start = PAGE.rindex(quote) if last else PAGE.index(quote)
    return unquote(text_directive(PAGE, start, start + len(quote)))


def test_a_quote_that_stands_once_is_named_alone() -> None:
    assert directive("图书馆每天九点开门。") == "图书馆每天九点开门。"
    assert directive("The branch opens at 10.") == "The branch opens at 10."


def test_a_quote_that_stands_twice_has_a_prefix_that_tells_which() -> None:
    assert directive("周一闭馆。") == "周一闭馆。"
    second = directive("周一闭馆。", last=True)
    assert second.startswith("分馆每天十点开门。-,周一闭馆。")
    assert directive("It closes on Monday.", last=True) == "opens at 10.-,It closes on Monday."


def test_a_long_quote_is_named_by_its_ends() -> None:
    quote = "这一句很长，开头是这样的，" + "中间说了许多别的事情，" * 12 + "最后终于在这里结束了。"
    head, tail = unquote(text_directive(quote, 0, len(quote)).replace(",", "\n")).split("\n")
    assert quote.startswith(head)
    assert quote.endswith(tail)
    assert len(head) < 30
    assert len(tail) < 30


def test_a_quote_of_several_lines_is_named_by_its_first_and_its_last() -> None:
    text = "opening hours\nclosed on Monday\nopen on Sunday"
    assert unquote(text_directive(text, 0, len(text))) == "opening hours,open on Sunday"


def test_everything_that_means_something_in_a_fragment_is_encoded() -> None:
    text = "一-二，three, four & five #6 100% “七”"
    found = text_directive(text, 0, len(text))
    assert not set('-,& #"“，') & set(found.replace("%2D", ""))
    assert unquote(found) == text


@pytest.mark.parametrize(
    ("url", "begins"),
    [
        ("https://a.example/b", "https://a.example/b#:~:text=%E5%9B%BE"),
        ("https://a.example/b#top", "https://a.example/b#top:~:text=%E5%9B%BE"),
        ("https://a.example/b?x=1#", "https://a.example/b?x=1"),
        ("https://a.example/b#:~:text=old", "https://a.example/b#:~:text=%E5%9B%BE"),
    ],
)
def test_the_address_keeps_its_own_fragment(url: str, begins: str) -> None:
    found = fragment_url(url, PAGE, 0, 10)
    assert found.startswith(begins)
    assert found.count(":~:") == 1
    assert found.count("#") == 1


def test_marks_that_the_page_does_not_show_are_left_out() -> None:
    data = "---\nurl: https://a.example/\n---\n见[说明](b.html)，**重要**的事。\n".encode()
    document = read_markdown(data, "a.md")
    block = document.blocks[-1]
    found = fragment_url("https://a.example/", document.text, block.start, block.end, document.marks)
    assert unquote(found) == "https://a.example/#:~:text=见说明，重要的事。"


@given(st.text(max_size=200), st.data())
def test_every_stretch_of_every_text_has_a_directive_of_safe_characters(text: str, data: st.DataObject) -> None:
    text = text.encode("utf-8", "ignore").decode()
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    found = text_directive(text, start, end)
    assert found.isascii()
    assert not set(' "<>#&\n') & set(found)
