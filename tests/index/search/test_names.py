"""Names in a question that a document does not mention."""

import pytest

from index.document import Document, Source
from index.search.names import chinese_names, unknown_names
from index.search.query import parse

CHINESE = Document("a", Source("a.txt", "成都的工厂", "zh"), "龙泉驿区已建成8个智能工厂。")
ENGLISH = Document("b", Source("b.txt", "Factories of Chengdu", "en"), "Longquanyi has 8 smart factories.")


@pytest.mark.parametrize(
    ("question", "document", "share"),
    [
        ("上海有多少个智能工厂?", CHINESE, 1.0),
        ("龙泉驿有多少个智能工厂?", CHINESE, 0.0),
        ("成都龍泉驛有多少個智能工廠?", CHINESE, 0.0),
        ("成都和上海各有多少个智能工厂?", CHINESE, 0.5),
        ("有多少个智能工厂?", CHINESE, 0.0),
        ("How many factories does Longquanyi have?", CHINESE, 0.0),
        ("How many factories does Shenzhen have?", CHINESE, 1.0),
        ("How many factories does Shenzhen have?", ENGLISH, 1.0),
        ("How many factories does Chengdu have?", ENGLISH, 0.0),
        ("上海有多少个智能工厂?", ENGLISH, 0.0),
    ],
)
def test_a_name_that_stands_nowhere_in_the_document_is_strange(question: str, document: Document, share: float) -> None:
    assert unknown_names(parse(question), document, document.text) == share


def test_the_longest_name_is_taken() -> None:
    assert chinese_names("去乌鲁木齐吗") == ["乌鲁木齐"]
