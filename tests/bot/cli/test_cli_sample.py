"""`verbatim sample`: from an empty folder to an answer, and never over somebody's own documents."""

import io
from pathlib import Path

import pytest

from bot.cli.main import main
from bot.cli.terminal.console import Console


def run(*arguments: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    code = main(list(arguments), Console(io.StringIO(), out, err))
    return code, out.getvalue(), err.getvalue()


@pytest.fixture(autouse=True)
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ENCODER", "bundled-fast")
    return tmp_path


def test_an_empty_folder_says_how_to_try_and_then_answers(empty: Path) -> None:
    code, _, said = run("ask", "how many smart factories?")
    assert (code, "`verbatim sample`" in said) == (1, True)
    assert "`verbatim sample`" in run("index")[2]
    code, told, _ = run("sample")
    assert code == 0
    assert 'verbatim ask "how many smart factories?"' in told
    code, told, _ = run("ask", "how many smart factories?")
    assert code == 0
    assert "8 smart factories" in told


def test_a_folder_that_holds_something_is_left_as_it_is(empty: Path) -> None:
    (empty / "corpus").mkdir()
    (empty / "corpus" / "mine.md").write_text("# Mine\n\nMy own text.\n")
    code, _, said = run("sample")
    assert (code, "holds something already" in said) == (2, True)
    assert [path.name for path in (empty / "corpus").iterdir()] == ["mine.md"]


def test_another_empty_folder_can_be_named(empty: Path) -> None:
    (empty / "else").mkdir()
    assert run("sample", "--corpus", "else", "--data", "d")[0] == 0
    assert (empty / "else" / "longquanyi.en.md").exists()
    assert not (empty / "corpus").exists()


def test_a_file_where_the_folder_should_be_is_one_sentence(empty: Path) -> None:
    (empty / "corpus").write_text("")
    code, _, said = run("sample")
    assert (code, said.count("\n")) == (2, 1)
