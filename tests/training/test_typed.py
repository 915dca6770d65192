"""The typed questions name stretches that are recognised, and documents that are kept apart."""

import json
from pathlib import Path

from training.typed import FOLDER, digest, held_out, load

ROW = {"q": "how long", "lang": "en", "corpus": "w", "doc": "s/a.md", "kind": "number", "shape": "sentence"}


def questions(folder: Path, *rows: dict[str, object]) -> Path:
    (folder / "questions.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return folder


def test_a_question_is_used_where_its_answer_still_stands(tmp_path: Path) -> None:
    (tmp_path / "s").mkdir()
    (tmp_path / "s" / "a.md").write_bytes(b"Leave:\r\nIt takes two days.")
    row = ROW | {"answers": [[[7, 25, digest("It takes two days.")]]]}
    (one,) = load(tmp_path, questions(tmp_path, row))
    assert one.answers == (((7, 25),),)


def test_a_document_that_has_changed_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "s").mkdir()
    (tmp_path / "s" / "a.md").write_text("Leave:\nIt takes ten days.", encoding="utf-8")
    row = ROW | {"answers": [[[7, 25, digest("It takes two days.")]]]}
    assert load(tmp_path, questions(tmp_path, row)) == []


def test_a_missing_document_is_left_out(tmp_path: Path) -> None:
    assert load(tmp_path, questions(tmp_path, ROW | {"answers": []})) == []


def test_every_question_names_a_source_with_a_licence() -> None:
    sources = json.loads((FOLDER / "sources.json").read_text(encoding="utf-8"))
    known = {f"{one['folder']}/{name}" for one in sources for name in one["files"]}
    rows = [json.loads(line) for line in (FOLDER / "questions.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {row["doc"] for row in rows} <= known
    assert all(one["repository"] and one["commit"] and one["licence"] for one in sources)
    assert len({row["q"] for row in rows}) > 11_000


def test_a_fifth_of_the_documents_is_kept_apart() -> None:
    rows = [json.loads(line) for line in (FOLDER / "questions.jsonl").read_text(encoding="utf-8").splitlines()]
    documents = {row["doc"] for row in rows}
    assert 0.12 < sum(map(held_out, documents)) / len(documents) < 0.28
