"""Whatever is asked, of whatever corpus: quotes that stand there or an abstention, never an error."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from index.builds.build import build
from index.encoders.open import open_encoder
from index.search.index import Index

CORPORA = {
    "one sentence": "The harbour of Port Elm has 12 cranes.\n",
    "one table": "| port | cranes |\n|---|---|\n| Elm | 12 |\n| Oak | 7 |\n",
    "headings only": "# Harbour\n\n## Cranes of Elm: 12\n\n## Ships\n",
}
QUESTIONS = {
    "ten thousand characters": "how many cranes are there in the harbour and why " * 204,
    "ten thousand Chinese characters": "港口有多少台起重机" * 1112,
    "marks alone": "?!…—()[]{}<>@#$%^&*~`|\\/\"'：；，。？！" * 20,
    "a third language": "Combien de grues y a-t-il dans le port ? Сколько кранов в порту?",
    "two languages at once": "Port Elm 的 harbour 有 how many 起重机 cranes?",
    "one letter": "x",
    "no letter": " \u200b\ufeff\u202e\t\n",
}


@pytest.fixture(scope="module", params=list(CORPORA))
def index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Index:
    folder: Path = tmp_path_factory.mktemp("bad")
    (folder / "corpus").mkdir()
    (folder / "corpus" / "a.md").write_text(CORPORA[request.param], encoding="utf-8")
    encoder = open_encoder("bundled")
    build(folder / "corpus", folder / "data", encoder, now=datetime(2026, 1, 1, tzinfo=UTC))
    return Index.open(folder / "data", encoder=encoder)


@pytest.mark.parametrize("kind", list(QUESTIONS))
def test_any_question_of_any_corpus_is_answered_or_refused(index: Index, kind: str) -> None:
    answer = index.ask(QUESTIONS[kind], top=3, before=[QUESTIONS[kind]])
    assert 0.0 <= answer.confidence <= 1.0
    for quote in answer.quotes + answer.nearest:
        index.verify(quote)


def test_marks_alone_are_never_answered(index: Index) -> None:
    assert not index.ask(QUESTIONS["marks alone"]).answered


def test_a_plain_question_is_answered_by_the_smallest_corpus(index: Index) -> None:
    assert "12" in index.ask("How many cranes does Elm have?").quotes[0].text
    assert len(index.suggest("en", 3, "cranes")) <= 3
