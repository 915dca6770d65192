"""One reader a format, chosen by a table. A reader turns the bytes of one file into a `Document`, or says why not."""

import os
import unicodedata
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from index.document import Document
from index.errors import ReaderError

LARGEST = 32 * 1024 * 1024
"""Bytes of one text file; more than a long book has, and what fits in memory beside everything else."""
LARGEST_PACKED = 100 * 1024 * 1024
"""Bytes of a file that is mostly pictures."""

_READERS: dict[str, tuple[str, int]] = {
    ".txt": ("text", LARGEST),
    ".text": ("text", LARGEST),
    ".md": ("markdown", LARGEST),
    ".markdown": ("markdown", LARGEST),
    ".html": ("html", LARGEST),
    ".htm": ("html", LARGEST),
    ".xhtml": ("html", LARGEST),
    ".pdf": ("pdf", LARGEST_PACKED),
    ".docx": ("docx", LARGEST_PACKED),
}
"""Suffix -> the module here whose `read_<module>` reads it, and its limit. Imported when the first such file comes:
the PDF and DOCX libraries take half a second that a folder of text need not pay."""
SUFFIXES = frozenset(_READERS)
_BETTER = {
    **dict.fromkeys((".doc", ".rtf", ".odt", ".wps", ".pages"), "DOCX or PDF"),
    **dict.fromkeys((".ppt", ".pptx", ".odp", ".key", ".epub", ".mobi"), "PDF"),
    **dict.fromkeys((".xls", ".xlsx", ".ods", ".csv", ".json", ".xml", ".rst", ".tex", ".log"), "text or Markdown"),
}
"""What people can save other formats as."""


def read(path: Path, *, relative: str) -> Document:
    """The document in the file at `path`, known as `relative`; ReaderError, with the reason, where there is none."""
    suffix = path.suffix.lower()
    if suffix not in _READERS:
        hint = f"; save the file as {_BETTER[suffix]}" if suffix in _BETTER else ""
        raise ReaderError(f"There is no reader for {suffix or 'files without an extension'}{hint}.")
    module, limit = _READERS[suffix]
    reader: Callable[[bytes, str], Document] = getattr(import_module(f"{__name__}.{module}"), f"read_{module}")
    return reader(_bytes(path, limit), unicodedata.normalize("NFC", relative))


def _bytes(path: Path, limit: int) -> bytes:
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            # The file may grow while it is read, and what is too large is not worth reading.
            data = file.read(limit + 1) if size <= limit else b""
    except OSError as error:
        raise ReaderError(f"The file cannot be read: {error.strerror or error}.") from error
    size = max(size, len(data))
    if size > limit:
        raise ReaderError(
            f"The file has {size >> 20} MB, and at most {limit >> 20} MB of one file are read; split it into several."
        )
    if not data:
        raise ReaderError("The file is empty; remove it or fill it.")
    return data
