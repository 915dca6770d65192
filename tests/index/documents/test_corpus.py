"""The corpus folder: what counts as a document, whatever the files are called."""

import os
from pathlib import Path

import pytest

from index.documents.corpus import scan
from index.errors import CorpusError


def put(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name, encoding="utf-8")


def names(folder: Path) -> list[str]:
    return [file.relative for file in scan(folder) if not file.problem]


def problems(folder: Path) -> dict[str, str]:
    return {file.relative: file.problem for file in scan(folder) if file.problem}


def test_files_come_in_the_order_of_their_paths(tmp_path: Path) -> None:
    put(tmp_path, "b.txt", "a/z.md", "a.txt", "a/b/c.txt", "中文 名字.txt", "😀.md", "odd.txt", "x..y.txt")
    assert names(tmp_path) == sorted(names(tmp_path))
    assert set(names(tmp_path)) == {
        "b.txt",
        "a/z.md",
        "a.txt",
        "a/b/c.txt",
        "中文 名字.txt",
        "😀.md",
        "odd.txt",
        "x..y.txt",
    }


def test_hidden_files_office_locks_and_the_saved_questions_are_no_documents(tmp_path: Path) -> None:
    put(tmp_path, ".hidden.txt", ".git/config", "~$draft.docx", "questions.jsonl", "deep/questions.jsonl", "a.txt")
    assert names(tmp_path) == ["a.txt", "deep/questions.jsonl"]


def test_a_file_has_its_size_and_its_time(tmp_path: Path) -> None:
    put(tmp_path, "a.txt")
    (file,) = scan(tmp_path)
    assert (file.size, file.modified) == (5, (tmp_path / "a.txt").stat().st_mtime_ns)
    assert file.path.read_text() == "a.txt"


def test_names_are_composed_and_a_second_file_of_the_same_name_is_a_problem(tmp_path: Path) -> None:
    put(tmp_path, "caf\u00e9.txt", "cafe\u0301.txt")
    assert names(tmp_path) == ["caf\u00e9.txt"]
    assert "rename" in problems(tmp_path)["caf\u00e9.txt"]


def test_links_are_followed_only_to_files_within_the_folder(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    put(tmp_path, "secret.txt", "corpus/a.txt", "corpus/sub/b.txt")
    (corpus / "inside.txt").symlink_to(corpus / "a.txt")
    (corpus / "out.txt").symlink_to(tmp_path / "secret.txt")
    (corpus / "nowhere.txt").symlink_to(corpus / "gone.txt")
    (corpus / "loop").symlink_to(corpus)
    (corpus / "self.txt").symlink_to(corpus / "self.txt")
    assert names(corpus) == ["a.txt", "inside.txt", "sub/b.txt"]
    found = problems(corpus)
    assert set(found) == {"out.txt", "nowhere.txt", "loop", "self.txt"}
    assert "leads out" in found["out.txt"]


def test_a_name_that_is_not_unicode_is_named_as_a_problem(tmp_path: Path) -> None:
    try:
        with open(os.fsencode(tmp_path) + b"/\xff\xfe.txt", "wb") as file:
            file.write(b"text")
    except OSError:
        pytest.skip("this file system takes only Unicode names")
    ((name, problem),) = problems(tmp_path).items()
    assert "rename" in problem
    name.encode("utf-8")


def test_a_pipe_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    assert "pipe.txt" in problems(tmp_path)


def test_a_missing_folder_says_so_and_an_empty_one_holds_nothing(tmp_path: Path) -> None:
    assert list(scan(tmp_path)) == []
    with pytest.raises(CorpusError, match="There is no folder"):
        list(scan(tmp_path / "missing"))
    put(tmp_path, "a.txt")
    with pytest.raises(CorpusError):
        list(scan(tmp_path / "a.txt"))
