"""Benchmarks measure what they say: our own questions fit their texts, and watching an index changes no answer."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from benchmarks.growth import Grown, filled, table
from benchmarks.squad import OWN, asked, load_all, write_corpus
from benchmarks.watched import Spent, WatchedIndex, quantile
from index.answer import Answer, Quote
from index.builds.build import build
from index.document import Source
from index.encoders.open import open_encoder
from index.encoders.protocol import Encoder
from index.search.index import Index
from index.snapshots.snapshot import active


def answered(**more: Any) -> Answer:
    quote = Quote("d", Source("d.txt", "D"), "Yes.", 0, 4)
    return Answer("?", (quote,), 0.9, **more)


NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return open_encoder("bundled")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Path:
    folder = tmp_path_factory.mktemp("own")
    write_corpus(load_all(OWN), folder / "corpus")
    build(folder / "corpus", folder / "data", encoder, now=NOW)
    return folder / "data"


def test_every_answer_of_our_own_set_stands_where_it_says_in_its_text() -> None:
    for paragraph in load_all(OWN):
        for one in paragraph["qas"]:
            assert one["is_impossible"] is not bool(one["answers"]), one
            for answer in one["answers"]:
                start = answer["answer_start"]
                assert paragraph["context"][start : start + len(answer["text"])] == answer["text"], one


def test_our_own_set_has_both_languages_and_every_kind_of_question() -> None:
    kinds = Counter(one["kind"] for paragraph in load_all(OWN) for one in paragraph["qas"])
    assert {"fact", "list", "steps", "table", "faq", "misspelled", "two", "across", "none"} <= kinds.keys()
    chinese = sum("\u4e00" <= paragraph["context"][2] <= "\u9fff" for paragraph in load_all(OWN))
    assert (chinese, len(load_all(OWN))) == (6, 12)


def test_files_of_a_folder_give_each_text_once_with_all_of_its_questions(tmp_path: Path) -> None:
    for name, question in (("a.json", "one?"), ("b.json", "two?")):
        (tmp_path / name).write_text(
            f'{{"data": [{{"paragraphs": [{{"context": "text", "qas": [{{"question": "{question}"}}]}}]}}]}}'
        )
    (paragraph,) = load_all(tmp_path)
    assert [one["question"] for one in paragraph["qas"]] == ["one?", "two?"]
    assert sorted(asked([paragraph], 4)) == ["one?", "one?", "two?", "two?"]


def test_a_watched_index_answers_as_the_one_it_watches(data: Path, encoder: Encoder) -> None:
    index, watched = Index.open(data, encoder=encoder), WatchedIndex(active(data), encoder)
    for question in asked(load_all(OWN), 30):
        assert watched.ask(question).answer == index.ask(question)


def test_a_watched_index_says_what_an_answer_was_spent_on(data: Path, encoder: Encoder) -> None:
    spent = WatchedIndex(active(data), encoder).ask("What is the temperature of the water?")
    assert spent.searches >= 1
    assert spent.passages >= 1
    assert spent.characters >= spent.passages
    assert 0 < spent.encoding + spent.reading <= spent.processor


@pytest.mark.parametrize(
    ("searches", "answer", "reason"),
    [
        (1, answered(), "2 passages of 90 characters read"),
        (2, answered(read_as="meant"), "2 passages of 90 characters read, misspelled: asked again as 'meant'"),
        (2, answered(question_parts=("a", "b")), "2 passages of 90 characters read, two questions"),
        (3, answered(), "2 passages of 90 characters read, searched 3 times in vain"),
        (1, Answer("?", (), 0.1), "2 passages of 90 characters read, no answer"),
    ],
)
def test_the_reason_of_a_slow_answer_is_given_in_words(searches: int, answer: Answer, reason: str) -> None:
    assert Spent("?", searches=searches, passages=2, characters=90, answer=answer).reason == reason


def test_growth_is_a_table_with_what_one_changed_file_costs_beside_all() -> None:
    line = Grown("2026-11-27", "bundled", 10_007, 100.0, 2.0, 99.0, 18.9, 58.7, 323.0, 121.0)
    _, _, row = table([line]).splitlines()
    assert row == "| bundled | 10,007 | 18.9 ms, 58.7 ms | 99 ms | 323 MB | 121 MB | 100 s | 2.0 s (2.0%) |"


def test_a_corpus_that_is_filled_up_has_the_real_passages_and_as_many_invented_ones(tmp_path: Path) -> None:
    filled(tmp_path, OWN, 40)
    own, invented = sorted((tmp_path / "corpus").glob("p*")), sorted((tmp_path / "corpus").rglob("d*.txt"))
    assert len(own) == 12
    assert sum(len(path.read_text("utf-8").split("\n\n")) for path in invented) == 28


def test_a_quantile_is_the_value_that_so_many_do_not_exceed() -> None:
    assert quantile(range(100), 0.95) == 95
    assert quantile([3.0], 0.99) == 3.0
