"""Where a text names a number, a time, a person, a place."""

import pytest

from index.search.question.answer_types import spans
from index.search.question.query import Wanted


@pytest.mark.parametrize(
    ("kind", "text", "named"),
    [
        (Wanted.NUMBER, "已培育8个智能工厂", "8个"),
        (Wanted.NUMBER, "建筑面积约14万平方米", "约14万平方米"),
        (Wanted.NUMBER, "研发投入增长18.7%", "18.7%"),
        (Wanted.NUMBER, "由十八个部门组成", "十八个"),
        (Wanted.NUMBER, "the park has 1,100 companies", "1,100"),
        (Wanted.NUMBER, "output doubled", "doubled"),
        (Wanted.TIME, "自2012年开园以来", "2012年"),
        (Wanted.TIME, "opened in March 2012", "March 2012"),
        (Wanted.TIME, "今年3月上市", "今年"),
        (Wanted.PERSON, "运营部负责人郑琪说", "负责人郑琪"),
        (Wanted.PLACE, "位于成都市", "位于成都市"),
    ],
)
def test_a_kind_is_found_where_it_stands(kind: Wanted, text: str, named: str) -> None:
    found = [text[a:b] for a, b in spans(kind, text)]
    assert any(named in f or f in named for f in found), found


def test_a_date_is_no_number_to_those_who_ask_how_many() -> None:
    assert list(spans(Wanted.NUMBER, "2012年开园")) == []


def test_a_year_and_a_digit_of_a_name_are_no_numbers_to_those_who_ask_how_many() -> None:
    text = "The SU7 came in March 2024; since 1998, 2000 people got RMB300 each."
    assert [text[a:b] for a, b in spans(Wanted.NUMBER, text)] == ["2000", "300"]


def test_a_thing_has_no_pattern() -> None:
    assert list(spans(Wanted.THING, "8个智能工厂")) == []
