"""A file costs only itself: it is read in limits, and the good ones around it are indexed."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.texts.errors import sentence
from index.builds import build
from index.documents import changed_files
from index.documents.readers import read, read_bytes
from index.documents.sandbox import ReadingLimits, Sandbox, _ChildError, _given
from index.errors import ReaderError
from tests import hostile
from tests.fuzz import packed_seeds
from tests.fuzz.mutations import archive
from tests.hashing import HashingEncoder

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
APART = ReadingLimits(plain=0)
SLOW = ("brackets.md", hostile.SLOW.encode())
HUGE = ("corners.xlsx", dict(hostile.archives(1))["corners.xlsx"])


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(ReadingLimits(seconds=1, plain=0)) as made:
        yield made


def parsed(sandbox: Sandbox, name: str, data: bytes) -> str:
    return sandbox.read_bytes(data, name).text


def test_a_corpus_of_hostile_files_costs_no_good_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hostile.put(tmp_path / "corpus")
    monkeypatch.setattr(changed_files, "Sandbox", lambda: Sandbox(ReadingLimits(seconds=1, pace=0)))
    report = build.build(tmp_path / "corpus", tmp_path / "data", HashingEncoder(), now=NOW).report
    assert set(hostile.GOOD) <= set(report.added)
    skipped = dict(report.skipped)
    assert len(skipped) + len(report.added) == sum(1 for _ in hostile.contents()) + len(hostile.GOOD) + 4
    for name, reason in skipped.items():
        for lang in ("en", "zh"):
            told = sentence(reason, lang)  # type: ignore[arg-type]
            assert told.endswith((".", "。")), (name, told)
            assert "\n" not in told, (name, told)
    assert skipped["hostile-slow.md"].code == "reader-slow"  # type: ignore[attr-defined]
    assert skipped["hostile-corners.xlsx"].code in ("reader-crashed", "reader-memory")  # type: ignore[attr-defined]
    assert skipped["hostile-endless.txt"].code == "file-too-large"  # type: ignore[attr-defined]
    assert skipped["hostile-pipe.md"].code == "not-a-file"  # type: ignore[attr-defined]


def test_what_a_child_reads_is_what_is_read_here(tmp_path: Path) -> None:
    with Sandbox(APART) as sandbox:
        for name, text in {**hostile.GOOD, "t.csv": "a,b\n1,It has 8 halls.\n"}.items():
            path = tmp_path / name
            path.write_text(text, "utf-8")
            assert sandbox.read(path, relative=name) == read(path, relative=name)


def test_one_child_reads_many_files_and_is_replaced_when_it_dies(sandbox: Sandbox) -> None:
    def number() -> int:
        child = sandbox._child
        return child._process.pid if child else 0

    parsed(sandbox, "a.txt", b"It has 8 halls.")
    first = number()
    parsed(sandbox, "b.txt", b"It has 9 halls.")
    assert number() == first
    with pytest.raises(ReaderError):
        parsed(sandbox, *SLOW)
    assert parsed(sandbox, "c.txt", b"It has 10 halls.") == "It has 10 halls."
    assert number() not in (0, first)


def test_reasons_of_a_child_are_those_of_the_reader(sandbox: Sandbox) -> None:
    with pytest.raises(ReaderError) as caught:
        parsed(sandbox, "a.txt", b"%PDF-1.7")
    assert sentence(caught.value, "zh").startswith("这是 PDF 文件")


def test_a_file_that_needs_too_much_memory_is_named(sandbox: Sandbox) -> None:
    with pytest.raises(ReaderError) as caught:
        parsed(sandbox, *HUGE)
    assert caught.value.reason.code in ("reader-memory", "reader-crashed")


def test_a_child_that_waits_is_ended_by_the_clock() -> None:
    with Sandbox(ReadingLimits(wall=0.0, plain=0)) as sandbox, pytest.raises(ReaderError) as caught:
        parsed(sandbox, *SLOW)
    assert caught.value.reason.code == "reader-slow"


def test_larger_files_may_take_longer() -> None:
    limits = ReadingLimits()
    assert limits.seconds_for(1 << 20) == limits.seconds
    assert limits.seconds_for(11 << 20) == limits.seconds + 80


def test_small_texts_need_no_child() -> None:
    with Sandbox() as sandbox:
        parsed(sandbox, "a.md", b"It has 8 halls.")
        assert sandbox._child is None
        parsed(sandbox, "a.csv", b"a,b\n1,2\n")
        assert sandbox._child is not None


@pytest.mark.skipif(sys.platform != "linux", reason="the filter over system calls is Linux's")
@pytest.mark.parametrize(
    "attempt",
    [
        "import socket; socket.socket()",
        "import _socket; _socket.socket()",
        "import ctypes; c = ctypes.CDLL(None, use_errno=True); c.socket(2, 1, 0) < 0 and exit(ctypes.get_errno())",
        "import os; os.execv('/bin/true', ['true'])",
        "bytearray(1 << 30)",
    ],
)
def test_a_child_has_no_network_no_programs_and_no_more_memory(attempt: str) -> None:
    program = f"from index.documents.confined import confine; confine({512 << 20})\n{attempt}"
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert ended.returncode in (1, 13), ended
    assert ended.returncode == 13 or "PermissionError" in ended.stderr or "MemoryError" in ended.stderr


def test_a_child_sees_no_secret(monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "12:secret")
    parsed(sandbox, "a.txt", b"It has 8 halls.")
    assert sandbox._child is not None
    place = Path(f"/proc/{sandbox._child._process.pid}/environ")
    if place.exists():
        assert b"secret" not in place.read_bytes()


def test_a_pipe_that_takes_the_place_of_a_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.txt")
    with Sandbox() as sandbox, pytest.raises(ReaderError, match="neither a file"):
        sandbox.read(tmp_path / "a.txt", relative="a.txt")


def test_an_error_that_no_reader_knows_is_the_reason_of_that_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.documents.readers.text.read_text", lambda data, relative: 1 // 0)
    with Sandbox() as sandbox, pytest.raises(ReaderError, match="ZeroDivisionError"):
        sandbox.read_bytes(b"It has 8 halls.", "a.txt")


@pytest.mark.parametrize(
    ("kind", "answer"),
    [(b"d", b"{}"), (b"d", b"[]\n"), (b"r", b"[1]"), (b"r", b'["file-too-large", {}]'), (b"x", b"\xff")],
)
def test_what_a_child_answers_is_an_error_of_the_file_whatever_it_is(kind: bytes, answer: bytes) -> None:
    with pytest.raises(_ChildError, match="reader-crashed"):
        _given(kind, answer)


def test_a_library_in_rust_that_panics_costs_the_file_and_not_the_process() -> None:
    parts = packed_seeds.binary_workbook()
    parts["xl/_rels/workbook.bin.rels"] = parts["xl/_rels/workbook.bin.rels"].replace(b"rId1", b"rId2")
    with pytest.raises(ReaderError) as caught:
        read_bytes(archive(parts), "a.xlsb")
    assert caught.value.reason.code == "broken-file"
    assert type(caught.value.__cause__).__name__ == "PanicException"
