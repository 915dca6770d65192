"""Some of the seeds of `make simulate`, and what makes a seed worth something: it can be played again."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.simulation import telegram_invariants, wecom_invariants
from tests.simulation.breakpoints import Disk
from tests.simulation.run import play
from tests.simulation.virtual_time import Killed

# A process that is killed closes nothing.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")
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


def test_what_does_not_hold_for_a_moment_fails_the_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    for one in (telegram_invariants, wecom_invariants):
        monkeypatch.setattr(one, "stands", lambda quote: False)
    assert all("stands in no document" in play(seed).broken for seed in (0, 7))


def killed_in_the_middle(folder: Path) -> None:
    disk = Disk(folder)
    with disk.leaving():
        try:
            (folder / "half").mkdir()
            (folder / "half" / "file").write_text("a part")
            (folder / "kept").write_text("after")
            disk.is_left()
            raise Killed
        finally:
            (folder / "half" / "file").unlink()
            (folder / "half").rmdir()
            (folder / "kept").unlink()


def test_a_killed_process_tidies_up_nothing(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("before")
    with pytest.raises(Killed):
        killed_in_the_middle(tmp_path)
    assert (tmp_path / "half" / "file").read_text() == "a part"
    assert (tmp_path / "kept").read_text() == "after"
