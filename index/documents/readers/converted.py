"""Formats that are near to another one: turned into it, and read as that."""

import json
import re
from itertools import groupby

from index.document import BlockKind, Document
from index.documents.encoding import decode
from index.documents.readers.building.draft import Draft, FoundBlock
from index.documents.readers.frontmatter import Meta
from index.documents.readers.html import read_html
from index.documents.readers.library import parsing
from index.documents.readers.markdown import from_markdown
from index.documents.readers.text import from_text
from index.errors import ReaderError

_MODULE = re.compile(r"^(?:import\s.+?from\s|import\s*['\"]|export\s).*(?:\n(?=\S|[ \t]+\S).*)*$\n?", re.MULTILINE)
"""From its first word to the next empty line."""
_CELLS = re.compile(r"(?:[^|\n]*\|){2,}[ \t]*")
_ROLE = re.compile(r":[\w+:.-]+:`~?([^`<]*?)(?:\s*<[^`>]*>)?`")


def read_mdx(data: bytes, relative: str) -> Document:
    """Markdown with components: their imports and exports are no speech."""
    return from_markdown(_MODULE.sub("", decode(data)), relative)


def read_ipynb(data: bytes, relative: str) -> Document:
    """A notebook: its Markdown as it is, its code as code."""
    with parsing("notebook"):
        book = json.loads(decode(data))
    cells = book.get("cells") if isinstance(book, dict) else None
    if not isinstance(cells, list) or not all(isinstance(cell, dict) for cell in cells):
        raise ReaderError("broken-file", what="notebook")
    return from_markdown("\n\n".join(map(_cell, cells)), relative)


def _cell(cell: dict[str, object]) -> str:
    """A cell of a notebook as Markdown; its text is one string, or a list of its lines."""
    source = cell.get("source")
    lines = source if isinstance(source, list) else [source]
    text = "".join(line for line in lines if isinstance(line, str))
    return text if cell.get("cell_type") == "markdown" else f"```\n{text}\n```"


def read_rst(data: bytes, relative: str) -> Document:
    """reStructuredText, by docutils; what only Sphinx knows is left out."""
    # Imported here: the other formats of this module need not wait for it.
    from docutils.core import publish_string

    settings = {
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
    with parsing("reStructuredText"):
        page = publish_string(text, writer="html5", settings_overrides=settings)
    return read_html(str(page).encode(), relative)


def read_rtf(data: bytes, relative: str) -> Document:
    """RTF, its text alone."""
    from striprtf.striprtf import rtf_to_text

    if not data.lstrip().startswith(b"{\\rtf"):
        raise ReaderError("broken-file", what="RTF")
    with parsing("RTF"):
        text = rtf_to_text(data.decode("latin-1"), errors="ignore")
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _with_tables(text, relative) if any(map(_CELLS.fullmatch, text.split("\n"))) else from_text(text, relative)


def _with_tables(text: str, relative: str) -> Document:
    """A text with rows of tables, each a line whose cells end with a bar."""
    draft = Draft()
    group = 0
    for table, lines in groupby(text.split("\n"), key=lambda line: bool(_CELLS.fullmatch(line))):
        group += table
        for line in lines:
            cells = tuple(cell.strip() for cell in line.rstrip()[:-1].split("|"))
            draft.put(FoundBlock("", BlockKind.ROW, group=group, cells=cells) if table else FoundBlock(line))
    return draft.finish(relative, Meta())
