"""Where sentences end, in Chinese, in English, and in texts that are both.

Borders are decided from the characters around them alone, in one pass and with bounded looks ahead, so that a text
without any border costs no more than another.
"""

import re
from collections.abc import Iterator

from index.answer import MAX_QUOTE
from index.document import Span
from index.text.gathering import weight

LONGEST = MAX_QUOTE
"""Code points of the longest sentence; what is longer is cut at the best place."""
_LONG = 120.0
"""Chinese characters, a Latin letter counting less than half: from here on a semicolon ends a sentence too."""
_AHEAD = 90
"""A quotation or bracket that closes within this many code points is not split inside."""
_PAIRS = {
    "“": "”",
    "‘": "’",
    "「": "」",
    "『": "』",
    "（": "）",
    "(": ")",
    "【": "】",
    "[": "]",
    "《": "》",
    "〈": "〉",
}
_BRACKETS = "（(【[《〈"
_CLOSERS = "”’」』）)】]》〉\"'*_"
_STOP = re.compile(r"[。！？｡!?]+(?:\.{2,}|…+)?|…+[。！？]?|\.{2,}|[.．]|\n[ \t\u3000]*\n|[“‘「『（(【\[《〈]")
_SPEECH = re.compile(
    r"[，,]?[^。！？!?\n；;]{0,24}?(?:说|道|表示|介绍|指出|强调|认为|告诉|回忆|坦言|称|解释|問|问|說|喊|笑|補充|补充|提到|感慨)"
)


def _words(*lines: str) -> frozenset[str]:
    return frozenset(word for line in lines for word in line.split())


_ABBREVIATION = re.compile(r"(?<![A-Za-z.])((?:[A-Za-z]\.)+[A-Za-z]|Ph\.D|[A-Za-z]{1,6})\Z")
_NEVER_LAST = _words(
    "mr mrs ms dr prof rev gen sen rep gov capt lt col sgt hon st mt ft messrs vs v cf e.g i.e viz",
    "fig figs eq eqs sec ch vol vols pp ed eds approx ca al ave blvd dept est art",
)
_MAYBE_LAST = _words(
    "inc ltd co corp bros jr sr etc u.s u.s.a u.k u.n e.u d.c a.m p.m ph.d m.d b.a m.a b.sc m.sc rd univ dist",
    "jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun",
)
_BEGINS = re.compile(
    r"(?:The|A|An|It|Its|He|She|They|We|I|You|His|Her|Their|Our|This|That|These|Those|There|In|On|At|By|For|From|With|After|"
    r"Before|When|While|If|As|But|And|However|Although|Since|Because|To|Of|Today|Now|Then|Its|All|Some|Many|Most|What|Who|Why|How)\b"
)
_UNCUT = re.compile(
    r"\[[^\[\]\n]{0,120}\]\([^()\s]{0,240}\)|https?://[^\s，。；、）》]{1,240}|`[^`\n]{1,120}`|&#?\w{1,30};"
)
_ATTACHED = re.compile("[\u0300-\u036f\u200d\ufe00-\ufe0f\U0001f3fb-\U0001f3ff\u20d0-\u20ff]")


def sentences(text: str, start: int = 0, end: int | None = None, lang: str = "und") -> tuple[Span, ...]:
    """Sentences of `text[start:end]`, trimmed, none longer than LONGEST, covering all but white space.

    `lang` is taken as a hint only: Chinese and English stand in one text too often.
    """
    end = len(text) if end is None else end
    found: list[Span] = []
    at = start
    for border in [*_borders(text, start, end), end]:
        span = _trimmed(text, at, border)
        if span:
            _add(text, found, span)
        at = border
    return tuple(found)


def sentence_around(text: str, start: int, end: int, at: int) -> Span:
    """The whole sentence of `text[start:end]` that holds the offset `at`, however long it is."""
    before = start
    for border in [*_borders(text, start, end), end]:
        if border > at:
            return _trimmed(text, before, border) or (at, at)
        before = border
    return at, at


def _add(text: str, found: list[Span], span: Span) -> None:
    """Appends a sentence, cut where it is too long; what has neither letter nor digit joins its neighbour."""
    for piece in _in_parts(text, *span):
        mute = not any(map(str.isalnum, text[piece[0] : piece[1]]))
        if mute and found and piece[1] - found[-1][0] <= LONGEST:
            found[-1] = (found[-1][0], piece[1])
        else:
            found.append(piece)


def _trimmed(text: str, start: int, end: int) -> Span | None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return (start, end) if start < end else None


def _borders(text: str, start: int, end: int) -> Iterator[int]:
    """Offsets right behind each sentence, in order."""
    at = last = start
    while found := _STOP.search(text, at, end):
        mark, at = found.group(), found.end()
        if mark in _PAIRS:
            at = inside = _closed(text, found.start(), end)
            if inside == found.end() or not _sentence_end(text[inside - 2]):
                continue
            if text[found.start()] in _BRACKETS and text[max(last, found.start() - _AHEAD) : found.start()].strip():
                continue
            mark = text[inside - 2]
        elif mark == ".":
            if not _full_stop(text, last, found.start(), end):
                continue
        elif mark == "．":
            # Some write it for the Chinese full stop, others for the point of a number.
            if text[at : at + 1].isdigit() or (text[last : at - 1].strip().isalnum() and at - last < 4):
                continue
        elif mark[0] == "\n":
            last = at
            yield at
            continue
        border = _behind_closers(text, at, end)
        if _goes_on(text, mark, at, border, end):
            continue
        at = last = border
        yield border


def _closed(text: str, opening: int, end: int) -> int:
    """Offset behind the bracket or quotation mark that closes the one at `opening`, or just behind that one."""
    close = text.find(_PAIRS[text[opening]], opening + 1, min(end, opening + _AHEAD))
    broken = text.find("\n\n", opening, close) if close > 0 else -1
    return close + 1 if close > 0 and broken < 0 else opening + 1


def _sentence_end(char: str) -> bool:
    return char in "。！？!?.．…"


def _behind_closers(text: str, at: int, end: int) -> int:
    """Closing marks right after the stop belong to its sentence."""
    stop = at
    while stop < end and text[stop] in _CLOSERS and stop - at < 6:
        stop += 1
    return stop


def _goes_on(text: str, mark: str, at: int, border: int, end: int) -> bool:
    """The sentence continues behind a stop: 「“去哪儿？”他问。」, an ellipsis within, a query in an address."""
    after = text[border : border + 1] if border < end else ""
    quoted = border > at or (at >= 1 and text[at - 1] in _CLOSERS)
    if not after:
        return False
    if after in "，,、；;：:)）":
        return True
    if quoted and after not in '\n“「『‘"' and not after.isspace() and after > "\u2e80":
        speech = _SPEECH.match(text, border, min(end, border + 40))
        return speech is not None or text[border - 1] in "》〉】" or after in "的等之和与及是"
    following = text[border : min(end, border + 8)].lstrip()
    spaced = after.isspace()
    if mark[-1] in ".…":
        return (not spaced and after < "\u2e80" and mark != "…") or following[:1].islower() or following[:1] in "等"
    if mark == "!" and after == "[":
        return True
    if mark[-1] in "!?":
        return (not spaced and after < "\u2e80" and (after.isalnum() or after in "&=/#%")) or (
            quoted and following[:1].islower()
        )
    return False


def _full_stop(text: str, last: int, dot: int, end: int) -> bool:
    """Whether the point at `dot` ends a sentence: no decimal, abbreviation, initial, number of a list, or address."""
    after = text[dot + 1 : min(end, dot + 40)]
    tail = after.lstrip(_CLOSERS)
    if tail and not tail[0].isspace() and tail[0] < "\u2e80":
        return False
    before = text[max(last, dot - 12) : dot]
    if dot - last < 8 and text[last:dot].strip().isdigit():
        return False
    following = tail.lstrip()
    word = _ABBREVIATION.search(before)
    if not word:
        return not following[:1].islower()
    name = word.group(1)
    if name.lower() == "no" or name.lower() == "nos":
        return not following[:1].isdigit()
    if name.lower() in _NEVER_LAST and following:
        return name[0].islower() and name in ("no", "art", "est", "al") and following[:1].isupper()
    initials = re.fullmatch(r"(?:[A-Z]\.)*[A-Z]", name) is not None
    if initials and name.lower() not in _MAYBE_LAST and following and following[0] > "\u2e80":
        return tail[0].isspace()
    if name.lower() in _MAYBE_LAST or initials:
        return not following or bool(_BEGINS.match(following)) or following[0] > "\u2e80"
    return not following[:1].islower()


def _in_parts(text: str, start: int, end: int) -> Iterator[Span]:
    """A sentence in parts: at semicolons where it is long, at commas or spaces where it is too long."""
    if weight(text, start, end) > _LONG or end - start > LONGEST:
        at = start
        for found in list(re.finditer("[；;]", text[start:end])):
            stop = start + found.end()
            if _inside(text, start, stop):
                continue
            if stop - at >= 20 and end - stop >= 12:
                yield from _short(text, at, stop)
                at = stop
        yield from _short(text, at, end)
    else:
        yield start, end


def _short(text: str, start: int, end: int) -> Iterator[Span]:
    while end - start > LONGEST:
        room = end - start
        # The last two parts share what is left, so that no crumb remains.
        limit = LONGEST if room > 2 * LONGEST else min(LONGEST, room // 2 + 30)
        stop = _best_split(text, start, start + limit)
        span = _trimmed(text, start, stop)
        if span:
            yield span
        start = stop
    span = _trimmed(text, start, end)
    if span:
        yield span


def _whole(text: str, start: int, stop: int) -> list[Span]:
    """Links, addresses and code between `start` and a little behind `stop`: a sentence is not cut inside."""
    return [found.span() for found in _UNCUT.finditer(text, start, min(len(text), stop + LONGEST))]


def _inside(text: str, start: int, at: int) -> bool:
    return any(left < at < right for left, right in _whole(text, max(start, at - LONGEST), at))


def _best_split(text: str, start: int, limit: int) -> int:
    """The last good place to cut in the second half of `text[start:limit]`, `limit` where there is none."""
    half = start + (limit - start) // 2
    whole = _whole(text, start, limit)
    for marks in ("。！？；;", "，,：:—", "、 \t\n\u3000"):
        found = max(text.rfind(mark, half, limit) for mark in marks)
        while found >= 0 and (block := next((left for left, right in whole if left <= found < right - 1), -1)) >= 0:
            found = max(text.rfind(mark, half, block) for mark in marks) if block > half else -1
        if found >= 0 and not (text[found] in ",:" and text[found + 1 : found + 2].isdigit()):
            return found + 1
    limit = next((left for left, right in whole if half < left < limit < right), limit)
    while limit > half and (_ATTACHED.match(text, limit) or text[limit - 1] == "\u200d"):
        limit -= 1
    return limit
