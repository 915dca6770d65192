"""Where other bots fail in chats, over a real index: each failure by its name."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from index.builds.build import build
from index.encoders.open import open_encoder
from index.search.index import Index
from tests.bot.channels.telegram.conftest import Bot
from tests.telegram_rules import Params, cut
from tests.telegram_server import TelegramServer

NORTH = "---\ntitle: 北塔\npublisher: 港报\n---\n北岸的灯塔建于1887年。灯塔高31米，由陈守义看管。\n"
SOUTH = "---\ntitle: 南塔\npublisher: 港报\n---\n南岸的灯塔建于1912年。灯塔高24米，由林秀兰看管。\n"
BUILT = "北岸的灯塔建于1887年。"
QUESTION = "北岸的灯塔建于哪一年？"


@pytest.fixture(scope="module")
def lighthouses(tmp_path_factory: pytest.TempPathFactory) -> Index:
    folder = tmp_path_factory.mktemp("peers")
    (folder / "corpus").mkdir()
    for name, text in (("north.md", NORTH), ("south.md", SOUTH)):
        (folder / "corpus" / name).write_text(text, encoding="utf-8")
    encoder = open_encoder("bundled")
    build(folder / "corpus", folder / "data", encoder, now=datetime(2026, 1, 1, tzinfo=UTC))
    return Index.open(folder / "data", encoder=encoder)


@pytest.fixture
async def keeper(replica: Callable[..., Bot], lighthouses: Index) -> Bot:
    bot = replica()
    bot.desk.index = lighthouses
    return await bot.start()


def cited(text: str, entities: list[Params]) -> list[str]:
    """The quotes and the sources' links of a message."""
    kinds = ("blockquote", "text_link")
    return [cut(text, entity["offset"], entity["length"]) for entity in entities if entity["type"] in kinds]


async def test_citations_are_not_off_in_any_chat_and_the_card_is_the_same(keeper: Bot, server: TelegramServer) -> None:
    server.queries.add("g7")
    server.say(42, QUESTION)
    server.say(-100, f"/ask {QUESTION}")
    server.say(-101, f"/ask {QUESTION}", message_thread_id=7, is_topic_message=True)
    mention = [{"type": "mention", "offset": 0, "length": 12}]
    server.say(-102, f"@VerbatimBot {QUESTION}", kind="guest_message", guest_query_id="g7", entities=mention)
    query = server.inline(QUESTION)
    await keeper.idle()
    cards = [(message["text"], message["entities"]) for chat in (42, -100, -101) for message in server.shown(chat)]
    sent = [server.answered["g7"]["result"], server.answered[query]["results"][0]]
    cards += [(one["input_message_content"]["message_text"], one["input_message_content"]["entities"]) for one in sent]
    assert [cited(*card)[:2] for card in cards] == [[BUILT, "北塔 · 港报"]] * 5


@pytest.mark.parametrize(("shore", "year"), [("北", "1887"), ("南", "1912")])
async def test_a_citation_never_points_to_another_document(
    keeper: Bot, server: TelegramServer, shore: str, year: str
) -> None:
    server.say(42, f"{shore}岸的灯塔建于哪一年？")
    (answer,) = await keeper.shown(42)
    assert cited(answer["text"], answer["entities"])[:2] == [f"{shore}岸的灯塔建于{year}年。", f"{shore}塔 · 港报"]


@pytest.mark.parametrize("question", ["今天的足球比赛谁赢了？", "How do I bake sourdough bread?", "灯塔的门票多少钱？"])
async def test_nothing_is_answered_when_nothing_is_relevant(keeper: Bot, server: TelegramServer, question: str) -> None:
    server.say(42, question)
    (nothing,) = await keeper.shown(42)
    assert nothing["text"].startswith("资料里没有找到这个问题的答案。")


async def test_an_english_question_over_chinese_text_finds_its_sentence(keeper: Bot, server: TelegramServer) -> None:
    server.say(42, "When was the lighthouse on the north shore built?")
    (answer,) = await keeper.shown(42)
    assert cited(answer["text"], answer["entities"])[0] == BUILT


async def test_no_quote_is_invented_or_altered(keeper: Bot, server: TelegramServer, lighthouses: Index) -> None:
    for question in (QUESTION, "谁看管灯塔？", "南岸的灯塔有多高？", "who keeps the tower?", "灯塔🗼多高"):
        server.say(42, question)
    texts = [document.text for document in lighthouses.documents()]
    quotes = [quote for message in await keeper.shown(42) for quote in server.styled(message, "blockquote")]
    assert len(quotes) == 5
    assert all(any(quote in text for text in texts) for quote in quotes)
