"""The journal on a disk that is full for a while: nothing is half done, nothing is forgotten, nothing is blamed."""

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.errors import DatabaseAwayError, JournalError
from bot.journal import Journal
from bot.journal.deliveries import ATTEMPTS, DeliveryState, Finished

FULL = "database or disk is full"


class Disk:
    """Full for every statement that begins with `full`. `undoes`: SQLite takes the transaction back by itself."""

    def __init__(self) -> None:
        self.full: tuple[str, ...] = ()
        self.undoes = False

    def connect(self, path: Path, **options: Any) -> sqlite3.Connection:
        connection = sqlite3.connect(path, factory=DiskConnection, **options)
        connection.disk = self
        return connection


class DiskConnection(sqlite3.Connection):
    disk: Disk

    def execute(self, statement: str, *values: Any) -> sqlite3.Cursor:
        if self.disk.full and statement.startswith(self.disk.full):
            if self.disk.undoes and self.in_transaction:
                super().execute("ROLLBACK")
            raise sqlite3.OperationalError(FULL)
        return super().execute(statement, *values)


@pytest.fixture
def disk() -> Disk:
    return Disk()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.sqlite"


@pytest.fixture
def journal(disk: Disk, path: Path) -> Iterator[Journal]:
    journal = Journal(path, connect=disk.connect)
    yield journal
    disk.full = ()
    journal.close()


@pytest.mark.parametrize("undoes", [False, True])
@pytest.mark.parametrize("statement", ["INSERT", "COMMIT"])
def test_after_a_write_that_failed_the_next_one_succeeds(
    journal: Journal, disk: Disk, statement: str, undoes: bool
) -> None:
    """A COMMIT that fails may leave the transaction open: no other could ever begin."""
    disk.full, disk.undoes = (statement,), undoes
    with pytest.raises(DatabaseAwayError, match=FULL):
        journal.deliveries.receive("telegram:1", "telegram")
    disk.full = ()
    assert not journal.deliveries.seen("telegram:1")
    assert journal.deliveries.receive("telegram:1", "telegram")


def test_a_full_disk_is_not_taken_for_a_damaged_journal(disk: Disk, path: Path) -> None:
    """Whoever is told to move the journal away loses it."""
    disk.full = ("CREATE", "INSERT", "COMMIT")
    with pytest.raises(JournalError, match="disk is full") as told:
        Journal(path, connect=disk.connect)
    assert "damaged" not in str(told.value)


def test_what_could_not_be_written_down_as_done_is_still_in_hand(journal: Journal, disk: Disk) -> None:
    journal.deliveries.receive("telegram:1", "telegram", "payload")
    disk.full = ("COMMIT",)
    with pytest.raises(DatabaseAwayError):
        journal.deliveries.done_all([Finished("telegram:1", ["7:200"])])
    disk.full = ()
    journal.deliveries.done_all([Finished("telegram:1", ["7:200"])])
    found = journal.deliveries.get("telegram:1")
    assert found is not None
    assert (found.state, found.sent) == (DeliveryState.DONE, ("7:200",))


def test_what_could_not_be_let_go_is_taken_over_by_the_same_process(journal: Journal, disk: Disk) -> None:
    journal.deliveries.receive("telegram:1", "telegram", "payload")
    journal.deliveries.receive("wecom:1", "wecom", "payload")
    disk.full = ("UPDATE",)
    with pytest.raises(DatabaseAwayError):
        journal.deliveries.release("telegram")
    disk.full = ()
    assert [left.delivery for left in journal.deliveries.take_over("telegram")] == ["telegram:1"]
    assert journal.deliveries.take_over("wecom") == []


def test_a_try_whose_end_could_not_be_written_down_is_not_counted_again(journal: Journal, disk: Disk) -> None:
    """A process that lives is no sign that the question ends processes."""
    journal.deliveries.receive("telegram:1", "telegram", "payload")
    for _ in range(ATTEMPTS + 1):
        assert journal.deliveries.begin("telegram:1")
        disk.full = ("UPDATE",)
        with pytest.raises(DatabaseAwayError):
            journal.deliveries.end("telegram:1")
        disk.full = ()
    journal.deliveries.end("telegram:1")
    assert journal.deliveries.tries("telegram:1") == 0


def test_reading_fails_in_words_too(journal: Journal, disk: Disk) -> None:
    readings: list[Callable[[], object]] = [journal.deliveries.waiting, lambda: journal.answers.gaps()]
    disk.full = ("SELECT",)
    for reading in readings:
        with pytest.raises(DatabaseAwayError, match="look whether its disk is full"):
            reading()
