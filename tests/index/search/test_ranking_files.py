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
from index.search.candidates import PassageMatch
from index.search.late_interaction import Match
from index.search.quote import FEATURES, SentenceMatch
from index.search.ranking_model import CONFIDENCE_FEATURES, RIVALS, Ranking, confidence_features


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
    ],
)
def test_a_ranking_that_is_damaged_or_of_other_features_is_an_error_that_names_the_file(
    tmp_path: Path, part: str, changes: dict[str, object], code: str
) -> None:
    with pytest.raises(EncoderError) as caught:
        Ranking.load(damaged(tmp_path, part, **changes))
    assert (caught.value.reason.code, caught.value.reason.values["file"]) == (code, "ranking.json")


def test_the_features_of_the_confidence_say_how_far_ahead_and_how_long_the_first_is() -> None:
    whole = Match(0.5, 0.5, 0.25, np.zeros(0, np.float32))
    candidate = PassageMatch(0, Source("a.txt", "A"), 0.0, 0.0, whole, ((10, 70),), "", 0, 0)
    row = np.zeros(len(FEATURES), np.float32)
    best, other = (SentenceMatch(candidate, 0, (10, 70), row, score) for score in (3.0, 1.0))
    found = dict(zip(CONFIDENCE_FEATURES, confidence_features([best, other], 3, 0.5).tolist(), strict=True))
    assert found["length"] == pytest.approx(60 / MAX_QUOTE)
    assert found["margin"] == pytest.approx(2.0 / RIVALS)
    assert (found["unknown_names"], found["whole_weakest"]) == (0.5, 0.25)
    assert found["terms"] == pytest.approx(math.log1p(3))
    alone = dict(zip(CONFIDENCE_FEATURES, confidence_features([best], 3, 0.5).tolist(), strict=True))
    assert (alone["margin"], alone["share"]) == (0.0, 0.0)
