"""A misspelled question is read as it is meant, but only where nothing answers it as it stands."""

import random
from datetime import UTC, datetime
from string import ascii_lowercase

import pytest

from index.builds.build import build
from index.encoders.open import open_encoder
from index.search.index import Index
from index.search.question.query import parse
from index.search.question.spell_check import Speller, distance, like_known
from index.snapshots.snapshot import active

TEXT = """龙泉驿区已培育8个智能工厂。美奢锐的研发投入增长了18.7%。
黎明广场有三百个车位,背景是群山。

表里写的是机器,但表示方法不同。建一张单独的表。

劳动合同期满后终止。工伤认定需要两个月。工作合同另签,工作和同伴都重要。他在公司是经理。试用期最长为半年。

The servers stand in two halls.
Meisherui makes ceramics. The district has developed 8 smart factories and 16 digital workshops.
"""

OFTEN = {
    "b": "劳动合同应当写明工作内容。大部分时间在室内。\n",
    "c": "试用期写在劳动合同里。\n",
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    folder = tmp_path_factory.mktemp("spelling")
    (folder / "corpus").mkdir()
    (folder / "corpus" / "a.txt").write_text(TEXT, encoding="utf-8")
    for name, text in OFTEN.items():
        (folder / "corpus" / f"{name}.txt").write_text(text, encoding="utf-8")
    encoder = open_encoder("bundled-fast")
    build(folder / "corpus", folder / "data", encoder, now=datetime.now(UTC))
    return Index.open(folder / "data", encoder=encoder)


@pytest.fixture(scope="module")
def speller(index: Index, tmp_path_factory: pytest.TempPathFactory) -> Speller:
    return Speller(active(next(tmp_path_factory.getbasetemp().glob("spelling*")) / "data"))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("how many smart factries?", "how many smart factories?"),
        ("Meisheru ceramcs", "meisherui ceramics"),
        ("智能公厂有几个", "智能工厂有几个"),
        ("研发投如增长多少", "研发投入增长多少"),
        ("研發投如增長多少", "研發投入增長多少"),
        ("劳动和同上必须写明哪些东西", "劳动合同上必须写明哪些东西"),
        ("試用起最長多久", "試用期最長多久"),
    ],
)
def test_a_word_of_the_corpus_is_known_again(speller: Speller, typed: str, meant: str) -> None:
    assert speller.mend(parse(typed)) == meant


@pytest.mark.parametrize(
    "question",
    [
        "how many smart factories?",
        "美奢锐的研发投入",
        "who is the chancellor of Germany?",
        "上海有多少个智能工厂?",
        "北京有多少个智能工厂?",
        "SU7 BYD 2024",
        "how much severance do i get",
        "单表最多多少行",
        "單表最多多少行",
        "which gurus met Dewar?",
        # A word that exists, what the corpus has itself, and what is said beside what is asked.
        "工商认定多久",
        "工作和同伴哪个重要",
        "他在公司时是经理吗",
        "大部分是用什么做的",
        "?!",
    ],
)
def test_what_is_spelled_well_or_like_nothing_stays(speller: Speller, question: str) -> None:
    assert speller.mend(parse(question)) == ""


def test_the_answer_says_what_was_read(index: Index) -> None:
    answer = index.ask("how many smart factries?")
    assert answer.read_as == "how many smart factories?"
    assert "8 smart factories" in answer.quotes[0].text
    assert answer.question == "how many smart factries?"


def test_a_question_that_is_answered_as_it_stands_is_not_read_otherwise(index: Index) -> None:
    assert index.ask("how many smart factories?").read_as == ""


def test_an_abstention_was_read_as_it_stands(index: Index) -> None:
    answer = index.ask("prodction of bananas?")
    assert not answer.answered
    assert answer.read_as == ""


def test_a_word_that_only_the_vocabulary_knows_is_mended_too() -> None:
    assert [like_known(word) for word in ("prodction", "recieve", "comapny")] == ["production", "receive", "company"]
    assert like_known("xqzwv") == ""


@pytest.mark.parametrize(
    ("one", "other", "far"),
    [("ab", "ab", 0), ("ab", "ba", 1), ("factri", "factori", 1), ("kitten", "sitting", 3), ("a", "abcd", 3)],
)
def test_letters_that_differ_are_counted_up_to_the_most(one: str, other: str, far: int) -> None:
    assert distance(one, other, 3) == far
    assert distance(one, other, 1) == far or distance(one, other, 1) > 1


def test_letters_at_random_are_not_answered_however_many_they_are(index: Index) -> None:
    rng = random.Random(1)
    words = ["".join(rng.choices(ascii_lowercase, k=7)) for _ in range(60)]
    answer = index.ask(" ".join(words))
    assert not answer.answered
    assert answer.confidence == 0.0
    assert not index.ask("مرحبا كيف حالك " * 30).answered


def test_a_long_question_in_words_can_be_read(speller: Speller) -> None:
    told = "I read somewhere that the district is large, that people work there, and that the city makes cars"
    asked = "of every kind and bikes and tea; so how many smart factories has it got this year?"
    assert speller.readable(parse(f"{told} {asked}"))
