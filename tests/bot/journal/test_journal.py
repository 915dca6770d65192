"""The journal in one SQLite file: its lock files, its migrations, what is on the disk. What holds for every database is
in `tests/contracts/test_journals.py`."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.errors import JournalError
from bot.journal import Journal
from bot.journal.migrations import MIGRATIONS, TENTH
from bot.journal.sqlite.leases import LEASE
from tests.contracts.journals import HERE, Clock, given


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.sqlite"


def test_a_lease_from_before_the_machine_was_started_anew_holds_for_nobody(path: Path, clock: Clock) -> None:
    before = Journal(path, clock=lambda: 2_000_000.0)
    before.deliveries.receive("telegram:1", "telegram")
    after = Journal(path, clock=clock)
    assert len(after.deliveries.take_over("telegram")) == 1
    after.close()
    before.close()


def test_where_there_are_no_locks_the_lease_alone_tells(path: Path, clock: Clock) -> None:
    """As on a file system without locks: nobody can tell at once that a process has ended."""
    ended = Journal(path, clock=clock)
    ended.deliveries.receive("telegram:1", "telegram")
    ended.leases.drop()
    (path.parent / f"{path.name}-owners" / ended.leases.owner).unlink()
    heir = Journal(path, clock=clock)
    assert heir.deliveries.take_over("telegram") == []
    clock.time += LEASE + 1
    assert len(heir.deliveries.take_over("telegram")) == 1
    heir.close()
    ended.close()


def test_a_restart_finds_what_a_killed_process_left_at_once_also_after_it_has_cleared_up(
    path: Path, clock: Clock
) -> None:
    """What removes the lock of a process that ended removes its lease: else its work waits until that runs out."""
    killed = Journal(path, clock=clock)
    killed.deliveries.receive("telegram:1", "telegram")
    killed.leases.drop()
    heir = Journal(path, clock=clock)
    heir.prune()
    assert [left.delivery for left in heir.deliveries.take_over("telegram")] == ["telegram:1"]
    heir.close()
    killed.close()


def test_lock_files_of_processes_that_were_killed_do_not_stay(path: Path) -> None:
    killed = Journal(path)
    killed.leases.drop()
    living = Journal(path)
    living.prune()
    assert [file.name for file in (path.parent / f"{path.name}-owners").iterdir()] == [living.leases.owner]
    living.close()
    assert list((path.parent / f"{path.name}-owners").iterdir()) == []
    killed.close()


def test_off_writes_neither_questions_nor_people_nor_feedback_to_the_disk(path: Path) -> None:
    journal = Journal(path, days=None)
    journal.answers.record(given("a1", "我的秘密问题"))
    journal.feedback.record(given("a1", "我的秘密问题"), "42", 1)
    journal.memory.remember(HERE, "telegram:1", "我的秘密问题")
    journal.deliveries.receive("telegram:1", "telegram", "我的秘密问题" * 2000, "7", "100")
    journal.deliveries.done("telegram:1", ["200"])
    assert journal.memory.recall(HERE) == ("我的秘密问题",)
    assert journal.answers.get("a1") is not None
    journal.close()
    stored = b"".join(file.read_bytes() for file in path.parent.rglob("*") if file.is_file())
    assert "我的秘密问题".encode() not in stored
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT user FROM answers").fetchall() == [("",)]
        assert connection.execute("SELECT count(*) FROM feedback").fetchall() == [(0,)]
    connection.close()


def test_a_journal_of_a_newer_version_is_left_alone(path: Path) -> None:
    Journal(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute(f"PRAGMA user_version={len(MIGRATIONS) + 1}")
    connection.close()
    with pytest.raises(JournalError, match="newer version"):
        Journal(path)


def test_a_journal_of_before_knows_what_an_edited_question_s_answer_shows(path: Path) -> None:
    with closing(Journal(path)) as journal:
        for delivery, answer in (("telegram:1", "first"), ("telegram:2", "edited"), ("telegram:3", "other")):
            message = "200" if answer == "other" else "100"
            journal.deliveries.receive(delivery, "telegram", "", "7", message)
            journal.deliveries.answered(delivery, answer)
            journal.deliveries.done(delivery, [] if answer == "edited" else [f"7:{answer}"])
    with sqlite3.connect(path) as connection:
        connection.execute("DROP INDEX deliveries_received")
        connection.execute(f"PRAGMA user_version={MIGRATIONS.index(TENTH)}")
    connection.close()
    with closing(Journal(path)) as journal:
        shown = [journal.deliveries.get(delivery) for delivery in ("telegram:1", "telegram:3")]
    assert [one and one.answer for one in shown] == ["edited", "other"]


def test_a_damaged_journal_is_said_clearly(path: Path) -> None:
    path.write_bytes(b"not a database" * 1000)
    with pytest.raises(JournalError, match="damaged"):
        Journal(path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_folder_that_cannot_be_written_is_said_clearly(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(JournalError, match="cannot be opened"):
        Journal(tmp_path / "deep" / "journal.sqlite")


def test_what_somebody_has_deleted_is_gone_from_the_file(path: Path) -> None:
    secret = "我的工资是多少？"
    with closing(Journal(path)) as journal:
        journal.answers.record(given("a1", secret))
        journal.feedback.record(given("a1", secret), "42", 1)
        journal.memory.remember(HERE, "d1", secret)
        assert journal.own_data.forget("telegram", "42") == 1
    assert secret.encode() not in path.read_bytes()
