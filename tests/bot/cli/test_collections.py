"""Collections from the command line: each with an index of its own, asked together or one by name."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.settings import Settings
from tests.console import Terminal

TOWN = "# Town\n\nThe town of Elmford has 9 swimming pools and a museum.\n"
HARBOUR = "# Harbour\n\nThe harbour of Port Elm has 12 cranes. Each crane lifts 40 tonnes.\n"
DECLARED = '[town]\nfolder = "town"\n[harbour]\nfolder = "harbour"\nencoder = "bundled-fast"\n'


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("collections")
    for name, text in (("town", TOWN), ("harbour", HARBOUR)):
        (base / name).mkdir()
        (base / name / "a.md").write_text(text, encoding="utf-8")
    (base / "collections.toml").write_text(DECLARED, encoding="utf-8")
    return base


@pytest.fixture
def terminal(made: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Terminal:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLLECTIONS", str(made / "collections.toml"))
    monkeypatch.setenv("DATA_DIR", str(made / "data"))
    terminal = Terminal()
    if not (made / "data").exists():
        assert terminal.run("index").code == 0, terminal.err
    return terminal


def asked(terminal: Terminal, *arguments: str) -> Any:
    return json.loads(terminal.run("ask", *arguments, "--json").out)


def test_each_has_an_index_of_its_own(terminal: Terminal, made: Path) -> None:
    terminal.run("index", "--json")
    lines = [json.loads(line) for line in terminal.out.splitlines()]
    assert [(line["collection"], line["documents"]["unchanged"]) for line in lines] == [("town", 1), ("harbour", 1)]
    assert {path.name for path in (made / "data/collections").iterdir()} == {"town", "harbour"}


def test_a_question_is_asked_of_all(terminal: Terminal) -> None:
    for question, name, words in (
        ("How many swimming pools are there?", "town", "9"),
        ("How many cranes?", "harbour", "12"),
    ):
        found = asked(terminal, question)
        assert words in found["quotes"][0]["text"]
        assert found["quotes"][0]["document"]["collection"] == name
        assert found["quotes"][0]["document"]["id"].startswith(f"{name}.")


def shown(found: Any) -> set[str]:
    """The collections that an answer shows anything of."""
    return {quote["document"]["collection"] for quote in (*found["quotes"], *found["nearest"])}


def test_or_of_the_one_that_is_named(terminal: Terminal) -> None:
    for name in ("town", "harbour"):
        assert shown(asked(terminal, "How many cranes?", "--top", "5", "--collection", name)) == {name}


def test_a_line_of_a_stream_may_name_one(terminal: Terminal) -> None:
    lines = [
        {"id": 1, "question": "How many cranes?"},
        {"id": 2, "question": "How many cranes?", "collection": "town"},
        {"id": 3, "question": "How many cranes?", "collection": "secret"},
        {"id": 4, "question": "How much does each of them lift?", "before": ["How many cranes does the harbour have?"]},
        {"id": 5, "question": "How many cranes?", "before": "x"},
    ]
    terminal.run("ask", "--jsonl", typed="".join(f"{json.dumps(line)}\n" for line in lines))
    found = [json.loads(line) for line in terminal.out.splitlines()]
    assert [(one["id"], shown(one)) for one in found] == [(1, {"harbour"}), (2, {"town"}), (4, {"harbour"})]
    assert "no collection named secret" in terminal.err
    assert "line 5" in terminal.err
    assert terminal.code == 2


def test_what_is_about_one_has_to_be_said(terminal: Terminal) -> None:
    assert terminal.run("rollback").code == 2
    assert "--collection: town, harbour" in terminal.err
    assert terminal.run("show", "a.md").code == 2
    assert "12 cranes" in terminal.run("show", "a.md", "--text", "--collection", "harbour").out
    assert terminal.run("ask", "x", "--collection", "nothing").code == 2
    assert terminal.run("ask", "x", "--collection", "").code == 2
    assert terminal.run("index", "somewhere").code == 2


def test_status_and_snapshots_tell_of_each(terminal: Terminal) -> None:
    for command in ("status", "snapshots"):
        terminal.run(command, "--json")
        assert [json.loads(line)["collection"] for line in terminal.out.splitlines()] == ["town", "harbour"]
        assert {"town", "harbour"} <= set(terminal.run(command).out.split())


def test_doctor_looks_at_each(terminal: Terminal) -> None:
    found = [json.loads(line) for line in terminal.run("doctor", "--json").out.splitlines()]
    assert {"town: index", "harbour: index", "town: encoder", "harbour: encoder"} <= {one["name"] for one in found}


def test_one_that_cannot_be_indexed_keeps_no_other_from_it(terminal: Terminal, made: Path, tmp_path: Path) -> None:
    file = tmp_path / "more.toml"
    file.write_text(f'[gone]\nfolder = "gone"\n[town]\nfolder = "{made}/town"\n', encoding="utf-8")
    terminal.common = ("--data", str(tmp_path / "data"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLLECTIONS", str(file))
        assert terminal.run("index").code == 1
        assert "gone" in terminal.err
        assert asked(terminal, "How many swimming pools are there?", "--collection", "town")["answered"]


def test_a_folder_of_the_command_line_wins(terminal: Terminal, made: Path, tmp_path: Path) -> None:
    terminal.common = ("--corpus", str(made / "harbour"), "--data", str(tmp_path / "data"))
    assert terminal.run("index").code == 0
    assert asked(terminal, "How many cranes?")["quotes"][0]["document"]["collection"] is None


def test_a_name_where_there_are_no_collections_is_refused(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLLECTIONS")
    assert terminal.run("ask", "x", "--collection", "town").code == 2
    assert "no collection named town" in terminal.err
