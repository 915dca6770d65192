"""The fitted numbers that ship: each file is of the version of the features that the code computes."""

from pathlib import Path

import pytest

from index.encoders.protocol import MODELS
from index.search.ranking_model import Ranking


@pytest.mark.parametrize("path", sorted(MODELS.rglob("*ranking.json")), ids=lambda path: path.parent.name)
def test_a_ranking_that_ships_can_be_read(path: Path) -> None:
    ranking = Ranking.load(path)
    assert all(0 < threshold < 1 for threshold in (*ranking.thresholds, ranking.doubtful))
