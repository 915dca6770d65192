"""The steps of the search: how many passages are looked at, their order, and how sure it is of the first."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from index.builds.build import build
from index.document import Source
from index.encoders.open import open_encoder
from index.encoders.span_reader import Reading, SpanReader
from index.search.pipeline import (
    CONSIDERED,
    CONSIDERED_ACROSS,
    CONSIDERED_ANEW,
    JUDGED,
    PROPOSED,
    PROPOSED_ACROSS,
    RERANKED,
    SCANNED,
    SCANNED_UNREAD,
    Pipeline,
    breadth,
    reranked,
)
from index.search.question.query import parse
from index.search.ranking.candidates import PassageMatch
from index.search.ranking.late_interaction import Match
from index.search.ranking.ranking_model import MOST_TERMS, Ranking, passage_features
from index.search.ranking.reading import READ
from index.snapshots.snapshot import Snapshot, active
from tests.index.search.harbour import harbour, searched

CRANES = "榆港有多少台起重机?"
WHOLE = Match(0.0, 0.0, 0.0, np.zeros(0, np.float32))


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return harbour(tmp_path_factory.mktemp("pipeline"))


def passages(*numbers: int) -> list[PassageMatch]:
    return [PassageMatch(n, Source("a.txt", "A"), 0.0, 0.0, WHOLE, ((0, 2),), f"p{n}", 0, 0) for n in numbers]


@pytest.mark.parametrize(
    ("across", "stored", "looked_at"),
    [
        (False, True, (PROPOSED, CONSIDERED)),
        (True, True, (PROPOSED_ACROSS, CONSIDERED_ACROSS)),
        (True, False, (PROPOSED, CONSIDERED_ANEW)),
    ],
)
def test_more_passages_are_looked_at_across_languages_and_fewer_where_that_is_dear(
    across: bool, stored: bool, looked_at: tuple[int, int]
) -> None:
    assert breadth(across=across, stored=stored) == looked_at


def test_candidates_are_in_the_order_of_the_fitted_ranking(snapshot: Snapshot) -> None:
    pipeline = searched(snapshot)
    found = pipeline.find(parse(CRANES))
    odds = [pipeline.ranking.passage(passage_features(one)) for one in found.considered]
    assert len(odds) > 1
    assert odds == sorted(odds, reverse=True)
    assert [row.score for row in found.sentences] == sorted((row.score for row in found.sentences), reverse=True)


def test_a_passed_over_document_is_neither_proposed_nor_read(snapshot: Snapshot) -> None:
    pipeline = searched(snapshot)
    found = pipeline.find(parse(CRANES), skip=lambda source: source.path == "harbour.txt")
    assert found.considered
    assert {one.source.path for one in found.considered} <= {"again.txt", "prices.csv"}
    assert pipeline.text_of(found.sentences[0]) == "榆港有12台起重机。"


def test_where_every_document_is_passed_over_nothing_is_found_and_nothing_is_sure(snapshot: Snapshot) -> None:
    pipeline = searched(snapshot)
    found = pipeline.find(parse(CRANES), skip=lambda source: True)
    assert (found.considered, found.sentences, found.stretches, found.confidence) == ((), (), (), 0.0)
    assert not pipeline.sure(found)


def test_without_a_reader_few_passages_are_looked_at_sentence_by_sentence(snapshot: Snapshot) -> None:
    found = searched(snapshot).find(parse(CRANES))
    assert len(found.passages) == min(SCANNED_UNREAD, len(found.considered))
    assert [one.passage for one in found.passages] == [one.passage for one in found.considered[: len(found.passages)]]


def test_with_a_reader_more_passages_are_compared_than_are_read(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    for number in range(SCANNED + 4):
        (tmp_path / "corpus" / f"{number}.txt").write_text(f"榆港{number}号码头有{number}台起重机。", encoding="utf-8")
    # The other encoder does not store token vectors, and considers too few to choose from.
    encoder = open_encoder("bundled")
    build(tmp_path / "corpus", tmp_path / "data", encoder, now=datetime(2026, 1, 1, tzinfo=UTC))
    pipeline = Pipeline.over(active(tmp_path / "data"), encoder, Ranking.load(encoder.ranking), reader=Unsure())
    found = pipeline.find(parse(CRANES))
    assert len(found.passages) == SCANNED
    assert 0 < sum(one.reading is not None for one in found.passages) <= READ


class Unsure(SpanReader):
    """Stands for the reader: no text answers."""

    def __init__(self) -> None:
        super().__init__(lambda *_: None)

    def read(self, question: str, texts: Sequence[str]) -> list[Reading]:
        spans = np.array([[0, 1]], np.int32)
        return [Reading(spans, np.zeros(1, np.float32), np.zeros(1, np.float32), 0.0, -1.0) for _ in texts]


def test_the_terms_that_a_passage_holds_are_known(snapshot: Snapshot) -> None:
    found = searched(snapshot).find(parse("灯塔 elephant"))
    assert "elephant" not in {term.text for term in found.matched_terms}
    assert found.matched_terms


def test_a_term_counts_for_the_sentence_that_begins_with_it(snapshot: Snapshot) -> None:
    pipeline = searched(snapshot)
    has = {
        pipeline.document_of(one.passage).text[slice(*span)]: match.lexical
        for one in pipeline.find(parse("灯塔")).passages
        for span, match in zip(one.sentences, one.matches, strict=True)
    }
    assert (has["灯塔高31米。"], has["鱼市场每天早上五点开门。"]) == (1.0, 0.0)


@pytest.mark.parametrize(("letters", "sure"), [("qz", False), ("起重机", True)])
def test_a_page_of_letters_is_no_question_however_much_it_shares(snapshot: Snapshot, letters: str, sure: bool) -> None:
    junk = " ".join(f"{letters}{n}x" if letters == "qz" else letters for n in range(MOST_TERMS + 5))
    assert (searched(snapshot).find(parse(f"起重机 {junk}")).confidence > 0) is sure


def test_other_thresholds_change_when_it_is_sure_and_nothing_else(snapshot: Snapshot) -> None:
    pipeline = searched(snapshot, 0.0)
    found = pipeline.find(parse(CRANES))
    assert pipeline.sure(found)
    strict = pipeline.with_thresholds(found.confidence + 0.01, 0.0)
    assert not strict.sure(found)
    assert strict.find(parse(CRANES)).confidence == found.confidence


class Judging:
    """Stands for a re-ranker: a text is the better the later it comes in what was searched."""

    name = "judging"

    def __init__(self) -> None:
        self.seen: list[str] = []

    def score(self, question: str, texts: list[str]) -> np.ndarray:
        self.seen = texts
        return np.arange(len(texts), dtype=np.float32)


def test_the_re_ranker_sees_the_best_passages_and_turns_their_order(snapshot: Snapshot) -> None:
    plain, judging = searched(snapshot), Judging()
    before = [one.passage for one in plain.find(parse(CRANES)).considered]
    found = replace(plain, reranker=judging).find(parse(CRANES))  # type: ignore[arg-type]
    assert len(judging.seen) == len(found.passages) == min(JUDGED, len(before))
    assert [one.passage for one in found.considered] == before[:JUDGED][::-1] + before[JUDGED:]


def test_a_re_ranker_orders_the_passages_it_saw_before_the_others() -> None:
    order, behind = reranked(passages(4, 7, 2, 9), np.array([1.0, 5.0, 3.0], np.float32))
    assert [one.passage for one in order] == [7, 2, 4, 9]
    assert behind == {7: 0.0, 2: -RERANKED / 2, 4: -RERANKED}


def test_passages_that_a_re_ranker_cannot_tell_apart_are_in_the_order_of_the_corpus() -> None:
    order, behind = reranked(passages(4, 2), np.array([3.0, 3.0], np.float32))
    assert [one.passage for one in order] == [2, 4]
    assert behind == {4: 0.0, 2: 0.0}
