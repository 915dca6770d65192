"""The term index is written in segments, and one that was kept up to date is the one that a fresh build makes."""

import json
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from index.snapshots import segments as postings
from index.snapshots.term_index import Lexical

WORDS = [f"w{n}" for n in range(400)]
Text = list[bytes]


@pytest.fixture(autouse=True)
def _small_segments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postings, "FEWEST", 16)
    monkeypatch.setattr(postings, "MOST", 32)


def some(count: int, seed: int = 1) -> Text:
    """Passages of very common and of rare words, many of equal score for a common one."""
    drawn = random.Random(seed)
    return [" ".join(WORDS[int(400 * drawn.random() ** 3)] for _ in range(12)).encode() for _ in range(count)]


def build(folder: Path, lines: Text, earlier: Path | None = None) -> None:
    aside = folder.with_name("aside")
    postings.build(folder, lines, aside=aside, earlier=earlier)
    assert not aside.exists()


def found(folder: Path) -> list[list[tuple[int, float]]]:
    """What an index finds: for questions of one word and of several, with the ties at the end of the list."""
    index, drawn = Lexical(folder), random.Random(2)
    questions = [[word] for word in WORDS[::40]] + [drawn.sample(WORDS, 6) for _ in range(40)]
    return [index.search(question, 9) for question in questions]


def names(folder: Path) -> list[str]:
    return [segment.name for segment in postings.load(folder)]


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
    build(tmp_path / "before", lines)
    build(tmp_path / "kept", after, tmp_path / "before")
    build(tmp_path / "fresh", after)
    assert len(Lexical(tmp_path / "kept")) == len(after)
    assert found(tmp_path / "kept") == found(tmp_path / "fresh")
    assert names(tmp_path / "kept") == names(tmp_path / "fresh")


def test_scores_do_not_depend_on_segments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = some(600)
    build(tmp_path / "many", lines)
    monkeypatch.setattr(postings, "FEWEST", 4096)
    monkeypatch.setattr(postings, "MOST", 4096)
    build(tmp_path / "one", lines)
    assert len(names(tmp_path / "many")) > 5
    assert len(names(tmp_path / "one")) == 1
    for many, one in zip(found(tmp_path / "many"), found(tmp_path / "one"), strict=True):
        assert [position for position, _ in many] == [position for position, _ in one]
        assert [score for _, score in many] == pytest.approx([score for _, score in one], rel=1e-6)


def test_one_change_leaves_nearly_all_segments_alone(tmp_path: Path) -> None:
    lines = some(600)
    build(tmp_path / "before", lines)
    build(tmp_path / "after", CHANGES["one added in front"](lines), tmp_path / "before")
    assert len(set(names(tmp_path / "after")) - set(names(tmp_path / "before"))) <= 2
    before = {path.name: path for path in (tmp_path / "before").iterdir() if path.suffix != ".json"}
    copied = [path for path in (tmp_path / "after").iterdir() if path.name in before]
    assert len(copied) > len(before) / 2
    for path in copied:
        assert path.read_bytes() == before[path.name].read_bytes()
        assert not path.samefile(before[path.name]), "a bad block would spoil both snapshots"


def test_segments_cover_all_passages_once_and_none_grows_without_end() -> None:
    for lines in ([], [b"a"], [b"a"] * 500, some(500), [b"", *some(99), b""]):
        segments = list(postings.cut(lines))
        assert [position for run, _ in segments for position in run] == list(range(len(lines)))
        assert all(len(run) <= 3 * 32 for run, _ in segments)
        assert len({postings.key_of(name) for _, name in segments}) == len(segments)


def test_segments_of_another_layout_are_written_anew(tmp_path: Path) -> None:
    lines = some(100)
    build(tmp_path / "before", lines)
    path = tmp_path / "before" / postings.SEGMENTS
    path.write_text(json.dumps(json.loads(path.read_text()) | {"layout": "another"}))
    build(tmp_path / "after", lines, tmp_path / "before")
    files = {path.name for path in (tmp_path / "before").iterdir()} & {
        path.name for path in (tmp_path / "after").iterdir()
    }
    assert files == {"meta.json", postings.SEGMENTS}
    assert found(tmp_path / "after") == found(tmp_path / "before")
