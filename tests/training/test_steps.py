"""The steps of `make encoder`: what a stopped run goes on with, and what it refuses to take for its own."""

from pathlib import Path

import pytest

from training.__main__ import begun, steps


def test_a_run_goes_on_with_its_own_share_alone(tmp_path: Path) -> None:
    assert begun(tmp_path, 0.01) == begun(tmp_path, 0.01)
    with pytest.raises(SystemExit, match=r"was begun with --share 0\.01, not 1\.0"):
        begun(tmp_path, 1.0)


def test_each_step_has_a_mark_of_its_own(tmp_path: Path) -> None:
    names = [step.name for step in steps(tmp_path, tmp_path, 1.0)]
    assert len(set(names)) == len(names)
    assert "share" not in names
