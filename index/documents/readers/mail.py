"""Mails: the body under the subject, then each attachment that can be read, as a section of its own."""

import email
import email.policy
import email.utils
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage

from index.document import Block, BlockKind, Document
from index.documents.readers import SUFFIXES, read_bytes
from index.documents.readers.building.cells import Cell, Merged
from index.documents.readers.building.draft import Draft, FoundBlock
from index.documents.readers.frontmatter import Meta
from index.documents.readers.library import parsing
from index.documents.readers.links import Counted, joined, visible
from index.errors import ReaderError
from index.text.shown import shown

_DEEPEST = 3
"""Mails within mails."""
_MOST_ATTACHMENTS = 50
_LONGEST_NAME = 200


def read_eml(data: bytes, relative: str) -> Document:
    """A mail: its subject is the title, its sender the publisher."""
    draft = Draft()
    with parsing("mail"):
        message = email.message_from_bytes(data, policy=email.policy.default)
        for found in _Mail().blocks(message, 1):
            draft.put(found)
        subject, sender = message.get("subject"), message.get("from")
        date = getattr(message.get("date"), "datetime", None)
    meta = Meta(
        title=" ".join(str(subject or "").split()) or None,
        publisher=" ".join(str(sender or "").split()) or None,
        published=date.date().isoformat() if date else None,
    )
    try:
        return draft.finish(relative, meta)
    except ReaderError as error:
        raise ReaderError("mail-empty") from error


class _Mail:
    """Numbers the lists and tables of one mail and of what is attached to it."""

    def __init__(self) -> None:
        self._groups = 0

    def blocks(self, message: EmailMessage, depth: int) -> Iterator[FoundBlock]:
        body = message.get_body(("plain", "html"))
        text = str(body.get_content()) if body is not None else ""
        if body is not None and text.strip():
            html = body.get_content_type() == "text/html"
            yield from self._read(text.encode("utf-8", "replace"), "body.html" if html else "body.txt", 1)
        for number, part in enumerate(message.iter_attachments()):
            if number < _MOST_ATTACHMENTS and isinstance(part, EmailMessage):
                yield from self._attached(part, depth)

    def _attached(self, part: EmailMessage, depth: int) -> Iterator[FoundBlock]:
        name = " ".join((part.get_filename() or "").split())[:_LONGEST_NAME]
        if part.get_content_type() == "message/rfc822":
            inner = part.get_content()
            if depth < _DEEPEST and isinstance(inner, EmailMessage):
                yield FoundBlock(str(inner.get("subject") or name or "mail"), BlockKind.HEADING, 1)
                yield from self.blocks(inner, depth + 1)
            return
        suffix = f".{name.rpartition('.')[2].lower()}"
        # A picture or an archive has nothing to quote, and a mail within a mail is limited in depth above.
        if suffix not in SUFFIXES or suffix == ".eml":
            return
        content = part.get_content()
        attached = list(self._read(content.encode() if isinstance(content, str) else content, name, 2))
        if attached:
            yield FoundBlock(name, BlockKind.HEADING, 1)
            yield from attached

    def _read(self, data: bytes, name: str, level: int) -> Iterator[FoundBlock]:
        """The blocks of a part; none where it cannot be read: it costs only itself."""
        try:
            document = read_bytes(data, name)
        except ReaderError:
            return
        groups = self._groups
        self._groups += max((block.group for block in document.blocks), default=0)
        for block in document.blocks:
            heading = block.kind is BlockKind.HEADING
            found = _found(document, block)
            yield replace(
                found,
                level=block.level + level if heading else block.level,
                group=block.group + groups if block.group else 0,
            )


def _found(document: Document, block: Block) -> FoundBlock:
    cells = tuple(_cell(document, block, column) for column in range(len(block.cells)))
    text = shown(document, block.start, block.end)
    return FoundBlock(text, block.kind, number=block.number, cells=cells, links=_links(document, block))


def _links(document: Document, block: Block) -> tuple[Counted, ...]:
    """The links of a block, but for those that reach into it: of a row within the texts of its cells."""
    own = [place for place in block.cells if place[0] >= block.start] or [(block.start, block.end)]
    return joined(
        (
            document.text[start:end],
            [
                Counted(visible(document.text[start : link.start]), visible(document.text[start : link.end]), link.url)
                for link in document.links_within(start, end)
            ],
        )
        for start, end in dict.fromkeys(own)
    )


def _cell(document: Document, block: Block, column: int) -> Cell:
    start, end = block.cells[column]
    if end <= block.start and start < end:
        return Merged.UP
    if column and start < end and block.cells[column - 1] == (start, end):
        return Merged.LEFT
    return shown(document, start, end)
