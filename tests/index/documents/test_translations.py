"""Pairs of languages are found by path."""

from pathlib import Path

import pytest

from index.documents.changed_files import files_of, survey
from index.documents.translations import Translations


@pytest.mark.parametrize(
    ("original", "translation"),
    [
        ("en/x.md", "zh/x.md"),
        ("docs/en/a/x.md", "docs/zh-CN/a/x.md"),
        ("x.md", "x.zh-CN.md"),
        ("x.en.md", "x.zh.md"),
    ],
)
def test_the_same_page_in_two_languages_is_a_pair(original: str, translation: str) -> None:
    pairs = Translations([translation, original, "other.md"])
    assert pairs.original(translation) == original
    assert pairs.original(original) is None


def test_a_page_without_a_counterpart_and_a_name_that_only_looks_so_are_no_pair() -> None:
    pairs = Translations(["zh/x.md", "x.entry.md", "x.1.md", "x.2.md"])
    assert [pairs.original(path) for path in ("zh/x.md", "x.entry.md", "x.1.md")] == [None, None, None]


def test_a_document_says_whose_translation_it_is_by_its_path_alone(tmp_path: Path) -> None:
    for lang, text in (("en", "The gate opens at nine."), ("zh", "大门九点打开。")):
        (tmp_path / lang).mkdir()
        (tmp_path / lang / "x.md").write_text(text, "utf-8")
    found = [seen.document for seen in survey(files_of(tmp_path, tmp_path / "data"), None)]
    assert [one.source.translation_of for one in found if one] == [None, "en/x.md"]
