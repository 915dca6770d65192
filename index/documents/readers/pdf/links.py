"""Links of a PDF: areas of a page that lead to an address, found again in the text by the words that stand in them."""

import ctypes
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

import pypdfium2
import pypdfium2.raw as pdfium

from index.document import Block, Document, Link
from index.documents.readers.links import usable
from index.documents.readers.pdf.page import Bounds, Box, PdfPage, Word, turned_box

_MOST = 2000
"""Links of one page."""
_LONGEST = 2048
_WIDE = re.compile("[\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff00-\uffef\u3000-\u303f]")
_BEFORE = 16
"""Letters before a link that tell it from the same letters elsewhere on the page."""


def areas(document: pypdfium2.PdfDocument, page: pypdfium2.PdfPage, bounds: Bounds, turn: int) -> list[tuple[Box, str]]:
    """Where on a page a link is, on the page as `turn` turns it, and where it leads."""
    found: list[tuple[Box, str]] = []
    at, link, rect = ctypes.c_int(0), pdfium.FPDF_LINK(), pdfium.FS_RECTF()
    while len(found) < _MOST and pdfium.FPDFLink_Enumerate(page.raw, at, link):
        url = usable(_address(document, pdfium.FPDFLink_GetAction(link)))
        if url and pdfium.FPDFLink_GetAnnotRect(link, rect):
            found.append((turned_box(turn, bounds, (rect.left, rect.bottom, rect.right, rect.top)), url))
    return found


def _address(document: pypdfium2.PdfDocument, action: object) -> str:
    size = pdfium.FPDFAction_GetURIPath(document.raw, action, None, 0) if action else 0
    if not 1 < size < _LONGEST:
        return ""
    content = ctypes.create_string_buffer(size)
    pdfium.FPDFAction_GetURIPath(document.raw, action, content, size)
    return content.value.decode("utf-8", "replace")


def placed(document: Document, pages: Sequence[PdfPage]) -> tuple[Link, ...]:
    """The links of all pages in the text that was made of them. Those whose words are not found again are left out."""
    kept: list[Link] = []
    found = (link for page in pages if page.links for link in _of_page(document, page))
    for link in sorted(found, key=lambda one: one.start):
        if not kept or kept[-1].end <= link.start:
            kept.append(link)
    return tuple(_whole(document, kept))


def _of_page(document: Document, page: PdfPage) -> Iterator[Link]:
    places = [at for block in _blocks(document, page.number) for at in _letters(document.text, block)]
    letters = "".join(document.text[at] for at in places)
    drawn = [one for word in page.words for one in _drawn(word)]
    for box, url in page.links:
        inside = [n for n, (_, x, y) in enumerate(drawn) if box.holds(x, y)]
        said = "".join(drawn[n][0] for n in inside)
        before = "".join(one for one, _, _ in drawn[max(0, inside[0] - _BEFORE) : inside[0]]) if inside else ""
        at = _found(letters, said, before) if said else -1
        if at >= 0:
            yield Link(places[at], places[at + len(said) - 1] + 1, url)


def _drawn(word: Word) -> Iterator[tuple[str, float, float]]:
    """The letters and digits of a word, and where each counts as standing: in its middle, but a line of Chinese is one
    word, and its letters stand one beside the other."""
    widths = [2 if _WIDE.match(letter) else 1 for letter in word.text]
    whole = sum(widths)
    at = 0
    for letter, width in zip(word.text, widths, strict=True):
        share = (at + width / 2) / whole if whole > len(widths) else 0.5
        at += width
        if letter.isalnum():
            yield letter, word.left + share * (word.right - word.left), (word.top + word.bottom) / 2


def _found(letters: str, said: str, before: str) -> int:
    """Where `said` stands in the letters of a page, behind `before` if that can be; -1 where nobody can tell."""
    at = letters.find(before + said)
    if at >= 0:
        return at + len(before)
    return letters.find(said) if letters.count(said) == 1 else -1


def _blocks(document: Document, number: int) -> Sequence[Block]:
    """The blocks of a page, and the last one before it, which may reach into it."""
    first = bisect_left(document.blocks, number, key=lambda block: block.page or 0)
    last = bisect_left(document.blocks, number + 1, key=lambda block: block.page or 0)
    return document.blocks[max(0, first - 1) : last]


def _letters(text: str, block: Block) -> Iterator[int]:
    return (at for at in range(block.start, block.end) if text[at].isalnum())


def _whole(document: Document, links: Sequence[Link]) -> list[Link]:
    """Links that lead to the same place over nothing but white space are one that was set on two lines."""
    found: list[Link] = []
    for link in links:
        last = found[-1] if found else None
        if last and last.url == link.url and not document.text[last.end : link.start].strip():
            found[-1] = Link(last.start, link.end, link.url)
        else:
            found.append(link)
    return found
