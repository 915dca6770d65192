"""What a document is called, and which date it bears."""

import pytest

from index.documents.readers.markdown import read_markdown
from index.documents.readers.naming import date_in, date_stated, own_title, tidy_name
from index.documents.readers.sheet import read_csv


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("2024-03_travel_policy-v2.docx", "travel policy v2"),
        ("妇女权益保障法(2018-10-26).md", "妇女权益保障法"),
        ("report_20240301.pdf", "report"),
        ("Budget 2024.xlsx", "Budget 2024"),
        ("Travel Policy (1).docx", "Travel Policy"),
        ("price list - Copy.docx", "price list"),
        ("My%20File.txt", "My File"),
        ("docs/install/index.md", "install"),
        ("README.md", "README"),
        ("guide.zh-CN.md", "guide"),
        ("a e-mail.txt", "a e-mail"),
        ("release-1.2.3.txt", "release 1.2.3"),
        ("20240131.docx", "20240131"),
        ("10811.pdf", "10811"),
    ],
)
def test_the_name_of_a_file_is_made_readable(path: str, name: str) -> None:
    assert tidy_name(path) == name


@pytest.mark.parametrize(
    "title",
    [
        "Microsoft Word - a.doc",
        "Word Document",
        "Untitled 2",
        "10811.exe",
        "Slide 1",
        "文档1",
        "新建 Microsoft Word 文档",
        *("PowerPoint Presentation", "Sheet1", "工作簿 1", "annual_report-v3", "", "...", None),
    ],
)
def test_the_name_of_a_program_or_of_a_file_is_no_title(title: str | None) -> None:
    assert own_title(title, "x/annual_report-v3.docx") is None


@pytest.mark.parametrize("title", ["Document management policy", "Book of rules", "2024", "package.json", "Word games"])
def test_a_title_is_kept(title: str) -> None:
    assert own_title(f" {title}\n", "a.docx") == title


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("妇女权益保障法(2018-10-26)", "2018-10-26"),
        ("policy 2024-03", "2024-03"),
        ("report_20240301", "2024-03-01"),
        ("2024年3月5日通知", "2024-03-05"),
        ("员工手册（2024年版）", "2024"),
        ("Rules (2020)", "2020"),
        ("Agenda 2030", None),
        ("federal-register-2020-17221", None),
        ("call 2024123456", None),
    ],
)
def test_a_date_in_a_title_is_found_as_far_as_it_is_given(text: str, date: str | None) -> None:
    assert date_in(text) == date


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("Last updated: 5 March 2024", "2024-03-05"),
        ("Effective March 5, 2024, all staff", "2024-03-05"),
        ("Published on 2024-03-05", "2024-03-05"),
        ("Revised Sept. 2023", "2023-09"),
        ("发布日期：2024年3月5日", "2024-03-05"),
        ("The update of the store opened in 2024-03", None),
        ("It was dated badly.", None),
    ],
)
def test_a_date_is_found_behind_the_words_for_it(text: str, date: str | None) -> None:
    assert date_stated(text) == date


def test_a_document_is_called_by_its_title_its_heading_or_its_file() -> None:
    def source(text: str, path: str) -> tuple[str, str | None]:
        found = read_markdown(text.encode(), path).source
        return found.title, found.published

    assert source("---\ntitle: Mine\ndate: 2020-01-02\n---\n# Other\n\nText.", "2024-03_a.md") == ("Mine", "2020-01-02")
    assert source("# Heading\n\nText.", "2024-03_a.md") == ("Heading", "2024-03")
    assert source("A line before it.\n\n# Heading\n\nText.\n\n## More\n", "a.md") == ("Heading", None)
    assert source("A line before it.\n\n# One\n\nText.\n\n# Two\n\nText!\n", "the_file.md") == ("the file", None)
    assert source(f"# {'long ' * 40}\n\nLast updated: 2024-05-06\n\nText.", "the_file.md") == ("the file", "2024-05-06")
    assert read_csv(b"a,b\n1,2\n", "2024-03_price-list.csv").source.title == "price list"
