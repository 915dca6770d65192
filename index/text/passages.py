"""Documents in pieces that can be found and quoted: passages, made of whole sentences that stand together."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.document import QUOTABLE, Block, BlockKind, Document, Section, Span
from index.text.gathering import FULL, Part, gathered, weight
from index.text.sentences import LONGEST, sentences
from index.text.structure import code_spans, column_names, headers_of, lead_in, plain_text

__all__ = ["LONGEST", "Passage", "heading_text", "sentences", "split"]

_BETWEEN = frozenset({BlockKind.CAPTION, BlockKind.HEADER})
_STEP = " › "
_PATH, _LEAD = 120, 160
"""Code points of the headings, and of the lead-in, that are searched with a passage."""


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

    A passage stays within one section and one page, and never reaches across a heading or furniture. A list stays with
    the line that introduces it where both fit, and a code block with the paragraph before it.
    """
    out: list[Passage] = []
    for section, run in _runs(document):
        parts = [part for block in run for part in _parts(document, block)]
        together = gathered(_bound(document, parts))
        out.extend(Passage(position, spans[0][0], spans[-1][1], spans, section, run[0].page) for spans in together)
    return tuple(out)


def _runs(document: Document) -> Iterator[tuple[str, list[Block]]]:
    """Blocks that may share a passage; captions and header rows between them do not separate them."""
    run: list[Block] = []
    section = ""
    sections = _Sections(document.sections)
    for block in document.blocks:
        if block.kind in QUOTABLE or (block.kind is BlockKind.CODE and _says_something(document, block)):
            if run and block.page != run[0].page:
                yield section, run
                run = []
            section = sections.at(block.start) if not run else section
            run.append(block)
        elif run and block.kind not in _BETWEEN:
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


def _parts(document: Document, block: Block) -> Iterator[Part]:
    """The sentences of a block, in parts that fit into a passage; of code a few lines are one."""
    text = document.text
    if block.kind is BlockKind.CODE:
        yield from (Part((span,), weight(text, *span), block) for span in code_spans(document, block))
        return
    part: list[Span] = []
    for span in sentences(text, block.start, block.end, document.source.lang):
        if not document.plain(*span).strip():
            # Nothing but markup: an address, a picture, a tag.
            continue
        if part and weight(text, part[0][0], span[1]) > FULL:
            yield Part(tuple(part), weight(text, part[0][0], part[-1][1]), block)
            part = []
        part.append(span)
    if part:
        yield Part(tuple(part), weight(text, part[0][0], part[-1][1]), block)


def _says_something(document: Document, block: Block) -> bool:
    return any(map(str.isalnum, document.plain(block.start, block.end)))


def _bound(document: Document, parts: Sequence[Part]) -> Iterator[list[Part]]:
    """Parts that belong together: a list or a table with its lead-in, code with what introduces it."""
    bound: list[Part] = []
    for part in parts:
        if bound and not _belongs(document, bound[-1].block, part.block):
            yield bound
            bound = []
        bound.append(part)
    if bound:
        yield bound


def _belongs(document: Document, before: Block, block: Block) -> bool:
    if block is before or block.kind is BlockKind.CODE:
        return True
    if block.group:
        return before.group == block.group or (not before.group and lead_in(document, block) is before)
    return False


def heading_text(document: Document, passage: Passage) -> tuple[str, int]:
    """What is encoded for a passage: its headings, what introduces it, its text; and where in this that text begins.

    The first line is the path of headings from the title on. A second line has the lead-in, for a passage that begins
    within a list, a table or code, and the names of the columns, for one with rows. In the text marks, and whatever
    may not be quoted, are blanked out, so that offsets into it still hold.
    """
    body = document.plain(passage.start, passage.end)
    shown: list[str] = []
    at = passage.start
    for start, end in passage.sentences:
        shown.append(" " * (start - at))
        shown.append(body[start - passage.start : end - passage.start])
        at = end
    before = (_path(document, passage.section), _introduction(document, passage))
    prefix = "".join(f"{line}\n" for line in before if line)
    return prefix + "".join(shown), len(prefix)


def _path(document: Document, section: str) -> str:
    """The title and the headings of a section, as many as there is room for, the innermost in any case."""
    headings = [title for title in (_title_if_given(document), *section.split(_STEP)) if title]
    path = headings.pop()[:_PATH] if headings else ""
    while headings and len(path) + len(_STEP) + len(headings[-1]) <= _PATH:
        path = f"{headings.pop()}{_STEP}{path}"
    return path


def _introduction(document: Document, passage: Passage) -> str:
    """The line that introduces the list, table or code in which a passage begins, and the names of columns."""
    block = document.block_at(passage.start)
    if block is None:
        return ""
    lead, headers = lead_in(document, block), _headers(document, passage)
    parts = [plain_text(document, max(lead.start, lead.end - _LEAD), lead.end)] if lead else []
    if headers:
        names = column_names(document, headers) or [plain_text(document, one.start, one.end) for one in headers]
        parts.append(" | ".join(dict.fromkeys(names)))
    return " ".join(parts)[:_LEAD]


def _headers(document: Document, passage: Passage) -> tuple[Block, ...]:
    """The header of the first row in a passage: it may begin with the line that introduces the table."""
    first = document.blocks_within(passage.start, passage.end)
    row = next((block for block in first if block.kind is BlockKind.ROW), None)
    return headers_of(document, row) if row else ()


def _title_if_given(document: Document) -> str:
    """The title, unless it is only the name of the file."""
    name = document.source.path.rpartition("/")[2]
    return "" if name.rpartition(".")[0] == document.source.title else document.source.title
