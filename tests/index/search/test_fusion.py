"""Several rankings become one."""

from index.search.fusion import fuse


def test_what_stands_high_in_both_comes_first() -> None:
    assert fuse([[1, 2, 3], [2, 3, 1]], 3)[0] == 2


def test_what_only_one_ranking_knows_is_kept() -> None:
    assert set(fuse([[1, 2], [3]], 10)) == {1, 2, 3}


def test_equal_scores_give_one_order() -> None:
    assert fuse([[5], [4]], 2) == [4, 5]


def test_nothing_fuses_to_nothing() -> None:
    assert fuse([[], []], 5) == []
