"""AsciiDoc, its marks turned into those of Markdown; what only Asciidoctor does, as including files, is left out."""

import re

from index.document import Document
from index.documents.encoding import decode
from index.documents.readers.markdown import from_markdown
from index.documents.readers.naming import date_in

_CODE = re.compile(r"^((?:-{4,}|\.{4,})[ \t]*\n.*?^(?:-{4,}|\.{4,})[ \t]*$)", re.MULTILINE | re.DOTALL)
_FENCE = re.compile(r"^(?:-{4,}|\.{4,})[ \t]*$", re.MULTILINE)
_TABLE = re.compile(r"^(?:\[([^\]\n]*)\]\n)?(?:\.[^\s.][^\n]*\n)?\|===\n(.*?)^\|===[ \t]*$", re.MULTILINE | re.DOTALL)
_COLUMNS = re.compile(r"cols\s*=\s*\"?([\d*,<>^.\sa-z]+)\"?")
_HEAD = re.compile(r"\A(\s*=[ \t]+[^\n]+\n)((?:(?![ \t]*\n|:)[^\n]+\n){1,2})")
_FOOTNOTE = re.compile(r"footnote:(?:[\w-]*)\[([^\]\n]{1,500})\]")
_MARKS = (
    (re.compile(r"^(?:={4,}|\*{4,}|_{4,}|\+{4,}|--|'{3}|<{3})[ \t]*$", re.MULTILINE), ""),
    (re.compile(r"^(={1,6})[ \t]+(?=\S)", re.MULTILINE), lambda found: "#" * len(found.group(1)) + " "),
    (re.compile(r"^(\*{1,5})[ \t]+(?=\S)", re.MULTILINE), lambda found: "  " * (len(found.group(1)) - 1) + "- "),
    (re.compile(r"^(\.{1,5})[ \t]+(?=\S)", re.MULTILINE), lambda found: "   " * (len(found.group(1)) - 1) + "1. "),
    (re.compile(r"^(?:\[[^\]\n]*\]|:[\w-]+:.*|//.*|(?:include|ifdef|ifndef|endif|toc)::.*)[ \t]*$", re.MULTILINE), ""),
    (re.compile(r"^\.(?=[^\s.])(.+)$", re.MULTILINE), r"**\1**"),
    (re.compile(r"image::?[^\s\[\]]*\[[^\]\n]*\]"), ""),
    (re.compile(r"(?:kbd|btn|pass|menu:[\w ]+):?\[([^\]\n]+)\]"), r"\1"),
    (re.compile(r"(?:link:)?(https?://[^\s\[\]()]+|mailto:[^\s\[\]()]+)\[([^\]\n]+)\]"), r"[\2](\1)"),
    (re.compile(r"(?:(?:link|xref):|https?://)[^\s\[\]]+\[([^\]\n]+)\]"), r"\1"),
    (re.compile(r"<<[^,>\n]+,\s*([^>\n]+)>>"), r"\1"),
    (re.compile(r"^([^\s:*|][^:\n]{0,80}):{2,4}[ \t]+(?=\S)", re.MULTILINE), r"\1\n: "),
    (re.compile(r"(?<!\*)\*(?=\S)([^*\n]+?)(?<=\S)\*(?!\*)"), r"**\1**"),
)


def read_adoc(data: bytes, relative: str) -> Document:
    text, date = _without_head(decode(data).replace("\r\n", "\n"))
    text, notes = _without_notes(_TABLE.sub(_table, text))
    parts = _CODE.split(text)
    for number, part in enumerate(parts):
        if number % 2:
            parts[number] = _FENCE.sub("```", part)
            continue
        for pattern, mark in _MARKS:
            part = pattern.sub(mark, part)
        parts[number] = part
    front = f"---\npublished: {date}\n---\n" if date else ""
    return from_markdown(front + "".join(parts) + notes, relative)


def _without_head(text: str) -> tuple[str, str | None]:
    """A text without the lines below its title that name the author and the revision, and the date of that."""
    found = _HEAD.match(text)
    if not found:
        return text, None
    return found.group(1) + text[found.end() :], date_in(found.group(2))


def _without_notes(text: str) -> tuple[str, str]:
    """A text with the marks of its footnotes, and the notes."""
    notes: list[str] = []

    def mark(found: re.Match[str]) -> str:
        notes.append(f"[^{len(notes) + 1}]: {found.group(1)}\n")
        return f"[^{len(notes)}]"

    marked = _FOOTNOTE.sub(mark, text)
    return marked, "\n\n" + "\n".join(notes) if notes else ""


def _table(found: re.Match[str]) -> str:
    """A table, its cells on one line or on several, as one of Markdown."""
    lines = [line.strip() for line in found.group(2).splitlines() if line.strip()]
    cells = [[cell.strip() for cell in line[1:].split("|")] for line in lines if line.startswith("|")]
    if not cells:
        return ""
    columns = _COLUMNS.search(found.group(1) or "")
    width = _width(columns.group(1)) if columns else len(cells[0])
    flat = [cell for line in cells for cell in line]
    rows = [flat[at : at + width] for at in range(0, len(flat), width)]
    shown = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(["", shown[0], f"|{'|'.join(' --- ' for _ in range(width))}|", *shown[1:], ""])


def _width(columns: str) -> int:
    """How many columns "1,2", "3*" or "2*,1" are."""
    repeated = (re.match(r"\s*(\d{1,3})\*", one) for one in columns.split(","))
    return max(1, sum(int(one.group(1)) if one else 1 for one in repeated))
