"""Names in a question that a document does not mention."""

import pytest

from index.document import Document, Source
from index.search.names import CHINESE_WEIGHT, chinese_names, unknown_names
from index.search.query import parse

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
        ("How many factories does California have?", CHINESE_DOCUMENT, 0.0),
        ("What does NASA say of Lane, Gaga, Marlee and the White House?", CHINESE_DOCUMENT, 0.0),
        ("How many factories does Chengdu have?", ENGLISH, 0.0),
        ("龙泉驿有多少个智能工厂?", ENGLISH, 0.0),
        ("香港和丹佛有多少个智能工厂?", ENGLISH, 0.0),
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


def test_the_longest_name_is_taken() -> None:
    assert chinese_names("去乌鲁木齐吗") == ["乌鲁木齐"]


def test_a_name_stands_between_words_and_not_within_one() -> None:
    """人行 is a bank, 道家 a school of thought, 利贴 (of 便利贴) neither."""
    assert chinese_names("没有人行道的时候怎么知道家长走哪边") == []
    assert chinese_names("便利贴在北京卖吗") == ["北京"]


@pytest.mark.parametrize("question", ["老板几点下班", "比如周五和五月", "中文能用吗", "怎么新建网络"])
def test_a_common_word_is_no_name_though_a_brand_or_a_county_is_called_so(question: str) -> None:
    assert chinese_names(question) == []
