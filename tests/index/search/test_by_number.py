"""Places that are asked for by their number: the right article of the right document, or none."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from index.builds.build import build
from index.encoders.open import open_encoder
from index.search import by_number
from index.search.index import Index

CRANES = """# 榆港起重机管理条例

第一条 为了管理起重机，制定本条例。

第二条 操作起重机应当有证书，有下列情形之一的，不得操作：
（一）没有证书的；
（二）饮酒的；
（三）生病的。

第三条 依照第二条被禁止操作的人，由港务局登记。

第四条 本条例自2020年起施行。
"""
LIGHTS = """# 中华人民共和国灯塔法

第一章 总则

第一条 灯塔由国家管理。

第二条 灯塔每天日落时点亮。灯塔的灯光应当让二十海里以外的船看见，看守人每夜记录三次天气。

第三条 灯塔不得出租。
"""
TRAVEL = """# Travel policy

## 3.1 Trains

Take the train where it takes less than four hours.

## 3.2 Hotels

A hotel may cost 120 euros a night. Breakfast is paid as well.

## 3.3 Cars

Cars are shared.

3.2 million people came.
"""
NAMES = """# 关于执行《榆港罚则》 确定名称的规定（六）(2021-02-26)

| 条文 | 名称 |
|---|---|
| 第九条之二 （修正案第三条） | 高空抛物 |
| 第十条 | 妨害起重 |
"""
OLD = CRANES.replace("条例\n", "条例\n\n（2015年）\n", 1).replace("自2020年", "自2015年")


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    folder = tmp_path_factory.mktemp("numbered")
    (folder / "corpus").mkdir()
    for name, text in (("cranes", CRANES), ("lights", LIGHTS), ("travel", TRAVEL), ("names", NAMES)):
        (folder / "corpus" / f"{name}.md").write_text(text, encoding="utf-8")
    build(folder / "corpus", folder / "data", open_encoder("bundled-fast"), now=datetime(2026, 1, 1, tzinfo=UTC))
    return Index.open(folder / "data", encoder="bundled-fast")


@pytest.mark.parametrize("question", ["灯塔法第2条怎么规定的", "《中华人民共和国灯塔法》第二条", "第二條 燈塔法"])
def test_the_article_of_the_document_that_is_named_is_quoted_whole(index: Index, question: str) -> None:
    (quote,) = index.ask(question).quotes
    assert quote.source.path == "lights.md"
    assert quote.text.startswith("第二条 灯塔每天日落时点亮。")
    assert quote.text.endswith("看守人每夜记录三次天气。")


def test_an_article_comes_with_its_items_and_nothing_of_the_next(index: Index) -> None:
    (quote,) = index.ask("起重机管理条例第二条").quotes
    whole = "".join([quote.text, *(part.text for part in quote.parts)])
    assert quote.text.startswith("第二条 操作起重机应当有证书")
    assert "生病的" in whole
    assert "第三条" not in whole


def test_a_section_is_found_by_the_number_of_its_heading(index: Index) -> None:
    (quote,) = index.ask("what does section 3.2 of the travel policy say").quotes
    assert "Hotels" in quote.text
    assert "120 euros a night. Breakfast is paid as well." in "".join([quote.text, *(one.text for one in quote.parts)])


def test_a_row_that_begins_with_the_label_is_the_place(index: Index) -> None:
    (quote,) = index.ask("榆港罚则9条之二是什么").quotes
    assert "高空抛物" in quote.text
    assert "妨害起重" not in quote.text
    assert (quote.shape, [part.role for part in quote.parts]) == ("row", ["header"])
    assert index.ask("榆港罚则9条之二是什么").confidence == 0.9


def test_a_number_that_the_document_lacks_is_not_answered_by_another(index: Index) -> None:
    answer = index.ask("起重机管理条例第40条")
    assert (answer.quotes, answer.confidence) == ((), 0.0)


def test_where_no_document_is_named_the_one_that_is_spoken_of_is_meant(index: Index) -> None:
    (quote,) = index.ask("出租灯塔的第三条").quotes
    assert quote.text == "第三条 灯塔不得出租。"


@pytest.mark.parametrize(
    "question", ["appendix 7 of the travel policy", "what does rule 12 say about cranes", "灯塔法第九章"]
)
def test_where_nothing_has_such_a_label_the_question_is_searched_for_like_any_other(
    index: Index, question: str
) -> None:
    assert index.ask(question).confidence not in (0.6, 0.9)


@pytest.mark.parametrize("follow_up", ["那第三条呢", "第3条讲什么", "第三条"])
def test_a_label_alone_is_of_the_document_that_was_asked_about_before(index: Index, follow_up: str) -> None:
    (quote,) = index.ask(follow_up, before=["灯塔法第2条怎么规定的"]).quotes
    assert quote.text == "第三条 灯塔不得出租。"
    (other,) = index.ask("起重机管理条例第四条", before=["灯塔法第2条怎么规定的"]).quotes
    assert other.source.path == "cranes.md"


def test_of_many_documents_those_of_the_candidates_are_compared(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(by_number, "LOOKED", 1)
    (quote,) = index.ask("灯塔法第2条怎么规定的").quotes
    assert quote.text.startswith("第二条 灯塔每天日落时点亮。")


def test_a_label_by_itself_that_several_documents_have_names_none(index: Index) -> None:
    assert index.ask("第三条").confidence not in (0.6, 0.9)


def test_the_newer_version_is_quoted_unless_the_older_one_is_meant(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    for name, text in (("条例(2015)", OLD), ("条例(2020)", CRANES)):
        (tmp_path / "corpus" / f"榆港起重机管理{name}.md").write_text(text, encoding="utf-8")
    build(tmp_path / "corpus", tmp_path / "data", open_encoder("bundled-fast"), now=datetime(2026, 1, 1, tzinfo=UTC))
    index = Index.open(tmp_path / "data", encoder="bundled-fast")
    assert [one.text for one in index.ask("起重机管理条例第四条").quotes] == ["第四条 本条例自2020年起施行。"]
    assert [one.text for one in index.ask("2015年的起重机管理条例第四条").quotes] == ["第四条 本条例自2015年起施行。"]
