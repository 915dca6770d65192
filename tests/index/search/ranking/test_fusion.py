"""Several rankings become one."""

from index.search.ranking.fusion import fuse


def test_what_stands_high_in_both_comes_first() -> None:
    assert fuse([[1, 2, 3], [2, 3, 1]], 3)[0] == 2


def test_what_only_one_ranking_knows_is_kept() -> None:
    assert set(fuse([[1, 2], [3]], 10)) == {1, 2, 3}


def test_equal_scores_give_one_order() -> None:
    assert fuse([[5], [4]], 2) == [4, 5]


def test_nothing_fuses_to_nothing() -> None:
    assert fuse([[], []], 5) == []


def test_what_is_second_in_both_comes_before_what_is_first_in_one() -> None:
    assert fuse([[7, 9], [8, 9]], 3) == [9, 7, 8]


def test_a_tie_at_the_limit_is_decided_by_the_smaller_id() -> None:
    assert fuse([[5, 9], [4, 8]], 3) == [4, 5, 8]
    assert fuse([[4, 8], [5, 9]], 3) == [4, 5, 8]
