"""`verbatim fetch`: the sources looked at now, in words and as JSON, and what is wrong in one sentence."""

import io
import json
import shutil
from pathlib import Path

import pytest

from bot.cli.main import main
from bot.cli.terminal.console import Console
from tests.bot.sources.test_repository import Repo

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    repo = Repo(tmp_path / "repo")
    repo.commit(pond_md="# Pond\n\nThere are 9 ducks.\n")
    (tmp_path / "corpus").mkdir()
    declared = f'[guide]\ngit = "file://{repo.path}"\n[lost]\ngit = "file://{tmp_path}/none"\n'
    (tmp_path / "sources.toml").write_text(declared)
    monkeypatch.setenv("SOURCES", str(tmp_path / "sources.toml"))
    return ["--corpus", str(tmp_path / "corpus"), "--data", str(tmp_path / "data")]


def run(*arguments: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    code = main(["fetch", *arguments], Console(io.StringIO(), out, err))
    return code, out.getvalue(), err.getvalue()


def test_the_sources_are_fetched_and_what_failed_is_named(places: list[str]) -> None:
    code, told, failed = run(*places)
    assert code == 1
    assert "guide: 1 added, 0 changed, 0 removed, 0 unchanged" in told
    assert "verbatim index" in told
    assert failed.startswith("lost: file://")


def test_one_source_can_be_named_and_told_as_json(places: list[str]) -> None:
    code, told, _ = run("guide", "--json", *places)
    assert code == 0
    assert json.loads(told)["added"] == ["guide/pond.md"]


def test_a_chinese_terminal_is_told_in_chinese(places: list[str]) -> None:
    err = io.StringIO()
    assert main(["fetch", "lost", *places], Console(io.StringIO(), io.StringIO(), err, lang="zh")) == 1
    assert "git 的提示：" in err.getvalue()


def test_what_is_not_declared_is_a_misuse(places: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("none", *places)[0::2] == (2, "verbatim: there is no source none; declared: guide, lost\n")
    monkeypatch.setenv("SOURCES", "")
    code, _, told = run(*places)
    assert (code, "no sources are declared" in told) == (2, True)
