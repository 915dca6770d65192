"""Links of texts that readers put together: where they stand is counted in characters that are no white space, for
white space is set anew on the way into a document, and nothing else is.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from lxml import etree
from lxml.etree import _Element as Element

from index.document import Link

_BLANK = re.compile(r"[\s\u200b¶]+")
_SHOWN = re.compile(r"[^\s\u200b¶]")
_SCHEMES = ("http", "https", "mailto")
_LONGEST = 2000
_MOST = 50_000
"""Links of one text; what has more is no writing, and would take memory."""


class Counted(NamedTuple):
    """A link from one character to another, white space not counted."""

    start: int
    end: int
    url: str


class Collected:
    """Follows a text while it is collected, and keeps its links. Of links within links the inner one counts."""

    def __init__(self) -> None:
        self._at = 0
        self._open: list[tuple[int, str]] = []
        self._found: list[Counted] = []

    def say(self, text: str | None) -> None:
        self._at += visible(text) if text else 0

    def open(self, url: str) -> None:
        """A link begins; `url` is "" where it leads nowhere."""
        self._keep()
        self._open.append((self._at, url))

    def close(self) -> None:
        if self._open:
            self._keep()
            self._open.pop()
            self._open = [(self._at, url) for _, url in self._open]

    def take(self) -> tuple[Counted, ...]:
        """The links of the text so far. The text begins anew; a link that is open goes on in it."""
        self._keep()
        found, self._found, self._at = tuple(self._found), [], 0
        self._open = [(0, url) for _, url in self._open]
        return found

    def _keep(self) -> None:
        start, url = self._open[-1] if self._open else (0, "")
        if url and start < self._at:
            self._found.append(Counted(start, self._at, url))


def visible(text: str) -> int:
    """How many characters of a text are no white space."""
    return len(_BLANK.sub("", text))


def usable(address: str | None, base: str = "") -> str:
    """The address as a link from anywhere, "" where it leads nowhere that a reader may go."""
    given = (address or "").strip()
    if not given or given.startswith("#") or len(given) > _LONGEST or not given.isprintable() or " " in given:
        return ""
    try:
        whole = urljoin(base, given)
        parts = urlsplit(whole)
    except ValueError:
        return ""
    # As it is written, but for HTTPS://, which is the same and is not taken for a link everywhere.
    written = parts.scheme + whole[len(parts.scheme) :]
    return written if parts.scheme in _SCHEMES and (parts.netloc or parts.scheme == "mailto") else ""


def links_in(
    element: Element, address: Callable[[Element], str | None], skipped: frozenset[str] = frozenset()
) -> tuple[Counted, ...]:
    """The links of all text in an element; `address` tells where one leads, "" nowhere, None that it is no link."""
    collected = Collected()
    walk = etree.iterwalk(element, events=("start", "end"))
    for event, one in walk:
        url = address(one)
        if event == "start":
            if url is not None:
                collected.open(url)
            if one.tag in skipped:
                walk.skip_subtree()
            else:
                collected.say(one.text)
        else:
            if url is not None:
                collected.close()
            collected.say(one.tail if one is not element else None)
    return collected.take()


def within(links: Iterable[Counted], start: int, end: int) -> tuple[Counted, ...]:
    """The parts of links from one character to another, counted from there."""
    clipped = (Counted(max(one.start, start) - start, min(one.end, end) - start, one.url) for one in links)
    return tuple(one for one in clipped if one.start < one.end)


def joined(parts: Iterable[tuple[str, Sequence[Counted]]]) -> tuple[Counted, ...]:
    """The links of texts that are put one behind the other."""
    found: list[Counted] = []
    at = 0
    for text, links in parts:
        found += (Counted(one.start + at, one.end + at, one.url) for one in links)
        at += visible(text)
    return tuple(found)


def placed(links: Sequence[Counted], texts: Iterable[tuple[int, str]]) -> Iterator[Link]:
    """The links of texts that stand in a document from some offsets on, as links of the document."""
    places = [at + found.start() for at, text in texts for found in _SHOWN.finditer(text)]
    for start, end, url in links[:_MOST]:
        if start < end <= len(places):
            yield Link(places[start], places[end - 1] + 1, url)
