"""What docs/library.md shows works as it stands there."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import index

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "docs" / "library.md").read_text(encoding="utf-8")
CHINESE = (ROOT / "docs" / "library.zh-CN.md").read_text(encoding="utf-8")


def test_the_ten_lines_answer_the_first_question(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (program,) = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    shutil.copytree(ROOT / "corpus", tmp_path / "corpus")
    monkeypatch.chdir(tmp_path)
    exec(program, {})
    assert "8 smart factories" in capsys.readouterr().out
    assert len([line for line in program.splitlines() if line]) <= 10


def test_every_name_that_the_library_exports_is_explained() -> None:
    assert [name for name in index.__all__ if f"`{name}" not in TEXT or f"`{name}" not in CHINESE] == []
    assert all(getattr(index, name).__name__ == name for name in index.__all__)
    with pytest.raises(AttributeError, match="nonsense"):
        _ = index.nonsense


def test_the_chinese_page_shows_the_same_lines() -> None:
    pattern = re.compile(r"```python\n(.*?)```", re.DOTALL)
    assert pattern.findall(CHINESE) == pattern.findall(TEXT)


def test_importing_the_library_imports_nothing_else() -> None:
    program = "import sys, index; print([name for name in ('numpy', 'faiss', 'index.search') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout == "[]\n"
