"""The tokenizer for a few texts gives what `tokenizers` gives, piece by piece and place by place."""

import random
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.text import terms
from index.text.pieces import SPECIAL, Encoded, split_into_pieces, sure_of, vocabulary
from index.text.terms import encode, encode_ids, fold, token_spans, tokenizer

ODD = "\r\n\u0eb3\u200b\ufeff\xad▁Éé½①ⅣﬁＡ１é\u0302\ufe0f☺⚠“”$〇々\xa0\u3000龘\U0001f3fb\uff9e"


def expected(text: str) -> tuple[list[int], list[list[int]]]:
    encoded = tokenizer().encode(text, add_special_tokens=False)
    return encoded.ids, token_spans(encoded).tolist()


def told(made: Encoded) -> tuple[list[int], list[list[int]]]:
    return made.ids, made.spans.tolist()


def agree(texts: Sequence[str]) -> None:
    for text in texts:
        assert told(encode([text])[0]) == expected(text), text


@settings(max_examples=300)
@given(
    st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("abcXYZ089 中文字工厂。," + ODD), max_size=40)
)
def test_any_text_is_cut_as_tokenizers_cuts_it(text: str) -> None:
    agree([text])


def test_words_of_the_vocabulary_written_together_are_cut_as_tokenizers_cuts_them() -> None:
    rng = random.Random(1)
    words = [vocabulary().word(rng.randrange(len(vocabulary()))).removeprefix("▁") for _ in range(3000)]
    agree(["".join(rng.choices(words, k=rng.randint(1, 6))) for _ in range(1500)])


def test_invented_latin_words_are_cut_as_tokenizers_cuts_them() -> None:
    rng = random.Random(2)
    letters = "abcdefghijklmnopqrstuvwxyz0123456789"
    agree(["".join(rng.choices(letters, k=rng.randint(1, 25))) for _ in range(1500)])


def test_every_word_is_under_its_number() -> None:
    assert len(vocabulary()) == tokenizer().get_vocab_size()
    for word, id in tokenizer().get_vocab().items():
        assert (vocabulary().number(word), vocabulary().word(id)) == (id, word)


@pytest.mark.parametrize("text", ["E\u0301cole", "E\u1ad1", "ab[SEP]c", "a▁b", "\u0301", *SPECIAL])
def test_what_tokenizers_alone_knows_is_left_to_it(text: str) -> None:
    assert not sure_of(text)
    agree([text])


def test_what_is_taken_away_leaves_every_place_as_it_was() -> None:
    text = "中\u200b文⚠\ufe0f abc"
    assert sure_of(text)
    assert [text[a:b] for a, b in split_into_pieces(text, fold).spans] == ["中\u200b文", "⚠", "abc"]


def test_a_word_that_is_not_there_has_no_number() -> None:
    assert vocabulary().number("龘龘") is None
    assert vocabulary().number("") is None
    assert vocabulary().number("▁") == tokenizer().token_to_id("▁")


def test_many_texts_are_cut_as_few_are(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ["智能工厂共有8个", "How many smart factories?", ""]
    few = [ids.tolist() for ids in encode_ids(texts)]
    monkeypatch.setattr(terms, "MANY", 0)
    assert [ids.tolist() for ids in encode_ids(texts)] == few == [encoded.ids for encoded in encode(texts)]
