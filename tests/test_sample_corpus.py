"""The sample documents: two tellings of the same facts, and questions whose answers stand in them."""

import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parent.parent
CORPUS = ROOT / "corpus"
ARTICLE = ROOT.parent / "shared" / "corpus" / "clean" / "longquanyi.txt"


def front_matter(name: str) -> tuple[dict[str, Any], str]:
    _, head, body = (CORPUS / name).read_text(encoding="utf-8").split("---\n", 2)
    return yaml.safe_load(head), body


def questions() -> list[dict[str, Any]]:
    return [json.loads(line) for line in (CORPUS / "questions.jsonl").read_text(encoding="utf-8").splitlines()]


def test_each_document_says_what_it_is_and_names_its_translation() -> None:
    chinese, _ = front_matter("longquanyi.zh.md")
    english, _ = front_matter("longquanyi.en.md")
    for head in (chinese, english):
        assert {"title", "publisher", "published", "lang", "digest_of", "rights"} <= head.keys()
    assert (chinese["lang"], english["lang"]) == ("zh", "en")
    assert english["translation_of"] == "longquanyi.zh.md"
    assert chinese["translation"] == "longquanyi.en.md"


def test_both_languages_have_the_same_sections_and_paragraphs() -> None:
    shapes = []
    for name in ("longquanyi.zh.md", "longquanyi.en.md"):
        blocks = front_matter(name)[1].strip().split("\n\n")
        shapes.append(["heading" if block.startswith("#") else "text" for block in blocks])
    assert shapes[0] == shapes[1]


@pytest.mark.parametrize("name", ["longquanyi.zh.md", "longquanyi.en.md"])
def test_headings_never_stand_on_top_of_nothing(name: str) -> None:
    blocks = front_matter(name)[1].strip().split("\n\n")
    assert not [a for a, b in pairwise(blocks) if a.startswith("##") and b.startswith("#")]


def test_every_gold_string_stands_in_the_document_of_its_language() -> None:
    texts = {lang: front_matter(f"longquanyi.{lang}.md")[1] for lang in ("zh", "en")}
    for question in questions():
        assert all(gold in texts[question["lang"]] for gold in question["gold"]), question["id"]


def test_the_saved_questions_hold_answerable_and_unanswerable_ones_in_both_languages() -> None:
    kinds = {(question["lang"], bool(question["gold"])) for question in questions()}
    assert kinds == {("zh", True), ("zh", False), ("en", True), ("en", False)}


def test_the_digest_shares_no_sentence_with_the_article() -> None:
    """Runs of twelve characters may be shared by names and figures alone; twenty are never a name."""
    if not ARTICLE.exists():
        pytest.skip("the article is not part of this project; put it beside the checkout to compare with it")
    article = re.sub(r"\s", "", ARTICLE.read_text(encoding="utf-8"))
    digest = front_matter("longquanyi.zh.md")[1]
    clauses = [clause for clause in re.split(r"[\s,。:;、()]", digest) if len(clause) >= 20]
    assert [clause for clause in clauses if clause in article] == []
