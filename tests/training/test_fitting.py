"""What is fitted for the search: a network finds what no sum of features can tell."""

import numpy as np

from training.fitting import Marks, Rows, fit_listwise, fit_network


def puzzles(count: int) -> list[tuple[Rows, Marks]]:
    """Groups of rows in which that row is right whose first two features are unlike."""
    chance = np.random.default_rng(1)
    made = []
    for _ in range(count):
        rows = chance.choice([-1.0, 1.0], (4, 3)).astype(np.float32)
        rows[:, 1] = rows[:, 0]
        right = np.arange(4) == chance.integers(4)
        rows[right, 1] *= -1
        made.append((rows, right))
    return made


def first_right(groups: list[tuple[Rows, Marks]], scores: list[Rows]) -> float:
    return float(np.mean([right[np.argmax(own)] for (_, right), own in zip(groups, scores, strict=True)]))


def test_a_network_learns_what_a_sum_cannot() -> None:
    groups = puzzles(600)
    network = fit_network(groups[:400], ("a", "b", "c"), seed=1)
    weights = fit_listwise(groups[:400], np.zeros(3, bool))
    unseen = groups[400:]
    assert first_right(unseen, [network(rows) for rows, _ in unseen]) > 0.95
    assert first_right(unseen, [rows @ weights for rows, _ in unseen]) < 0.5


def test_groups_without_a_right_row_teach_nothing() -> None:
    groups = puzzles(80)
    empty = [(rows, np.zeros(len(rows), bool)) for rows, _ in groups]
    alone, beside = (fit_network(one, ("a", "b", "c"), seed=1, epochs=2) for one in (groups, [*groups, *empty]))
    assert np.array_equal(alone.hidden, beside.hidden)
