"""One reader a format, chosen by a table. A reader turns the bytes of one file into a `Document`, or says why not."""

import unicodedata
from collections.abc import Callable
from pathlib import Path

from index.document import Document
from index.errors import ReaderError
from index.readers.html import read_html
from index.readers.markdown import read_markdown
from index.readers.pdf import read_pdf
from index.readers.text import read_text

LARGEST = 32 * 1024 * 1024
"""Bytes of one text file; more than a long book has, and what fits in memory beside everything else."""

_READERS: dict[str, Callable[[bytes, str], Document]] = {
    ".txt": read_text,
    ".text": read_text,
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".html": read_html,
    ".htm": read_html,
    ".pdf": read_pdf,
    ".xhtml": read_html,
}
SUFFIXES = frozenset(_READERS)


def read(path: Path, *, relative: str) -> Document:
    """The document in the file at `path`, known as `relative`; ReaderError, with the reason, where there is none."""
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise ReaderError(f"There is no reader for {path.suffix or 'files without an extension'}.")
    return reader(_bytes(path), unicodedata.normalize("NFC", relative))


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise ReaderError(f"The file cannot be read: {error.strerror or error}.") from error
    if not data:
        raise ReaderError("The file is empty; remove it or fill it.")
    if len(data) > LARGEST:
        raise ReaderError(f"The file is larger than {LARGEST >> 20} MB; split it into several.")
    return data
