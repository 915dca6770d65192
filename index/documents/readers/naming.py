"""What a document is called: by its own title, by its first heading, or by the name of its file, made readable."""

import re
from pathlib import PurePosixPath
from urllib.parse import unquote

_TOOLS = re.compile(
    r"""
    (?:untitled|unnamed|no\ title|document\ title|\[?title\]?|document|doc|draft|presentation|slide|sheet|book|workbook
    |page|layout|chart|print|无标题|無標題|未命名|标题|文档|文件|工作表|工作簿|演示文稿|幻灯片
    |新建\ ?.*(?:文档|文件|工作表|演示文稿))\ *[(（]?\d*[)）]?
    | (?:microsoft\ )?(?:word|powerpoint|excel|visio|publisher)
      (?:\ (?:document|presentation|worksheet|文档|演示文稿))?(?:\s-\s.*)?
    | microsoft\ .* | wps\ .* | adobe\ .* | latex.* | about:blank | \W*
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""What programs write where nobody wrote a title."""
_FILE = re.compile(
    r".*\.(?:docx?|dotx?|rtf|od[tps]|wps|pages|pptx?|xlsx?|pdf|ps|dvi|tex|indd|qx[dp]|pmd|p65|fm|pub|cdr|ai|psd|exe|tmp|html?|mht)",
    re.IGNORECASE,
)
_LINKED = re.compile(r"\S*(?:_|[^\W\d]-[^\W\d]|\d{4}-\d\d)\S*")
"""Words joined as only the names of files join them."""
_YEAR = r"(?:19|20)\d\d"
_DAY = rf"{_YEAR}(?:[-_.]?(?:0[1-9]|1[0-2])(?:[-_.]?(?:0[1-9]|[12]\d|3[01]))?)(?!\d)"
_MONTH, _DAY_OF_MONTH = r"1[0-2]|0?[1-9]", r"3[01]|[12]\d|0?[1-9]"
_DATE = re.compile(
    rf"(?<!\d)({_YEAR})(?:[-_./年]({_MONTH})(?!\d)(?:[-_./月]({_DAY_OF_MONTH})(?!\d))?"
    r"|(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])?(?!\d))"
)
_BARE_YEAR = re.compile(
    rf"[(（\[【]\s*({_YEAR})\s*(?:年.{{0,6}})?[)）\]】]|(?<!\d)({_YEAR})\s?(?:年版|年修[订正]|年度|版|edition)"
)
_DATED_NAME = re.compile(rf"\A{_DAY}[\s_.-]+(?=\S)|[\s_.-]*[(（\[]?{_DAY}[)）\]]?\Z")
_COPY = re.compile(r"(?:[\s_-]*(?:[(（]\d{1,2}[)）]|-\s?(?:copy|kopie)|副本|copy))+\Z", re.IGNORECASE)
_LANGUAGE = re.compile(r"[._-](?:en|zh)(?:[-_](?:CN|TW|HK|US|GB|Hans|Hant|SG))?\Z", re.IGNORECASE)
_WHOLE_FOLDER = frozenset(("index", "_index", "readme", "default", "main"))


def own_title(title: str | None, path: str) -> str | None:
    """The title that a file gives itself; None where it is the name of a program, or of a file."""
    said = " ".join((title or "").split())
    if not said or _TOOLS.fullmatch(said) or _FILE.fullmatch(said):
        return None
    if said.casefold() == PurePosixPath(path).stem.casefold() and _LINKED.fullmatch(said):
        return None
    return said


def tidy_name(path: str) -> str:
    """The name of a file as a person would write it: "2024-03_travel_policy-v2.docx" is "travel policy v2"."""
    file = PurePosixPath(path)
    name = _LANGUAGE.sub("", file.stem) or file.stem
    if name.casefold() in _WHOLE_FOLDER and file.parent.name:
        name = file.parent.name
    said = _COPY.sub("", unquote(name))
    said = _DATED_NAME.sub("", said) or said
    if " " not in said.strip():
        said = re.sub(r"(?<=\w\w)-(?=\w)", " ", said)
    said = " ".join(re.sub(r"[_+]+|(?<!\d)\.(?!\d)", " ", said).split()).strip(" -.")
    return said if any(map(str.isalpha, said)) else file.stem


def date_in(text: str) -> str | None:
    """The date that a title or the name of a file bears, as far as it is given: "2024-03", "2018-10-26", "2020"."""
    found = _DATE.search(text)
    if found:
        year, *parts = filter(None, found.groups())
        return "-".join([year, *(f"{int(part):02}" for part in parts)])
    bare = _BARE_YEAR.search(text)
    return (bare.group(1) or bare.group(2)) if bare else None


_LABEL = re.compile(
    r"(?:(?:发布|公布|印发|更新|修订|生效|施行|执行)(?:日期|时间)\s*[:：]"
    r"|\b(?:last\s(?:updated|modified|revised)|effective(?:\s(?:date|from|as\sof))?|published|updated|revised|date)"
    r"(?:\son)?\s*:?(?=\s*[\d(A-Z]))\s*(.{4,24})",
    re.IGNORECASE,
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WRITTEN = re.compile(
    rf"\A(?:(\d{{1,2}})(?:st|nd|rd|th)?\s)?({'|'.join(_MONTHS)})[a-z]*\.?\s(?:(\d{{1,2}})(?:st|nd|rd|th)?,?\s)?({_YEAR})\b",
    re.IGNORECASE,
)


def date_stated(text: str) -> str | None:
    """The date that a text bears behind words for it: "Last updated: 5 March 2024", "发布日期：2024-03-05"."""
    for found in _LABEL.finditer(text):
        said = found.group(1)
        written = _WRITTEN.match(said)
        if written:
            before, month, behind, year = written.groups()
            day = before or behind
            number = _MONTHS.index(month.lower()) + 1
            return f"{year}-{number:02}" + (f"-{int(day):02}" if day and 1 <= int(day) <= 31 else "")
        date = _DATE.match(said)
        if date:
            return date_in(date.group())
    return None
