"""The journal from the command line."""

import csv
import io
import json
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.journal import Journal, moving
from bot.journal.answers import Given, Kind
from bot.question import Conversation
from bot.serving.journals import JOURNAL
from tests.console import Terminal

if TYPE_CHECKING:
    from tests.postgres import Server


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Over a journal in which two people found no answer to about the same question."""
    monkeypatch.chdir(tmp_path)
    data = tmp_path / "data"
    data.mkdir()
    journal = Journal(data / JOURNAL)
    for user, question in (("1", "龙泉驿有多少人口？"), ("2", "龙泉驿的人口有多少？"), ("1", "=1+1")):
        place = Conversation("telegram", "7", "", user)
        journal.answers.record(Given(f"{user}{question}", place, "zh", Kind.ABSTENTION, question, 0.1, (), (), "s1"))
    journal.close()
    return Terminal(("--data", "data"))


def test_gaps_are_grouped_and_counted(terminal: Terminal) -> None:
    found = [json.loads(line) for line in terminal.run("gaps", "--json").out.splitlines()]
    assert [(gap["count"], gap["people"]) for gap in found] == [(2, 2), (1, 1)]
    assert terminal.run("gaps").out.splitlines()[1].split()[:2] == ["2", "2"]


def test_a_link_to_the_page_for_admins_opens_a_session_once(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = terminal.run("admin-link").out
    monkeypatch.setenv("PUBLIC_URL", "https://bot.example.org")
    public = terminal.run("admin-link").out
    assert here.startswith("http://127.0.0.1:8080/admin/enter?t=")
    assert public.startswith("https://bot.example.org/admin/enter?t=")
    journal = Journal(Path("data") / JOURNAL)
    opened = [journal.sign_ins.enter(link.strip().partition("t=")[2]) for link in (here, public, here)]
    journal.close()
    assert [bool(session) for session in opened] == [True, True, False]


def test_a_closed_page_for_admins_gets_no_link(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADMIN_PAGE", "False")
    assert terminal.run("admin-link").code == 1
    assert terminal.err == "verbatim: The admin page is turned off: set ADMIN_PAGE=True.\n"


def test_a_table_is_exported_as_csv_that_a_spreadsheet_does_not_run(terminal: Terminal) -> None:
    rows = list(csv.DictReader(io.StringIO(terminal.run("export", "questions").out)))
    assert {row["question"] for row in rows} == {"龙泉驿有多少人口？", "龙泉驿的人口有多少？", "'=1+1"}


def test_a_missing_journal_is_said_and_not_made(terminal: Terminal, tmp_path: Path) -> None:
    terminal.common = ()
    terminal.run("gaps", "--data", "elsewhere")
    assert terminal.code == 1
    assert len(terminal.err.splitlines()) == 1
    assert not (tmp_path / "elsewhere").exists()


def test_an_unknown_table_is_bad_input(terminal: Terminal) -> None:
    assert terminal.run("export", "secrets").code == 2


def test_a_journal_is_moved_into_a_database_and_back_and_counted(
    terminal: Terminal, postgres_server: "Server", monkeypatch: pytest.MonkeyPatch
) -> None:
    url = postgres_server.empty()
    file = Path("data") / JOURNAL
    with closing(Journal(file)) as journal:
        journal.deliveries.receive_all("telegram", [(f"telegram:{n}", "payload", "7", str(n)) for n in range(1200)])
        journal.deliveries.done("telegram:1", ["7:1"])
        for number in range(3):
            journal.actions.record("telegram", "1", "reindex", str(number))
        journal.memory.remember(Conversation("telegram", "7", "", "42"), "d1", "\0?")
    assert "DATABASE_URL" in terminal.run("move-journal").err
    monkeypatch.setenv("DATABASE_URL", url)
    assert terminal.run("move-journal").out.startswith("1207 rows are in the database now")
    assert terminal.run("gaps", "--json").out.count("\n") == 2
    with closing(Journal(url)) as journal:
        journal.actions.record("telegram", "1", "reindex", "3")
        assert [row[4] for row in journal.actions.last()] == ["3", "2", "1", "0"]
        assert len(journal.deliveries.take_over("telegram")) == 1199
        assert journal.memory.recall(Conversation("telegram", "7", "", "42")) == ("\ufffd?",)
    assert terminal.run("move-journal").code == 1
    assert "already" in terminal.err
    assert terminal.run("move-journal", "--back").code == 1
    for left in file.parent.glob(f"{JOURNAL}*"):
        left.rename(f"{left}.old")
    assert terminal.run("move-journal", "--back").out.startswith("1208 rows are in data now")
    with closing(Journal(file)) as journal:
        assert len(journal.deliveries.take_over("telegram")) == 1199
        assert len(journal.answers.gaps()) == 2


def test_a_journal_that_somebody_works_with_is_not_moved(
    terminal: Terminal, postgres_server: "Server", monkeypatch: pytest.MonkeyPatch
) -> None:
    url = postgres_server.empty()
    monkeypatch.setenv("DATABASE_URL", url)
    for place in (Path("data") / JOURNAL, url):
        with closing(Journal(place)):
            assert terminal.run("move-journal").code == 1
            assert "stop every `verbatim serve`" in terminal.err
    assert terminal.run("move-journal").code == 0


def test_what_breaks_off_a_move_leaves_nothing(tmp_path: Path, postgres_server: "Server") -> None:
    def cut(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with closing(Journal(tmp_path / "j.sqlite")) as own, closing(Journal(postgres_server.empty())) as shared:
        own.actions.record("telegram", "1", "reindex")
        with pytest.raises(KeyboardInterrupt):
            moving.move(own, shared, cut)
        assert shared.actions.last() == []
        assert moving.move(own, shared) == 1


def test_what_is_moved_is_every_table_and_every_column(tmp_path: Path) -> None:
    with closing(Journal(tmp_path / "j.sqlite")) as journal:
        tables = journal._database.rows("SELECT name FROM sqlite_master WHERE type = 'table'")
        columns = {
            table: {row[1] for row in journal._database.rows(f"PRAGMA table_info({table})")} for (table,) in tables
        }
    assert {table: set(names) for table, (_, names) in moving.TABLES.items()} == {
        table: names for table, names in columns.items() if table not in moving.LEFT_BEHIND
    }


def test_doctor_says_why_a_database_cannot_be_used_and_keeps_the_password(
    terminal: Terminal, postgres_server: "Server", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", postgres_server.empty())
    assert "journal: the database answers, 0 waiting" in terminal.run("doctor").out
    monkeypatch.setenv("DATABASE_URL", "postgresql://u:secret@127.0.0.1:1/db")
    told = terminal.run("doctor").out
    assert "journal: The database u@127.0.0.1:1/db cannot be reached" in told
    assert "→ Correct DATABASE_URL, or empty it." in told
    for command in (["gaps"], ["export", "questions"], ["admin-link"], ["move-journal"]):
        assert terminal.run(*command).code == 1
        assert "cannot be reached" in terminal.err
        assert len(terminal.err.splitlines()) == 1
        assert "secret" not in terminal.err + terminal.out + told
