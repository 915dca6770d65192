"""Documents in pieces that can be found and quoted: passages, made of whole sentences that stand together."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.document import QUOTABLE, Block, BlockKind, Document, Section, Span
from index.text.sentences import LONGEST, sentences

__all__ = ["LONGEST", "Passage", "heading_text", "sentences", "split"]

_FULL, _ENOUGH, _LEAST = 320.0, 170.0, 50.0
"""Sizes of a passage in Chinese characters; a Latin letter counts 0.45."""
_LATIN = 0.45


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of one document that is searched as a whole: quotable sentences that stand together."""

    document: int
    """Position in the snapshot's documents."""
    start: int
    end: int
    sentences: tuple[Span, ...]
    """In order, not overlapping, within `start` and `end`, in offsets of the document."""
    section: str = ""
    page: int | None = None


def split(document: Document, position: int) -> tuple[Passage, ...]:
    """Passages of about 160 to 320 Chinese characters or 400 to 700 Latin letters, on sentence borders.

    A passage stays within one section and one page, and never reaches across a heading or furniture.
    """
    out: list[Passage] = []
    for section, run in _runs(document):
        parts = [part for block in run for part in _parts(document, block)]
        for group in _grouped(document.text, parts):
            spans = tuple(span for part in group for span in part)
            out.append(Passage(position, spans[0][0], spans[-1][1], spans, section, run[0].page))
    return tuple(out)


def _runs(document: Document) -> Iterator[tuple[str, list[Block]]]:
    """Quotable blocks that may share a passage; captions between them do not separate them."""
    run: list[Block] = []
    section = ""
    sections = _Sections(document.sections)
    for block in document.blocks:
        if block.kind in QUOTABLE:
            if run and block.page != run[0].page:
                yield section, run
                run = []
            section = sections.at(block.start) if not run else section
            run.append(block)
        elif run and block.kind is not BlockKind.CAPTION:
            yield section, run
            run = []
    if run:
        yield section, run


class _Sections:
    """Walks along the sections of a document: offsets are asked in rising order."""

    def __init__(self, sections: Sequence[Section]) -> None:
        self._coming = iter(sections)
        self._next = next(self._coming, None)
        self._open: list[Section] = []

    def at(self, offset: int) -> str:
        while self._next and self._next.start <= offset:
            self._open.append(self._next)
            self._next = next(self._coming, None)
        while self._open and self._open[-1].end <= offset:
            self._open.pop()
        return self._open[-1].title if self._open else ""


def _parts(document: Document, block: Block) -> Iterator[tuple[Span, ...]]:
    """The sentences of a block, in parts that fit into a passage."""
    part: list[Span] = []
    for span in sentences(document.text, block.start, block.end, document.source.lang):
        if part and _weight(document.text, part[0][0], span[1]) > _FULL:
            yield tuple(part)
            part = []
        part.append(span)
    if part:
        yield tuple(part)


def _weight(text: str, start: int, end: int) -> float:
    stretch = text[start:end]
    narrow = len(stretch.encode("ascii", "ignore"))
    return narrow * _LATIN + (len(stretch) - narrow)


def _grouped(text: str, parts: Sequence[tuple[Span, ...]]) -> Iterator[list[tuple[Span, ...]]]:
    """Parts gathered until a passage is large enough; a small rest joins the one before it."""
    groups: list[list[tuple[Span, ...]]] = []
    weight = 0.0
    for part in parts:
        more = _weight(text, part[0][0], part[-1][1])
        fits = weight + more <= _FULL and weight < _ENOUGH
        if groups and (fits or (more < _LEAST and weight + more <= _FULL + _LEAST)):
            groups[-1].append(part)
            weight += more
        else:
            groups.append([part])
            weight = more
    yield from groups


def heading_text(document: Document, passage: Passage) -> tuple[str, int]:
    """What is encoded for a passage: its heading, a newline, its text; and the offset at which that text begins.

    Marks, and whatever may not be quoted, are blanked out, so that offsets into the text still hold.
    """
    heading = passage.section or _told_title(document)
    body = document.plain(passage.start, passage.end)
    shown: list[str] = []
    at = passage.start
    for start, end in passage.sentences:
        shown.append(" " * (start - at))
        shown.append(body[start - passage.start : end - passage.start])
        at = end
    prefix = f"{heading}\n" if heading else ""
    return prefix + "".join(shown), len(prefix)


def _told_title(document: Document) -> str:
    """The title, unless it is only the name of the file."""
    name = document.source.path.rpartition("/")[2]
    return "" if name.rpartition(".")[0] == document.source.title else document.source.title
