"""A conversation in the terminal."""

import re
import shutil
from pathlib import Path

import pytest

from bot.settings import Settings
from tests.console import Terminal

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    base = tmp_path_factory.mktemp("chat")
    shutil.copytree(ROOT / "corpus", base / "corpus")
    return base / "corpus", base / "data"


@pytest.fixture
def terminal(folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Terminal:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)
    return Terminal(("--corpus", str(folders[0]), "--data", str(folders[1])))


def replies(out: str) -> list[str]:
    """What was said to each line, the greeting first."""
    parts = re.split(r"^› .*\n", out, flags=re.MULTILINE)
    return [parts[0] + parts[1], *parts[2:]]


def test_an_empty_input_shows_an_example_and_ends_well(terminal: Terminal) -> None:
    terminal.run("chat")
    assert (terminal.code, terminal.err) == (0, "")
    assert "› How many smart factories does Longquanyi have?\n> Longquanyi district has developed 8" in terminal.out


def test_the_example_is_in_the_language_of_the_terminal(terminal: Terminal) -> None:
    terminal.lang = "zh"
    assert "› 龙泉驿区一共有几个智能工厂？\n> 龙泉驿区已培育8个智能工厂" in terminal.run("chat").out


def test_piped_lines_are_answered_like_a_transcript(terminal: Terminal) -> None:
    terminal.run("chat", typed="how many smart factories?\n\n龙泉驿区一共有几个智能工厂？\n")
    first, second = replies(terminal.out)[1:]
    assert first.startswith("> Longquanyi district has developed 8 smart factories")
    assert second.startswith("> 龙泉驿区已培育8个智能工厂")


def test_a_follow_up_is_read_with_the_question_before_it(terminal: Terminal) -> None:
    terminal.run("chat", typed="how many smart factories?\nand digital workshops?\n")
    assert "16 digital workshops" in replies(terminal.out)[2]


def test_more_shows_what_stands_around_and_next_the_next_passage(terminal: Terminal) -> None:
    terminal.run("chat", typed="/more\n/next\nhow many smart factories?\n/more\n/next\n")
    nothing, no_next, answer, more, following = replies(terminal.out)[1:]
    assert "ask a question first" in nothing
    assert "no other passage" in no_next
    assert len(more) > len(answer)
    assert "Passage 2 of" in following or "no other passage" in following


def test_small_talk_is_answered_politely_and_never_with_a_quote(terminal: Terminal) -> None:
    terminal.run("chat", typed="你好\nthanks!\n")
    hello, thanks = replies(terminal.out)[1:]
    assert hello.startswith("您好")
    assert thanks.startswith("You are welcome")


def test_quit_ends_and_unknown_commands_are_said(terminal: Terminal) -> None:
    typed = "/wrong\n/sources\nwhat documents do you have?\n/help\n/quit\nhow many smart factories?\n"
    terminal.run("chat", typed=typed)
    wrong, sources, asked, helped, gone = replies(terminal.out)[1:]
    assert asked == sources
    assert "/wrong" in wrong
    assert "longquanyi.zh.md" in sources
    assert "/next" in helped
    assert gone == ""


def test_a_changed_document_is_indexed_before_the_conversation(terminal: Terminal, folders: tuple[Path, Path]) -> None:
    extra = folders[0] / "harbour.txt"
    extra.write_text("The harbour of Port Elm has 12 cranes.\n", encoding="utf-8")
    try:
        terminal.run("chat", typed="How many cranes does the harbour of Port Elm have?\n")
        assert "12 cranes" in replies(terminal.out)[1]
    finally:
        extra.unlink()


def test_on_a_terminal_the_answer_is_bold_and_lines_fit(terminal: Terminal) -> None:
    terminal.width, terminal.colour = 40, True
    terminal.run("chat", typed="how many smart factories?\n")
    assert "\x1b[1;33m" in terminal.out
    plain = re.sub(r"\x1b\[[0-9;]*m|\x1b\]8;;.*?\x1b\\", "", terminal.out)
    assert max(len(line) for line in plain.splitlines() if not line.startswith("› ")) <= 40


@pytest.mark.parametrize("said", ["help", "帮助", "／帮助", "/帮助", "/help"])
def test_help_is_shown_whatever_script_and_stroke_it_is_asked_in(terminal: Terminal, said: str) -> None:
    terminal.run("chat", typed=f"{said}\n")
    assert "/next" in replies(terminal.out)[1]


def test_a_typed_number_asks_the_question_offered_under_it(terminal: Terminal) -> None:
    terminal.run("chat", typed="How do I cook mapo tofu?\n1\n9\n")
    refused, picked, wrong = replies(terminal.out)[1:]
    offered = next(line for line in refused.splitlines() if line.strip().startswith("1."))
    assert "documents here do not answer" in refused
    assert "documents here do not answer" not in picked
    assert offered
    assert wrong
