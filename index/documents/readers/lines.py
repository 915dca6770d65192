"""Lines of unmarked text, and paragraphs made of them: what belongs together before anybody asks what it is."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from index.document import Span
from index.text.language import size

_WIDE = re.compile("[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]")
_FIRST_WORD = re.compile(r"\S+")
_CLOSERS = "”’」』）)】》〉]\"' \t*_"
_ENDS = "。！？!?.｡;；…"
_BULLET = re.compile(
    r"[ \t]*(?:[-*+•·●○▪◦■□◆◇▶►–][ \t]+|[•●○▪◦■◆]|\(?\d{1,3}[.)、）．](?!\d)[ \t]*|"
    r"[（(][\d一二三四五六七八九十]{1,3}[）)][ \t]*|"
    r"[①-⑳][ \t]*|[a-zA-Z][.)][ \t]+|[一二三四五六七八九十]{1,3}[、.．][ \t]*)(?=\S)"
)
_LABEL = re.compile(
    r"[^\s:：。，！？,.!?;；“”\"]{1,16}(?:[ \t][^\s:：。，！？,.!?;；]{1,12}){0,3}[ \t]*[:：][ \t]*(?=\S)(?!//)"
)
_HANGING = re.compile(r"\w (?:and|or|the|an?|of|to|in|on|for|with|by|at|from|that|which|as)\Z|[a-z],\Z")
_ADDRESS = re.compile(r"[!-~]*(?:://|\]\()[!-~]{20,}")
_HAN_END = re.compile("[\u3400-\u9fff，、：；]\\s*$")


@dataclass(frozen=True)
class Stretch:
    """A paragraph of unmarked text: one line, or several that were wrapped.

    Not slotted: what is asked of it often is computed once.
    """

    text: str
    start: int
    gap: bool
    """A blank line, or the beginning of the text, stands before it."""

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @cached_property
    def size(self) -> int:
        return size(self.text)

    @cached_property
    def ended(self) -> bool:
        """It ends as a sentence does."""
        return ends_sentence(self.text)

    @cached_property
    def bullet(self) -> int:
        """Length of the mark that makes it a list item, 0 where there is none."""
        found = _BULLET.match(self.text[:40])
        return found.end() if found else 0

    @cached_property
    def fact(self) -> bool:
        """It reads "label: value"."""
        return bool(_LABEL.match(self.text[:120]))


def stretches(text: str, start: int = 0) -> list[Stretch]:
    """Paragraphs in order; each line is one, unless lines were wrapped at a common width."""
    found: list[Stretch] = []
    stanzas = list(_stanzas(text, start))
    wrapped = (lines for lines in stanzas if len(lines) > 1 and _wrapped(text, lines, 0))
    usual = [max(display_width(text[a:b]) for a, b in lines) for lines in wrapped]
    width = sorted(usual)[len(usual) // 2] if usual else 0
    for lines in stanzas:
        groups = _joined(text, lines, width) if len(lines) > 1 else [lines]
        for number, group in enumerate(groups):
            left, right = group[0][0], group[-1][1]
            found.append(Stretch(text[left:right], left, number == 0))
    return found


def split_lines(text: str, start: int, end: int) -> list[Span]:
    """The paragraphs inside one stanza `text[start:end]`, as spans: wrapped lines stay together."""
    lines = list(_lines(text, start, end))
    return [(group[0][0], group[-1][1]) for group in (_joined(text, lines, 0) if len(lines) > 1 else [lines]) if group]


def _lines(text: str, start: int, end: int) -> Iterator[Span]:
    at = start
    while at < end:
        stop = text.find("\n", at, end)
        stop = end if stop < 0 else stop
        line = text[at:stop]
        body = line.strip()
        if body:
            left = at + len(line) - len(line.lstrip())
            yield left, left + len(body)
        at = stop + 1


def _stanzas(text: str, start: int) -> Iterator[list[Span]]:
    """Runs of lines without a blank line between them."""
    stanza: list[Span] = []
    for left, right in _lines(text, start, len(text)):
        if stanza and "\n" in text[text.index("\n", stanza[-1][1]) + 1 : left]:
            yield stanza
            stanza = []
        stanza.append((left, right))
    if stanza:
        yield stanza


def ends_sentence(text: str) -> bool:
    """The last character, less closing marks, ends a sentence."""
    return text.rstrip(_CLOSERS)[-1:] in _ENDS and bool(text.rstrip(_CLOSERS))


def display_width(line: str) -> int:
    """Columns on a terminal: a Chinese character takes two."""
    return len(line) + len(_WIDE.findall(line))


def _joined(text: str, lines: Sequence[Span], usual: int) -> list[list[Span]]:
    """Lines grouped into paragraphs: list items begin new ones, the rest is joined where it was wrapped."""
    groups: list[list[Span]] = []
    for line in lines:
        if groups and not _BULLET.match(text[line[0] : line[0] + 40]):
            groups[-1].append(line)
        else:
            groups.append([line])
    out: list[list[Span]] = []
    for group in groups:
        out.extend([group] if len(group) > 1 and _wrapped(text, group, usual) else _glued(text, group))
    return out


def _glued(text: str, lines: Sequence[Span]) -> list[list[Span]]:
    """Single lines, but for those that a stray break cut in two: "... of CO" and "2 in the air."."""
    out: list[list[Span]] = []
    for line in lines:
        if out and _torn(text[out[-1][-1][0] : out[-1][-1][1]][-400:], text[line[0] : min(line[1], line[0] + 9)]):
            out[-1].append(line)
        else:
            out.append([line])
    return out


def _torn(before: str, after: str) -> bool:
    if after[0] in "，。、；！？）”」』" or re.match(r"[.,;!?)](?:\s|$)", after):
        return True
    if len(before) >= 30 and _HANGING.search(before):
        return True
    running = len(before) >= 40 and before[-1].isalnum() and before[-1] < "\u2e80"
    return running and bool(re.match(r"(?:\d{1,2} )?[a-z]", after))


def _wrapped(text: str, lines: Sequence[Span], usual: int) -> bool:
    """Each line but the last is so full that the next word would not have fitted, and sentences run across.

    `usual` is the width at which the document wraps elsewhere, 0 while that is unknown.
    """
    bodies = [text[a:b] for a, b in lines]
    # An address cannot be wrapped: a line with one says nothing of the width.
    fixed = [_ADDRESS.search(body) is not None for body in bodies]
    widths = [display_width(body) for body in bodies]
    limit = max((width for width, stuck in zip(widths, fixed, strict=True) if not stuck), default=0)
    if any(len(body) > 200 and not stuck for body, stuck in zip(bodies, fixed, strict=True)):
        return False
    if limit < (30 if usual else 44) or any(_LABEL.match(body) for body in bodies[1:] if len(lines) < 4):
        return False
    running = lower = 0
    for body, width, stuck, after in zip(bodies, widths, fixed, bodies[1:], strict=False):
        word = _FIRST_WORD.match(after)
        han = bool(_HAN_END.search(body))
        more = 5 if han else 1 + display_width(word.group() if word else "")
        # An author's editor may count a little differently: a tenth of slack.
        if not stuck and width + more <= max(limit, usual) * 0.9:
            return False
        running += body.rstrip(_CLOSERS)[-1:] not in _ENDS
        lower += han or after[:1].islower() or not after[:1].isalpha()
    return running * 2 >= len(lines) - 1 and (lower > 0 or bool(usual))
