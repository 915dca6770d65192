"""Terms: folded, numbers by value, names whole, pinyin for names; offsets of the text as it stands."""

import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text import pinyin
from index.text.terms import WORDS, encode, fold, fold_all, query_terms, stem, terms, tokenizer
from index.text.tokenized import index_terms


def texts(text: str) -> list[str]:
    return [term.text for term in terms(text)]


def test_both_scripts_and_all_widths_give_the_same_terms() -> None:
    assert texts("龍泉驛有８個智能工廠") == texts("龙泉驿有8个智能工厂")


def test_folding_keeps_every_offset() -> None:
    text = "Ｃafé 龍泉驛！ İstanbul ﬁne"
    assert len(fold(text)) == len(text)


@given(st.lists(st.text(st.characters() | st.sampled_from("ＡÉ龍灣\U0002f801\U0010ffff\ud800"))))
def test_many_texts_are_folded_as_each_alone(several: list[str]) -> None:
    assert fold_all(several) == [fold(text) for text in several]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("8", "#8"),
        ("８", "#8"),
        ("5000万", "#50000000"),
        ("50 million", "#50000000"),
        ("82.5万", "#825000"),
        ("1,100", "#1100"),
        ("十六", "#16"),
        ("一百二十三", "#123"),
        ("一千零一", "#1001"),
        ("二〇一二", "#2012"),
        ("两亿三千万", "#230000000"),
        ("twenty-five", "#25"),
        ("three hundred", "#300"),
        ("18.70", "#18.7"),
    ],
)
def test_a_number_is_its_value_in_any_script(written: str, value: str) -> None:
    assert value in texts(f"共 {written} ,")


def test_one_measured_numeral_is_a_number_and_a_bare_one_is_a_word() -> None:
    assert "#8" in texts("八个工厂")
    assert not any(t.startswith("#") for t in texts("十分重要"))


def test_names_of_letters_and_digits_stay_whole() -> None:
    assert texts("SU7什么时候launch的, L1-L4")[0] == "su7"
    assert {"l1", "l4"} <= set(texts("L1-L4"))


def test_english_words_are_stemmed() -> None:
    assert texts("factories") == texts("factory")


@pytest.mark.parametrize(("spelled", "name"), [("Meisherui", "美奢锐"), ("Longquanyi", "龍泉驛"), ("xiaomi", "小米")])
def test_a_pinyin_spelling_finds_the_chinese_name(spelled: str, name: str) -> None:
    asked = set(query_terms(terms(spelled)))
    assert asked - {terms(spelled)[0].text} <= set(index_terms(name))
    assert len(asked) > 1


@given(st.text("工公厂场长城成 a国家锅", max_size=30))
def test_pairs_that_sound_alike_are_found_as_often_as_they_stand(folded: str) -> None:
    sounds = list(pinyin.places("工厂"))
    pairs = [folded[at : at + 2] for at in range(len(folded) - 1)]
    alike = [pair for pair in pairs if set(pinyin.places(pair)) & set(sounds)]
    assert list(pinyin.sounding(folded, sounds)) == alike
    assert next(pinyin.sounding("公厂" + folded, sounds)) == "公厂"


def test_an_english_word_is_not_taken_for_pinyin() -> None:
    assert query_terms(terms("factory")) == ["factori"]


@given(st.text(max_size=80))
def test_every_term_is_a_span_of_the_text(text: str) -> None:
    last = 0
    for term in terms(text):
        assert last <= term.start < term.end <= len(text)
        last = term.end


def test_the_span_of_a_latin_token_is_its_letters_alone() -> None:
    text = "how many SU7什么launch的 é"
    encoded = encode([text])[0]
    words = [text[a:b] for a, b in encoded.spans]
    assert words[:2] == ["how", "many"]
    assert "launch" in words
    assert not any(word != word.strip() for word in words)


def test_a_rare_word_is_one_piece_for_the_encoders_and_its_parts_for_terms() -> None:
    assert len(encode(["太原市"])[0].ids) == 1
    assert [term.text for term in terms("太原市")] == ["太原", "市"]
    assert index_terms("太原市")[:2] == ["太原", "市"]


def test_cuts_of_a_rare_word_are_counted_from_its_beginning() -> None:
    assert len(encode(["年收入"])[0].ids) == 1
    assert [term.text for term in terms("年收入")] == ["年", "收入"]
    assert [(term.text, term.start) for term in terms("在安卡拉附近")] == [
        ("在", 0),
        ("安", 1),
        ("卡拉", 2),
        ("附近", 4),
    ]


def test_every_rare_word_is_cut_within_itself() -> None:
    cuts = np.load(WORDS / "composed-cuts.npy")
    first = tokenizer().get_vocab_size() - len(cuts)
    for id, bits in enumerate(cuts.tolist(), start=first):
        word = tokenizer().id_to_token(id)
        assert 0 < bits < 1 << (len(word) - 1), word


def test_many_threads_with_cold_caches_find_the_stems_that_one_thread_finds() -> None:
    words = [f"{head}{tail}" for head in ("relation", "small", "does", "hopeful", "city") for tail in ENDINGS]
    alone = [stem(word) for word in words]
    threads = 16
    together = Barrier(threads)

    def stems(shift: int) -> list[str]:
        together.wait()
        found = {word: stem(word) for word in words[shift:] + words[:shift]}
        return [found[word] for word in words]

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(threads) as pool:
            for _ in range(3):
                stem.cache_clear()
                found = list(pool.map(stems, range(0, threads * 5, 5)))
                assert found == [alone] * threads
                assert [stem(word) for word in words] == alone
    finally:
        sys.setswitchinterval(interval)


ENDINGS = ("ly", "ness", "nesses", "ization", "ational", "fulness", "ousli", "ing", "edly", "ically", "ies", "ements")
