"""Formats that are near to another one: turned into it, and read as that."""

import json
import re

from index.document import Document
from index.documents.encoding import decode
from index.documents.readers.html import read_html
from index.documents.readers.markdown import from_markdown
from index.documents.readers.text import from_text
from index.errors import ReaderError

_MODULE = re.compile(r"^(?:import\s.+?from\s|import\s*['\"]|export\s).*$\n?", re.MULTILINE)
_ROLE = re.compile(r":[\w+:.-]+:`~?([^`<]*?)(?:\s*<[^`>]*>)?`")
_ADOC_TABLE = re.compile(r"^(?:\[[^\]\n]*\]\n)?\|===\n(.*?)^\|===[ \t]*$", re.MULTILINE | re.DOTALL)
_ADOC = (
    (re.compile(r"^----+[ \t]*$", re.MULTILINE), "```"),
    (re.compile(r"^(={1,6})[ \t]+(?=\S)", re.MULTILINE), lambda found: "#" * len(found.group(1)) + " "),
    (re.compile(r"^(\*{1,5})[ \t]+(?=\S)", re.MULTILINE), lambda found: "  " * (len(found.group(1)) - 1) + "- "),
    (re.compile(r"^(\.{1,5})[ \t]+(?=\S)", re.MULTILINE), lambda found: "   " * (len(found.group(1)) - 1) + "1. "),
    (re.compile(r"^(?:\[[^\]\n]*\]|:[\w-]+:.*|//.*|include::.*|ifdef::.*|endif::.*)[ \t]*$", re.MULTILINE), ""),
    (re.compile(r"^\.(?=[^\s.])(.+)$", re.MULTILINE), r"**\1**"),
    (re.compile(r"(?:link:|xref:)?(https?://[^\s\[\]]+|[\w./#-]+)\[([^\]\n]+)\]"), r"\2"),
    (re.compile(r"<<[^,>\n]+,\s*([^>\n]+)>>"), r"\1"),
    (re.compile(r"(?<!\*)\*(?=\S)([^*\n]+?)(?<=\S)\*(?!\*)"), r"**\1**"),
)


def read_mdx(data: bytes, relative: str) -> Document:
    """Markdown with components: their imports and exports are no speech."""
    return from_markdown(_MODULE.sub("", decode(data)), relative)


def read_ipynb(data: bytes, relative: str) -> Document:
    """A notebook: its Markdown as it is, its code as code."""
    try:
        cells = json.loads(decode(data))["cells"]
        parts = []
        for cell in cells:
            source = cell.get("source", "")
            text = source if isinstance(source, str) else "".join(source)
            parts.append(text if cell.get("cell_type") == "markdown" else f"```\n{text}\n```")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ReaderError("broken-file", what="notebook") from error
    return from_markdown("\n\n".join(parts), relative)


def read_adoc(data: bytes, relative: str) -> Document:
    """AsciiDoc, its usual marks turned into those of Markdown."""
    text = _ADOC_TABLE.sub(_table, decode(data))
    parts = re.split(r"^(----+\n.*?^----+[ \t]*$)", text, flags=re.MULTILINE | re.DOTALL)
    for number, part in enumerate(parts):
        for pattern, mark in _ADOC[:1] if number % 2 else _ADOC[1:]:
            part = pattern.sub(mark, part)
        parts[number] = part
    return from_markdown("".join(parts), relative)


def _table(found: re.Match[str]) -> str:
    """A table of AsciiDoc, one row a line, as one of Markdown."""
    lines = [line.strip() for line in found.group(1).splitlines() if line.strip().startswith("|")]
    rows = [[cell.strip() for cell in line[1:].split("|")] for line in lines]
    if not rows:
        return ""
    rule = "|".join(" --- " for _ in rows[0])
    shown = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(["", shown[0], f"|{rule}|", *shown[1:], ""])


def read_rst(data: bytes, relative: str) -> Document:
    """reStructuredText, by docutils; what only Sphinx knows is left out."""
    # Imported here: the other formats of this module need not wait for it.
    from docutils.core import publish_string
    from docutils.utils import SystemMessage

    told = {
        "file_insertion_enabled": False,
        "raw_enabled": False,
        "report_level": 5,
        "halt_level": 5,
        "input_encoding": "unicode",
        "output_encoding": "unicode",
        "embed_stylesheet": False,
        "stylesheet_path": "",
        "_disable_config": True,
    }
    text = _ROLE.sub(r"\1", decode(data))
    try:
        page = publish_string(text, writer="html5", settings_overrides=told)
    except (SystemMessage, ValueError, AttributeError, RecursionError) as error:
        raise ReaderError("broken-file", what="reStructuredText") from error
    return read_html(str(page).encode(), relative)


def read_rtf(data: bytes, relative: str) -> Document:
    """RTF, its text alone."""
    from striprtf.striprtf import rtf_to_text

    if not data.lstrip().startswith(b"{\\rtf"):
        raise ReaderError("broken-file", what="RTF")
    try:
        text = rtf_to_text(data.decode("latin-1"), errors="ignore")
    except (ValueError, IndexError, RecursionError, LookupError) as error:
        raise ReaderError("broken-file", what="RTF") from error
    return from_text(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"), relative)
