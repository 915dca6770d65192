"""The documents of the simulation, by the real search: what a seed expects as an answer is what is found."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from index.builds.build import build
from index.search.index import Index
from tests.simulation.corpus import encoder
from tests.simulation.errors import BrokenError
from tests.simulation.library import FILES, QUESTIONS, VERSIONS, answer_of, edition_of, said, written

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def test_each_question_is_answered_with_the_sentence_of_the_edition_or_with_none(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for version in VERSIONS:
        edition = dict(zip(FILES, (version, VERSIONS[-version]), strict=True))
        for name, of in edition.items():
            (corpus / name).write_text(written(name, of), "utf-8")
        build(corpus, tmp_path / "data", encoder(), now=NOW)
        index = Index.open(tmp_path / "data", encoder=encoder())
        for topic, question in enumerate(QUESTIONS):
            for before in ((), (QUESTIONS[topic - 1],)):
                answer = index.ask(question, top=5, before=before)
                assert [one.text for one in answer.quotes[:1]] == [text for text in [answer_of(topic, edition)] if text]


def test_no_two_versions_say_the_same_about_a_topic() -> None:
    said_by = [said(topic, version) for topic in range(5) for version in VERSIONS]
    assert len(set(said_by)) == len(said_by)


def test_a_document_that_mixes_two_versions_is_of_no_edition() -> None:
    mixed = written("coast.txt", 3).replace("33", "43").replace("32", "42")
    with pytest.raises(BrokenError):
        edition_of({"coast.txt": mixed})
    assert edition_of({"coast.txt": written("coast.txt", 3)}) == {"coast.txt": 3}
