"""Some of the seeds of `make simulate`, and what makes a seed worth something: it can be played again."""

import logging
from collections.abc import Iterator

import pytest

from tests.simulation.run import play

SEEDS = 120
PORTION = 10


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """What a machine logs that fails all the time would fill the report."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize("first", range(0, SEEDS, PORTION))
def test_whatever_happens_every_question_is_answered_once_and_nobody_sees_what_he_may_not(first: int) -> None:
    for seed in range(first, first + PORTION):
        played = play(seed)
        assert not played.broken, f"{played.broken} Play it again: make simulate SEED={seed}"


def test_a_seed_plays_the_same_story_again() -> None:
    for seed in (9, 15, 40):
        assert play(seed).log == play(seed).log
