"""Two versions of the program on one journal, over every database: the older one goes on, and starts again."""

import json
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from bot.errors import JournalError, TakenOverError
from bot.journal import Journal, migrations
from bot.journal.form import Form
from bot.journal.moving import move
from bot.journal.postgres import migrations as postgres_migrations
from bot.journal.sqlite.leases import LEASE
from bot.journal.store import Connection
from tests.contracts.journals import HERE, Books, given

Newer = Callable[..., Journal]
ADDS = (
    "ALTER TABLE deliveries ADD COLUMN urgency INTEGER NOT NULL DEFAULT 1",
    "ALTER TABLE answers ADD COLUMN mood TEXT NOT NULL DEFAULT ''",
    "CREATE INDEX deliveries_urgency ON deliveries (urgency)",
    "CREATE TABLE moods (name TEXT PRIMARY KEY, shown TEXT NOT NULL)",
)
"""What the next version may do."""
PLACES = ("bot.journal.sqlite.database", "bot.journal.postgres.database")


@contextmanager
def next_version(monkeypatch: pytest.MonkeyPatch, needs: int) -> Iterator[None]:
    """Within it, this program is a version that knows two steps more, and says that a program has to know so many more
    than are known today."""
    with monkeypatch.context() as patched:
        for place, own in zip(PLACES, (migrations, postgres_migrations), strict=True):
            patched.setattr(f"{place}.MIGRATIONS", (*own.MIGRATIONS, ADDS[:2], ADDS[2:]))
            patched.setattr(f"{place}.NEEDED", len(own.MIGRATIONS) + needs)
        yield


@pytest.fixture
def newer(books: Books, monkeypatch: pytest.MonkeyPatch) -> Newer:
    """Opens the journal as the next version does. `needs`: how many of its two steps a program has to know."""

    def open(needs: int = 0) -> Journal:
        with next_version(monkeypatch, needs):
            return books.open()

    return open


def lives(journal: Journal, delivery: str) -> None:
    """All of the life of a question, as a process of this version writes it down."""
    assert journal.deliveries.receive(delivery, "telegram", "payload", "7", delivery)
    assert journal.deliveries.begin(delivery)
    journal.deliveries.end(delivery)
    journal.answers.record(given(delivery, "有多少个智能工厂？"))
    journal.memory.remember(HERE, delivery, "有多少个智能工厂？")
    journal.deliveries.answered(delivery, delivery)
    journal.deliveries.sending(delivery, [])
    journal.deliveries.done(delivery, ["55"])
    assert journal.answers.get(delivery) is not None


def test_an_older_process_goes_on_with_a_journal_that_a_newer_one_has_brought_on(books: Books, newer: Newer) -> None:
    with closing(books.open()) as older:
        lives(older, "before")
        older.deliveries.receive("in hand", "telegram", "payload", "7", "1")
        with closing(newer()) as new:
            older.deliveries.answered("in hand", "a1")
            older.deliveries.done("in hand", ["56"])
            lives(older, "after")
            lives(new, "new")
            assert not older.deliveries.receive("new", "telegram")
            assert not new.deliveries.receive("after", "telegram")
            assert older.answers.get("new") == new.answers.get("new") is not None
            assert new.answers.totals().questions == older.answers.totals().questions == 3


@pytest.mark.parametrize("first", ["older", "newer"])
def test_what_one_version_leaves_behind_the_other_takes_over_and_fences_off(
    books: Books, newer: Newer, first: str
) -> None:
    older = books.open()
    new = newer()
    with closing(older), closing(new):
        stopped, heir = (older, new) if first == "older" else (new, older)
        stopped.deliveries.receive("telegram:1", "telegram", "payload", "7", "1")
        stopped.deliveries.answered("telegram:1", "a1")
        books.pass_time(LEASE + 1)
        heir.leases.renew()
        (left,) = heir.deliveries.take_over("telegram")
        assert (left.delivery, left.payload, left.answer, left.token) == ("telegram:1", "payload", "a1", 2)
        with pytest.raises(TakenOverError):
            stopped.deliveries.sending("telegram:1", [])
        heir.deliveries.done("telegram:1", ["55"])
        assert older.deliveries.get("telegram:1") == new.deliveries.get("telegram:1")


def test_nothing_is_lost_of_what_arrives_while_a_newer_version_changes_the_tables(books: Books, newer: Newer) -> None:
    with closing(books.open()) as older, ThreadPoolExecutor(4) as threads:
        arriving = [threads.submit(lives, older, f"telegram:{number}") for number in range(40)]
        with closing(newer()) as new:
            for one in arriving:
                one.result()
            assert new.deliveries.take_over("telegram") == []
            assert all(new.answers.get(f"telegram:{number}") for number in range(40))


def test_a_write_that_an_older_process_has_begun_is_finished_first(books: Books, newer: Newer) -> None:
    with closing(books.open()) as older, ThreadPoolExecutor(1) as threads:
        with older.together():
            older.deliveries.receive("telegram:1", "telegram", "payload")
            opening = threads.submit(newer)
            older.deliveries.answered("telegram:1", "a1")
        with closing(opening.result()) as new:
            found = new.deliveries.get("telegram:1")
            assert found is not None
            assert found.answer == "a1"


def test_an_older_version_starts_again_and_leaves_the_newer_form_as_it_is(books: Books, newer: Newer) -> None:
    newer().close()
    with closing(books.open()) as older:
        lives(older, "telegram:1")
        assert older._database.newer
    with closing(newer()) as again:
        assert not again._database.newer
        assert again._database.row("SELECT urgency FROM deliveries") == (1,)


def test_an_older_version_that_does_not_know_what_is_needed_does_not_start(books: Books, newer: Newer) -> None:
    with closing(books.open()) as running:
        newer(needs=1).close()
        lives(running, "telegram:1")
    with pytest.raises(JournalError, match="newer version of this program: update it first"):
        books.open()
    with closing(newer(needs=1)) as new:
        assert new.answers.get("telegram:1") is not None


def test_a_journal_of_a_newer_version_is_moved_by_that_alone(books: Books, newer: Newer, tmp_path: Path) -> None:
    newer().close()
    with (
        closing(books.open()) as older,
        closing(Journal(tmp_path / "target.sqlite")) as target,
        pytest.raises(JournalError, match="move it with that version"),
    ):
        move(older, target)


def test_an_answer_of_a_newer_version_is_shown_as_far_as_it_is_known(books: Books, newer: Newer) -> None:
    with closing(newer()) as new, closing(books.open()) as older:
        new.answers.record(given("more", "a question"))
        new.answers.record(given("other", "a question"))
        with new._database.writing() as connection:
            quotes = longer(connection)
            connection.execute("UPDATE answers SET quotes = ? WHERE id = ?", (quotes, "more"))
            connection.execute("UPDATE answers SET kind = ? WHERE id = ?", ("sung", "other"))
        shown = older.answers.get("more")
        assert shown is not None
        assert shown.quotes == given("more", "a question").quotes
        assert older.answers.get("other") is None


def longer(connection: Connection) -> str:
    """The quotes of an answer with a further field each."""
    (quotes,) = connection.execute("SELECT quotes FROM answers WHERE id = ?", ("more",)).fetchone()
    return json.dumps([[*quote, {"sung": True}] for quote in json.loads(quotes)])


def test_what_a_journal_bears_says_how_many_steps_it_needs() -> None:
    assert Form.read(Form(12, 10).number) == Form(12, 10)
    assert Form.read(9) == Form(9, 9)
    assert Form.read(0) == Form(0, 0)


def only_adds(statement: str) -> bool:
    """Whether programs that do not know of it can go on: an INSERT of theirs names no new column."""
    table = re.match(r"\s*CREATE (TABLE|INDEX) ", statement)
    column = re.match(r"\s*ALTER TABLE \w+ ADD COLUMN .* DEFAULT ", statement)
    return bool(table or column)


@pytest.mark.parametrize("steps", [migrations, postgres_migrations], ids=["sqlite", "postgres"])
def test_what_takes_away_or_changes_is_needed_and_so_said(steps: object) -> None:
    known, needed = steps.MIGRATIONS, steps.NEEDED  # type: ignore[attr-defined]
    wrong = [statement for step in known[needed:] for statement in step if not only_adds(statement)]
    assert not wrong, "set NEEDED to the number of this step"
    assert needed <= len(known)


def test_what_only_adds_is_told_from_what_does_not() -> None:
    assert all(map(only_adds, (*ADDS, *migrations.FIRST)))
    assert not any(map(only_adds, (*migrations.THIRD, migrations.FIFTH[0], *migrations.TENTH)))
    assert not only_adds("CREATE UNIQUE INDEX once ON answers (question)")
    assert not only_adds("ALTER TABLE answers ADD COLUMN mood TEXT NOT NULL")
