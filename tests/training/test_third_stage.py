"""The third stage: typed questions among the passages that a search finds, and which of their sentences answer."""

import random
from pathlib import Path

import pytest

from index.encoders.static import Static
from index.text.terms import tokenizer
from training.encoder.hard_passages import KnowledgeBase, Passage, TypedQuestion, drawn, searched
from training.typed import Typed
from training.typed_bases import opened

torch = pytest.importorskip("torch", reason="needs the extra `training`")

from training.encoder.third import between, numbered  # noqa: E402

FAST = Path("index/encoders/models/bundled-fast")
RULES = """# Leave

Everybody has twelve days of leave a year. They are booked in the calendar.

# Painting

The lobby is painted green every second spring. Brushes are in the cellar.
"""


def test_questions_come_with_the_passage_that_answers_and_with_what_was_found_beside_it(tmp_path: Path) -> None:
    (tmp_path / "rules.md").write_text(RULES, encoding="utf-8")
    start = RULES.index("Brushes")
    answer = ((start, start + len("Brushes are in the cellar.")),)
    asked = Typed("where r the brushes", "en", "w", "rules.md", "fact", "sentence", (answer,))
    nowhere = Typed("what is it called", "en", "w", "rules.md", "fact", "sentence", (((0, 1),),))
    bases = opened(tmp_path, [asked, nowhere], {"w"}, Static(FAST), None)
    _, index = next(bases)
    base = searched(index, [asked, nowhere], tokenizer())
    (question,) = base.questions
    ((right, sentences),) = question.right.items()
    assert sentences == [1]
    assert question.near == [n for n in base.passages if n != right]
    window = tokenizer().decode(base.passages[right].window)
    assert "brushes" in window.lower()
    assert set(base.passages[right].sentence) == {-1, 0, 1}


def test_a_batch_holds_what_answers_and_as_many_others_as_are_asked_for() -> None:
    near = list(range(100, 116))
    questions = [TypedQuestion("?", [7], {n: [0], n + 50: [1]}, near) for n in range(5)]
    asked, right, beside = drawn(KnowledgeBase(questions, {}), 3, (2, 1), random.Random(0))
    assert len(asked) == len(right) == 3
    assert all(first in one.right for one, first in zip(asked, right, strict=True))
    others = [n for n in beside if n >= 100]
    assert set(right) <= set(beside)
    assert len(beside) == len(set(beside)) == 3 + len(others)
    assert sum(n < 106 for n in others) in range(2, 7)
    assert sum(n >= 106 for n in others) in range(1, 4)


def test_sentences_are_numbered_through_the_batch_and_headings_are_of_none() -> None:
    passages = [Passage([5, 6, 7], [-1, 0, 1], "en"), Passage([8], [-1], "en"), Passage([9, 10], [0, 0], "zh")]
    found, firsts = numbered([one.sentence for one in passages], 5)
    assert found.tolist() == [[-1, -1, 0, 1, -1], [-1, -1, -1, -1, -1], [-1, 2, 2, -1, -1]]
    assert firsts == [0, 2, 2]


def test_weights_between_two_states() -> None:
    found = between({"a": torch.tensor([1.0])}, {"a": torch.tensor([3.0])}, 0.25)
    assert found["a"].tolist() == [2.5]
