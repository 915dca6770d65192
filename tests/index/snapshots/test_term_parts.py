"""The term index is written in parts, and one that was kept up to date is the one that a fresh build makes."""

import itertools
import json
import random
import threading
from collections.abc import Callable
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import pytest

from index.snapshots import term_parts
from index.snapshots.term_index import TermIndex
from index.snapshots.term_parts import PARTS, write_parts

WORDS = [f"w{n}" for n in range(400)]
Text = list[bytes]


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(term_parts, "FEWEST", 16)
    monkeypatch.setattr(term_parts, "MOST", 32)


def some(count: int, seed: int = 1) -> Text:
    """Passages of very common and of rare words, many of equal score for a common one."""
    drawn = random.Random(seed)
    return [" ".join(WORDS[int(400 * drawn.random() ** 3)] for _ in range(12)).encode() for _ in range(count)]


def found(folder: Path) -> list[object]:
    """What an index finds: for questions of one word and of several, with the ties at the end of the list."""
    index, drawn = TermIndex(folder), random.Random(2)
    questions = [[word] for word in WORDS[::40]] + [drawn.sample(WORDS, 6) for _ in range(40)]
    near = [index.near(word, 1, 9) for word in WORDS[::40]]
    return [*(index.search(question, 9) for question in questions), *near]


def parts(folder: Path) -> list[dict[str, object]]:
    return [dict(part) for part in json.loads((folder / PARTS).read_text())["parts"]]


def digests(folder: Path) -> list[object]:
    return [part["digest"] for part in parts(folder)]


CHANGES: dict[str, Callable[[Text], Text]] = {
    "one changed": lambda lines: [*lines[:300], b"w1 w2 w399", *lines[301:]],
    "one added in front": lambda lines: [b"w1 w2 w399", *lines],
    "one added at the end": lambda lines: [*lines, b"w1 w2 w399"],
    "one removed": lambda lines: lines[:250] + lines[251:],
    "some moved": lambda lines: lines[100:] + lines[:100],
    "all of it twice": lambda lines: lines + lines,
    "all but one removed": lambda lines: lines[7:8],
    "all removed": lambda lines: [],
    "nothing changed": lambda lines: lines,
}


@pytest.mark.parametrize("change", CHANGES)
def test_an_index_kept_up_to_date_finds_what_a_fresh_one_finds_with_the_same_scores(
    tmp_path: Path, change: str
) -> None:
    lines = some(600)
    after = CHANGES[change](lines)
    write_parts(tmp_path / "before", lines)
    write_parts(tmp_path / "kept", after, tmp_path / "before")
    write_parts(tmp_path / "fresh", after)
    assert len(TermIndex(tmp_path / "kept")) == len(after)
    assert found(tmp_path / "kept") == found(tmp_path / "fresh")
    assert digests(tmp_path / "kept") == digests(tmp_path / "fresh")


def test_scores_and_ties_do_not_depend_on_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = some(600)
    write_parts(tmp_path / "many", lines)
    monkeypatch.setattr(term_parts, "FEWEST", 4096)
    monkeypatch.setattr(term_parts, "MOST", 4096)
    write_parts(tmp_path / "one", lines)
    assert len(parts(tmp_path / "many")) > 5
    assert len(parts(tmp_path / "one")) == 1
    assert found(tmp_path / "many") == found(tmp_path / "one")


def test_one_change_leaves_nearly_all_parts_alone(tmp_path: Path) -> None:
    lines = some(600)
    write_parts(tmp_path / "before", lines)
    write_parts(tmp_path / "after", CHANGES["one added in front"](lines), tmp_path / "before")
    assert len(set(digests(tmp_path / "after")) - set(digests(tmp_path / "before"))) <= 2
    before = {path.name: path for path in (tmp_path / "before").iterdir() if path.suffix != ".json"}
    copied = [path for path in (tmp_path / "after").iterdir() if path.name in before]
    assert len(copied) > len(before) / 2
    for path in copied:
        assert path.read_bytes() == before[path.name].read_bytes()
        assert not path.samefile(before[path.name]), "a bad block would spoil both snapshots"


@pytest.mark.parametrize("lines", [[], [b"a"], [b"a"] * 500, some(500), [b"", *some(99), b""]], ids=len)
def test_parts_cover_all_passages_once_and_none_grows_without_end(tmp_path: Path, lines: Text) -> None:
    runs = [run for run, _ in term_parts._cut(lines)]
    assert runs[0].start == 0
    assert runs[-1].stop == len(lines)
    assert all(one.stop == next_one.start for one, next_one in pairwise(runs))
    assert max(map(len, runs)) <= 2 * 32


def test_parts_that_another_version_of_tantivy_wrote_are_written_anew(tmp_path: Path) -> None:
    lines = some(100)
    write_parts(tmp_path / "before", lines)
    path = tmp_path / "before" / PARTS
    path.write_text(json.dumps(json.loads(path.read_text()) | {"made_by": "another"}))
    write_parts(tmp_path / "after", lines, tmp_path / "before")
    names = [{path.name for path in (tmp_path / folder).iterdir()} for folder in ("before", "after")]
    assert names[0] & names[1] == {"meta.json", PARTS}
    assert found(tmp_path / "after") == found(tmp_path / "before")


def test_a_folder_that_a_thread_still_writes_to_is_gone_all_the_same(tmp_path: Path) -> None:
    folder, stop = tmp_path / "part", threading.Event()
    folder.mkdir()

    def locks() -> None:
        for number in itertools.count():
            if stop.is_set() or number == 2000:
                return
            with suppress(FileNotFoundError):
                (folder / f".lock-{number}").touch()

    thread = threading.Thread(target=locks)
    thread.start()
    try:
        term_parts._remove(folder)
    finally:
        stop.set()
        thread.join()
    assert not folder.exists()
