"""EPUB: a book whose chapters are pages, in the order that it gives them itself."""

import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

from lxml.etree import _Element as Element

from index.document import Document
from index.documents.readers import packed
from index.documents.readers.building.draft import Draft
from index.documents.readers.frontmatter import Meta
from index.documents.readers.html import parsed
from index.documents.readers.html.blocks import page_blocks
from index.documents.readers.html.meta import iso_date
from index.documents.readers.html.notes import mark_notes
from index.documents.readers.library import parsing

_CHAPTER_GROUPS = 100_000
"""Lists and tables of one chapter: groups of the next are numbered behind them."""


def read_epub(data: bytes, relative: str) -> Document:
    draft = Draft()
    with parsing("EPUB"):
        archive = packed.opened(data, "EPUB")
        root = packed.xml(archive.read("META-INF/container.xml"))
        where = next(iter(_found(root, "//*[local-name()='rootfile']/@full-path")), "")
        package = packed.xml(archive.read(where))
        for number, chapter in enumerate(_chapters(archive, package, posixpath.dirname(where))):
            mark_notes(chapter)
            body = chapter.find(".//body")
            for found in page_blocks(chapter if body is None else body):
                group = found.group + number * _CHAPTER_GROUPS if found.group else 0
                draft.put(replace(found, group=group))
        meta = _meta(package)
    return draft.finish(relative, meta)


def _chapters(archive: zipfile.ZipFile, package: Element, folder: str) -> Iterator[Element]:
    items = {item.get("id"): item for item in _found(package, "//*[local-name()='manifest']/*[local-name()='item']")}
    for place in _found(package, "//*[local-name()='spine']/*[local-name()='itemref']"):
        item = items.get(place.get("idref"))
        if item is None or "html" not in item.get("media-type", "") or item.get("properties") == "nav":
            continue
        name = posixpath.normpath(posixpath.join(folder, unquote(item.get("href", ""))))
        page = archive.read(name)
        if page.strip():
            yield parsed(page)


def _found(element: Element, path: str) -> list[Any]:
    """What an expression selects, in order."""
    return list(element.xpath(path))  # type: ignore[arg-type]


def _meta(package: Element) -> Meta:
    def field(name: str) -> str | None:
        found = _found(package, f"//*[local-name()='metadata']/*[local-name()='{name}']/text()")
        return " ".join(str(found[0]).split())[:300] or None if found else None

    return Meta(
        title=field("title"),
        publisher=field("publisher"),
        published=iso_date(field("date") or ""),
        lang=field("language"),
        rights=field("rights"),
    )
