"""Vectors by content: found again, bounded, and no loss worth more than time when they are damaged."""

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from index.builds import vector_cache
from index.builds.vector_cache import Entry, VectorCache
from index.errors import SnapshotError


def entry(number: int, size: int = 1000) -> Entry:
    return Entry(number.to_bytes(16, "big"), b"v" * 64, random.Random(number).randbytes(size))


def put(data: Path, turn: int, *numbers: int) -> None:
    with closing(VectorCache(data, turn)) as cache:
        cache.put([entry(number) for number in numbers])


def found(data: Path, *numbers: int) -> list[int]:
    with closing(VectorCache(data, 99)) as cache:
        entries = cache.get([entry(number).key for number in numbers])
    assert all(each == entry(int.from_bytes(key, "big")) for key, each in entries.items())
    return sorted(int.from_bytes(key, "big") for key in entries)


def test_what_was_put_is_found_by_another_opening(tmp_path: Path) -> None:
    put(tmp_path, 1, *range(1000))
    assert found(tmp_path, *range(990, 1010)) == list(range(990, 1000))


def test_what_was_used_longest_ago_goes_first(tmp_path: Path) -> None:
    for turn in range(1, 5):
        put(tmp_path, turn, *range(turn * 10, turn * 10 + 10))
    with closing(VectorCache(tmp_path, 5)) as cache:
        assert len(cache.known([entry(number).key for number in range(10, 20)])) == 10
        cache.trim(25 * (1000 + 64 + 16))
    left = found(tmp_path, *range(10, 50))
    assert len(left) == 25
    assert set(range(10, 20)) | set(range(40, 50)) <= set(left)


def test_trimming_gives_space_back(tmp_path: Path) -> None:
    put(tmp_path, 1, *range(3000))
    with closing(VectorCache(tmp_path, 2)) as cache:
        cache.trim(0)
    assert found(tmp_path, *range(3000)) == []
    assert (tmp_path / "vectors.sqlite").stat().st_size < 100_000


def test_a_damaged_entry_is_as_if_it_were_not_there(tmp_path: Path) -> None:
    put(tmp_path, 1, 1, 2)
    with closing(sqlite3.connect(tmp_path / "vectors.sqlite")) as database, database:
        database.execute("UPDATE vectors SET tokens = x'00' WHERE key = ?", (entry(1).key,))
    assert found(tmp_path, 1, 2) == [2]
    with closing(VectorCache(tmp_path, 2)) as cache:
        assert cache.known([entry(1).key, entry(2).key]) == {entry(2).key}


def test_a_file_that_is_no_database_is_thrown_away(tmp_path: Path) -> None:
    (tmp_path / "vectors.sqlite").write_bytes(b"not a database, but long enough to look at" * 100)
    put(tmp_path, 1, 7)
    assert found(tmp_path, 7) == [7]


def test_a_database_damaged_inside_costs_one_run(tmp_path: Path) -> None:
    put(tmp_path, 1, *range(500))
    path = tmp_path / "vectors.sqlite"
    content = path.read_bytes()
    path.write_bytes(content[:12_288] + b"\xff" * (len(content) - 12_288))
    with pytest.raises(SnapshotError, match="reindex once more"):
        put(tmp_path, 2, *range(400, 900))
    put(tmp_path, 3, 1)
    assert found(tmp_path, 1, 2) == [1]


def test_entries_of_another_format_are_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, 1, 1)
    monkeypatch.setattr(vector_cache, "FORMAT", 1000)
    assert found(tmp_path, 1) == []
