"""Where a question's terms stand in a text."""

from index.text.occurrences import places
from index.text.terms import terms


def found(question: str, text: str) -> dict[str, list[int]]:
    asked = terms(question)
    return {term.text: at for term, at in zip(asked, places(asked, [text])[0], strict=True)}


def test_a_chinese_word_is_found_in_either_script() -> None:
    assert found("工厂", "智能工廠8個")["工厂"] == [2]


def test_an_english_word_is_found_by_its_stem() -> None:
    assert found("factory", "Two factories and a factory")["factori"] == [4, 20]


def test_a_number_is_found_by_its_value() -> None:
    assert found("5000万", "about 50 million pieces")["#50000000"] == [6]


def test_a_name_spelled_in_pinyin_is_found_in_chinese() -> None:
    assert found("Meisherui", "成都美奢锐新材料")["meisherui"] == [2]


def test_what_does_not_stand_there_has_no_place() -> None:
    assert found("上海", "成都")["上海"] == []
    assert found("Shanghai", "成都")["shanghai"] == []


def test_many_texts_are_told_apart() -> None:
    assert places(terms("工廠 8"), ["智能工厂8个", "", "８家工廠"]) == [[[2], [4]], [[], []], [[2], [0]]]
