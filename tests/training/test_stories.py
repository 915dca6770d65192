"""Translated texts as the second stage asks for them: real sentences, cut short, among their neighbours."""

import gzip
import random
from pathlib import Path

import pytest

from index.text.terms import tokenizer

pytest.importorskip("torch", reason="needs the extra `training`")

from training.encoder.stories import MOST, NEIGHBOURS, SOURCES, Stories


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Both sources, each sentence with a number of its own in both languages."""
    (tmp_path / "parallel").mkdir()
    for name in SOURCES:
        lines = [f"Sentence number {n} of an article about bees\t关于蜜蜂的文章的第{n}个句子" for n in range(60)]
        with gzip.open(tmp_path / "parallel" / f"{name}.en-zh.tsv.gz", "wt", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
    return tmp_path


def test_a_question_is_a_part_of_the_sentence_that_answers_it(data: Path) -> None:
    told = Stories(data, tokenizer(), random.Random(1))
    for _ in range(20):
        for question in told.batch():
            assert question.asked
            assert question.right in question.sentence
            assert len(question.window) == len(question.sentence)
            assert max(question.sentence) < MOST
            assert question.sentence == sorted(question.sentence)


def test_texts_of_one_place_follow_each_other_and_do_not_overlap(data: Path) -> None:
    """The numbers in the windows of one stretch rise, and none stands in two."""
    words = tokenizer()
    told = Stories(data, words, random.Random(2))
    batch = told.batch()[:NEIGHBOURS]
    numbers = [[int(p) for p in words.decode(q.window).replace("▁", " ").split() if p.isdecimal()] for q in batch]
    flat = [n for one in numbers for n in one]
    assert len(flat) > NEIGHBOURS
    assert flat == sorted(set(flat))
