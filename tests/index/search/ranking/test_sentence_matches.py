"""Which of the ranked sentences are quoted first."""

import numpy as np

from index.document import Source
from index.search.ranking.candidates import PassageMatch
from index.search.ranking.late_interaction import Match
from index.search.ranking.ranking_model import Linear
from index.search.ranking.sentence_matches import SentenceMatch, one_a_passage, prefer_language

WHOLE = Match(0.0, 0.0, 0.0, np.zeros(0, np.float32))
ZH = Source("a.zh.md", "A", lang="zh")
EN = Source("a.en.md", "A", lang="en", translation_of="a.zh.md")
OTHER = Source("b.zh.md", "B", lang="zh")


def sentence(passage: int, source: Source, score: float) -> SentenceMatch:
    candidate = PassageMatch(passage, source, 0.0, 0.0, WHOLE, ((0, 2),), "", 0, 0)
    return SentenceMatch(candidate, 0, (0, 2), np.zeros(0, np.float32), score)


def test_a_fair_answer_of_the_translation_is_quoted_before_the_best_one() -> None:
    best, mine, other = sentence(0, EN, 9.0), sentence(1, ZH, 6.0), sentence(2, OTHER, 8.0)
    assert prefer_language([best, other, mine], "zh", 4.0) == [mine, best, other]
    assert prefer_language([best, other, mine], "zh", 2.0) == [best, other, mine]
    assert prefer_language([best, other, mine], "en", 4.0) == [best, other, mine]


def test_of_each_passage_the_first_sentence_stays() -> None:
    ranked = [sentence(0, EN, 9.0), sentence(1, ZH, 6.0), sentence(0, EN, 5.0)]
    assert one_a_passage(ranked) == ranked[:2]


def test_a_part_of_a_sum_is_that_of_the_features_that_are_named() -> None:
    model = Linear(("late", "cross", "cross_late"), np.array([2.0, -1.0, 4.0], np.float32), 7.0)
    row = np.array([0.5, 1.0, 0.5], np.float32)
    assert model.part(row, ("cross", "cross_late")) == 1.0
    assert model(row) == 9.0
