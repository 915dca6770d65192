"""A promise made with an operator's own questions: kept with the index, shown, and tested again."""

import json
from pathlib import Path

import pytest

from index.encoders.open import open_encoder
from index.search.calibration import Calibration, GoldQuestion, Judged, load, promises, save
from index.search.index import Index
from index.search.own_questions import holds, judge, without
from tests.console import Terminal

TOWNS = ("Elm", "Oak", "Ash", "Fir", "Yew", "Bay", "Fig", "Ivy", "Box", "Elder")
SAYINGS = (
    ("has {} cranes", "How many cranes does the harbour of Port {} have?", "{} cranes"),
    ("has {} lighthouses", "How many lighthouses does the harbour of Port {} have?", "{} lighthouses"),
    ("feeds {} gulls", "How many gulls does the harbour of Port {} feed?", "{} gulls"),
)


@pytest.fixture
def harbours(tmp_path: Path) -> tuple[Terminal, Path]:
    """Ten documents, indexed, and a file of thirty questions that they answer and one that they do not."""
    corpus, questions = tmp_path / "corpus", tmp_path / "questions.jsonl"
    corpus.mkdir()
    lines = [{"question": "Who invented the telephone?", "gold": []}]
    for number, town in enumerate(TOWNS, 12):
        said = [f"The harbour of Port {town} {form.format(number * at)}." for at, (form, _, _) in enumerate(SAYINGS, 1)]
        (corpus / f"{town}.txt").write_text(" ".join(said) + "\n", encoding="utf-8")
        for at, (_, asked, gold) in enumerate(SAYINGS, 1):
            lines.append({"question": asked.format(town), "gold": [gold.format(number * at)]})
    questions.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    terminal = Terminal(("--corpus", str(corpus), "--data", str(tmp_path / "data"))).run("index")
    assert terminal.code == 0, terminal.err
    return terminal, questions


def test_calibrate_keeps_a_threshold_that_status_shows_and_answers_are_given_by(
    harbours: tuple[Terminal, Path], tmp_path: Path
) -> None:
    terminal, questions = harbours
    terminal.run("calibrate", str(questions), "--risk", "0.4", "--json")
    assert terminal.code == 0, terminal.err
    told = json.loads(terminal.out)["promises"]["same"]
    assert told["threshold"] is not None
    assert told["asked"] == 61
    assert told["bound"] <= 0.4
    terminal.run("status")
    assert "at most 40% of them are wrong" in terminal.out
    index = Index.open(tmp_path / "data")
    asked = "How many cranes does the harbour of Port Elm have?"
    sure = index.ask(asked).confidence
    assert index.with_thresholds(sure, 1.0).ask(asked).answered
    assert not index.with_thresholds(min(sure + 0.001, 1.0), 1.0).ask(asked).answered


def test_where_the_questions_are_too_few_it_says_how_many_are_missing(harbours: tuple[Terminal, Path]) -> None:
    terminal, questions = harbours
    terminal.run("index")
    first = questions.read_text(encoding="utf-8").splitlines()[:6]
    questions.write_text("\n".join(first), encoding="utf-8")
    terminal.run("calibrate", str(questions), "--risk", "0.01")
    assert terminal.code == 1
    assert "cannot be promised" in terminal.out


def test_a_calibration_of_other_models_is_not_used_and_status_says_so(
    harbours: tuple[Terminal, Path], tmp_path: Path
) -> None:
    terminal, _ = harbours
    told = Calibration("other", 0.1, "2026-01-01", promises([Judged(0.99, True)] * 40, 0.1))
    save(tmp_path / "data", told)
    terminal.run("status")
    assert "made with other models" in terminal.out
    index = Index.open(tmp_path / "data")
    assert index.calibrated(told) is index


def test_a_promise_that_a_reindex_breaks_is_told_at_once_and_in_status(
    harbours: tuple[Terminal, Path], tmp_path: Path
) -> None:
    terminal, _ = harbours
    data = tmp_path / "data"
    # These were right once: the documents say something else now.
    cases = tuple(
        GoldQuestion(f"How many cranes does the harbour of Port {town} have?", (("99 cranes",),)) for town in TOWNS
    )
    made = promises([Judged(0.9, True)] * 40 + [Judged(0.001, False)] * 40, 0.1)
    save(data, Calibration(Index.open(data).models, 0.1, "2026-01-01", made, cases))
    (tmp_path / "corpus" / "Elm.txt").write_text("The harbour of Port Elm has 13 cranes.\n", encoding="utf-8")
    terminal.run("index")
    assert "is not kept any more" in terminal.err
    kept = load(data)
    assert kept is not None
    assert "same" in kept.broken
    terminal.run("status")
    assert "is not kept any more" in terminal.out


def test_taking_the_answer_away_takes_its_translation_with_it(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    # Each translates the other: one by what stands in it, the other by its path.
    (corpus / "a.en.md").write_text(
        "---\ntranslation_of: a.zh.md\n---\n\n# Harbour\n\nThe harbour has 12 cranes.\n", encoding="utf-8"
    )
    (corpus / "a.zh.md").write_text("# 港口\n\n港口有12台起重机。\n", encoding="utf-8")
    (corpus / "b.md").write_text("# Kitchen\n\nThe kitchen bakes 300 loaves.\n", encoding="utf-8")
    terminal = Terminal(("--corpus", str(corpus), "--data", str(tmp_path / "data"))).run("index")
    assert terminal.code == 0, terminal.err
    index = Index.open(tmp_path / "data", encoder=open_encoder("bundled"))
    case = GoldQuestion("How many cranes?", (("12  Cranes",),))
    (skip,) = without(index.documents(), [case])
    assert [skip(document.source) for document in index.documents()] == [True, True, False]
    asked, taken = judge(index, [case])
    assert asked.right
    assert holds(index.ask(case.question).quotes[0], case)
    assert not taken.right
    assert taken.confidence < asked.confidence


@pytest.mark.parametrize(
    "line", ['{"question": 1, "gold": []}', '{"question": "a"}', '{"question": "a", "gold": [1]}', "["]
)
def test_a_wrong_line_or_risk_is_one_clear_sentence(harbours: tuple[Terminal, Path], line: str) -> None:
    terminal, questions = harbours
    questions.write_text(line, encoding="utf-8")
    terminal.run("calibrate", str(questions))
    assert (terminal.code, len(terminal.err.splitlines())) == (2, 1)
    terminal.run("calibrate", str(questions), "--risk", "7")
    assert (terminal.code, len(terminal.err.splitlines())) == (2, 1)
