"""How long a failed try waits."""

import pytest

from bot.backoff import backoff


@pytest.mark.parametrize(("failures", "longest"), [(1, 1.0), (2, 2.0), (5, 16.0), (7, 60.0), (10_000, 60.0)])
def test_a_pause_doubles_up_to_the_longest_one(failures: int, longest: float) -> None:
    assert backoff(failures, uniform=lambda low, high: high) == longest
    assert backoff(failures, uniform=lambda low, high: low) == longest / 2
    assert longest / 2 <= backoff(failures) <= longest


def test_a_pause_may_begin_longer_and_end_shorter() -> None:
    assert [backoff(n, 5.0, 15.0, lambda low, high: high) for n in (1, 2, 3)] == [5.0, 10.0, 15.0]
