"""The journal from the command line."""

import csv
import io
import json
from pathlib import Path

import pytest

from bot.journal import Journal
from bot.journal.answers import Given, Kind
from bot.question import Conversation
from bot.serving.bootstrap import JOURNAL
from tests.console import Terminal


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
    assert terminal.err == "verbatim: The page for admins is closed: set ADMIN_PAGE=True.\n"


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
