"""Versions of one document: the newer is quoted, the older is told to be older, or is asked for."""

from datetime import UTC, datetime

import pytest

from index.builds.build import build
from index.document import Source
from index.encoders.open import open_encoder
from index.search.index import Index
from index.search.quoting.versions import Version, base_title, version_of

RULES = """# Rules for the garden

The garden opens at {opens} in the morning. Dogs stay on a leash of two metres.

Children under ten come with somebody who is grown up. Bicycles are left at the northern gate.

Visitors may picnic on the lawn between the pond and the rose beds, and take their rubbish home.

{more}
"""
MINUTES = "# Minutes of the board\n\n{said}\n"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    folder = tmp_path_factory.mktemp("versions")
    corpus = folder / "corpus"
    corpus.mkdir()
    for year, opens, more in (
        (2020, 8, "Kites may be flown on the western meadow."),
        (2024, 9, "Kites are forbidden."),
    ):
        (corpus / f"garden ({year}).md").write_text(RULES.format(opens=opens, more=more), encoding="utf-8")
    said = {
        "2024-01": "The board met in January and bought 14 benches for the avenue from a maker in the next town.",
        "2024-02": "In February all members spoke about the new fountain, its pumps and the water it loses.",
    }
    for month, words in said.items():
        (corpus / f"minutes {month}.md").write_text(MINUTES.format(said=words), encoding="utf-8")
    encoder = open_encoder("bundled")
    build(corpus, folder / "data", encoder, now=datetime(2026, 1, 2, tzinfo=UTC))
    return Index.open(folder / "data", encoder=encoder).with_thresholds(0.0, 0.0)


def test_the_newer_version_is_quoted(index: Index) -> None:
    (quote,) = index.ask("When does the garden open in the morning?").quotes
    assert "opens at 9" in quote.text
    assert quote.source.superseded_by is None


def test_the_older_version_is_quoted_where_the_question_names_it(index: Index) -> None:
    (quote,) = index.ask("When did the garden open in the morning in 2020?").quotes
    assert "opens at 8" in quote.text
    assert quote.source.superseded_by == "garden (2024).md"


def test_what_only_the_older_version_says_is_quoted_with_a_word_that_it_is_older(index: Index) -> None:
    quotes = index.ask("Where may kites be flown on the meadow?", top=3).quotes
    (older,) = (quote for quote in quotes if "western meadow" in quote.text)
    assert older.source.superseded_by == "garden (2024).md"


def test_documents_with_one_title_that_share_no_text_are_no_versions(index: Index) -> None:
    (quote,) = index.ask("How many benches did the board buy?").quotes
    assert "14 benches" in quote.text
    assert quote.source.superseded_by is None


def version(title: str, path: str = "a.md", published: str | None = None) -> Version:
    return version_of(Source(path, title, published=published))


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        (version("Rules (2020)"), version("Rules (2024)")),
        (version("Rules", "rules v2.md"), version("Rules", "rules v10.md")),
        (version("Rules", "v1.9/rules.md"), version("Rules", "v1.10/rules.md")),
        (version("Guide 7.1", published="2025-01-01"), version("Guide 7.5", published="2024-01-01")),
        (version("Rules", "archive/rules.md"), version("Rules", "rules.md")),
        (version("办法", "办法(2013-12-11).md", "2013-12-11"), version("办法", "办法(2024-11-10).md", "2024-11-10")),
        (version("办法", published="2023"), version("办法", published="2024-01")),
        (version("Rules, 2nd edition"), version("Rules, 3rd edition")),
        (version("Rules (2024)", published="2024-02-01"), version("Rules (2024)", published="2024-11-01")),
    ],
)
def test_numbers_dates_and_archives_tell_which_version_is_newer(older: Version, newer: Version) -> None:
    assert newer.newer(older)
    assert not older.newer(newer)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (version("Rules"), version("Rules", "b.md")),
        (version("Rules", published="2024"), version("Rules", published="2024-03")),
        (version("Rules v2"), version("Rules (2024)")),
        (version("Windows 11 notes"), version("Windows notes")),
    ],
)
def test_without_two_of_a_kind_nothing_is_newer(one: Version, other: Version) -> None:
    assert not one.newer(other)
    assert not other.newer(one)


def test_the_date_of_another_year_than_the_title_s_is_not_that_of_the_version() -> None:
    assert version("Rules (2020)", published="2024-02-01").date == "2020"
    assert version("Rules (2020)", published="2020-02-01").date == "2020-02-01"
    assert version("Rules", published="2020-02-01").date == "2020-02-01"


def test_titles_of_versions_are_the_same_without_what_tells_them_apart() -> None:
    titles = [
        "Travel policy (2020)",
        "Travel Policy v2.1",
        "travel policy 2024-03",
        "Travel policy - old",
        "Travel Policy",
    ]
    assert {base_title(title) for title in titles} == {"travelpolicy"}
    assert base_title("罪名的补充规定（七）") != base_title("罪名的补充规定（六）")


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("what did v2 say", True),
        ("in version 2?", True),
        ("2 days off", False),
        ("v2.1", False),
        ("旧版本 2 怎么说", True),
    ],
)
def test_a_number_alone_names_no_version(question: str, named: bool) -> None:
    assert version("Rules v2").named_in(question) == named
