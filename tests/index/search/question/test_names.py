"""What counts as a name."""

import pytest

from index.search.question.names import chinese_names, spelled


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


@pytest.mark.parametrize(("name", "word"), [("上海", "shanghai"), ("西安", "xian"), ("重庆", "chongqing")])
def test_a_word_is_the_pinyin_of_a_name_in_any_of_its_readings(name: str, word: str) -> None:
    assert spelled(name, word)


@pytest.mark.parametrize(
    ("name", "word"), [("智利", "chile"), ("中国", "china"), ("上海", "shanghais"), ("上海", "shang")]
)
def test_another_word_is_not(name: str, word: str) -> None:
    assert not spelled(name, word)
