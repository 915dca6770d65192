"""From what a question found to an answer: quotes, an abstention, or a quote for each of two questions."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from index import Index
from index.answer import NEAREST, Quote
from index.builds.build import build
from index.encoders.open import open_encoder
from index.search.pipeline import Pipeline, SearchResult
from index.search.question.query import parse
from index.snapshots.snapshot import Snapshot
from tests.index.search.harbour import FILES, RANKING, answering, harbour, searched

CRANES, LIGHTHOUSE = "榆港有多少台起重机?", "灯塔建于哪年?"


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return harbour(tmp_path_factory.mktemp("answering"))


def test_an_answer_has_quotes_and_nothing_nearest(snapshot: Snapshot) -> None:
    answer = answering(snapshot).ask(CRANES, top=2, before=())
    assert len(answer.quotes) == 2
    assert answer.nearest == ()
    assert answer.confidence == searched(snapshot).find(parse(CRANES)).confidence
    assert answer.doubtful == (answer.confidence < RANKING.doubtful)
    assert answer.snapshot == snapshot.info.id


def test_an_abstention_has_the_best_of_each_of_the_nearest_passages(snapshot: Snapshot) -> None:
    answer = answering(snapshot, 1.1).ask(CRANES, top=9, before=())
    assert answer.quotes == ()
    assert 1 < len(answer.nearest) <= NEAREST
    assert answer.confidence > 0
    passages = [passage_of(snapshot, quote) for quote in answer.nearest]
    assert len(passages) == len(set(passages))


def passage_of(snapshot: Snapshot, quote: Quote) -> int:
    places = (snapshot.passages[number] for number in range(len(snapshot.passages)))
    return next(
        number
        for number, place in enumerate(places)
        if snapshot.documents[place.document].id == quote.document and place.start <= quote.start < place.end
    )


@pytest.mark.parametrize("question", ["", " ", "?!"])
def test_a_question_without_words_is_not_searched(snapshot: Snapshot, question: str) -> None:
    answer = answering(snapshot).ask(question, top=1, before=())
    assert (answer.quotes, answer.nearest, answer.confidence) == ((), (), 0.0)
    assert answer.snapshot == snapshot.info.id


def test_two_questions_get_a_quote_each_and_are_as_sure_as_the_less_sure_of_them(snapshot: Snapshot) -> None:
    answer = answering(snapshot).ask(CRANES + LIGHTHOUSE, top=1, before=())
    assert [quote.answers for quote in answer.quotes] == [0, 1]
    assert [("12" in quote.text, "1887" in quote.text) for quote in answer.quotes] == [(True, False), (False, True)]
    assert answer.question_parts == (CRANES[:-1], LIGHTHOUSE[:-1])
    alone = [searched(snapshot).find(parse(part)).confidence for part in answer.question_parts]
    assert answer.confidence == min(alone)
    assert answer.doubtful == (min(alone) < RANKING.doubtful)


def test_two_questions_that_the_same_sentence_answers_are_one(snapshot: Snapshot) -> None:
    answer = answering(snapshot).ask("灯塔建于哪年?灯塔哪年建的?", top=1, before=())
    assert answer.question_parts == ()
    assert len(answer.quotes) == 1


def test_two_questions_of_which_one_is_not_sure_are_one(snapshot: Snapshot) -> None:
    sure = sorted(searched(snapshot).find(parse(part)).confidence for part in (CRANES[:-1], LIGHTHOUSE[:-1]))
    answer = answering(snapshot, sum(sure) / 2).ask(CRANES + LIGHTHOUSE, top=1, before=())
    assert sure[0] < sure[1]
    assert answer.question_parts == ()


def test_what_has_nothing_to_do_with_the_question_is_not_shown_as_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "harbour.txt").write_text(FILES["harbour.txt"], encoding="utf-8")
    encoder = open_encoder("bundled")
    build(tmp_path / "corpus", tmp_path / "data", encoder, now=datetime(2026, 1, 1, tzinfo=UTC))
    index = Index.open(tmp_path / "data", encoder=encoder).with_thresholds(1.1, 1.1)
    assert index.ask("how do I bake a chocolate cake?").nearest == ()
    assert index.ask(CRANES).nearest


TOWER = {
    "tower.en.md": "---\nlang: en\ntranslation_of: tower.zh.md\n---\n\nThe water tower is forty metres high.\n",
    "tower.zh.md": "---\nlang: zh\n---\n\n水塔高四十米。\n",
    "tower-old.zh.md": "---\nlang: zh\n---\n\n旧水塔高三十米。\n",
}


@pytest.mark.parametrize("least", [0.0, 1.1])
def test_of_two_files_of_which_each_translates_the_other_the_one_in_the_askers_language_is_shown(
    tmp_path: Path, least: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One by what stands in it, the other by its path. As an answer, and as what comes nearest."""
    (tmp_path / "corpus").mkdir()
    for name, text in TOWER.items():
        (tmp_path / "corpus" / name).write_text(text, encoding="utf-8")
    encoder = open_encoder("bundled-fast")
    build(tmp_path / "corpus", tmp_path / "data", encoder, now=datetime(2026, 1, 1, tzinfo=UTC))
    index = Index.open(tmp_path / "data", encoder=encoder).with_thresholds(least, least)
    source = {document.source.path: document.source for document in index.documents()}
    assert source["tower.en.md"].translation_of == "tower.zh.md"
    assert source["tower.zh.md"].translation_of == "tower.en.md"
    find = Pipeline.find

    def english_first(pipeline: Pipeline, *what: Any) -> SearchResult:
        found = find(pipeline, *what)
        ranked = sorted(found.stretches, key=lambda row: row.candidate.source.lang)
        close = [replace(row, score=1.0 - place) for place, row in enumerate(ranked)]
        return replace(found, stretches=tuple(close))

    monkeypatch.setattr(Pipeline, "find", english_first)
    answer = index.ask("水塔多高")
    assert bool(answer.quotes) is not bool(least)
    assert (answer.quotes or answer.nearest)[0].text == "水塔高四十米。"
