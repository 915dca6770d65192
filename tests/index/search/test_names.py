"""What counts as a name."""

import pytest

from index.search.names import chinese_names


def test_the_longest_name_is_taken() -> None:
    assert chinese_names("去乌鲁木齐吗") == ["乌鲁木齐"]


def test_a_name_stands_between_words_and_not_within_one() -> None:
    """人行 is a bank, 道家 a school of thought, 利贴 (of 便利贴) neither."""
    assert chinese_names("没有人行道的时候怎么知道家长走哪边") == []
    assert chinese_names("便利贴在北京卖吗") == ["北京"]


@pytest.mark.parametrize(
    "question", ["老板几点下班", "比如周五和五月", "中文能用吗", "怎么新建网络", "下大雪停课吗", "集群有三台"]
)
def test_a_common_word_is_no_name_though_a_brand_or_a_county_is_called_so(question: str) -> None:
    assert chinese_names(question) == []
