"""When an answer is given: a threshold for each direction, and a mended question only where it is surer."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import ClassVar

import pytest

from index.answer import Answer
from index.builds.build import build
from index.document import Source
from index.encoders.open import open_encoder
from index.search.answering import Answering
from index.search.index import Index
from index.search.pipeline import Pipeline, SearchResult
from index.search.question.query import Query
from index.search.ranking.ranking_model import Ranking
from index.snapshots.snapshot import Snapshot, active

TEXT = "榆港有12台起重机和3家智能工厂。每台起重机可以吊起40吨货物。\n\n港口北岸的灯塔建于1887年。\n"
ENCODER = open_encoder("bundled-fast")
DOUBTFUL = Ranking.load(ENCODER.ranking).doubtful


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    folder = tmp_path_factory.mktemp("decisions")
    (folder / "corpus").mkdir()
    (folder / "corpus" / "harbour.txt").write_text(TEXT, encoding="utf-8")
    build(folder / "corpus", folder / "data", ENCODER, now=datetime(2026, 1, 1, tzinfo=UTC))
    return active(folder / "data")


def with_thresholds(same: float, cross: float) -> Ranking:
    return replace(Ranking.load(ENCODER.ranking), thresholds=(same, cross))


@pytest.mark.parametrize(("thresholds", "chinese", "english"), [((0.0, 1.1), True, False), ((1.1, 0.0), False, True)])
def test_each_direction_between_the_languages_has_its_own_threshold(
    snapshot: Snapshot, thresholds: tuple[float, float], chinese: bool, english: bool
) -> None:
    index = Index(snapshot, ENCODER, with_thresholds(*thresholds))
    assert index.ask("榆港有多少台起重机?").answered is chinese
    assert index.ask("how many cranes are there?").answered is english


def test_a_confidence_that_meets_the_threshold_is_enough() -> None:
    ranking = with_thresholds(0.2, 0.6)
    assert [ranking.answers(sure, False) for sure in (0.19, 0.2, 0.5)] == [False, True, True]
    assert [ranking.answers(sure, True) for sure in (0.5, 0.6)] == [False, True]


class Scripted(Pipeline):
    """Finds what is there, and is as sure of it as the test says."""

    sure_of: ClassVar[dict[str, float]] = {}

    def find(self, query: Query, skip: Callable[[Source], bool] | None = None) -> SearchResult:
        return replace(super().find(query, skip), confidence=self.sure_of[query.text])


def ask(snapshot: Snapshot, question: str, threshold: float, sure_of: dict[str, float]) -> Answer:
    pipeline = Scripted.over(snapshot, ENCODER, with_thresholds(threshold, threshold))
    Scripted.sure_of = sure_of
    return Answering.over(pipeline).ask(question, top=1, before=())


ASKED, MENDED = "榆港有多少智能公厂?", "榆港有多少智能工厂?"


@pytest.mark.parametrize(
    ("as_asked", "as_mended", "read_as"),
    [
        (DOUBTFUL - 0.05, DOUBTFUL - 0.01, MENDED),
        (DOUBTFUL - 0.05, DOUBTFUL - 0.09, ""),
        (DOUBTFUL - 0.05, DOUBTFUL - 0.05, ""),
        (DOUBTFUL, 0.9, ""),
    ],
)
def test_a_question_is_read_as_mended_only_where_that_is_surer(
    snapshot: Snapshot, as_asked: float, as_mended: float, read_as: str
) -> None:
    answer = ask(snapshot, ASKED, 0.0, {ASKED: as_asked, MENDED: as_mended})
    sure = as_mended if read_as else as_asked
    assert (answer.read_as, answer.confidence, answer.doubtful) == (read_as, sure, sure < DOUBTFUL)


def test_a_mended_question_that_is_still_not_sure_is_not_shown(snapshot: Snapshot) -> None:
    answer = ask(snapshot, ASKED, 0.5, {ASKED: 0.01, MENDED: 0.1})
    assert (answer.read_as, answer.confidence, answer.answered) == ("", 0.01, False)
