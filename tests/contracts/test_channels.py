"""The same promises on every channel: the quote letter for letter, an honest no, one answer a question."""

from pathlib import Path

import pytest

from tests.contracts.channels import CHANNELS, Opening, settle
from tests.shelf import Shelf, document, shelf

FACTORIES = "有多少个智能工厂？"
QUOTE = "全区已建成8个智能工厂和23个数字化车间。"


@pytest.fixture(params=CHANNELS.values(), ids=CHANNELS.keys())
def channel(request: pytest.FixtureRequest) -> Opening:
    return request.param


async def test_the_answer_is_the_quote_with_its_span_in_bold_and_its_source(channel: Opening, tmp_path: Path) -> None:
    async with channel(tmp_path / "j.sqlite", shelf()) as seat:
        await seat.say(1, FACTORIES)
        (answer,) = await seat.seen(1)
    assert answer.quotes == (QUOTE,)
    assert answer.bold == ("8",)
    assert "龙泉驿的工厂 · 东城新闻 · 2024-04-30" in answer.text


async def test_what_is_not_answered_is_said_to_be_so(channel: Opening, tmp_path: Path) -> None:
    async with channel(tmp_path / "j.sqlite", shelf()) as seat:
        await seat.say(1, "谁是区长？")
        (answer,) = await seat.seen(1)
    assert answer.text.startswith("资料里没有找到这个问题的答案。")
    assert "最接近" in answer.text
    assert answer.bold == ()
    assert FACTORIES in answer.text


@pytest.mark.parametrize(
    "sentence",
    [
        "面积是2*3*4平方米，见_附录_与`表`。",
        "# 井号开头的一句。",
        "1. 编号开头的一句，3~5个到6~8个。",
        "AT&amp;T 与 <b>公司</b> 的 😀👩‍👩‍👧 𠮷野家。",
    ],
)
async def test_a_quote_is_read_letter_for_letter(channel: Opening, tmp_path: Path, sentence: str) -> None:
    library = Shelf([document("a.md", f"标题\n{sentence}\n")], {"什么？": [sentence]})
    async with channel(tmp_path / "j.sqlite", library) as seat:
        await seat.say(1, "什么？")
        (answer,) = await seat.seen(1)
    # An app sends as plain text what markdown could show differently: there the whole message is what it says.
    assert answer.quotes == (sentence,) or sentence in answer.text


async def test_three_deliveries_of_one_message_get_one_answer(channel: Opening, tmp_path: Path) -> None:
    library = shelf()
    async with channel(tmp_path / "j.sqlite", library) as seat:
        for _ in range(3):
            await seat.say(1, FACTORIES)
        await seat.say(2, "你好")
        await seat.seen(2)
        await settle()
        assert len(await seat.seen(2)) == 2
    assert [question for question, _ in library.asked] == [FACTORIES]


async def test_a_message_of_an_earlier_life_is_not_asked_again(channel: Opening, tmp_path: Path) -> None:
    library = shelf()
    async with channel(tmp_path / "j.sqlite", library) as seat:
        await seat.say(1, FACTORIES)
        await seat.seen(1)
    async with channel(tmp_path / "j.sqlite", library) as seat:
        await seat.say(1, FACTORIES)
        await seat.say(2, "你好")
        await seat.seen(1)
        await settle()
    assert len(library.asked) == 1


async def test_a_quoted_message_and_where_from_is_a_question_of_its_own(channel: Opening, tmp_path: Path) -> None:
    async with channel(tmp_path / "j.sqlite", shelf()) as seat:
        if not seat.quotes_messages:
            pytest.skip("this platform does not say which message was quoted")
        await seat.say(1, "出处？", quoted="商场面积14万平方米，是东部最大的购物中心😀。")
        await seat.say(2, "出处？", quoted="月亮是奶酪做的。")
        found, nowhere = sorted(await seat.seen(2), key=lambda one: not one.quotes)
    assert found.quotes == ("商场面积14万平方米，是东部最大的购物中心😀。",)
    assert "不在资料里" in nowhere.text


async def test_a_follow_up_is_asked_in_its_context(channel: Opening, tmp_path: Path) -> None:
    library = shelf()
    async with channel(tmp_path / "j.sqlite", library) as seat:
        await seat.say(1, FACTORIES)
        await seat.seen(1)
        await seat.say(2, "龙湖东安天街有多大？")
        await seat.seen(2)
    assert library.asked[-1] == ("龙湖东安天街有多大？", (FACTORIES,))
