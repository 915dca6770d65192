"""A row of numbers in which nobody overwrites what he does not know."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.errors import ObjectsError
from bot.objects.folder import FolderObjects
from bot.objects.versions import KEPT, NOTHING, Version, Versions


def versions(store: Path) -> Versions:
    return Versions(FolderObjects(store), "row/")


def test_the_newest_counts_for_everybody(store: Path) -> None:
    one, other = versions(store), versions(store)
    assert one.newest() == NOTHING
    assert one.add(NOTHING, {"a": 1})
    assert other.newest().content["a"] == 1
    assert other.add(other.newest(), {"a": 2})
    assert (one.newest().number, one.newest().content["a"]) == (2, 2)


def test_who_does_not_know_the_newest_changes_nothing(store: Path) -> None:
    one, other = versions(store), versions(store)
    seen = one.newest()
    assert other.add(NOTHING, {"a": "other"})
    assert not one.add(seen, {"a": "one"})
    assert one.newest().content["a"] == "other"


def test_of_many_at_once_one_succeeds(store: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(lambda number: versions(store).add(NOTHING, {"a": number}), range(8)))
    assert made.count(True) == 1
    assert versions(store).newest().content["a"] == made.index(True)


def test_a_write_whose_answer_was_lost_is_known_again(store: Path) -> None:
    class Forgetful(FolderObjects):
        def create(self, name: str, content: bytes) -> bool:
            # As a client does that tries again: the first try arrived.
            super().create(name, content)
            return super().create(name, content)

    assert Versions(Forgetful(store), "row/").add(NOTHING, {"a": 1})


def test_numbers_that_are_of_no_use_are_forgotten_and_never_given_again(store: Path) -> None:
    row = versions(store)
    for number in range(KEPT + 5):
        assert row.add(row.newest(), {"a": number})
    row.forget()
    assert len(list((store / "row").iterdir())) == KEPT
    assert row.newest().number == KEPT + 5
    assert not row.add(Version(KEPT, {}), {"a": "late"})


def test_one_that_cannot_be_read_is_named(store: Path) -> None:
    row = versions(store)
    row.add(NOTHING, {"a": 1})
    (store / "row" / "000000000001.json").write_bytes(b"[1]")
    with pytest.raises(ObjectsError, match=r"row/000000000001\.json in the object store .* is not as it was written"):
        versions(store).newest()
