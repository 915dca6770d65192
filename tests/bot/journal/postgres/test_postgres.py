"""What is PostgreSQL's own: addresses, rights, replicas at the same moment, a database that goes away."""

import asyncio
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

pytest.importorskip("psycopg", reason="the extra `postgres` is not installed")
import psycopg

from bot.errors import DatabaseAwayError, JournalError
from bot.journal import Journal
from bot.journal.deliveries import Finished
from bot.journal.postgres.address import Address
from bot.journal.postgres.database import PostgresDatabase
from bot.journal.postgres.migrations import MIGRATIONS
from bot.journal.sqlite.leases import LEASE
from tests import postgres
from tests.contracts.journals import HERE, PostgresBooks, given
from tests.postgres import Server

ROOT = Path(__file__).parents[4]


@pytest.fixture
def url(postgres_server: Server) -> str:
    return postgres_server.empty()


@pytest.fixture
def own_server(postgres_server: Server) -> Iterator[Server]:
    """One that a test may kill."""
    with postgres.running() as server:
        yield server


@pytest.mark.parametrize(
    "wrong", ["", "localhost", "mysql://u:secret@h/db", "postgresql://u:se%cret@h/db", "postgresql://h/db?secret=1"]
)
def test_a_wrong_address_is_said_without_repeating_it(wrong: str) -> None:
    with pytest.raises(JournalError, match="not the address of a PostgreSQL database") as failure:
        Journal(wrong)
    assert "cret" not in str(failure.value)


def test_a_database_that_cannot_be_reached_is_named_without_its_password() -> None:
    port = postgres._free_port()
    with pytest.raises(JournalError, match=rf"u@127.0.0.1:{port}/db cannot be reached .*check DATABASE_URL") as failure:
        Journal(f"postgresql://u:secret@127.0.0.1:{port}/db")
    assert "secret" not in str(failure.value)
    assert "\n" not in str(failure.value)


def test_a_password_in_a_message_of_the_server_is_masked() -> None:
    address = Address("postgresql://u:sec%2Fret@h/db")
    assert address.masked('FATAL: no "sec/ret" here.\nsecond line') == 'FATAL: no "********" here'
    assert "sec" not in address.name


def test_a_user_without_rights_is_told_which_to_give(postgres_server: Server) -> None:
    postgres_server.run("CREATE ROLE poor LOGIN", "CREATE DATABASE strict")
    postgres_server.run("REVOKE CREATE ON SCHEMA public FROM PUBLIC", database="strict")
    with pytest.raises(JournalError, match="GRANT CREATE, USAGE ON SCHEMA public"):
        Journal(postgres_server.address("strict", "poor"))


def test_a_user_may_work_in_tables_that_another_made(postgres_server: Server) -> None:
    postgres_server.run("CREATE ROLE worker LOGIN", "CREATE DATABASE made")
    Journal(postgres_server.address("made")).close()
    postgres_server.run(
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO worker", database="made"
    )
    with closing(Journal(postgres_server.address("made", "worker"))) as journal:
        assert journal.deliveries.receive("telegram:1", "telegram")


def test_a_journal_of_a_newer_version_is_left_alone(url: str) -> None:
    Journal(url).close()
    with psycopg.connect(url) as connection:
        connection.execute("UPDATE journal_version SET version = %s", (len(MIGRATIONS) + 1,))
    with pytest.raises(JournalError, match="newer version"):
        Journal(url)


def test_tables_of_another_program_are_left_alone(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE answers (id integer)")
    with pytest.raises(JournalError, match="a database of its own"):
        Journal(url)


def test_a_database_that_cannot_hold_chinese_is_refused(postgres_server: Server) -> None:
    postgres_server.run("CREATE DATABASE narrow TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'")
    with pytest.raises(JournalError, match="ENCODING 'UTF8'"):
        Journal(postgres_server.address("narrow"))


def test_both_databases_have_the_same_tables_and_columns(url: str, tmp_path: Path) -> None:
    Journal(url).close()
    Journal(tmp_path / "journal.sqlite").close()
    with psycopg.connect(url) as connection:
        rows = connection.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema()"
        ).fetchall()
    with closing(sqlite3.connect(tmp_path / "journal.sqlite")) as file:
        tables = file.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        columns = {(table, row[1]) for (table,) in tables for row in file.execute(f"PRAGMA table_info({table})")}
    assert {row for row in rows if row[0] != "journal_version"} == columns


def test_replicas_that_start_at_the_same_moment_make_the_tables_once(url: str) -> None:
    with ThreadPoolExecutor(6) as threads:
        journals = list(threads.map(lambda _: Journal(url), range(6)))
    for journal in journals:
        journal.close()


def test_what_replicas_receive_at_the_same_moment_is_for_one_of_them(url: str) -> None:
    journals = [Journal(url) for _ in range(4)]
    ids = [f"telegram:{number}" for number in range(60)]
    with ThreadPoolExecutor(4) as threads:
        won = list(threads.map(lambda one: [id for id in ids if one.deliveries.receive(id, "telegram")], journals))
    assert sorted(id for some in won for id in some) == sorted(ids)
    for journal in journals:
        journal.close()


def test_what_is_left_behind_is_taken_by_one_of_the_replicas_that_look_at_the_same_moment(url: str) -> None:
    gone = Journal(url)
    ids = [f"telegram:{number}" for number in range(200)]
    gone.deliveries.receive_all("telegram", [(id, "payload", "", "") for id in ids])
    PostgresBooks(url).pass_time(LEASE + 1)
    heirs = [Journal(url) for _ in range(4)]
    with ThreadPoolExecutor(4) as threads:
        taken = list(threads.map(lambda heir: heir.deliveries.take_over("telegram"), heirs))
    assert sorted(one.delivery for some in taken for one in some) == sorted(ids)
    for journal in (*heirs, gone):
        journal.close()


def test_who_is_about_to_send_is_not_robbed_by_who_thinks_the_lease_has_run_out(url: str) -> None:
    slow, other = Journal(url), Journal(url)
    slow.deliveries.receive("telegram:1", "telegram")
    PostgresBooks(url).pass_time(LEASE + 1)
    with slow.together():
        # It has the row, and has renewed its lease, and nobody can see that yet.
        slow.deliveries.sending("telegram:1")
        assert other.deliveries.take_over("telegram") == []
    assert other.deliveries.take_over("telegram") == []
    slow.deliveries.done("telegram:1")
    slow.close()
    other.close()


def test_a_lease_from_before_the_databases_clock_was_set_back_holds_for_nobody(url: str) -> None:
    before, after = Journal(url), Journal(url)
    before.deliveries.receive("telegram:1", "telegram")
    PostgresBooks(url).pass_time(-3600)
    assert len(after.deliveries.take_over("telegram")) == 1
    before.close()
    after.close()


def test_times_are_the_databases_however_wrong_the_replicas_own_clock_is(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "time", lambda: 1.0)
    with closing(Journal(url)) as journal, psycopg.connect(url) as connection:
        journal.actions.record("telegram", "1", "reindex")
        row = connection.execute(
            "SELECT extract(epoch FROM clock_timestamp())::float8 - max(at) FROM actions"
        ).fetchone()
    assert row is not None
    assert -60 < row[0] < 60


def test_an_answer_waits_for_a_database_that_is_killed_and_loses_nothing(own_server: Server) -> None:
    url = own_server.address()
    with closing(Journal(url)) as journal:
        journal.deliveries.receive_all("telegram", [(f"telegram:{n}", "payload", "7", str(n)) for n in range(50)])
        journal.answers.record(given("a1", "有多少个智能工厂？"))
        own_server.kill()
        with ThreadPoolExecutor(2) as threads:
            waiting = threads.submit(journal.answers.get, "a1")
            writing = threads.submit(journal.deliveries.receive, "telegram:99", "telegram", "payload")
            own_server.start()
            assert waiting.result() == given("a1", "有多少个智能工厂？")
            assert writing.result()
        assert journal.deliveries.waiting() == 51
        journal.deliveries.done_all([Finished(f"telegram:{n}", ["7:1"]) for n in (*range(50), 99)])
        assert journal.deliveries.waiting() == 0


def test_a_database_that_stays_away_is_said_in_a_sentence(own_server: Server) -> None:
    database = PostgresDatabase(own_server.address())
    database.patience = 0.1
    assert database.problem() == ""
    own_server.kill()
    for call in (lambda: database.rows("SELECT 1"), lambda: database.writing().__enter__()):
        with pytest.raises(DatabaseAwayError, match=r"^The database postgres@\S+ does not answer .*it is back\.$"):
            call()
    assert "does not answer" in database.problem()
    own_server.start()
    database.patience = 20.0
    assert database.rows("SELECT 1") == [(1,)]
    assert database.problem() == ""
    database.close()


def in_two_steps(journal: Journal, between: Callable[[], object]) -> None:
    with journal.together():
        journal.answers.record(given("a1", "?"))
        between()
        journal.answers.record(given("a2", "?"))


def test_a_connection_that_is_cut_in_the_middle_leaves_nothing_behind(url: str) -> None:
    with closing(Journal(url)) as journal:
        with psycopg.connect(url) as other, pytest.raises(DatabaseAwayError):
            in_two_steps(
                journal,
                lambda: other.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'"
                ),
            )
        assert journal.answers.get("a1") is None
        journal.answers.record(given("a1", "?"))


def test_where_one_connection_was_lost_no_other_from_before_is_tried(url: str) -> None:
    with closing(PostgresDatabase(url)) as database:
        both = threading.Barrier(2)

        def number() -> int:
            with database.writing() as connection:
                both.wait()
                return int(connection.execute("SELECT pg_backend_pid()").fetchone()[0])

        with ThreadPoolExecutor(2) as threads:
            before = {one.result() for one in [threads.submit(number), threads.submit(number)]}

        def is_cut() -> None:
            with psycopg.connect(url) as other, database.writing() as connection:
                lost = connection.execute("SELECT pg_backend_pid()").fetchone()[0]
                assert lost in before
                other.execute("SELECT pg_terminate_backend(%s, 60000)", (lost,))
                connection.execute("SELECT 1")

        with pytest.raises(DatabaseAwayError):
            is_cut()
        assert database.row("SELECT pg_backend_pid()")[0] not in before


HOLDER = """
import sys
from bot.journal import Journal
journal = Journal(sys.argv[1])
journal.deliveries.receive("telegram:1", "telegram", "payload")
with journal.together():
    journal.deliveries.sending("telegram:1")
    print("inside", flush=True)
    sys.stdin.read()
"""


def test_who_is_stopped_in_the_middle_of_a_write_holds_nobody_up(url: str) -> None:
    stopped = subprocess.Popen(
        [sys.executable, "-c", HOLDER, url], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert stopped.stdout is not None
    assert stopped.stdout.readline() == "inside\n"
    os.kill(stopped.pid, signal.SIGSTOP)
    try:
        with closing(Journal(url)) as journal:
            assert journal.deliveries.receive("telegram:2", "telegram")
            assert journal.deliveries.take_over("telegram") == []
            journal.leases.prune()
            with psycopg.connect(url) as connection:
                rows = connection.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'"
                )
                assert len(rows.fetchall()) == 1
                connection.execute("UPDATE leases SET until = 0 WHERE owner != %s", (journal.leases.owner,))
            assert [one.delivery for one in journal.deliveries.take_over("telegram")] == ["telegram:1"]
    finally:
        os.kill(stopped.pid, signal.SIGKILL)
        stopped.communicate()


@pytest.mark.skipif(shutil.which("pgbouncer") is None, reason="pgbouncer is not installed")
def test_it_works_behind_a_pgbouncer_that_gives_each_transaction_another_connection(
    postgres_server: Server, tmp_path: Path
) -> None:
    postgres_server.run("CREATE DATABASE pooled")
    with postgres.bouncer(postgres_server, "pooled") as url:
        journals = [Journal(url) for _ in range(3)]
        with ThreadPoolExecutor(6) as threads:

            def life(number: int) -> None:
                journal = journals[number % 3]
                assert journal.deliveries.receive(f"telegram:{number}", "telegram", "payload")
                with journal.together():
                    journal.answers.record(given(f"a{number}", "?"))
                    journal.memory.remember(HERE, f"d{number}", "?")
                journal.deliveries.sending(f"telegram:{number}")
                journal.deliveries.done(f"telegram:{number}", ["7:1"])

            list(threads.map(life, range(60)))
        assert journals[0].deliveries.waiting() == 0
        assert journals[0].answers.totals().questions == 60
        for journal in journals:
            journal.close()


def test_without_an_address_nothing_of_it_is_imported(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; import bot.serving.journals, bot.serving.live_index\n"
        "from bot.journal import Journal\n"
        "Journal(Path(sys.argv[1])).close()\n"
        "print([name for name in sys.modules if 'psycopg' in name or 'postgres' in name])"
    )
    told = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "j.sqlite")], cwd=ROOT, capture_output=True, text=True
    )
    assert told.stdout == "[]\n", told.stderr


def test_without_the_extra_the_command_that_installs_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg_pool", None)
    with pytest.raises(JournalError, match=re.escape("pip install 'verbatim-bot[postgres]'")):
        Journal("postgresql://localhost/db")


def test_a_transaction_that_does_nothing_for_longer_than_a_lease_is_ended_by_the_server(url: str) -> None:
    with closing(PostgresDatabase(url)) as database, database.writing() as connection:
        for setting, most in (("idle_in_transaction_session_timeout", LEASE), ("lock_timeout", LEASE)):
            (shown,) = connection.execute(f"SHOW {setting}").fetchone()
            assert 0 < float(shown.removesuffix("s")) < most


@pytest.mark.skipif(not postgres.TCP.exists(), reason="only Linux lists its connections and their timers")
def test_the_server_looks_every_few_seconds_whether_who_is_connected_is_still_there(own_server: Server) -> None:
    with (
        closing(PostgresDatabase(own_server.address())) as database,
        database.exclusively("documents"),
        database.listening(lambda _: None),
        database.writing(),
    ):
        asyncio.run(own_server.somebody_listens())
        # A timer that waits for something else, such as what was just sent, is over in a moment.
        while len(looks := own_server.next_looks()) < 3:
            time.sleep(0.01)
    assert max(looks) <= 5.0


def test_threads_have_transactions_of_their_own(url: str) -> None:
    with closing(Journal(url)) as journal:
        inside, seen = threading.Event(), threading.Event()

        def other() -> str | None:
            inside.wait()
            found = journal.people.language("telegram", "42")
            seen.set()
            return found

        with ThreadPoolExecutor(1) as threads:
            looked = threads.submit(other)
            with journal.together():
                journal.people.choose_language("telegram", "42", "zh")
                inside.set()
                seen.wait()
        assert looked.result() is None
        assert journal.people.language("telegram", "42") == "zh"
