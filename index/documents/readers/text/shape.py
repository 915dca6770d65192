"""What one line of an unmarked text looks like by itself: a heading, an item, a statement, or nothing certain."""

import re

from index.document import BlockKind
from index.documents.readers import furniture
from index.documents.readers.building.piece import Piece
from index.documents.readers.lines import Stretch

_P, _H, _I = BlockKind.PARAGRAPH, BlockKind.HEADING, BlockKind.ITEM
_LOOSE = 26
"""Units; a longer line without an end is a sentence whose full stop was forgotten."""
_CHAPTER = re.compile(
    r"第[一二三四五六七八九十百\d]{1,4}[章节篇部卷编]|chapter \w{1,6}\b|part [ivx\d]{1,4}\b|appendix \w\b",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    r"(?:\d{1,2}(?:\.\d{1,2}){0,3}[.、．]?\s+|\d{1,2}(?:[、．]|\.(?!\d))|[一二三四五六七八九十]{1,3}[、.．]|[（(][一二三四五六七八九十]{1,3}[）)])\s*(?=\S)"
)
_HASHES = re.compile(r"(#{1,6})[ \t]+(?=\S)")
_RULE = re.compile(r"[=\-~_*#\s]{3,}")
_INSIDE = re.compile(r"[。！？；;]|[.!?]\s+[A-Z]")
_FIGURE = re.compile(r"(?<![A-Za-z0-9\-])\d[\d,.]*(?![\d年月日号章节届世]|\s*(?:年|月)|[A-Za-z-]\w)")
_YEAR = re.compile(r"(?:19|20)\d\d")
_PREDICATE = re.compile(
    r"(?<![什还就但只可凡若])是(?!什么|谁|否|非)|位于|坐落|成立于|创办于|始建|毕业于|出生于|担任|荣获|获得了|分为|包括|共有|设有|拥有|等于"
)
_VERB = re.compile(
    r"\b(?:is|are|was|were|has|have|had|can|will|must|should|does|did|opens?|closes?|costs?|contains?|includes?|lives?|founded|located|born)\b"
)
_QUESTION = re.compile(r"(?:[QＱ问][：:.、]?\s*|问题?\s*\d*[：:]\s*)?[^“\"「『。！!]{2,80}[?？]")
_ASKING = re.compile(r"[QＱ问][：:.、]|问题?\s*\d*[：:]")
_LEAD_IN = re.compile(r"[:：,，、—-]$")
_BREAK = re.compile(r"[.;；]\s+\S")
_BARE_NUMBER = re.compile(r"\d{1,2}")
_EDITABLE = re.compile(r"\s*\[(?:edit|编辑|編輯)\]$")


def says(stretch: Stretch) -> bool:
    """There is a letter or a digit in it."""
    return any(map(str.isalnum, stretch.text[:2000]))


def solid(stretch: Stretch) -> bool:
    """A whole sentence of some length: what prose is made of."""
    return (stretch.ended and stretch.size >= 8 and not furniture.site(stretch.text)) or stretch.size > _LOOSE


def alone(stretch: Stretch, prose: bool) -> BlockKind | None:
    """What a paragraph is by itself; None where its neighbours have to tell."""
    text = stretch.text
    # In a list of short lines "WeChat" may be a way to pay; on a page of prose it is a button.
    if not says(stretch) or (furniture.site(text) and (prose or stretch.size > 4 or len(text) > 8)):
        return BlockKind.FURNITURE
    if prose and (furniture.menu(text) or _BARE_NUMBER.fullmatch(text)):
        return BlockKind.FURNITURE
    if furniture.caption(text) and (not stretch.ended or not text.endswith(("。", "！", "？"))):
        return BlockKind.CAPTION
    if _EDITABLE.search(text[-12:]) and stretch.size <= _LOOSE:
        return _H
    if _HASHES.match(text) or (_CHAPTER.match(text) and not stretch.ended and stretch.size <= _LOOSE):
        return _H
    if stretch.bullet:
        return _I
    if stretch.fact or stretch.size > _LOOSE or stretch.ended or _INSIDE.search(text) or _LEAD_IN.search(text):
        return _P
    return _P if states(text) else None


def may_be_headline(stretch: Stretch) -> bool:
    """Short, and not ended as a sentence; a headline may ask or exclaim within."""
    text = stretch.text
    if stretch.ended or stretch.fact or stretch.bullet or not 4 <= stretch.size <= _LOOSE:
        return False
    return not (_LEAD_IN.search(text) or "。" in text or _BREAK.search(text))


def leads_in(stretch: Stretch) -> bool:
    """It announces a list: "The following shops have opened:"."""
    return stretch.text.endswith((":", "："))


def states(text: str) -> bool:
    """A figure or a verb: it says something, whether or not it ends with a full stop."""
    body = _NUMBERED.sub("", text, count=1)
    if any(not _YEAR.fullmatch(found) for found in _FIGURE.findall(body)) or _PREDICATE.search(body):
        return True
    titled = sum(word[:1].isupper() for word in body.split()) * 2 > len(body.split())
    return bool(_VERB.search(body)) and not titled and len(body.split()) >= 4


def is_rule(stretch: Stretch) -> bool:
    """A line of ===== or -----."""
    return bool(_RULE.fullmatch(stretch.text[:200]))


def is_short(stretch: Stretch) -> bool:
    return stretch.size <= _LOOSE


def is_question(text: str) -> bool:
    """The whole of it asks, and nobody is quoted as asking."""
    return len(text) <= 100 and bool(_QUESTION.fullmatch(text.strip(" \t*_")))


def is_marked_question(text: str) -> bool:
    """It says itself that it is one of a list of questions: "Q:", "3."."""
    return is_question(text) and bool(_ASKING.match(text) or _NUMBERED.match(text))


def number_level(text: str) -> int:
    """Depth that the number before a heading shows, 0 where there is none."""
    return level(text) if _NUMBERED.match(text) else 0


def piece(stretch: Stretch, kind: BlockKind, headline: bool) -> Piece:
    """The block that a paragraph becomes."""
    if kind is _I:
        return Piece(kind, stretch.start + stretch.bullet, stretch.end)
    if kind is not _H:
        return Piece(kind, stretch.start, stretch.end)
    hashes = _HASHES.match(stretch.text)
    label = " ".join(_EDITABLE.sub("", stretch.text[hashes.end() if hashes else 0 :]).split())
    depth = 0 if headline else len(hashes.group(1)) if hashes else level(stretch.text)
    return Piece(kind, stretch.start, stretch.end, depth, label)


def level(text: str) -> int:
    """Depth of a heading by its number: chapters outermost, "2.1" below "2"."""
    if _CHAPTER.match(text):
        return 1 if "节" not in text[:6] else 2
    number = _NUMBERED.match(text)
    if not number:
        return 9 if text.endswith(("?", "？")) else 3
    if not number.group()[0].isascii() and not number.group()[0].isdigit():
        return 5 if number.group()[0] == "（" else 4
    return 5 if number.group()[0] == "(" else 6 + number.group().strip(" .").count(".")
