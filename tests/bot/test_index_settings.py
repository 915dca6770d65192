"""What a question needs is read without pydantic, and is what pydantic would have read."""

import subprocess
import sys
from pathlib import Path

import pytest

from bot.index_settings import IndexSettings, quick
from bot.settings import load


def same(told: IndexSettings | None, monkeypatch: pytest.MonkeyPatch, **environment: str) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    everything = load(env_file=None)
    assert told is not None
    for name in IndexSettings.__slots__:
        assert getattr(told, name) == getattr(everything, name), name


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"ENCODER": "bundled-fast", "VECTOR_STORE": "exact", "RERANKER": "a/b", "CORPUS_DIR": "/c", "DATA_DIR": "d/e"},
        {"encoder": "bundled-fast"},
        {"ENCODER": "", "DATA_DIR": ""},
    ],
)
def test_it_is_what_all_settings_say(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in IndexSettings.__slots__:
        monkeypatch.delenv(name.upper(), raising=False)
    same(quick(environment, corpus=None, data=None), monkeypatch, **environment)


def test_the_command_line_wins() -> None:
    told = quick({"DATA_DIR": "d"}, corpus=Path("c"), data=Path("e"))
    assert told == IndexSettings(corpus_dir=Path("c"), data_dir=Path("e"))


@pytest.mark.parametrize("environment", [{"VECTOR_STORE": "fais"}, {"ENCODER": "a", "encoder": "b"}])
def test_what_may_be_wrong_is_left_to_all_settings(environment: dict[str, str]) -> None:
    assert quick(environment, corpus=None, data=None) is None


def test_a_file_is_left_to_all_settings(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    assert quick({}, corpus=None, data=None, env_file=file)
    file.write_text("ENCODER=bundled-fast\n")
    assert quick({}, corpus=None, data=None, env_file=file) is None


def test_asking_imports_neither_pydantic_nor_an_event_loop() -> None:
    code = "import sys, bot.cli.asking; print(*{'pydantic', 'asyncio'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
