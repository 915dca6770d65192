"""Late interaction: what meets a question well scores high, and what it lacks is told."""

import math

import numpy as np
import pytest

from index.encoders.open import open_encoder
from index.encoders.protocol import Encoder
from index.search.question.query import parse
from index.search.ranking.late_interaction import Weighted, best_within, match, matches, similarities, weigh
from index.text.occurrences import places


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return open_encoder("bundled-fast")


def asked(encoder: Encoder, question: str, known: dict[str, int] | None = None) -> Weighted:
    query = parse(question)
    counts = known or {}
    return weigh(
        query, encoder.encode_tokens([query.text])[0], lambda term: counts.get(term, 0), 100, frozenset({"zh"})
    )


def met(encoder: Encoder, weighted: Weighted, text: str) -> tuple[float, float, float]:
    cosines = similarities(weighted, encoder.encode_tokens([text])[0])
    stands = np.asarray([bool(at) for at in places(weighted.query.content, [text])[0]], bool)
    found = match(weighted, cosines, stands)
    return found.late, found.lexical, found.weakest


def test_a_text_that_says_it_all_meets_the_question_wholly(encoder: Encoder) -> None:
    late, lexical, weakest = met(encoder, asked(encoder, "智能工厂有多少"), "智能工厂有多少")
    assert late > 0.95
    assert lexical == pytest.approx(1.0)
    assert weakest > 0.85


def test_the_one_word_that_is_missing_shows_as_the_weakest(encoder: Encoder) -> None:
    weighted = asked(encoder, "上海有多少个智能工厂?")
    _, lexical, weakest = met(encoder, weighted, "龙泉驿已培育8个智能工厂")
    assert 0.3 < lexical < 0.9
    assert weakest < 0.7


def test_a_rare_term_weighs_more_than_a_common_one(encoder: Encoder) -> None:
    weighted = asked(encoder, "成都固氮", {"成都": 90, "固": 1, "氮": 1})
    weights = dict(zip([t.text for t in weighted.query.content], weighted.terms, strict=True))
    assert weights["氮"] > weights["成都"]


def test_the_weight_of_a_term_is_its_inverse_document_frequency_as_in_bm25(encoder: Encoder) -> None:
    weighted = asked(encoder, "成都固氮", {"成都": 90, "固": 1, "氮": 100})
    weights = dict(zip([t.text for t in weighted.query.content], weighted.terms.tolist(), strict=True))
    rarest = math.log(1 + 100.5 / 0.5)
    for term, count in (("成都", 90), ("固", 1), ("氮", 100)):
        idf = math.log(1 + (100 - count + 0.5) / (count + 0.5))
        assert weights[term] == pytest.approx(0.3 + 0.7 * idf / rarest, abs=1e-5)


def test_a_text_without_tokens_meets_nothing(encoder: Encoder) -> None:
    weighted = asked(encoder, "智能工厂")
    cosines = similarities(weighted, encoder.encode_tokens([""])[0])
    found = match(weighted, cosines, np.zeros(len(weighted.query.content), bool))
    assert (found.late, found.lexical, found.weakest) == (0.0, 0.0, 0.0)


def test_each_stretch_is_matched_as_if_it_stood_alone(encoder: Encoder) -> None:
    weighted = asked(encoder, "智能工厂有几只熊猫?")
    text = "智能工厂。 熊猫。"
    tokens = encoder.encode_tokens([text])[0]
    spans = [(0, 5), (5, 6), (6, 9), (9, 9)]
    exact = np.zeros((len(weighted.query.content), len(spans)), bool)
    exact[0, 0] = True
    cosines = similarities(weighted, tokens)
    together = matches(weighted, best_within(cosines, tokens, spans), exact)
    for n, (left, right) in enumerate(spans):
        inside = (tokens.spans[:, 0] >= left) & (tokens.spans[:, 1] <= right)
        alone = match(weighted, cosines[:, inside], exact[:, n])
        assert (together[n].late, together[n].lexical) == pytest.approx((alone.late, alone.lexical))
        np.testing.assert_allclose(together[n].terms, alone.terms, rtol=1e-5)


def test_a_text_that_shares_only_the_form_of_a_question_hardly_meets_it(encoder: Encoder) -> None:
    weighted = asked(encoder, "智能工厂有多少?")
    form, subject = met(encoder, weighted, "有多少?")[0], met(encoder, weighted, "智能工厂")[0]
    assert form < 0.6 < 0.8 < subject
    inside = [(term.start, term.end) for term in weighted.query.content]
    middle = weighted.vectors.spans.mean(axis=1)
    carries = np.array([any(left <= at < right for left, right in inside) for at in middle])
    assert weighted.tokens[~carries].max() < weighted.tokens[carries].min() / 2
