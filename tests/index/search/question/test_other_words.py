"""Other words for what is asked: where they stand in a passage, a word of the question counts as met."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from index import Index
from index.builds.build import build
from index.encoders.open import open_encoder
from index.search.question.other_words import OtherWords, Rewording, places_of, rewordings, search_terms, shipped
from index.search.question.query import parse
from index.search.ranking.late_interaction import raise_to
from index.text.pieces import WORDS
from index.text.terms import terms

NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
TABLE = OtherWords.of(
    "# a domain\n"
    "小时工, 钟点工\t非全日制用工\tby the hour\tpart-time employment\n"
    "\t年休假, 带薪年休假\tdays off\tannual leave, paid vacation\n"
    "铺子\t商铺, 门店\tshop\tstore\n"
)


def frequency(*texts: str):
    """How many of these passages a term stands in."""
    counts = Counter(text for passage in texts for text in {term.text for term in terms(passage)})
    return counts.__getitem__


def written(question: str, *texts: str, passages: int = 100) -> list[str]:
    return [word for one in rewordings(parse(question), frequency(*texts), passages, TABLE) for word in one.written]


def test_what_people_type_brings_what_documents_write() -> None:
    assert written("做小时工有试用期吗", "非全日制用工双方不得约定试用期") == ["非全日制用工"]
    assert written("how many days off do I get", "Annual leave is 25 days.") == ["annual leave"]


def test_it_does_so_in_traditional_script_and_across_languages() -> None:
    assert written("做小時工有試用期嗎", "非全日制用工双方不得约定试用期") == ["非全日制用工"]
    assert written("小时工", "Part-time employment has no trial period.") == ["part-time employment"]


def test_a_word_that_no_passage_holds_is_not_looked_for() -> None:
    assert written("做小时工有试用期吗", "劳动者享有权利") == []


def test_a_word_that_most_passages_hold_tells_nothing() -> None:
    passages = ["非全日制用工" + str(n) for n in range(60)]
    assert written("做小时工", *passages, passages=100) == []


def test_a_word_that_documents_write_stays_alone_where_these_do() -> None:
    assert written("年休假几天", "年休假五天", "带薪年休假的规定", "annual leave") == []
    assert written("年休假几天", "annual leave of five days") == ["annual leave"]


def test_the_longest_word_at_a_place_counts_and_each_place_once() -> None:
    table = OtherWords.of("小时\t钟头\t\t\n小时工\t非全日制用工\t\t\n")
    assert [key for key, _ in table.places("小时工一小时")] == ["小时工", "小时"]


def test_english_is_looked_up_by_its_stems() -> None:
    assert [key for key, _ in TABLE.places("Working by the hours in SHOPS")] == ["by the hour"]


def test_words_of_form_alone_ask_for_nothing() -> None:
    table = OtherWords.of("多少\t数量\t\t\n")
    assert rewordings(parse("工厂有多少"), frequency("数量"), 10, table) == ()


def test_a_phrase_stands_where_its_words_follow_each_other() -> None:
    asked = [Rewording((0, 3), ("annual leave",))]
    texts = ["Leave is annual.", "The annual leave of staff", "annual report, sick leave"]
    assert places_of(asked, texts) == [[], [(0, (4, 16))], []]


def test_nothing_asked_stands_nowhere() -> None:
    assert places_of([], ["a text", "another"]) == [[], []]


def test_the_terms_of_all_other_words_are_searched_for() -> None:
    assert search_terms([Rewording((0, 3), ("annual leave", "年休假"))])[:2] == ["annual", "leav"]


def test_only_the_cosines_between_the_two_words_are_raised() -> None:
    cosines = np.asarray([[0.1, 0.2, 0.9], [0.3, 0.4, 0.5]], np.float32)
    asks = np.asarray([(0, 2), (2, 4)], np.int32)
    tells = np.asarray([(0, 1), (1, 2), (2, 3)], np.int32)
    raise_to(0.75, cosines, asks, (0, 2), tells, (1, 3))
    assert cosines.tolist() == [pytest.approx([0.1, 0.75, 0.9]), pytest.approx([0.3, 0.4, 0.5])]


def test_the_table_that_ships_is_well_formed() -> None:
    lines = (WORDS / "other-words.tsv").read_text(encoding="utf-8").split("\n")
    told = [line for line in lines if line and not line.startswith("#")]
    assert [line for line in told if line.count("\t") != 3] == []
    assert len(told) == len(set(told)) > 4000
    assert "非全日制用工" in shipped().written("小时工")
    assert shipped().typed("小时工")
    assert not shipped().typed("非全日制用工")


def test_a_question_finds_what_says_it_in_other_words(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    rules = (
        "第一条 非全日制用工双方当事人不得约定试用期。\n\n第二条 试用期不得超过六个月。\n\n"
        "第三条 工资应当按月支付。\n\n"
        "第四条 用人单位应当建立职工名册备查。\n"
    )
    (tmp_path / "corpus" / "rules.md").write_text(rules, encoding="utf-8")
    encoder = open_encoder("bundled-fast")
    build(tmp_path / "corpus", tmp_path / "data", encoder, now=NOW)
    index = Index.open(tmp_path / "data", encoder=encoder)
    answer = index.ask("钟点工能不能有试用")
    assert "非全日制用工" in (answer.quotes or answer.nearest)[0].text
