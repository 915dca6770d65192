"""Suggestions are questions that a stranger understands, near to what was asked, and answered."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from index.builds.build import build
from index.document import Block, BlockKind, Document, Source
from index.encoders.open import open_encoder
from index.search.index import Index
from index.search.suggestions import MAX_SUGGESTIONS, Suggester, questions
from index.snapshots.snapshot import Snapshot

HANDBOOK = """# Handbook

## How many days of leave do I get?

Everybody gets 25 days of leave a year. Unused days may be carried over to March.

## Bicycles

The office of Port Elm has 12 bicycles and 3 cars. It has 40 desks. Over 3 million pieces are sold.
"""
HARBOUR = """# Harbour

The harbour of Port Elm has 7 cranes. Each crane lifts 40 tonnes.
"""
CHINESE = "# 龙泉驿\n\n龙泉驿区已培育8个智能工厂和16个数字化车间。其中3项授权专利。公司拥有45项专利。\n"


def asked(text: str, lang: str, kind: BlockKind = BlockKind.PARAGRAPH) -> list[str]:
    document = Document("d", Source("a.md", "A", lang), text, (Block(kind, 0, len(text)),))
    return [question for _, question in questions(document, lang)]


@pytest.mark.parametrize(
    ("sentence", "lang", "question"),
    [
        ("Longquanyi has 8 smart factories.", "en", "How many smart factories does Longquanyi have?"),
        (
            "The district has developed 8 smart factories and more.",
            "en",
            "How many smart factories has the district developed?",
        ),
        ("The harbours of Elm have over 1,200 cranes.", "en", "How many cranes do the harbours of Elm have?"),
        ("A crane is a machine that lifts.", "en", "What is a crane?"),
        ("龙泉驿区已培育8个智能工厂和16个数字化车间。", "zh", "龙泉驿区已培育多少个智能工厂？"),
        ("缩容是指减少节点。", "zh", "缩容是什么？"),
        ("第三条 本法所称个人信息，是指与人有关的信息。", "zh", "个人信息是什么？"),
    ],
)
def test_a_question_is_made_with_its_subject(sentence: str, lang: str, question: str) -> None:
    assert asked(sentence, lang) == [question]


@pytest.mark.parametrize(
    ("sentence", "lang"),
    [
        ("It has 40 desks.", "en"),
        ("Over 3 million pieces are sold.", "en"),
        ("The plant has 3 million pieces.", "en"),
        ("有3项授权专利。", "zh"),
        ("其中有3项授权专利。", "zh"),
        ("该公司拥有45项专利。", "zh"),
        ("前款规定的岗位是指临时的岗位。", "zh"),
        ("典型的启动过程像是一个循环。", "zh"),
        ("But Canada is a large country.", "en"),
        ("The foregoing is a list of what counts.", "en"),
        ("Above the town is a castle.", "en"),
    ],
)
def test_without_a_subject_no_question_is_made(sentence: str, lang: str) -> None:
    assert asked(sentence, lang) == []


def test_a_heading_and_a_question_of_a_faq_are_asked_as_they_stand() -> None:
    assert asked("## How do I reset it?", "en", BlockKind.HEADING) == ["How do I reset it?"]
    assert asked("问：怎么重置密码？", "zh") == ["怎么重置密码？"]
    assert asked("Q: Who pays?", "en") == ["Who pays?"]
    assert asked("Who knows why?", "en") == []


@pytest.mark.parametrize(
    ("heading", "lang", "question"),
    [
        ("## Install the client", "en", "How do I install the client?"),
        ("## How to scale out a cluster", "en", ""),
        ("### 2.1 Parental leave", "en", "What should I know about Parental leave?"),
        ("## Overview", "en", ""),
        ("## Section A and more", "en", ""),
        ("## Upgrading", "en", ""),
        ("## 升级集群版本", "zh", "如何升级集群版本？"),
        ("## 2.1 硬件要求", "zh", "硬件要求是什么？"),
        ("第三章　合同的订立", "zh", "合同的订立有什么规定？"),
        ("第一章 总则", "zh", ""),
        ("## 使用原则", "zh", "使用原则是什么？"),
        ("## 适用范围", "zh", ""),
    ],
)
def test_what_a_heading_names_can_be_asked_about(heading: str, lang: str, question: str) -> None:
    text = f"Title\n{heading}"
    blocks = Block(BlockKind.HEADING, 0, 5), Block(BlockKind.HEADING, 6, len(text))
    document = Document("d", Source("a.md", "A", lang), text, blocks)
    assert [asks for _, asks in questions(document, lang)] == ([question] if question else [])


def test_a_title_is_not_asked_about() -> None:
    text = "Parental leave"
    document = Document("d", Source("a.md", text, "en"), text, (Block(BlockKind.HEADING, 0, len(text)),))
    assert list(questions(document, "en")) == []


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    folder: Path = tmp_path_factory.mktemp("suggestions")
    (folder / "corpus").mkdir()
    for name, text in (("handbook.md", HANDBOOK), ("harbour.md", HARBOUR), ("zh.md", CHINESE)):
        (folder / "corpus" / name).write_text(text, encoding="utf-8")
    encoder = open_encoder("bundled")
    build(folder / "corpus", folder / "data", encoder, now=datetime(2026, 1, 1, tzinfo=UTC))
    return Index.open(folder / "data", encoder=encoder)


def test_every_suggestion_is_answered_and_in_the_language_that_was_asked_for(index: Index) -> None:
    for lang in ("en", "zh"):
        found = index.suggest(lang, 5)
        assert found
        assert all(index.ask(question).answered for question in found)
    assert index.suggest("zh", 1) == ("龙泉驿区已培育多少个智能工厂？",)
    assert index.suggest("fr", 3) == ()


def test_suggestions_are_near_to_what_was_asked(index: Index) -> None:
    harbour = "How many cranes does the harbour of Port Elm have?"
    assert index.suggest("en", 1, "when were the cranes of the harbour painted") == (harbour,)
    assert index.suggest("en", 1, "is there a holiday allowance for leave days") != (harbour,)
    assert harbour not in index.suggest("en", 5, harbour)


def test_an_index_with_other_thresholds_does_not_believe_what_this_one_answered(index: Index) -> None:
    assert index.suggest("en", 3)
    assert index.with_thresholds(1.1, 1.1).suggest("en", 3) == ()
    assert index.suggest("en", 3)


def test_what_was_suggested_once_is_not_searched_for_again(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    near = "when were the cranes of the harbour painted"
    before = [index.suggest("en", 3), index.suggest("en", 3, near)]
    monkeypatch.setattr(Index, "ask", lambda self, question: 1 / 0)
    monkeypatch.setattr(type(index.pipeline), "find", lambda self, query: 1 / 0)
    assert [index.suggest("en", 3), index.suggest("en", 3, near)] == before


class Shelf(list[Document]):
    """Documents that count how many of them are looked at in turn."""

    taken = 0

    def __iter__(self) -> Iterator[Document]:
        for document in super().__iter__():
            self.taken += 1
            yield document


def shelf(count: int) -> Shelf:
    """Documents with two headings each that are questions."""
    made = Shelf()
    for number in range(count):
        lines = [f"What is {kind} {number}?" for kind in ("first", "second")]
        blocks = tuple(Block(BlockKind.HEADING, at, at + len(line)) for line, at in zip(lines, (0, 50), strict=True))
        made.append(Document(f"d{number}", Source(f"{number}.md", "A", "en"), lines[0].ljust(50) + lines[1], blocks))
    return made


def test_suggestions_take_the_documents_in_turn_after_those_that_are_near() -> None:
    documents = shelf(30)
    suggester = Suggester(cast(Snapshot, SimpleNamespace(documents=documents)))
    first = [f"What is first {number}?" for number in range(30)]
    for _ in range(2):
        assert list(suggester.suggest("en")) == first[:MAX_SUGGESTIONS]
        near = list(suggester.suggest("en", [(5, 50), (29, 0), (5, 0)]))
        about = ["What is first 5?", "What is second 5?", "What is first 29?", "What is second 29?"]
        assert near == [*about, *(one for one in first if one not in about)][:MAX_SUGGESTIONS]
        assert list(suggester.suggest("zh")) == []
    # Once for each language, however often is asked; and of those that have questions no more than are shown.
    assert documents.taken == MAX_SUGGESTIONS + len(documents)
