"""`verbatim verify`: each sentence with its verdict, and an exit code for scripts."""

import io
import json
from pathlib import Path

import pytest

from bot.cli.main import main
from bot.cli.terminal.console import Console


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setenv("ENCODER", "bundled-fast")
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "port.md").write_text("# Port\n\nThe harbour has 12 cranes.\n", encoding="utf-8")
    places = ["--corpus", str(tmp_path / "corpus"), "--data", str(tmp_path / "data")]
    assert main(["index", "--json", *places], Console(io.StringIO(), io.StringIO(), io.StringIO())) == 0
    return places


def run(*arguments: str, typed: str = "") -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    code = main(["verify", *arguments], Console(io.StringIO(typed), out, err))
    return code, out.getvalue(), err.getvalue()


def test_a_text_that_the_documents_say_ends_well(places: list[str]) -> None:
    code, told, _ = run("The harbour has 12 cranes.", *places)
    assert code == 0
    assert told.startswith("letter for letter  The harbour has 12 cranes.\n    — Port")


def test_a_sentence_that_stands_nowhere_ends_with_1_and_shows_what_the_documents_say(places: list[str]) -> None:
    code, told, _ = run("--json", *places, typed="The harbour has 13 cranes.")
    checked = json.loads(told)
    assert code == 1
    assert checked["verdict"] == "nowhere"


def test_no_text_is_a_misuse(places: list[str]) -> None:
    code, _, told = run(" ", *places)
    assert (code, "no text to verify" in told) == (2, True)
