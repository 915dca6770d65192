"""What a paragraph is by itself: a heading, an item, a note, a caption, code, or nothing to quote."""

import re

from index.document import BlockKind
from index.documents.readers.lines import ends_sentence
from index.documents.readers.pdf.flow import PdfTable
from index.documents.readers.pdf.measure import Measure
from index.documents.readers.pdf.paragraphs import LARGER, Paragraph, Part
from index.documents.readers.pdf.rows import mark_of
from index.text.language import size as units

CAPTION = re.compile(
    r"(?:fig(?:ure|\.)|abb(?:ildung|\.)|tab(?:le|elle|leau|\.)|exhibit|chart|附?图|附?表)\s*(?:[A-Z]?\d{1,3}(?:[.\-–]\d{1,3})*|(?-i:[IVX]{1,5}))"
    r"\s*(?:[.:：|—]|(?=(?-i:[A-Z(\u4e00-\u9fff]))|\Z)",
    re.IGNORECASE,
)
NOTE = re.compile(r"([⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3}|[*†‡∗]{1,2}|\d{1,2}(?=[^\s\d.,、)–\-/:]))\s*(?=\S)")
NUMBER = re.compile(r"(\d{1,2}(?:\.\d{1,2})*)\.?(?=\s|[\u4e00-\u9fff])|[IVX]{1,5}\.\s")
"""What stands before a heading."""
_CONTENTS = re.compile(
    r"(?:\s?[.…·]){4,}\s*(?:\d{1,4}|[ivxl]{1,6})\Z|\A(?:table of contents|contents|目\s*录)\Z", re.IGNORECASE
)
_KNOWN = re.compile(
    r"(?:\d{1,2}\.?\s*|[IVX]{1,5}\.\s*)?(?:abstract|introduction|background|methods?|results|discussions?|conclusions?|"
    r"references|bibliography|acknowledge?ments?|appendix(?: [A-Z\d])?|summary|摘\s*要|引\s*言|前\s*言|结\s*论|总\s*结|"
    r"参\s*考\s*文\s*献|附\s*录|致\s*谢)",
    re.IGNORECASE,
)
_SAYS = re.compile(r"[^\W\d_]{3,}|[\u3400-\u9fff\uac00-\ud7a3\u3040-\u30ff]{2}|\d{3,}")
_NAMES = re.compile(r"[∗†‡*¹²³]|(?:,[^,]+){3}")
"""The line of authors below a title."""
_FORMULA = re.compile(r"[=∈×≤≥\ufffd]|\(\d{1,2}\)\Z")
_LONGEST_HEADING, _LONGEST_PLAIN = 60, 36
_LONGEST_CAPTION = 150
_SMALLER, _HUGE = 0.94, 1.5


def kind_of(part: Part, measure: Measure) -> BlockKind:
    """The kind of a part of a page, its neighbours not looked at."""
    if not isinstance(part, Paragraph):
        return BlockKind.ROW if isinstance(part[1], PdfTable) else BlockKind.FURNITURE
    text = part.text
    if _CONTENTS.search(text) or not _SAYS.search(text):
        return BlockKind.FURNITURE
    if part.fixed and not measure.fixed:
        return BlockKind.CODE
    if CAPTION.match(text) and units(text) <= _LONGEST_CAPTION and not (text.endswith("。") and units(text) > 40):
        return BlockKind.CAPTION
    if _is_heading(part, measure):
        return BlockKind.HEADING
    if part.size < measure.body * _SMALLER and NOTE.match(text):
        return BlockKind.NOTE
    return BlockKind.ITEM if mark_of(text) else BlockKind.PARAGRAPH


def _is_heading(part: Paragraph, measure: Measure) -> bool:
    """Larger than the text, or set in another face and alone; and words, not figures."""
    text = part.text
    number = NUMBER.match(text)
    words = text[number.end() if number else 0 :].replace(" ", "")
    letters = sum(map(str.isalpha, words))
    if units(text) > _LONGEST_HEADING or letters < 2 or letters * 2 < len(words) or _FORMULA.search(text):
        return False
    ended = ends_sentence(text) and not text.endswith(("?", "？", "!", "！"))
    if part.size >= measure.body * LARGER:
        return not _runs_on(part, text, ended, measure)
    if ended or len(part.rows) > 3 or part.size < measure.body * 0.9 or _NAMES.search(text):
        return False
    return part.bold or (part.spaced and _stands_out(part, text, measure))


def _runs_on(part: Paragraph, text: str, ended: bool, measure: Measure) -> bool:
    """Large letters that are a text: sentences, or a line that only ends because the page does."""
    if ended or "。" in text or text.endswith((",", "，", ";", "；")):
        return part.size < measure.body * _HUGE or "。" in text
    full = part.rows[-1].right > part.right - part.size and len(part.rows) == 1
    return full and part.size < measure.body * _HUGE and units(text) > _LONGEST_PLAIN // 2


def _stands_out(part: Paragraph, text: str, measure: Measure) -> bool:
    """A line that says by its face, its capitals or its word that it is a heading."""
    if len(part.rows) > 2 or units(text) > _LONGEST_PLAIN or text.endswith((":", "：", ",", "，")):
        return False
    if _KNOWN.fullmatch(text):
        return True
    plain = sum(len(word.text) for row in part.rows for word in row.words if word.face in measure.faces)
    letters = [letter for letter in text if letter.isalpha()]
    opens = not text[:1].islower() and not mark_of(text, bullets=True)
    if opens and plain * 10 < 3 * len(text.replace(" ", "")):
        return True
    return (
        len(letters) >= 5 and all(letter.isupper() for letter in letters if letter.isascii()) and letters[0].isascii()
    )
