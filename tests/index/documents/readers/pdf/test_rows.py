"""Two rows of one paragraph become one text."""

import pytest

from index.documents.readers.pdf.rows import Vocabulary, continued, mark_of

WORDS = Vocabulary.of(
    [
        "an international dual-encoder for open questions",
        "the domain of the demon-",
        "strated hypo",
        "high dimensional",
        "stand under, understand",
    ]
)


@pytest.mark.parametrize(
    ("row", "more", "whole"),
    [
        ("the interna-", "tional town", "the international town"),
        ("a dual-", "encoder model", "a dual-encoder model"),
        ("a high-", "dimensional space", "a high-dimensional space"),
        ("they under-", "stand it", "they understand it"),
        ("it was demon-", "strated here", "it was demonstrated here"),
        ("see Lucene-", "BM25 for", "see Lucene-BM25 for"),
        ("on 2018–", "23 it", "on 2018–23 it"),
        ("at https://a.org/b/", "c.html it", "at https://a.org/b/c.html it"),
        ("at https://a.org/b?c=", "d it", "at https://a.org/b?c=d it"),
        ("智能工厂共有", "八座", "智能工厂共有八座"),
        ("two", "words", "two words"),
    ],
)
def test_a_row_goes_on_with_the_next(row: str, more: str, whole: str) -> None:
    assert continued(row, more, WORDS) == whole


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("• a coat", ("", 2)),
        ("1. First", ("1.", 3)),
        ("（一）总则", ("（一）", 3)),
        ("[12] D. Author", ("[12]", 5)),
        ("1.5 million", None),
        ("□ 适用 √ 不适用", None),
        ("□ 适用", ("", 2)),
        ("a word", None),
    ],
)
def test_the_marks_of_items(text: str, mark: tuple[str, int] | None) -> None:
    assert mark_of(text) == mark
