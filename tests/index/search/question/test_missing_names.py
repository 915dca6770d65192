"""Names in a question that a document does not mention."""

import pytest

from index.document import Document, Source
from index.search.question.missing_names import CHINESE_WEIGHT, FOREIGN_WEIGHT, unknown_names
from index.search.question.query import parse

CHINESE_DOCUMENT = Document("a", Source("a.txt", "成都的工厂", "zh"), "龙泉驿区已建成8个智能工厂。")
ENGLISH = Document("b", Source("b.txt", "Factories of Chengdu", "en"), "Longquanyi has 8 smart factories.")


@pytest.mark.parametrize(
    ("question", "document", "share"),
    [
        ("上海有多少个智能工厂?", CHINESE_DOCUMENT, 1.0),
        ("龙泉驿有多少个智能工厂?", CHINESE_DOCUMENT, 0.0),
        ("成都龍泉驛有多少個智能工廠?", CHINESE_DOCUMENT, 0.0),
        ("成都和上海各有多少个智能工厂?", CHINESE_DOCUMENT, 0.5),
        ("有多少个智能工厂?", CHINESE_DOCUMENT, 0.0),
        ("How many factories does Longquanyi have?", CHINESE_DOCUMENT, 0.0),
        ("How many factories does Shenzhen have?", CHINESE_DOCUMENT, 1.0),
        ("How many factories does Shenzhen have?", ENGLISH, 1.0),
        ("How many factories does Xingtuo have?", CHINESE_DOCUMENT, 1.0),
        ("How many factories does California have?", CHINESE_DOCUMENT, 0.25),
        ("What does NASA say of the White House?", CHINESE_DOCUMENT, 0.25),
        ("What does Lane say of Gaga, Marlee and the Town Hall?", CHINESE_DOCUMENT, 0.0),
        ("How many factories does Chengdu have?", ENGLISH, 0.0),
        ("龙泉驿有多少个智能工厂?", ENGLISH, 0.0),
        ("香港有多少个智能工厂?", ENGLISH, 0.5),
        ("香港和龙泉驿有多少个智能工厂?", ENGLISH, 0.25),
        ("弗雷斯诺有多少个智能工厂?", ENGLISH, 0.0),
        ("有多少个智能工厂?", ENGLISH, 0.0),
    ],
)
def test_a_name_that_stands_nowhere_in_the_document_is_strange(question: str, document: Document, share: float) -> None:
    weight = CHINESE_WEIGHT if document is CHINESE_DOCUMENT else 1.0
    assert unknown_names(parse(question), document, document.text) == share * weight


def test_a_chinese_name_is_looked_for_in_an_english_document_by_its_pinyin() -> None:
    document = Document("c", Source("c.txt", "Xi'an", "en"), "Mao Zedong never saw these factories.")
    for question, share in [
        ("西安有多少工厂", 0),
        ("毛泽东在西安见过几个工厂", 0),
        ("上海和西安有多少工厂", 1 / 2),
        ("上海呢", 1),
    ]:
        assert unknown_names(parse(question), document, document.text) == share * CHINESE_WEIGHT


@pytest.mark.parametrize(
    ("question", "text", "share"),
    [
        ("智利的铜矿", "The copper mines of Chile", 0),
        ("智利的铜矿", "The Chilean miners", 0),
        ("加拿大的铜矿", "The Canadian miners", 0),
        ("智利的铜矿", "Copper is mined by children in Peru", 1),
        ("美国的总统", "American presidents", 0),
        ("美国的总统", "The president of the US", 0),
        ("美国的总统", "The U.S. president", 0),
        ("美国的总统", "A bus for the president", 1),
        ("纽约的地铁", "The subway of New York", 0),
        ("纽约的地铁", "A new subway", 1),
        ("诺贝尔奖", "The Nobel laureates", 0),
        ("智利和秘鲁", "The copper mines of Chile", 1 / 2),
    ],
)
def test_a_chinese_name_is_looked_for_as_english_has_it(question: str, text: str, share: float) -> None:
    document = Document("e", Source("e.txt", "", "en"), text)
    assert unknown_names(parse(question), document, text) == share * FOREIGN_WEIGHT


@pytest.mark.parametrize(
    ("question", "text", "share"),
    [
        ("mines in Chile", "智利的铜矿", 0),
        ("mines in Chile", "秘鲁的铜矿", 1),
        ("subway of New York", "纽约的地铁", 0),
        ("subway of New York", "约克的地铁", 1),
        ("parks in California", "加州的公园", 0),
        ("parks in California", "加利福尼亚的公园", 0),
        ("what did Norman do", "诺尔曼人来了", 0),
        ("the Nobel Prize", "诺贝尔", 0),
        ("the German army", "德军", 0),
    ],
)
def test_a_latin_name_is_looked_for_as_chinese_has_it(question: str, text: str, share: float) -> None:
    document = Document("f", Source("f.txt", "", "zh"), text)
    assert unknown_names(parse(question), document, text) == share * FOREIGN_WEIGHT


@pytest.mark.parametrize(
    ("name", "share"), [("普罗米修斯", 0.0), ("普羅米修斯", 0.0), ("卡夫卡", 0.0), ("安卓", 1.0), ("波塞冬", 1.0)]
)
def test_a_chinese_document_may_write_a_foreign_name_in_latin_letters(name: str, share: float) -> None:
    manual = Document("d", Source("d.txt", "监控", "zh"), "监控写入 Prometheus，日志写入 Kafka，由 systemd 管理。")
    assert unknown_names(parse(f"{name}怎么配置"), manual, manual.text) == share * CHINESE_WEIGHT
