"""Tells the text of an unmarked page from what surrounds it.

Nothing marks a heading, a caption or a list of links here, so shape decides: in a page of prose, a short line that
does not end as a sentence is something else. In a page of short lines it is the text itself. When in doubt a line
stays quotable: a heading that is quoted embarrasses, a sentence that is lost is lost.
"""

import re
from collections.abc import Iterator, Sequence

from index.document import BlockKind
from index.language import size
from index.readers import furniture
from index.readers.assemble import Piece
from index.readers.lines import Stretch

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
_LEAD_IN = re.compile(r"[:：,，、—-]$")


def classify(
    stretches: Sequence[Stretch], given: Sequence[BlockKind | None] = (), structured: bool = False
) -> list[Piece]:
    """A kind for every paragraph, headings with their level, list items without their marks.

    `given` kinds stand. In a `structured` text headings are marked, so that no other short line is one.
    """
    known = given or [None] * len(stretches)
    prose = _is_prose([stretch for stretch, kind in zip(stretches, known, strict=True) if kind in (None, _P)])
    kinds = [kind or _alone(stretch, prose) for stretch, kind in zip(stretches, known, strict=True)]
    if len(stretches) == 1:
        kinds = [_P if _says(stretches[0]) else BlockKind.FURNITURE]
    _underlines(stretches, kinds)
    _questions(stretches, kinds)
    if prose and not structured:
        _headline(stretches, kinds)
    if prose:
        _links(stretches, kinds)
    said = [i for i, kind in enumerate(kinds) if kind is _P] or [0]
    for start, end in _runs(kinds):
        edges = (start <= said[0], end > said[-1])
        found = _resolved(stretches, kinds, (start, end), edges, prose)
        for i, kind in zip(range(start, end), found, strict=True):
            kinds[i] = _P if structured and kind is _H else kind
    _lists(stretches, kinds)
    return [_piece(stretch, kind or _P) for stretch, kind in zip(stretches, kinds, strict=True)]


def _says(stretch: Stretch) -> bool:
    return any(map(str.isalnum, stretch.text[:2000]))


def _is_prose(stretches: Sequence[Stretch]) -> bool:
    """Most of what is said is said in sentences; facts and list items say nothing about that."""
    ended = loose = 0
    for stretch in stretches:
        if stretch.ended or stretch.size > _LOOSE:
            ended += stretch.size
        elif not stretch.fact and not stretch.bullet and not furniture.site(stretch.text):
            loose += stretch.size
    return ended > 0 and ended >= 1.5 * loose


def _alone(stretch: Stretch, prose: bool) -> BlockKind | None:
    """What a paragraph is by itself; None where its neighbours have to tell."""
    text = stretch.text
    if not _says(stretch) or furniture.site(text) or (prose and furniture.menu(text)):
        return BlockKind.FURNITURE
    if furniture.caption(text) and (not stretch.ended or not text.endswith(("。", "！", "？"))):
        return BlockKind.CAPTION
    if _HASHES.match(text) or (_CHAPTER.match(text) and not stretch.ended and stretch.size <= _LOOSE):
        return _H
    if stretch.bullet:
        return _I
    if stretch.fact or stretch.ended or stretch.size > _LOOSE or _INSIDE.search(text) or _LEAD_IN.search(text):
        return _P
    if _states(text):
        return _P
    return None


def _states(text: str) -> bool:
    """A figure or a verb: it says something, whether or not it ends with a full stop."""
    body = _NUMBERED.sub("", text, count=1)
    if any(not _YEAR.fullmatch(found) for found in _FIGURE.findall(body)) or _PREDICATE.search(body):
        return True
    titled = sum(word[:1].isupper() for word in body.split()) * 2 > len(body.split())
    return bool(_VERB.search(body)) and not titled and len(body.split()) >= 4


def _underlines(stretches: Sequence[Stretch], kinds: list[BlockKind | None]) -> None:
    """A line of ===== or ----- makes the short line right above it a heading."""
    for i in range(1, len(stretches)):
        below = not stretches[i].gap and bool(_RULE.fullmatch(stretches[i].text[:200]))
        if below and not stretches[i - 1].ended and stretches[i - 1].size <= _LOOSE and kinds[i - 1] in (None, _P, _I):
            kinds[i - 1] = _H


def _questions(stretches: Sequence[Stretch], kinds: list[BlockKind | None]) -> None:
    """A question that is answered below is a heading: quoting it back would be no answer."""
    for i in range(len(stretches) - 1):
        if kinds[i] in (_P, _I) and is_question(stretches[i].text) and not is_question(stretches[i + 1].text):
            kinds[i] = _H if kinds[i + 1] in (None, _P, _I) else kinds[i]


def is_question(text: str) -> bool:
    """The whole of it asks, and nobody is quoted as asking."""
    return len(text) <= 100 and bool(_QUESTION.fullmatch(text.strip(" \t*_")))


def _headline(stretches: Sequence[Stretch], kinds: list[BlockKind | None]) -> None:
    """The first line of a page of prose, standing alone, is its headline even when it has a verb or a figure."""
    first = next((i for i, kind in enumerate(kinds) if kind not in (BlockKind.FURNITURE, BlockKind.CAPTION)), 0)
    if first + 1 < len(stretches) and stretches[first + 1].gap and kinds[first] is _P:
        text = stretches[first].text
        whole = stretches[first].ended or stretches[first].fact or _LEAD_IN.search(text) or _INSIDE.search(text)
        kinds[first] = _P if whole or stretches[first].size > _LOOSE else _H


def _links(stretches: Sequence[Stretch], kinds: list[BlockKind | None]) -> None:
    """Titles of other pages stand below "Related articles", up to the next whole sentence."""
    linking = False
    for i, stretch in enumerate(stretches):
        if furniture.introduces_links(stretch.text):
            linking = True
        elif stretch.ended or kinds[i] is _H or stretch.fact:
            linking = False
        elif linking:
            kinds[i] = BlockKind.FURNITURE


def _runs(kinds: Sequence[BlockKind | None]) -> Iterator[tuple[int, int]]:
    start = 0
    while start < len(kinds):
        end = start
        while end < len(kinds) and kinds[end] is None:
            end += 1
        if end > start:
            yield start, end
        start = end + 1


def _resolved(
    stretches: Sequence[Stretch],
    kinds: Sequence[BlockKind | None],
    span: tuple[int, int],
    edges: tuple[bool, bool],
    prose: bool,
) -> list[BlockKind]:
    """Kinds of a run of short lines without an end, by what stands before and after it.

    `edges`: the run stands above all paragraphs, below all of them.
    """
    (start, end), (top, tail) = span, edges
    run = stretches[start:end]
    before, after = (kinds[start - 1] if start else None), (kinds[end] if end < len(kinds) else None)
    if start and before is _P and _LEAD_IN.search(stretches[start - 1].text):
        return [_I] * len(run)
    if not prose:
        titled = start == 0 and len(run) == 1 and after in (_P, _I) and len(stretches) > 2
        return [_H if titled or (_NUMBERED.match(s.text) and after) else _P for s in run]
    if (after is BlockKind.CAPTION and not stretches[end].gap) or (before is BlockKind.CAPTION and not run[0].gap):
        return [BlockKind.CAPTION] * len(run)
    if len(run) >= 3 and (top or tail):
        return _edge(run, top)
    if tail:
        return [BlockKind.FURNITURE if before is BlockKind.FURNITURE else _P] * len(run)
    if len(run) >= 3:
        return [_H if i == 0 and run[1].gap is False and run[0].gap else _I for i in range(len(run))]
    return [BlockKind.CAPTION if _names_neighbour(stretches, i) else _H for i in range(start, end)]


def _edge(run: Sequence[Stretch], top: bool) -> list[BlockKind]:
    """Three or more lines above or below all prose: a menu, titles of other pages, or a list."""
    average = sum(stretch.size for stretch in run) / len(run)
    if top:
        return [BlockKind.FURNITURE if stretch.size <= 4 else _H for stretch in run]
    return [BlockKind.FURNITURE if average >= 7 else _I] * len(run)


def _names_neighbour(stretches: Sequence[Stretch], at: int) -> bool:
    """A caption names what the paragraphs around it speak of; a heading sums up in words of its own."""
    line = re.sub(r"\s", "", stretches[at].text)
    if _NUMBERED.match(line) or size(line) < 6 or line[0] < "\u2e80":
        return False
    near = [s.text[:3000] for s in stretches[max(0, at - 2) : at + 3] if s.ended and s.size > len(line)]
    before = at > 0 and any(line in s.text[:3000] for s in stretches[max(0, at - 2) : at] if s.ended)
    return before or (len(line) >= 9 and any(_made_of(line, text) for text in near))


def _made_of(line: str, text: str) -> bool:
    """`line` stands in `text`, whole or in two pieces of three characters or more."""
    if line in text:
        return True
    return any(line[:cut] in text and line[cut:] in text for cut in range(3, len(line) - 2))


def _lists(stretches: Sequence[Stretch], kinds: list[BlockKind | None]) -> None:
    """A numbered line that stands alone above prose is a heading, not a list of one."""
    for i, stretch in enumerate(stretches):
        if kinds[i] is not _I or not _NUMBERED.match(stretch.text) or stretch.ended or stretch.size > _LOOSE:
            continue
        above = i > 0 and kinds[i - 1] is _I and not stretch.gap
        below = i + 1 < len(stretches) and kinds[i + 1] in (_P, _H) and not _NUMBERED.match(stretches[i + 1].text)
        if below and not above and not _LEAD_IN.search(stretch.text) and not _states(stretch.text):
            kinds[i] = _H


def _piece(stretch: Stretch, kind: BlockKind) -> Piece:
    if kind is _I:
        return Piece(kind, stretch.start + stretch.bullet, stretch.end)
    if kind is not _H:
        return Piece(kind, stretch.start, stretch.end)
    hashes = _HASHES.match(stretch.text)
    label = " ".join(stretch.text[hashes.end() if hashes else 0 :].split())
    return Piece(kind, stretch.start, stretch.end, len(hashes.group(1)) if hashes else _level(stretch.text), label)


def _level(text: str) -> int:
    """Depth of a heading by its number: chapters outermost, "2.1" below "2"."""
    if _CHAPTER.match(text):
        return 1 if "节" not in text[:6] else 2
    if text.endswith(("?", "？")):
        return 7
    number = _NUMBERED.match(text)
    if not number:
        return 3
    if number.group()[0] in "（(":
        return 5
    return 4 + number.group().strip(" .").count(".")
