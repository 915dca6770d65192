"""A text is cut once: its terms are those of a question, its pieces stand where the tokenizer says."""

import unicodedata

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from index.text import pinyin
from index.text.terms import encode, encode_ids, terms
from index.text.tokenized import index_terms, piece_spans, tokenized

LETTERS = "龙泉驿区有八十三万个智能工廠美奢锐 \n，。8５%SU7factory's—é😀々𠀀\u200d\ue000"
MIXED = st.text(alphabet=st.sampled_from(LETTERS), max_size=60)


@pytest.fixture(scope="module", autouse=True)
def _loaded() -> None:
    """The vocabulary is loaded once, and not on an example's time."""
    index_terms("龙泉驿 Longquanyi")


@given(st.one_of(MIXED, st.text(max_size=40)))
@example("共有八个工厂,十六间车间")
@example("人々在太原市。年收入5000万元")
def test_what_is_indexed_are_the_terms_of_a_question(text: str) -> None:
    # The tokenizer sees no mark that joins two characters, a question's terms do.
    assume("\u200d" not in text)
    assert sorted(tokenized([text])[0].terms) == sorted(term.text for term in terms(text))


@given(st.one_of(MIXED, st.text(max_size=40)))
@example("龙泉驿 SU7什么时候launch的\n\nhow many  smart factories?")
def test_a_piece_stands_where_the_tokenizer_says(text: str) -> None:
    # `token_spans` takes what joins two characters of a word for what stands before the word.
    assume(not any(unicodedata.category(char)[0] == "M" or unicodedata.category(char) == "Cf" for char in text))
    found = piece_spans([text], encode_ids([text]))[0]
    if found is not None:
        assert found.tolist() == encode([text])[0].spans.tolist()


def test_usual_texts_need_not_be_cut_again() -> None:
    texts = ["龙泉驿区已培育8个智能工厂。", "Longquanyi has 8 smart factories (2023).", "标题\n正文 SU7"]
    for text, found in zip(texts, piece_spans(texts, encode_ids(texts)), strict=True):
        assert found is not None
        assert found.tolist() == encode([text])[0].spans.tolist()


def test_texts_that_are_cut_together_are_cut_as_each_alone() -> None:
    texts = ["智能工厂", "", "how many?", "美奢锐有25%的员工"]
    together = tokenized(texts)
    assert [one.text for one in together] == texts
    assert [one.terms + one.sounds.split() for one in together] == [index_terms(text) for text in texts]


def test_a_name_is_found_whichever_way_its_letters_are_divided() -> None:
    assert set(pinyin.spelling("changan")) <= set(index_terms("长安"))
    assert set(pinyin.spelling("fangan")) <= set(index_terms("方案")) & set(index_terms("反感"))


def test_every_reading_of_a_character_is_indexed() -> None:
    assert set(pinyin.spelling("chongqing")) <= set(index_terms("重庆"))
    assert set(pinyin.spelling("zhongyao")) <= set(index_terms("重要"))


def test_codes_of_sounds_that_a_text_holds_itself_mean_nothing() -> None:
    assert pinyin.sounds("\ue000\ue001 \ue002") == ""


def test_sounds_are_indexed_once_each() -> None:
    assert pinyin.sounds("智能,智能") == " ".join(pinyin.spelling("zhineng"))


@given(st.text(alphabet=st.sampled_from("重庆长安行和a ,龙\n"), max_size=12))
def test_what_is_indexed_of_sounds_is_what_is_found_of_them(text: str) -> None:
    assert set(pinyin.sounds(text).split()) == set(pinyin.places(text))
