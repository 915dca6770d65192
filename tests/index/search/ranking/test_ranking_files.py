"""The fitted numbers that ship: each file is of the version of the features that the code computes."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from index.answer import MAX_QUOTE
from index.document import Source
from index.encoders.protocol import MODELS
from index.errors import EncoderError
from index.search.ranking.candidates import PassageMatch
from index.search.ranking.late_interaction import Match
from index.search.ranking.ranking_model import CONFIDENCE_FEATURES, RIVALS, Ranking, confidence_features
from index.search.ranking.sentence_matches import FEATURES, SentenceMatch


@pytest.mark.parametrize("path", sorted(MODELS.rglob("*ranking.json")), ids=lambda path: path.parent.name)
def test_a_ranking_that_ships_can_be_read(path: Path) -> None:
    ranking = Ranking.load(path)
    assert all(0 < threshold < 1 for threshold in (*ranking.thresholds, ranking.doubtful))


def damaged(tmp_path: Path, part: str, **changes: object) -> Path:
    stored = json.loads((MODELS / "bundled" / "ranking.json").read_text("utf-8"))
    stored[part] |= changes
    path = tmp_path / "ranking.json"
    path.write_text(json.dumps(stored), "utf-8")
    return path


@pytest.mark.parametrize(
    ("part", "changes", "code"),
    [
        ("passage", {"weights": [1, 2]}, "ranking-unreadable"),
        ("sentence", {"bias": "1"}, "ranking-unreadable"),
        ("confidence", {"weights": {"late": 1.0}}, "ranking-version"),
        ("thresholds", {"same": None}, "ranking-unreadable"),
        ("choice", {"bias": [0.1]}, "ranking-unreadable"),
        ("choice", {"features": {"late": [0.0, 1.0]}, "bias": [], "out": []}, "ranking-version"),
    ],
)
def test_a_ranking_that_is_damaged_or_of_other_features_is_an_error_that_names_the_file(
    tmp_path: Path, part: str, changes: dict[str, object], code: str
) -> None:
    with pytest.raises(EncoderError) as caught:
        Ranking.load(damaged(tmp_path, part, **changes))
    assert (caught.value.reason.code, caught.value.reason.values["file"]) == (code, "ranking.json")


def candidate(passage: int, path: str) -> PassageMatch:
    whole = Match(0.5, 0.5, 0.25, np.zeros(0, np.float32))
    return PassageMatch(passage, Source(path, "A"), 0.0, 0.0, whole, ((10, 70),), "", 0, 0)


def stretch(of: PassageMatch, score: float) -> SentenceMatch:
    return SentenceMatch(of, 0, (10, 70), np.zeros(len(FEATURES), np.float32), score)


def features(ranked: list[SentenceMatch], considered: list[PassageMatch], shape: str = "sentence") -> dict[str, float]:
    row = confidence_features(ranked, considered, 3, 0.5, shape)
    return dict(zip(CONFIDENCE_FEATURES, row.tolist(), strict=True))


def test_the_features_of_the_confidence_say_how_far_ahead_and_how_long_the_first_is() -> None:
    only = candidate(0, "a.txt")
    found = features([stretch(only, 3.0), stretch(only, 1.0)], [only])
    assert found["length"] == pytest.approx(60 / MAX_QUOTE)
    assert found["margin"] == pytest.approx(2.0 / RIVALS)
    assert (found["unknown_names"], found["whole_weakest"]) == (0.5, 0.25)
    assert found["terms"] == pytest.approx(math.log1p(3))
    alone = features([stretch(only, 3.0)], [only])
    assert (alone["margin"], alone["share"], alone["together"]) == (0.0, 0.0, 0.0)


def test_they_say_whether_the_next_are_of_the_same_document_and_which_passage_comes_first() -> None:
    mine, beside, other = candidate(0, "a.txt"), candidate(1, "a.txt"), candidate(2, "b.txt")
    ranked = [stretch(mine, 3.0), stretch(beside, 2.0), stretch(other, 1.0)]
    found = features(ranked, [other, mine, beside, candidate(3, "c.txt")])
    assert (found["earlier"], found["together"]) == (1.0, pytest.approx(1 / 2 - 2 / 4))
    assert features(ranked[:2], [mine, beside, other])["together"] == pytest.approx(1 - 2 / 3)
    assert features(ranked[:2], [mine, beside])["together"] == 0.0


def test_they_say_what_is_quoted() -> None:
    only = candidate(0, "a.txt")
    flags = {
        shape: [features([stretch(only, 1.0)], [only], shape)[name] for name in ("row", "code")]
        for shape in ("sentence", "row", "list", "code")
    }
    assert flags == {"sentence": [0, 0], "row": [1, 0], "list": [0, 0], "code": [0, 1]}
