"""A question for all of something is answered by a quote of each place that has it, and by their number."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from index.answer import Places
from index.builds.build import build
from index.search import all_places
from index.search.all_places import FIRST
from index.snapshots.snapshot import Snapshot, active
from tests.index.search.harbour import ENCODER, answering

FILES = {
    **{
        f"quay{n}.txt": f"Quay {n} is {n}00 metres long. A crane stands on quay {n}. It is painted red.\n"
        for n in range(1, 8)
    },
    "ferry.md": "# Ferry\n\n## Tickets\n\nA ticket for the ferry costs 4 euros.\n\n## Dogs\n\nDogs need no ticket.\n\n"
    "## Bicycles\n\nA bicycle travels for free.\n",
    "leave-2020.md": "# 休假规定 (2020)\n\n员工享受产假98天。哺乳期每天有一小时。应当提前申请休假，并交出生证明。\n",
    "leave-2024.md": "# 休假规定 (2024)\n\n员工享受产假158天。哺乳期每天有一小时。应当提前申请休假，并交出生证明。\n",
    "pay.md": "# 工资\n\n产假期间工资照发。\n",
    "farm.md": "# 农场\n\n农产品假期照卖。\n",
    "notes.en.md": "# Notes\n\nThe tide table hangs at the Seagull.\n",
    "notes.zh.md": "# 说明\n\n潮汐表挂在 Seagull。\n",
    "lamp.en.md": "---\ntranslation_of: lamp.zh.md\n---\n\nThe lamp is a Fresnel.\n",
    "lamp.zh.md": "灯是 Fresnel 的。\n",
    "lens.md": "# Lens\n\nA lens after Fresnel is thin.\n",
}


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    folder: Path = tmp_path_factory.mktemp("places")
    (folder / "corpus").mkdir()
    for name, text in FILES.items():
        (folder / "corpus" / name).write_text(text, encoding="utf-8")
    build(folder / "corpus", folder / "data", ENCODER, now=datetime(2026, 1, 1, tzinfo=UTC))
    return active(folder / "data")


def test_each_of_the_first_documents_is_quoted_and_all_are_counted(snapshot: Snapshot) -> None:
    answer = answering(snapshot).ask("Which documents mention the crane?", top=1, before=())
    assert answer.places == Places(7, "documents")
    assert len(answer.quotes) == len({quote.document for quote in answer.quotes}) == FIRST
    for quote in answer.quotes:
        assert [quote.text[slice(*span)] for span in quote.highlights] == ["crane"]


def test_two_files_that_each_translate_the_other_are_one_place(snapshot: Snapshot) -> None:
    """One by what stands in it, the other by its path."""
    answer = answering(snapshot).ask("Which documents mention Fresnel?", top=1, before=())
    assert answer.places == Places(2, "documents")
    assert {quote.source.path for quote in answer.quotes} == {"lamp.en.md", "lens.md"}


def test_within_one_document_its_sections_are_counted(snapshot: Snapshot) -> None:
    answer = answering(snapshot).ask("where is the ticket mentioned", top=1, before=())
    assert answer.places == Places(2, "sections")
    assert {quote.section for quote in answer.quotes} == {"Tickets", "Dogs"}


def test_chinese_stands_as_it_was_typed_and_older_versions_are_left_out(snapshot: Snapshot) -> None:
    answer = answering(snapshot).ask("哪些文件提到产假", top=1, before=())
    assert answer.places == Places(2, "documents")
    assert {quote.source.path for quote in answer.quotes} == {"leave-2024.md", "pay.md"}


@pytest.mark.parametrize(
    "question", ["which documents mention the Seagull", "哪些文件提到 Seagull", "where are bicycles mentioned"]
)
def test_one_place_is_answered_like_any_question(snapshot: Snapshot, question: str) -> None:
    assert answering(snapshot).ask(question, top=1, before=()).places is None


def test_a_question_for_all_things_is_joined_by_what_other_documents_say(snapshot: Snapshot) -> None:
    answering_ = answering(snapshot)
    alone = answering_.ask("how many metres is quay 3 long", top=1, before=()).quotes[0]
    answer = answering_.ask("list all the metres", top=1, before=())
    assert "metres" in alone.text
    assert answer.places == Places(7, "documents")
    assert len({quote.document for quote in answer.quotes}) == FIRST


def test_what_the_search_is_not_sure_of_stays_refused(snapshot: Snapshot) -> None:
    sure = answering(snapshot, 0.95)
    assert not sure.ask("list all the metres", top=1, before=()).answered
    assert sure.ask("which documents mention the crane", top=1, before=()).places is None


def test_the_number_is_a_least_one_where_not_all_was_looked_at(
    snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(all_places, "MOST", 4)
    answer = answering(snapshot).ask("which documents mention the crane", top=1, before=())
    assert answer.places == Places(4, "documents", more=True)


def test_only_passages_with_every_term_are_found(snapshot: Snapshot) -> None:
    found = {place for place, _ in snapshot.lexical.search_all(["crane", "#3"], 9)}
    texts = [snapshot.documents[snapshot.passages.document(place)].source.path for place in found]
    assert texts == ["quay3.txt"]
    assert snapshot.lexical.search_all([], 9) == []
    assert snapshot.lexical.search_all(["crane", "unicorn"], 9) == []


def test_an_answer_that_is_one_in_several_is_shown_at_once(snapshot: Snapshot) -> None:
    answer = answering(snapshot).ask("Which documents mention the crane?", top=1, before=())
    assert answer.together
    assert not replace(answer, places=None).together
