"""Links that open a public page at the quote: text fragments, `#:~:text=[prefix-,]start[,end][,-suffix]`.

https://wicg.github.io/scroll-to-text-fragment/ : a browser looks for the first place that matches, with white space
and case folded, and takes it only where it begins and ends on the border of a word. Chinese words have borders that
browsers find each in their own way, so pieces are cut at punctuation, and at spaces in English.
"""

import re
from collections.abc import Sequence
from urllib.parse import quote

from index.document import Span

_WHOLE = 80
"""Quotes up to this many characters stand in the link whole; of a longer one its beginning and its end."""
_PIECE = 12
"""Columns that a piece has at least, so that it is likely to stand only once."""
_FARTHEST = 160
"""Characters around a quote that may serve as its prefix or suffix."""
_SPACE = re.compile(r"\s+")
_CLAUSE = re.compile(r"[^，。！？；：、,.!?;:…—\s]+[，。！？；：、,.!?;:…—]*\s*|\S\s*")
_WIDE = re.compile("[\u2e80-\u9fff\uff00-\uff60]")


def fragment_url(url: str, text: str, start: int, end: int, marks: Sequence[Span] = ()) -> str:
    """`url` with a text fragment for `text[start:end]`; a fragment that `url` has already is kept.

    `text` is the page's, as far as it was read; `marks` are stretches of it that the page does not show.
    """
    page, _, own = url.split(":~:", 1)[0].partition("#")
    return f"{page}#{own}:~:text={text_directive(text, start, end, marks)}"


def text_directive(text: str, start: int, end: int, marks: Sequence[Span] = ()) -> str:
    """The directive's value: as short as it can be and still match this place before any other."""
    before, shown, after = (
        _shown(text, max(0, start - _FARTHEST), start, marks),
        _shown(text, start, end, marks).strip(),
        _shown(text, end, min(len(text), end + _FARTHEST), marks),
    )
    head, tail = _ends(shown)
    page = _folded(_shown(text, 0, min(len(text), end + _FARTHEST), marks))
    place = len(_folded(_shown(text, 0, start, marks) + "\0")) - 1
    prefix, suffix = "", ""
    for words in (0, 1, 2, 3, 5, 8):
        prefix, suffix = (_last(before, words), _first(after, words)) if words else ("", "")
        if _matches_first(page, place, prefix, head, tail, suffix):
            break
    around = (f"{_encoded(prefix)}-" if prefix else "", f"-{_encoded(suffix)}" if suffix else "")
    return ",".join(part for part in (around[0], _encoded(head), _encoded(tail), around[1]) if part)


def _shown(text: str, start: int, end: int, marks: Sequence[Span]) -> str:
    """`text[start:end]` as the page shows it: without the marks."""
    parts: list[str] = []
    at = start
    for left, right in marks:
        if right > at and left < end:
            parts.append(text[at : max(at, left)])
            at = max(at, min(right, end))
    return "".join([*parts, text[at:end]])


def _folded(text: str) -> str:
    return _SPACE.sub(" ", text).casefold()


def _ends(shown: str) -> tuple[str, str]:
    """What the link says of the quote: all of it, or its first and its last clauses."""
    if len(shown) <= _WHOLE and "\n" not in shown:
        return shown, ""
    head, tail = _first(shown, 1), _last(shown, 1)
    return (head, tail) if len(head) + len(tail) < len(shown) else (_SPACE.sub(" ", shown), "")


def _first(text: str, times: int) -> str:
    """The first clauses, `times` pieces long, within one line."""
    line = text.strip().split("\n", 1)[0]
    taken = ""
    for found in _CLAUSE.finditer(line):
        taken = line[: found.end()]
        if _columns(taken) >= _PIECE * times:
            break
    return taken.strip()


def _last(text: str, times: int) -> str:
    """The last clauses, `times` pieces long, within one line."""
    line = text.strip().rsplit("\n", 1)[-1]
    taken = line
    for found in reversed(list(_CLAUSE.finditer(line))):
        taken = line[found.start() :]
        if _columns(taken) >= _PIECE * times:
            break
    return taken.strip()


def _columns(text: str) -> int:
    return len(text) + len(_WIDE.findall(text))


def _matches_first(page: str, place: int, prefix: str, head: str, tail: str, suffix: str) -> bool:
    """A browser that looks for these pieces finds this place first."""
    gap = r"\s*"
    pattern = re.escape(_folded(prefix)) + gap if prefix else ""
    pattern += f"({re.escape(_folded(head))})"
    if not tail and suffix:
        pattern += gap + re.escape(_folded(suffix))
    found = re.search(pattern, page)
    return found is not None and abs(found.start(1) - place) <= 1


def _encoded(text: str) -> str:
    # "-" and "," part the directive, and percent-encoding leaves "-" alone.
    return quote(text, safe="").replace("-", "%2D")
