"""What holds of every document, whatever file it was read from."""

import html
import re
from dataclasses import fields
from itertools import pairwise

from index.document import Block, Document, Source, Span
from index.packed_document import pack_document, unpack_document
from index.text.passages import heading_text, split
from index.text.shown import shown
from index.text.structure import group_of, headers_of, headings_of, lead_in

LONGEST_TITLE = 300


def check(document: Document) -> None:
    """AssertionError where something does not hold."""
    _check_source(document.source)
    text = document.text
    text.encode()
    assert document.blocks
    _check_order([(block.start, block.end) for block in document.blocks], len(text))
    _check_order(document.marks, len(text))
    for block in document.blocks:
        _check_block(document, block)
    _check_order([(link.start, link.end) for link in document.links], len(text))
    assert all(link.url.startswith(("http", "mailto:")) and link.start < link.end for link in document.links)
    for section in document.sections:
        section.title.encode()
        assert len(section.title) <= 40 * LONGEST_TITLE
        assert 0 <= section.start <= section.end <= len(text)
    assert all(one.start <= two.start for one, two in pairwise(document.sections))
    assert unpack_document(pack_document(document)) == document
    _check_passages(document)


def _check_source(source: Source) -> None:
    for field in fields(source):
        value = getattr(source, field.name)
        assert value is None or isinstance(value, str), field.name
        (value or "").encode()
        assert "\n" not in (value or ""), field.name
        assert len(value or "") <= (LONGEST_TITLE if field.name == "title" else 2500), field.name
    assert source.title
    assert re.fullmatch("[a-z]{2,3}", source.lang)


def _check_order(spans: tuple[Span, ...] | list[Span], length: int) -> None:
    assert all(0 <= start <= end <= length for start, end in spans)
    assert all(end <= after for (_, end), (after, _) in pairwise(spans))


def _unescaped(text: str) -> str:
    """With the characters that entities stand for; one that has no end, as in &#x8&, is none in Markdown."""
    return re.sub(r"&#?\w+;", lambda entity: html.unescape(entity.group()), text)


def _check_block(document: Document, block: Block) -> None:
    assert block.level >= 0
    block.number.encode()
    assert all(0 <= start <= end <= len(document.text) for start, end in block.cells)
    said = shown(document, block.start, block.end)
    text = document.text[block.start : block.end]
    assert stands_in(said, text) or stands_in(said, _unescaped(text)), (said, text)
    assert block in group_of(document, block)
    lead_in(document, block)
    headers_of(document, block)
    headings_of(document, block.start)


def _check_passages(document: Document) -> None:
    for passage in split(document, 0):
        assert passage.sentences
        assert 0 <= passage.start < passage.end <= len(document.text)
        _check_order(passage.sentences, len(document.text))
        text, offset = heading_text(document, passage)
        assert len(text) - offset == passage.sentences[-1][1] - passage.start
        text.encode()


def stands_in(said: str, text: str) -> bool:
    """Every letter of `said` is in `text`, in the same order."""
    letters = iter(char for char in text if char.isalnum())
    return all(any(char == one for one in letters) for char in said if char.isalnum())
