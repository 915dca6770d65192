"""One reader a format, chosen by a table. A reader turns the bytes of one file into a `Document`, or says why not."""

import os
import stat
import unicodedata
from collections.abc import Callable
from importlib import import_module
from pathlib import Path, PurePath

from index.document import Document
from index.errors import ReaderError, Reason, refusal

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
    ".pptx": ("pptx", LARGEST_PACKED),
    ".epub": ("epub", LARGEST_PACKED),
    ".odt": ("odt", LARGEST_PACKED),
    ".csv": ("sheet.csv", LARGEST),
    ".tsv": ("sheet.csv", LARGEST),
    **dict.fromkeys((".xlsx", ".xls", ".xlsb", ".ods"), ("sheet", LARGEST)),
    **{f".{name}": (f"records.{name}", LARGEST) for name in ("json", "jsonl", "yaml")},
    ".yml": ("records.yaml", LARGEST),
    **{f".{name}": (f"converted.{name}", LARGEST) for name in ("mdx", "ipynb", "rst", "rtf")},
    ".adoc": ("adoc", LARGEST),
    ".eml": ("mail.eml", LARGEST_PACKED),
}
"""Suffix -> the module here, with the name behind its `read_` where that is another; and the limit of its files.

Imported when the first such file comes: the libraries take half a second that a folder of text need not pay."""
SUFFIXES = frozenset(_READERS)
_BETTER = {
    **dict.fromkeys((".doc", ".wps", ".pages", ".docm"), Reason("docx-or-pdf")),
    **dict.fromkeys((".ppt", ".odp", ".key", ".mobi", ".azw3"), "PDF"),
    **dict.fromkeys((".numbers", ".xml", ".tex", ".log", ".toml"), Reason("text-or-markdown")),
    ".msg": "EML",
}
"""What people can save other formats as."""


def read(path: Path, *, relative: str) -> Document:
    """The document in the file at `path`, known as `relative`; ReaderError, with the reason, where there is none."""
    return read_bytes(contents(path), relative)


def read_bytes(data: bytes, relative: str) -> Document:
    """The document in `data`, the whole of a file that is known as `relative`; ReaderError, whatever stands in it."""
    place, limit = _reader(relative)
    if len(data) > limit:
        raise ReaderError("file-too-large", size=len(data) >> 20, limit=limit >> 20)
    module, _, name = place.partition(".")
    reader: Callable[[bytes, str], Document] = getattr(import_module(f"{__name__}.{module}"), f"read_{name or module}")
    try:
        return reader(data, unicodedata.normalize("NFC", relative))
    except (ReaderError, MemoryError):
        raise
    except RecursionError as error:
        raise ReaderError("nested-too-deep") from error
    except Exception as error:  # parsers of a dozen libraries: what one of them trips over costs this file alone
        raise ReaderError("reader-failed", what=type(error).__name__) from error


def contents(path: Path) -> bytes:
    """The bytes of a file; ReaderError where nobody reads such files, or it is empty, too large or no file at all."""
    limit = _reader(path.name)[1]
    try:
        # A pipe that took the place of a file must not make us wait for whoever writes into it.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with open(handle, "rb") as file:
            facts = os.fstat(handle)
            if not stat.S_ISREG(facts.st_mode):
                raise ReaderError("not-a-file")
            # The file may grow while it is read, and what is too large is not worth reading.
            data = file.read(limit + 1) if facts.st_size <= limit else b""
    except OSError as error:
        raise ReaderError("file-unreadable", reason=refusal(error)) from error
    size = max(facts.st_size, len(data))
    if size > limit:
        raise ReaderError("file-too-large", size=size >> 20, limit=limit >> 20)
    if not data:
        raise ReaderError("file-empty")
    return data


def _reader(name: str) -> tuple[str, int]:
    """Where the reader of a file is, by its suffix, and how large the file may be; ReaderError where there is none."""
    suffix = PurePath(name).suffix.lower()
    if suffix not in _READERS:
        if suffix in _BETTER:
            raise ReaderError("format-save-as", what=suffix, better=_BETTER[suffix])
        raise ReaderError("format-unknown", what=suffix or Reason("no-extension"))
    return _READERS[suffix]
