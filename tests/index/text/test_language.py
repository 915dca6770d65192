import pytest

from index.text.language import detect, normalised, size


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("龙泉驿区位于成都东部。", "zh"),
        ("The district lies in the east of Chengdu (成都).", "en"),
        ("公司推出 iPhone 15 Pro Max 和 MacBook Air 两款产品", "zh"),
        ("Привет, мир", "und"),
        ("これは日本語のテキストです。", "und"),
        ("한국어 문장입니다", "und"),
        ("12345 !!! 😀", "und"),
        ("", "und"),
    ],
)
def test_chinese_and_english_are_told_apart_and_others_are_not_claimed(text: str, lang: str) -> None:
    assert detect(text) == lang


def test_language_tags_keep_their_primary_part() -> None:
    assert [normalised(tag) for tag in ("zh-Hans-CN", "EN_us", "中文", "fr", " ")] == ["zh", "en", "zh", "fr", "und"]


def test_size_counts_han_characters_and_words_alike() -> None:
    assert size("8个智能工厂") == 6
    assert size("eight smart factories") == 3
