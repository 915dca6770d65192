"""The promise, on questions whose answers are known: the right sentence, silence where there is none.

The gates stand just below what the shipped models reach, so that nothing gets worse unseen. The aim is 0.90 right and
0.85 refused everywhere.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.cli.scoring import EvalQuestion, score
from index.builds.build import build
from index.encoders.open import open_encoder
from index.search.index import Index

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared"
ARTICLE_QUESTIONS = SHARED / "questions" / "longquanyi-dev.jsonl"

needs_article = pytest.mark.skipif(not ARTICLE_QUESTIONS.is_file(), reason="the article is not part of this repository")


def gold(path: Path) -> Iterator[EvalQuestion]:
    for line in path.read_text(encoding="utf-8").splitlines():
        asked = json.loads(line)
        yield EvalQuestion(asked["id"], asked["lang"], asked["question"], tuple(asked["gold"]))


def shares(corpus: Path, questions: Path, data: Path) -> tuple[float, float, int]:
    """(share of answerable ones right at the first quote, share of the others refused, altered quotes)."""
    encoder = open_encoder("bundled")
    build(corpus, data, encoder, now=datetime(2026, 1, 1, tzinfo=UTC))
    index = Index.open(data, encoder=encoder)
    results = [score(case, index, 3) for case in gold(questions)]
    right = [r.first for r in results if r.case.gold]
    refused = [r.first for r in results if not r.case.gold]
    return sum(right) / len(right), sum(refused) / len(refused), sum(r.altered for r in results)


def test_the_sample_documents_answer_their_questions_and_no_others(tmp_path: Path) -> None:
    right, refused, altered = shares(ROOT / "corpus", ROOT / "corpus" / "questions.jsonl", tmp_path)
    assert right >= 0.85
    assert refused >= 0.7
    assert altered == 0


@needs_article
@pytest.mark.parametrize("form", ["clean", "as-scraped"])
def test_the_article_answers_its_questions_and_no_others(form: str, tmp_path: Path) -> None:
    right, refused, altered = shares(SHARED / "corpus" / form, ARTICLE_QUESTIONS, tmp_path)
    assert right >= 0.85
    assert refused >= 0.85
    assert altered == 0
