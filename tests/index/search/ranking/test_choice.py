"""Sentences beside one another: what is known of each, and the network that orders them."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from index.search.pipeline import SearchResult
from index.search.question.query import parse
from index.search.ranking.choice import CHOICE_FEATURES, Network, choice_features
from index.search.ranking.sentence_matches import sentence_features
from index.snapshots.snapshot import Snapshot
from tests.index.search.harbour import harbour, searched

WIDTH = len(CHOICE_FEATURES)


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return harbour(tmp_path_factory.mktemp("choice"))


def told(snapshot: Snapshot, found: SearchResult) -> dict[str, dict[str, float]]:
    """By its text, what is known of each sentence that was found."""
    pipeline = searched(snapshot)
    rows = pipeline.rows(found.passages, found.weighted)[1]
    return {
        pipeline.document_of(passage.passage).text[slice(*span)]: dict(zip(CHOICE_FEATURES, row.tolist(), strict=True))
        for passage, block in zip(found.passages, rows, strict=True)
        for span, row in zip(passage.sentences, block, strict=True)
    }


def only(name: str, weight: float = 1.0) -> Network:
    """A network that knows one feature."""
    hidden = np.zeros((WIDTH, 1), np.float32)
    hidden[CHOICE_FEATURES.index(name)] = weight
    one = np.ones(1, np.float32)
    return Network(CHOICE_FEATURES, np.zeros(WIDTH, np.float32), np.ones(WIDTH, np.float32), hidden, one * 10, one)


def test_what_is_known_of_a_sentence_is_of_its_place_and_of_the_question(snapshot: Snapshot) -> None:
    known = told(snapshot, searched(snapshot).find(parse("榆港有多少台起重机")))
    cranes, lifts = known["榆港有12台起重机。"], known["每台起重机可以吊起40吨货物。"]
    assert (cranes["kind_paragraph"], cranes["kind_row"], cranes["counts"]) == (1.0, 0.0, 1.0)
    assert cranes["covered"] > lifts["covered"] > 0
    assert lifts["position"] > cranes["position"]
    assert (cranes["wants_number"], cranes["wants_reason"], cranes["asks_whether"]) == (1.0, 0.0, 0.0)
    assert any(row["kind_row"] for row in known.values())
    # Nothing was read: as far behind the best as can be.
    assert {(row["read"], row["odds_in_all"]) for row in known.values()} == {(0.0, -1.0)}


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("灯塔为什么建", "asks_why"),
        ("怎么去灯塔", "asks_how"),
        ("灯塔能不能进", "asks_whether"),
        ("can i enter the lighthouse", "asks_whether"),
        ("灯塔有哪些", "asks_all"),
        ("灯塔里不能做什么", "asks_not"),
    ],
)
def test_what_a_question_asks_for_is_known(snapshot: Snapshot, question: str, asks: str) -> None:
    known = told(snapshot, searched(snapshot).find(parse(question)))
    assert {row[asks] for row in known.values()} == {1.0}
    others = told(snapshot, searched(snapshot).find(parse("灯塔的高度")))
    assert {row[asks] for row in others.values()} == {0.0}


def test_a_question_s_words_in_the_heading_count_for_what_stands_below(snapshot: Snapshot) -> None:
    found = searched(snapshot).find(parse("lighthouse height"))
    passage = replace(found.passages[0], places=((0, 40), (40,)), body=20)
    pipeline = searched(snapshot)
    own = [sentence_features(passage, pipeline.document_of(passage.passage), found.weighted.query)]
    weighted = replace(found.weighted, terms=np.asarray([3.0, 1.0], np.float32))
    (rows,) = choice_features([passage], own, [0.0], weighted, pipeline.document_of)
    assert rows[:, CHOICE_FEATURES.index("heading")] == pytest.approx(0.75)
    assert (rows[:, CHOICE_FEATURES.index("covered")] >= 0.75).all()


def test_the_sentences_are_in_the_order_of_the_network(snapshot: Snapshot) -> None:
    pipeline = searched(snapshot)
    query = parse("榆港有多少台起重机")
    for name, weight in (("kind_row", 1.0), ("rank", 1.0), ("rank", -1.0)):
        chosen = replace(pipeline, ranking=replace(pipeline.ranking, choice=only(name, weight)))
        found = chosen.find(query)
        known = told(snapshot, found)
        ordered = [weight * known[chosen.text_of(row)][name] for row in found.sentences]
        assert ordered == sorted(ordered, reverse=True)
        assert ordered[0] > ordered[-1]
    alone = replace(pipeline, ranking=replace(pipeline.ranking, choice=None))
    assert pipeline.ranking.choice is not None
    for each in (pipeline, alone):
        assert each.text_of(each.find(query).sentences[0]) == "榆港有12台起重机。"


def test_a_network_is_one_hidden_layer_over_scaled_and_limited_features() -> None:
    def rows(*numbers: list[float]) -> NDArray[np.float32]:
        return np.asarray(numbers, np.float32)

    hidden, bias, out = rows([1.0, -1.0], [2.0, 0.0]), rows([0.5, 0.0])[0], rows([1.0, 3.0])[0]
    network = Network(("a", "b"), rows([1.0, 0.0])[0], rows([2.0, 1.0])[0], hidden, bias, out)
    # (3 - 1) / 2 = 1 and 1: relu(1 + 2 + .5) + 3 relu(-1); (-99 - 1) / 2 is held at -6: relu(-5.5) + 3 relu(6).
    assert network(rows([3.0, 1.0], [-99.0, 0.0])).tolist() == [3.5, 18.0]


def test_without_a_passage_there_is_nothing_to_know(snapshot: Snapshot) -> None:
    found = searched(snapshot).find(parse("榆港"), skip=lambda source: True)
    assert choice_features([], [], [], found.weighted, searched(snapshot).document_of) == []
