"""Formats that are archives: refused if they would unpack to far more than a document needs."""

import io
import zipfile

from lxml import etree
from lxml.etree import _Element as Element

from index.documents.readers.library import parsing
from index.errors import ReaderError

_MOST_BYTES = 256 * 1024 * 1024
_MOST_PARTS = 20_000
_MOST_RATIO = 200


def opened(data: bytes, what: str) -> zipfile.ZipFile:
    """The archive in `data`; ReaderError where it is none, or a bomb. `what` names the format."""
    with parsing(what):
        archive = zipfile.ZipFile(io.BytesIO(data))
        parts = archive.infolist()
    size = sum(part.file_size for part in parts)
    if len(parts) > _MOST_PARTS or size > _MOST_BYTES or size > _MOST_RATIO * max(len(data), 100_000):
        raise ReaderError("docx-too-large")
    return archive


def xml(data: bytes) -> Element:
    """The tree of an XML part, without entities and without network."""
    return etree.fromstring(
        data, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    )
