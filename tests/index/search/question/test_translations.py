"""Passages in another language are found by the translations of a question's terms."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from index.builds.build import build
from index.encoders.open import open_encoder
from index.search.index import Index
from index.search.question.query import parse
from index.search.question.translations import other_languages, shipped, translated
from index.snapshots.snapshot import active
from index.text.terms import terms

NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)


def groups(question: str, counts: Mapping[str, int]) -> list[list[str]]:
    return [list(group) for group in translated(parse(question), lambda term: counts.get(term, 0))]


def test_each_term_is_looked_for_by_those_of_its_translations_that_stand_in_the_corpus() -> None:
    assert groups("delete a snapshot", {"删除": 3, "快照": 1}) == [["删除"], ["快照"]]
    assert groups("delete a snapshot", {"快照": 1}) == [["快照"]]
    assert groups("快照怎么删除", {"snapshot": 1, "delet": 2}) == [["snapshot"], ["delet"]]


def test_the_table_holds_terms_as_the_search_makes_them() -> None:
    table = shipped()
    assert len(table) > 20_000
    assert all(1 <= len(others.split()) <= 4 for others in table.values())
    chinese = [word for others in list(table.values())[::50] for word in others.split() if not word.isascii()]
    assert len(chinese) > 300
    strange = [word for word in chinese if [term.text for term in terms(word)] != [word]]
    assert len(strange) <= len(chinese) // 100  # "两倍" by itself is a number and a measure


def test_only_a_corpus_with_another_language_is_searched_so() -> None:
    assert other_languages(parse("delete a snapshot"), frozenset({"en", "zh"}))
    assert other_languages(parse("怎么删除快照"), frozenset({"en"}))
    assert not other_languages(parse("delete a snapshot"), frozenset({"en"}))
    assert not other_languages(parse("delete a snapshot"), frozenset({"und"}))


def test_of_several_translations_only_the_best_counts_in_a_passage(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "both.txt").write_text("蓝莓和树莓都在这里。\n", encoding="utf-8")
    (corpus / "other.txt").write_text("蓝莓派和苹果派。\n", encoding="utf-8")
    build(corpus, tmp_path / "data", open_encoder("bundled-fast"), now=NOW)
    index = Index.open(tmp_path / "data", encoder=open_encoder("bundled-fast"))
    lexical = active(tmp_path / "data").lexical
    assert index.documents()
    together = dict(lexical.search_any([["蓝莓", "树莓"]], 5))
    alone = [dict(lexical.search([word], 5)) for word in ("蓝莓", "树莓")]
    for passage, score in together.items():
        assert score == max(one.get(passage, 0.0) for one in alone)
    assert lexical.search_any([], 5) == []
