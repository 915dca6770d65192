"""What only a process of its own can show: locales, pipes, signals, and what is imported."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
ENVIRONMENT = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HOME": "/nonexistent", "OMP_NUM_THREADS": "1"}


def run(*arguments: str, folder: Path, typed: bytes = b"", **environment: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "bot", *arguments]
    return subprocess.run(
        command, cwd=folder, input=typed, capture_output=True, env=ENVIRONMENT | environment, timeout=120, check=False
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sample corpus, indexed by a process of its own."""
    base = tmp_path_factory.mktemp("process")
    shutil.copytree(ROOT / "corpus", base / "corpus")
    done = run("index", folder=base)
    assert done.returncode == 0, done.stderr
    return base


@pytest.mark.parametrize("environment", [{"LC_ALL": "C"}, {"LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}])
def test_chinese_goes_in_and_out_as_utf8_under_any_locale(folder: Path, environment: dict[str, str]) -> None:
    done = run("ask", "龙泉驿区一共有几个智能工厂？", folder=folder, **environment)
    assert done.stderr == b""
    assert "8个智能工厂" in done.stdout.decode("utf-8")
    line = json.dumps({"question": "龙泉驿区一共有几个智能工厂？"}, ensure_ascii=False)
    done = run("ask", "--jsonl", folder=folder, typed=line.encode(), **environment)
    assert json.loads(done.stdout)["answered"] is True


def test_input_that_is_no_utf8_is_a_question_like_any_other(folder: Path) -> None:
    done = run("chat", folder=folder, typed="有多少个智能工厂？\n".encode("gb18030"))
    assert (done.returncode, done.stderr) == (0, b"")


def test_piped_output_has_no_colours(folder: Path) -> None:
    assert b"\x1b" not in run("chat", folder=folder, typed=b"how many smart factories?\n").stdout


def test_a_reader_that_goes_away_is_no_error(folder: Path) -> None:
    lines = b'{"question": "how many smart factories?"}\n' * 50
    command = f"{sys.executable} -m bot ask --jsonl | head -n 1"
    done = subprocess.run(
        command, shell=True, cwd=folder, input=lines, capture_output=True, env=ENVIRONMENT, timeout=120, check=False
    )
    assert len(done.stdout.splitlines()) == 1
    assert done.stderr == b""


def test_nothing_heavy_is_imported_before_it_is_needed(folder: Path) -> None:
    program = (
        "import sys; from bot.cli import main; main(sys.argv[1:]);"
        "print(sorted({name.partition('.')[0] for name in sys.modules}), file=sys.stderr)"
    )
    heavy = {"torch", "sentence_transformers", "telegram", "starlette", "rich", "pypdfium2", "docx"}

    def imported(*arguments: str) -> set[str]:
        command = [sys.executable, "-c", program, *arguments]
        done = subprocess.run(command, cwd=folder, capture_output=True, env=ENVIRONMENT, timeout=120, check=True)
        return set(done.stderr.decode().splitlines()[-1].strip("[]").replace("'", "").split(", "))

    assert not imported("--help") & (heavy | {"numpy", "pydantic", "faiss", "onnxruntime"})
    assert not imported("ask", "how many smart factories?") & heavy


def test_an_interrupted_stream_ends_quietly(folder: Path) -> None:
    command = [sys.executable, "-m", "bot", "ask", "--jsonl"]
    pipe = subprocess.PIPE
    # Where the tests themselves run in the background, the shell has told them to ignore the interrupt.
    heard = signal.signal(signal.SIGINT, signal.default_int_handler)
    with subprocess.Popen(command, cwd=folder, stdin=pipe, stdout=pipe, stderr=pipe, env=ENVIRONMENT) as process:
        signal.signal(signal.SIGINT, heard)
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdin.write(b'{"id": "a", "question": "how many smart factories?"}\n')
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["id"] == "a"  # flushed while the input is still open
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130
        assert process.stderr.read().strip() == b""


def test_two_reindexes_at_once_do_not_meet(folder: Path, tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "a.txt").write_text("The harbour of Port Elm has 12 cranes.\n", encoding="utf-8")
    command = [sys.executable, "-m", "bot", "index"]
    pipe = subprocess.PIPE
    both = [subprocess.Popen(command, cwd=tmp_path, stdout=pipe, stderr=pipe, env=ENVIRONMENT) for _ in range(2)]
    told = [process.communicate(timeout=120)[1].decode() for process in both]
    codes = sorted(process.returncode for process in both)
    # Either one was told to wait, or they were lucky and ran one after the other.
    assert codes in ([0, 0], [0, 1])
    assert codes == [0, 0] or any("Another process" in each for each in told)
    assert b"12 cranes" in run("ask", "How many cranes does the harbour have?", folder=tmp_path).stdout


SHOWS_THREADS = """
import os, sys
from bot.cli.main import main
main(["--help"])
early = "numpy" not in sys.modules
print(os.environ["OPENBLAS_NUM_THREADS"], early, file=sys.stderr)
"""


@pytest.mark.parametrize(("environment", "threads"), [({}, "1"), ({"OPENBLAS_NUM_THREADS": "2"}, "2")])
def test_products_keep_to_one_thread_unless_the_environment_says_otherwise(
    tmp_path: Path, environment: dict[str, str], threads: str
) -> None:
    command = [sys.executable, "-c", SHOWS_THREADS]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, env=ENVIRONMENT | environment, timeout=120)
    # What is set after numpy was loaded is not read any more.
    assert done.stderr.decode().split() == [threads, "True"]
