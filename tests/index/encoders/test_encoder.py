"""What every bundled encoder promises: unit vectors for any text, tokens with their offsets, nothing cut."""

import numpy as np
import pytest

from index.encoders.open import open_encoder
from index.encoders.protocol import Encoder, unit

ODD = ["", "   ", "😀😀", "\u0000\u200b", "长" * 3000, "word " * 2000, "مرحبا بالعالم", "8", "。"]


@pytest.fixture(scope="module", params=["bundled", "bundled-fast"])
def encoder(request: pytest.FixtureRequest) -> Encoder:
    return open_encoder(request.param)


def test_any_text_gives_a_unit_vector(encoder: Encoder) -> None:
    vectors = encoder.encode_passages(ODD)
    assert vectors.dtype == np.float32
    assert vectors.shape == (len(ODD), encoder.dimensions)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)


def test_tokens_are_unit_vectors_with_spans_in_the_text(encoder: Encoder) -> None:
    texts = [*ODD, "SU7什么时候launch的？"]
    for text, tokens in zip(texts, encoder.encode_tokens(texts), strict=True):
        assert len(tokens.vectors) == len(tokens.spans)
        assert np.isfinite(tokens.vectors).all()
        np.testing.assert_allclose(np.linalg.norm(tokens.vectors, axis=1), 1.0, atol=1e-5)
        assert ((tokens.spans >= 0) & (tokens.spans <= len(text))).all()


def test_a_long_text_is_read_to_its_end(encoder: Encoder) -> None:
    text = "工厂 " * 700 + "熊猫"
    assert encoder.encode_tokens([text])[0].spans[-1][1] == len(text)


def test_a_text_gets_the_same_vector_alone_and_in_company(encoder: Encoder) -> None:
    """Whatever else is in the batch: its length (padding) and its words (int8 scales)."""
    texts = ["智能工厂", "how many smart factories?", "8", "他于2014年被授予法国艺术与文学骑士勋章。"]
    alone = np.stack([encoder.encode_passages([text])[0] for text in texts])
    company = ["a much longer text about something else entirely " * 5, "2023年，全区整车产量为82.5万辆。" * 6]
    together = encoder.encode_passages([*texts, *company])[: len(texts)]
    assert ((alone * together).sum(axis=1) > 0.995).all()


def test_a_translation_is_nearer_than_another_subject(encoder: Encoder) -> None:
    question, same, other = encoder.encode_passages(["smart factory", "智能工厂", "天气预报"])
    assert question @ same > question @ other


def test_both_in_one_pass_are_the_same_as_each(encoder: Encoder) -> None:
    texts = ["how many smart factories?", "龙泉驿"]
    pooled, tokens = encoder.encode_both(texts)
    np.testing.assert_allclose(pooled, encoder.encode_questions(texts), atol=1e-5)
    np.testing.assert_allclose(tokens[1].vectors, encoder.encode_tokens(texts)[1].vectors, atol=1e-5)


def test_a_row_without_direction_becomes_a_unit_row() -> None:
    rows = unit(np.asarray([[0.0, 0.0], [np.nan, np.inf], [3.0, 4.0]], np.float32))
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1.0)


def test_a_rare_word_is_one_token_near_its_gloss(encoder: Encoder) -> None:
    """Words that have no row of their own are composed of the rows of the words that gloss them."""
    assert len(encoder.encode_tokens(["四分卫"])[0].vectors) == 1
    word, gloss, other = encoder.encode_passages(["四分卫", "quarterback", "carrot"])
    assert word @ gloss > word @ other


def test_half_of_a_pair_is_an_unknown_character(encoder: Encoder) -> None:
    """JSON may carry a lone surrogate: it costs no question, and the spans around it hold."""
    text = "\ud83d工厂"
    assert encoder.encode_questions([text]).shape == (1, encoder.dimensions)
    assert encoder.encode_tokens([text])[0].spans[-1].tolist() == [1, 3]
