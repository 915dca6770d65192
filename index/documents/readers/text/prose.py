"""Tells the text of an unmarked page from what surrounds it.

Nothing marks a heading, a caption or a list of links here, so shape decides: in a page of prose, a short line that
does not end as a sentence is something else. In a page of short lines it is the text itself. When in doubt a line
stays quotable: a heading that is quoted embarrasses, a sentence that is lost is lost.
"""

import re
from collections.abc import Iterator, Sequence

from index.document import BlockKind
from index.documents.readers import furniture
from index.documents.readers.building.piece import Piece
from index.documents.readers.lines import Stretch
from index.documents.readers.text import shape
from index.text.language import size

_P, _H, _I, _F = BlockKind.PARAGRAPH, BlockKind.HEADING, BlockKind.ITEM, BlockKind.FURNITURE


def classify(
    stretches: Sequence[Stretch], given: Sequence[BlockKind | None] = (), structured: bool = False
) -> list[Piece]:
    """A kind for every paragraph, headings with their level, list items without their marks.

    `given` kinds stand. In a `structured` text headings are marked, so that no other short line is one.
    """
    page = _Page(stretches, given or [None] * len(stretches), structured)
    page.judge()
    pairs = zip(stretches, page.kinds, strict=True)
    return [shape.piece(stretch, kind or _P, i == page.headline) for i, (stretch, kind) in enumerate(pairs)]


class _Page:
    """The paragraphs of one text, and what each was found to be so far; None is not yet known."""

    def __init__(self, stretches: Sequence[Stretch], given: Sequence[BlockKind | None], structured: bool) -> None:
        self.stretches, self.structured = stretches, structured
        free = [i for i, kind in enumerate(given) if kind in (None, _P)]
        solid = [i for i in free if shape.solid(stretches[i])]
        self.first, self.last = (solid[0], solid[-1]) if solid else (0, len(stretches))
        self.prose = self._is_prose(free, solid)
        self.kinds = [kind or shape.alone(s, self.prose) for s, kind in zip(stretches, given, strict=True)]
        self.headline = -1
        if len(stretches) == 1:
            self.kinds = [_P if shape.says(stretches[0]) else _F]

    def _is_prose(self, free: Sequence[int], solid: Sequence[int]) -> bool:
        """Most of what is said is said in sentences; facts and list items say nothing about that.

        Where there are three sentences or more, only what stands between them counts: a page of a news site may
        have more links than text.
        """
        inner = [i for i in free if self.first <= i <= self.last] if len(solid) >= 3 else free
        ended = loose = 0
        for stretch in (self.stretches[i] for i in inner):
            if stretch.ended or not shape.is_short(stretch):
                ended += stretch.size
            elif not stretch.fact and not stretch.bullet and not furniture.site(stretch.text):
                loose += stretch.size
        return ended > 0 and ended >= 1.5 * loose

    def judge(self) -> None:
        self._underlines()
        self._questions()
        self._lead_ins()
        if self.prose:
            self._find_headline()
            self._links()
        for start, end in _runs(self.kinds):
            for i, kind in zip(range(start, end), self._resolved(start, end), strict=True):
                self.kinds[i] = _P if self.structured and kind is _H else kind
        self._numbered()

    def _underlines(self) -> None:
        """A line of ===== or ----- makes the short line right above it a heading."""
        for i, (above, below) in enumerate(zip(self.stretches, self.stretches[1:], strict=False)):
            may_be_heading = not above.ended or shape.is_question(above.text)
            if may_be_heading and not below.gap and shape.is_rule(below) and shape.is_short(above):
                self.kinds[i] = _H if self.kinds[i] in (None, _P, _I) else self.kinds[i]

    def _questions(self) -> None:
        """A question that is answered below is a heading: quoting it back would be no answer.

        One among many paragraphs, without a mark, is rhetoric.
        """
        asked = [shape.is_question(stretch.text) for stretch in self.stretches]
        many = 5 * sum(asked) >= len(asked)
        for i in range(len(asked) - 1):
            if asked[i] and not asked[i + 1] and self.kinds[i] in (_P, _I) and self.kinds[i + 1] in (None, _P, _I):
                marked = many or shape.is_marked_question(self.stretches[i].text)
                self.kinds[i] = _H if marked else self.kinds[i]

    def _lead_ins(self) -> None:
        """Short lines right below "...:" are a list, whatever they say."""
        listing = False
        for i, stretch in enumerate(self.stretches):
            brief = self.kinds[i] is None or (self.kinds[i] is _F and stretch.size <= 4 and shape.says(stretch))
            listing = listing and brief and not stretch.gap
            if listing:
                self.kinds[i] = _I
            listing = listing or (self.kinds[i] is _P and shape.leads_in(stretch))

    def _find_headline(self) -> None:
        """The first line above all prose that stands alone, even where it has a verb or a figure."""
        if self.structured:
            return
        for i in range(min(self.first, len(self.stretches) - 1)):
            alone = self.stretches[i].gap and (self.stretches[i + 1].gap or self.kinds[i + 1] is _F)
            if alone and self.kinds[i] in (None, _P) and shape.may_be_headline(self.stretches[i]):
                self.kinds[i], self.headline = _H, i
                return

    def _links(self) -> None:
        """Titles of other pages stand below "Related articles", up to the next whole sentence; a table of contents
        ends with its stanza."""
        linking = contents = False
        for i, stretch in enumerate(self.stretches):
            if furniture.introduces_links(stretch.text):
                linking, contents = True, furniture.contents(stretch.text)
            elif contents and not stretch.gap and not shape.solid(stretch):
                self.kinds[i] = _F
            elif contents or stretch.ended or self.kinds[i] is _H or (stretch.fact and self.kinds[i] is not _F):
                linking = contents = False
            elif linking:
                self.kinds[i] = _F

    def _resolved(self, start: int, end: int) -> list[BlockKind]:
        """Kinds of a run of short lines without an end, by what stands before and after it."""
        run = self.stretches[start:end]
        before = self.kinds[start - 1] if start else None
        after = self.kinds[end] if end < len(self.kinds) else None
        if not self.prose:
            titled = start == 0 and len(run) == 1 and after in (_P, _I) and len(self.stretches) > 2
            return [_H if titled or (shape.number_level(s.text) and after) else _P for s in run]
        tight = after is BlockKind.CAPTION and not self.stretches[end].gap
        if tight or (before is BlockKind.CAPTION and not run[0].gap):
            return [BlockKind.CAPTION] * len(run)
        top, tail = start < self.first, start > self.last
        if len(run) >= 3:
            return self._edge(run, top) if top or tail else _list(run)
        if tail:
            return [_F if before is _F else _P] * len(run)
        if top and 0 <= self.headline < start and after is not _P:
            # Who wrote it, between the headline and the first picture.
            return [_P] * len(run)
        return [BlockKind.CAPTION if self._names_neighbour(i) else _H for i in range(start, end)]

    def _edge(self, run: Sequence[Stretch], top: bool) -> list[BlockKind]:
        """Three or more lines above or below all prose: links where the site shows itself there, else a list."""
        edge = self.kinds[: self.first] if top else self.kinds[self.last + 1 :]
        average = sum(stretch.size for stretch in run) / len(run)
        if _F not in edge:
            return _list(run)
        if top:
            return [_F if stretch.size <= 4 else _H for stretch in run]
        return [_F if average >= 5 else _I] * len(run)

    def _names_neighbour(self, at: int) -> bool:
        """A caption names what the paragraphs around it speak of; a heading sums up in words of its own."""
        line = re.sub(r"\s", "", self.stretches[at].text)
        if shape.number_level(line) or size(line) < 6 or line[0] < "\u2e80":
            return False
        above, below = self.stretches[max(0, at - 2) : at], self.stretches[at + 1 : at + 3]
        near = [s.text[:3000] for s in (*above, *below) if s.ended and s.size > len(line)]
        before = any(line in s.text[:3000] for s in above if s.ended)
        return before or (len(line) >= 9 and any(_made_of(line, text) for text in near))

    def _numbered(self) -> None:
        """A numbered line above prose, or above numbers of a lower order, is a heading and not a list of one."""
        for i, stretch in enumerate(self.stretches[:-1]):
            depth = shape.number_level(stretch.text)
            if self.kinds[i] is not _I or not depth or stretch.ended or not shape.is_short(stretch):
                continue
            above = i > 0 and self.kinds[i - 1] is _I and not stretch.gap
            under = shape.number_level(self.stretches[i + 1].text)
            below = under > depth if under else self.kinds[i + 1] in (_P, _H)
            if below and not above and not shape.leads_in(stretch) and not shape.states(stretch.text):
                self.kinds[i] = _H


def _runs(kinds: Sequence[BlockKind | None]) -> Iterator[tuple[int, int]]:
    start = 0
    while start < len(kinds):
        end = start
        while end < len(kinds) and kinds[end] is None:
            end += 1
        if end > start:
            yield start, end
        start = end + 1


def _list(run: Sequence[Stretch]) -> list[BlockKind]:
    """Items, under a heading where the first stands apart from what is above it and close to what is below."""
    return [_H if i == 0 and run[0].gap and not run[1].gap else _I for i in range(len(run))]


def _made_of(line: str, text: str) -> bool:
    """`line` stands in `text`, whole or in two pieces of three characters or more."""
    if line in text:
        return True
    return any(line[:cut] in text and line[cut:] in text for cut in range(3, len(line) - 2))
