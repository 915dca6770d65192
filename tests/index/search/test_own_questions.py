"""An operator's own questions, asked and judged; and whether what was promised still holds."""

from dataclasses import replace
from pathlib import Path

import pytest

from index.errors import Reason
from index.search.calibration import CROSS, SAME, Calibration, GoldQuestion, Judged, Promise, load, save
from index.search.index import Index
from index.search.own_questions import failures, holds, judge, recheck, without
from index.search.question.query import parse
from index.snapshots.snapshot import Snapshot
from tests.index.search.harbour import ENCODER, RANKING, harbour

CRANES = GoldQuestion("榆港有多少台起重机?", (("12台", "起重机"), ("十二台",)))
ENGLISH = GoldQuestion("how many cranes are in 榆港?", (("12台",),))
UNSAID = GoldQuestion("谁是市长?")


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return harbour(tmp_path_factory.mktemp("own"))


@pytest.fixture
def index(snapshot: Snapshot) -> Index:
    return Index(snapshot, ENCODER, RANKING).with_thresholds(1.1, 1.1)


def test_every_question_is_asked_and_those_with_an_answer_once_more_without_it(index: Index) -> None:
    judged = list(judge(index, [CRANES, ENGLISH, UNSAID]))
    assert [one.right for one in judged] == [True, True, False, False, False]
    assert [one.cross for one in judged[:3]] == [False, True, False]
    assert judged[0].confidence == index.pipeline.find(parse(CRANES.question)).confidence
    assert judged[3].confidence < judged[0].confidence


def test_where_all_documents_answer_nothing_is_found_without_them(index: Index) -> None:
    everything = replace(CRANES, paths=("harbour.txt", "again.txt", "prices.csv"))
    assert list(judge(index, [everything]))[-1] == Judged(0.0, right=False, cross=False)


def test_documents_that_answer_are_told_by_their_text_or_by_their_path(index: Index) -> None:
    skips = without(index.documents(), [CRANES, replace(UNSAID, paths=("prices.csv",))])
    passed = [[one.source.path for one in index.documents() if skip(one.source)] for skip in skips]
    assert passed == [["again.txt", "harbour.txt"], ["prices.csv"]]


def test_a_quote_holds_an_answer_whatever_its_spaces_and_case(index: Index) -> None:
    quote = index.locate("榆港有12台起重机")[0]
    assert holds(quote, CRANES)
    assert holds(replace(quote, text="榆港有 12 台 起重机"), CRANES)
    assert not holds(replace(quote, text="榆港有12台"), CRANES)


def promised(index: Index, questions: tuple[GoldQuestion, ...], threshold: float = 0.0) -> Calibration:
    """A promise for questions in the documents' language, as if all had been answered rightly."""
    kept = {SAME: Promise(threshold, 60, 60, 0, 0.05), CROSS: Promise(None, 0, 0, 0, 1.0)}
    return Calibration(index.models, 0.1, "2026-01-01T00:00:00+00:00", kept, questions)


def test_without_a_promise_there_is_nothing_to_check(index: Index, tmp_path: Path) -> None:
    assert recheck(tmp_path, index) == ()


def test_other_models_ask_for_another_calibration(index: Index, tmp_path: Path) -> None:
    save(tmp_path, replace(promised(index, (CRANES,)), fingerprint="others"))
    assert [reason.code for reason in recheck(tmp_path, index) if isinstance(reason, Reason)] == ["calibration-models"]


def test_a_promise_that_does_not_hold_over_this_snapshot_is_kept_as_broken_and_told(
    index: Index, tmp_path: Path
) -> None:
    wrong = tuple(replace(UNSAID, question=f"{CRANES.question[:-1]}{'呢' * n}?") for n in range(30))
    save(tmp_path, promised(index, wrong))
    [told] = recheck(tmp_path, index)
    assert isinstance(told, Reason)
    assert (told.code, told.values["shown"], told.values["wrong"]) == ("calibration-broken", 30, 30)
    kept = load(tmp_path)
    assert kept is not None
    assert kept.checked == index.snapshot.id
    assert failures(kept, index.snapshot.id) == (told,)
    assert failures(kept, "another snapshot") == ()


def test_a_promise_that_holds_is_kept_as_tested(index: Index, tmp_path: Path) -> None:
    everything = replace(CRANES, paths=("harbour.txt", "again.txt", "prices.csv"))
    right = tuple(replace(everything, question=f"{CRANES.question[:-1]}{'呢' * n}?") for n in range(30))
    confidences = sorted(one.confidence for one in judge(index, right))
    save(tmp_path, promised(index, right, (confidences[29] + confidences[30]) / 2))
    assert recheck(tmp_path, index) == ()
    kept = load(tmp_path)
    assert kept is not None
    assert (kept.checked, kept.broken) == (index.snapshot.id, {})
