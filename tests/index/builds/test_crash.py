"""Nothing is lost: a reindex may be killed, starved or locked out at any moment, and the index stays whole."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]


def played(scene: str, folder: Path) -> list[dict[str, Any]]:
    ran = subprocess.run(
        [sys.executable, "-m", "tests.crashes", scene, str(folder)], cwd=ROOT, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr
    return [json.loads(line) for line in ran.stdout.splitlines()]


def test_a_reindex_killed_at_any_point_leaves_a_whole_index_and_the_next_run_cleans_up(tmp_path: Path) -> None:
    turns = played("killed", tmp_path)
    assert len(turns) >= 50
    for turn in turns:
        assert turn["ended"] == -9, turn
        assert turn["held"] in (("none", "new") if turn["first"] else ("old", "new")), turn
        assert turn["next"], turn
        assert turn["clean"], turn
        assert turn["kept"] <= 2, turn
    assert {turn["held"] for turn in turns} == {"none", "old", "new"}
    assert any(turn["left"] for turn in turns)


def test_a_full_disk_is_said_in_one_sentence_and_changes_nothing(tmp_path: Path) -> None:
    *full, enough = played("starved", tmp_path)
    for turn in full:
        assert turn["said"].startswith("SnapshotError: The disk that holds "), turn
        assert "is full: nothing was changed" in turn["said"], turn
        assert turn["old"], turn
        assert turn["left"] == [], turn
    assert (enough["ended"], enough["said"], enough["old"]) == (0, "", False)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that others may enter: pytest's own are closed to them."""
    with tempfile.TemporaryDirectory(prefix="verbatim-test-") as folder:
        yield Path(folder)


def test_without_the_right_to_write_it_answers_and_says_why_it_cannot_reindex(open_folder: Path) -> None:
    asked, reindexed, elsewhere, rest = played("locked-out", open_folder)
    assert asked["asked"] == [0, ""]
    for ended, said in (reindexed["reindexed"], elsewhere["new folder"]):
        assert ended == 0, said
        assert said.startswith("SnapshotError: The data folder "), said
        assert "cannot be written to (Permission denied)" in said
    assert rest["old"]
