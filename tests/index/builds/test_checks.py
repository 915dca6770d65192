"""A new snapshot is examined before it goes live: it is sound, and what was answered is answered still."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from index.answer import Answer, Quote
from index.builds import build, checks
from index.builds.checks import SavedQuestion, saved_questions
from index.errors import SnapshotError
from index.snapshots import snapshot
from index.snapshots.snapshot import Snapshot
from index.text.tokenized import index_terms
from tests.hashing import HashingEncoder

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def ask(opened: Snapshot) -> Callable[[str], Answer]:
    """Answers with the first sentence of the best passage for the question's terms, when all of them stand in it."""

    def answer(question: str) -> Answer:
        terms = index_terms(question)
        found = opened.lexical.search(terms, 1)
        if not found or not set(terms) <= set(opened.terms(found[0][0])):
            return Answer(question, (), 0.0)
        passage = opened.passages[found[0][0]]
        document, (start, end) = opened.documents[passage.document], passage.sentences[0]
        return Answer(question, (Quote(document.id, document.source, document.text[start:end], start, end),), 1.0)

    return answer


class Bench:
    def __init__(self, folder: Path) -> None:
        self.corpus, self.data = folder / "corpus", folder / "data"
        self.corpus.mkdir()
        self.write("a.txt", "Elm harbour has 12 cranes.")
        self.write("b.txt", "Oak mill has 3 wheels.")

    def write(self, name: str, text: str) -> None:
        (self.corpus / name).write_text(text, "utf-8")

    def build(self, **options: object) -> build.Prepared:
        return build.build(self.corpus, self.data, HashingEncoder(), now=NOW, ask=ask, **options)  # type: ignore[arg-type]


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_a_lost_answer_stops_the_swap_and_is_named(bench: Bench) -> None:
    bench.write("questions.jsonl", '{"question": "harbour cranes", "gold": ["12 cranes"]}\n{"question": "oak mill"}\n')
    live = bench.build().report.snapshot
    bench.write("a.txt", "Elm harbour was closed.")
    prepared = bench.build()
    (lost,) = prepared.lost
    assert (lost.question, lost.before, lost.after) == ("harbour cranes", "Elm harbour has 12 cranes.", "")
    assert prepared.report.changed == ("a.txt",)
    assert snapshot.live(bench.data) == live
    assert [path.name for path in (bench.data / "snapshots").iterdir()] == [live]


def test_force_goes_live_all_the_same(bench: Bench) -> None:
    bench.write("questions.jsonl", '{"question": "harbour cranes"}\n')
    bench.build()
    bench.write("a.txt", "Elm harbour was closed.")
    prepared = bench.build(force=True)
    assert len(prepared.lost) == 1
    assert snapshot.live(bench.data) == prepared.report.snapshot


def test_a_prepared_snapshot_with_lost_answers_may_be_activated_after_all(bench: Bench) -> None:
    bench.build()
    bench.write("a.txt", "Elm harbour was closed.")
    saved = (SavedQuestion("harbour cranes"),)
    prepared = build.prepare(bench.corpus, bench.data, HashingEncoder(), now=NOW, ask=ask, questions=saved)
    assert [lost.question for lost in prepared.lost] == ["harbour cranes"]
    assert build.activate(prepared).snapshot == snapshot.live(bench.data)


def test_an_answer_that_is_no_longer_the_right_one_is_lost(bench: Bench) -> None:
    saved = (SavedQuestion("harbour cranes", ("12 cranes",)), SavedQuestion("oak mill", ("wheels",)))
    bench.build()
    bench.write("a.txt", "Elm harbour has 14 cranes.")
    (lost,) = bench.build(questions=saved).lost
    assert lost.after == "Elm harbour has 14 cranes."


def confirmed(quote: str) -> tuple[SavedQuestion, ...]:
    return (SavedQuestion("harbour cranes", quote=quote),)


def test_a_confirmed_answer_that_was_edited_or_moved_is_not_lost(bench: Bench) -> None:
    saved = confirmed("Elm harbour has 12 cranes.")
    bench.build()
    bench.write("a.txt", "Elm harbour has 14 cranes now.")
    assert bench.build(questions=saved).lost == ()
    bench.write("a.txt", "Elm is a small town by the sea.")
    bench.write("c.txt", "Elm harbour has 12 cranes.")
    assert bench.build(questions=saved).lost == ()


def test_a_confirmed_answer_is_lost_to_another_sentence_and_withdrawn_where_nothing_says_it(bench: Bench) -> None:
    saved = confirmed("Elm harbour has 12 cranes.")
    bench.build()
    bench.write(
        "a.txt", "The cranes of the harbour were sold to a shipyard in the south.\n\nElm harbour has 12 cranes."
    )
    (lost,) = bench.build(questions=saved).lost
    assert not lost.withdrawn
    bench.write("a.txt", "The cranes of the harbour were sold to a shipyard in the south.")
    (lost,) = bench.build(questions=saved).lost
    assert lost.withdrawn


def test_what_was_not_answered_before_cannot_be_lost(bench: Bench) -> None:
    bench.build()
    bench.write("a.txt", "Elm harbour was closed.")
    saved = (SavedQuestion("moon landing"), SavedQuestion("harbour cranes", ("99 cranes",)))
    assert bench.build(questions=saved).lost == ()
    assert len(snapshot.kept(bench.data)) == 2


def test_a_change_of_encoder_is_not_compared(bench: Bench) -> None:
    bench.build()
    saved = (SavedQuestion("harbour cranes", ("12 cranes",)),)
    bench.write("a.txt", "Elm harbour was closed.")
    other = HashingEncoder(salt="other")
    assert build.build(bench.corpus, bench.data, other, now=NOW, ask=ask, questions=saved).lost == ()


def test_the_first_build_has_nothing_to_lose(bench: Bench) -> None:
    assert bench.build(questions=(SavedQuestion("harbour cranes", ("99",)),)).lost == ()


def test_saved_questions_are_read_and_the_first_bad_line_is_named(tmp_path: Path) -> None:
    assert saved_questions(tmp_path) == ((), "")
    path = tmp_path / "questions.jsonl"
    path.write_text(
        '\ufeff{"id": 1, "question": "几个工厂?", "gold": ["8个"]}\n\n{"question": "a", "gold": null}\n', "utf-8"
    )
    assert saved_questions(tmp_path) == ((SavedQuestion("几个工厂?", ("8个",)), SavedQuestion("a")), "")
    path.write_text('{"question": "a"}\nwhat?\n[1]\n{"question": 3}\n', "utf-8")
    found, problem = saved_questions(tmp_path)
    assert found == (SavedQuestion("a"),)
    assert problem.startswith("Line 2 ")
    path.write_bytes(b"\xff\xfe\xff")
    assert "UTF-8" in saved_questions(tmp_path)[1]


def test_a_bad_line_among_the_saved_questions_is_reported(bench: Bench) -> None:
    bench.write("questions.jsonl", "what?\n")
    report = bench.build().report
    assert report.skipped == (
        ("questions.jsonl", 'Line 1 does not have the form {"question": "...", "gold": ["..."]}.'),
    )


@pytest.mark.parametrize("part", ["vectors", "lexical", "text"])
def test_an_unsound_snapshot_does_not_pass(bench: Bench, part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.build()
    opened = snapshot.active(bench.data)
    if part == "vectors":
        opened.store.remove(np.array([0]))
        opened.store.remove(np.array([1]))
    elif part == "lexical":
        monkeypatch.setattr(opened.lexical, "search", lambda terms, k: [])
    else:
        monkeypatch.setattr(opened, "text", lambda passage: ("short", 0))
    with pytest.raises(SnapshotError, match="not sound"):
        checks.examine(opened)


def test_a_snapshot_that_fails_its_examination_leaves_nothing(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    live = bench.build().report.snapshot
    bench.write("a.txt", "Elm harbour was closed.")

    def fail(opened: Snapshot) -> None:
        raise SnapshotError("not sound")

    monkeypatch.setattr("index.builds.pipeline.examine", fail)
    with pytest.raises(SnapshotError, match="not sound"):
        bench.build()
    assert [path.name for path in (bench.data / "snapshots").iterdir()] == [live]


def test_an_error_while_asking_leaves_nothing(bench: Bench) -> None:
    live = bench.build().report.snapshot
    bench.write("a.txt", "Elm harbour was closed.")

    def broken(opened: Snapshot) -> Callable[[str], Answer]:
        raise SnapshotError("cannot ask")

    with pytest.raises(SnapshotError, match="cannot ask"):
        build.build(
            bench.corpus, bench.data, HashingEncoder(), now=NOW, ask=broken, questions=(SavedQuestion("oak mill"),)
        )
    assert [path.name for path in (bench.data / "snapshots").iterdir()] == [live]
