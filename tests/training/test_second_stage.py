"""The second stage: which tokens belong to which sentence, the best of each, and files that come back as they were."""

import random
from pathlib import Path

import pytest

from index.encoders.student import Student

torch = pytest.importorskip("torch", reason="needs the extra `training`")

from training.encoder.export import WINDOW  # noqa: E402
from training.encoder.reading import Question, passage_numbers, sentence_numbers  # noqa: E402
from training.encoder.second import mean, shipped, write  # noqa: E402
from training.encoder.translate import best_in_groups  # noqa: E402

BUNDLED = Path("index/encoders/models/bundled")


def test_the_best_token_of_each_group_counts_and_none_outside_one() -> None:
    """Random vectors against a slow loop; -1 belongs to no group."""
    torch.manual_seed(0)
    questions, passages = torch.randn(2, 3, 4), torch.randn(2, 5, 4)
    number = torch.tensor([[-1, 0, 0, 1, -1], [-1, 2, 2, 2, 2]])
    found = best_in_groups(questions, passages, number)
    assert found.shape == (2, 3, 3)
    for q in range(2):
        for token in range(3):
            for group in range(3):
                told = [passages[p, t] for p in range(2) for t in range(5) if number[p, t] == group]
                expected = max(float(questions[q, token] @ vector) for vector in told)
                assert float(found[q, token, group]) == pytest.approx(max(expected, -1.0), abs=1e-5)


def test_sentences_are_numbered_through_the_batch_after_the_mark_that_begins_a_text() -> None:
    """Two passages of two and of three sentences."""
    batch = [Question([7], [10, 11, 12], [0, 0, 1], 1), Question([8], [13, 14, 15, 16], [0, 1, 1, 2], 2)]
    numbers, firsts = sentence_numbers(batch, 6)
    assert numbers.tolist() == [[-1, 0, 0, 1, -1, -1], [-1, 2, 3, 3, 4, -1]]
    assert firsts == [0, 2]
    assert passage_numbers(numbers).tolist() == [[-1, 0, 0, 0, -1, -1], [-1, 1, 1, 1, 1, -1]]


def test_the_mean_is_of_each_weight() -> None:
    """Of two states."""
    assert mean([{"a": torch.tensor([1.0])}, {"a": torch.tensor([3.0])}])["a"].tolist() == [2.0]


def test_a_shipped_encoder_is_read_widened_and_written_again(tmp_path: Path) -> None:
    """Reading the int8 files and writing them changes no weight by more than a step of the int8 scale."""
    first = shipped(BUNDLED)
    chance = random.Random(0)
    write(first, BUNDLED, tmp_path, [[2, *chance.sample(range(5, 20_000), 40), 3] for _ in range(8)])
    second = shipped(tmp_path)
    for name, value in first.state_dict().items():
        other = second.state_dict()[name]
        if name == "body.pos":
            value, other = value[:WINDOW], other[:WINDOW]
        # An int8 step of its own column, and half of one that smoothing moved.
        assert float((value - other).abs().mean()) <= float(value.abs().max()) / 127, name
    texts = ["智能工厂", "how many smart factories?"]
    old, new = (Student(folder).encode_passages(texts) for folder in (BUNDLED, tmp_path))
    assert ((old * new).sum(axis=1) > 0.99).all()
