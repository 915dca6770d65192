"""How a stretch of a document looks: which words its format emphasises, which are code, and where links lead.

The marks of Markdown are not shown: they say how the words between them look. A tag of the document is read as such a
mark where it is one of a few, and is left out where not.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from urllib.parse import urlsplit

from index.document import Document, Span
from index.text.shown import shown_spans

WEB = ("http://", "https://")
SCHEMES = ("http", "https", "mailto")
STYLES = {"**": "strong", "__": "strong", "*": "em", "_": "em", "~~": "del"}
TAGS = {
    **dict.fromkeys(("b", "strong"), "strong"),
    **dict.fromkeys(("i", "em"), "em"),
    **dict.fromkeys(("s", "del"), "del"),
    **{name: name for name in ("code", "kbd", "sub", "sup")},
}
BREAK = "br"
_TOKEN = re.compile(
    r"\{\{?[^{}\n]{0,300}\}?\}|\{%[^\n]{0,300}?%\}|\[[\^!][^\]\s]{0,40}\]:?|<!--.*?(?:-->|\Z)"
    r"|!\[[^\]]*\](?:\([^)]*\)|\[[^\]]*\])?"
    r"|(?P<open>\[)"
    r"|\]\((?P<address>(?:[^()\\]|\\.|\([^()\n]*\))*)\)?"
    r"|\]\[(?P<name>[^\]]*)\]?"
    r"|(?P<close>\])"
    r"|<(?P<end>/?)(?P<tag>[A-Za-z][A-Za-z0-9]*)(?P<rest>[^<>]*)>"
    r"|(?P<code>`+)"
    r"|(?P<style>\*\*|__|~~|[*_])",
    re.DOTALL,
)
_HREF = re.compile(r"\bhref\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>\"']+))", re.IGNORECASE)
_BARE = re.compile(r"https?://[A-Za-z0-9\-._~:/?#@!$&'*+,;=%]+")
_DEFINITION = re.compile(r"^ {0,3}\[([^\]\n]{1,200})\]:[ \t]*<?([^\s<>]+)", re.MULTILINE)
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_UNCLOSED = re.compile(r"\]\([^()\s]*\s+\Z")
"""The address of a link, whose title follows as a mark of its own."""
_LONGEST_MARK = 4000
"""Characters of a mark that are read."""
_DEEPEST = 8
"""Links that are open at once; HTML of a document may open any number."""
_CONTROL = re.compile(r"[\x00-\x20\x7f]")


@dataclass(slots=True)
class Run:
    """A stretch that looks the same throughout."""

    start: int
    end: int
    styles: tuple[str, ...] = ()
    href: str = ""


@dataclass(slots=True)
class Looks:
    """Reads the looks of one document."""

    document: Document
    anchors: frozenset[str] = frozenset()
    """Names of headings that a link within the document may lead to."""
    _definitions: dict[str, str] | None = field(default=None, init=False)

    def runs(self, start: int, end: int) -> list[Run]:
        """What is shown of `text[start:end]`, with its looks."""
        looks = _Follower(self)
        at = start
        for left, right in _joined(self.document, start, end):
            looks.say(at, left)
            looks.read(self.document.text[left:right], right)
            at = max(at, right)
        looks.say(at, end)
        return [piece for run in looks.runs for piece in self._linked(run)]

    def address(self, given: str) -> str:
        """Where a link of the document leads, "" where it leads nowhere that a reader may go."""
        given = html.unescape(_ESCAPED.sub(r"\1", given.strip()))
        if given.startswith("#"):
            name = anchor(given[1:])
            return f"#{name}" if name in self.anchors else ""
        return given if _safe(given) else ""

    def defined(self, name: str) -> str:
        """The address that the document gives to a name of a link."""
        if self._definitions is None:
            found = _DEFINITION.findall(self.document.text) if self.document.marks else []
            self._definitions = {" ".join(key.casefold().split()): address for key, address in reversed(found)}
        return self._definitions.get(" ".join(name.casefold().split()), "")

    def _linked(self, run: Run) -> Iterator[Run]:
        """A run, its links and its bare addresses made links."""
        if run.href or "code" in run.styles:
            yield run
            return
        at = run.start
        for one in self.document.links_within(run.start, run.end):
            start, end = max(one.start, at), min(one.end, run.end)
            if start < end and _safe(one.url):
                yield from self._bare(Run(at, start, run.styles))
                yield Run(start, end, run.styles, one.url)
                at = end
        yield from self._bare(Run(at, run.end, run.styles))

    def _bare(self, run: Run) -> Iterator[Run]:
        """A run, the addresses that it holds as they are made links."""
        at = run.start
        for found in _BARE.finditer(self.document.text, run.start, run.end):
            end = found.end() - len(found.group()) + len(found.group().rstrip(".,;:!?'*"))
            if _safe(address := self.document.text[found.start() : end]):
                yield Run(at, found.start(), run.styles)
                yield Run(found.start(), end, run.styles, address)
                at = end
        yield Run(at, run.end, run.styles)


class _Follower:
    """Follows the marks of a stretch, and keeps what is said between them with how it looks."""

    def __init__(self, looks: Looks) -> None:
        self.runs: list[Run] = []
        self._looks = looks
        self._styles: list[str] = []
        self._fence = ""
        self._links: list[tuple[int, str]] = []
        """The first run of each link that is open, and its address where that is known already."""

    def say(self, start: int, end: int) -> None:
        if start < end:
            self.runs.append(Run(start, end, tuple(self._styles)))

    def read(self, mark: str, at: int) -> None:
        """Takes in the marks that end at `at`."""
        for found in _TOKEN.finditer(mark[:_LONGEST_MARK]):
            if found["code"]:
                self._code(found["code"])
            elif self._fence:
                continue
            elif found["style"]:
                self._toggle(STYLES[found["style"]])
            elif found["open"]:
                self._open("")
            elif found["address"] is not None:
                self._close(_first(found["address"]))
            elif found["name"] is not None or found["close"]:
                self._close(self._looks.defined(found["name"] or self._said()))
            elif found["tag"]:
                self._tag(found["tag"].lower(), bool(found["end"]), found["rest"], at)

    def _code(self, fence: str) -> None:
        if self._fence in ("", fence):
            self._fence = "" if self._fence else fence
            self._toggle("code")

    def _toggle(self, style: str) -> None:
        self._styles.remove(style) if style in self._styles else self._styles.append(style)

    def _tag(self, tag: str, ends: bool, rest: str, at: int) -> None:
        if tag == BREAK:
            self.runs.append(Run(at, at, (BREAK,)))
        elif tag == "a" and ends:
            self._close("")
        elif tag == "a":
            found = _HREF.search(rest)
            self._open(next(filter(None, found.groups()), "") if found else "")
        elif tag in TAGS and (TAGS[tag] in self._styles) == ends:
            self._toggle(TAGS[tag])

    def _open(self, address: str) -> None:
        self._links = [*self._links, (len(self.runs), address)][-_DEEPEST:]

    def _said(self) -> str:
        """The words of the innermost link: they name it where nothing else does."""
        first = self._links[-1][0] if self._links else len(self.runs)
        text = self._looks.document.text
        return "".join(text[run.start : run.end] for run in self.runs[first:])

    def _close(self, address: str) -> None:
        if not self._links:
            return
        first, known = self._links.pop()
        href = self._looks.address(known or address)
        for run in self.runs[first:]:
            run.href = run.href or href


def shown_links(document: Document, start: int, end: int) -> tuple[tuple[Span, str], ...]:
    """Where words of `text[start:end]` that lead to a web page stand in what is shown of it, and where they lead."""
    text = document.text[start:end]
    if "://" not in text and "[" not in text and not document.links_within(start, end):
        return ()
    found: list[tuple[Span, str]] = []
    for url, grouped in groupby(Looks(document).runs(start, end), key=lambda run: run.href):
        if url.startswith(WEB):
            runs = list(grouped)
            place = runs[0].start - start, runs[-1].end - start
            found += ((span, url) for span in shown_spans(document, start, end, [place]))
    return tuple(found)


def anchor(name: str) -> str:
    """The id of a heading that is called `name`, in the page's own name space."""
    slug = re.sub(r"[^\w\- ]", "", html.unescape(name).strip().lower()).replace(" ", "-")
    return f"s-{slug[:80]}" if slug else ""


def _safe(address: str) -> bool:
    if not address or _CONTROL.search(address):
        return False
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in SCHEMES and bool(parts.netloc or parts.scheme == "mailto")


def _first(inside: str) -> str:
    """The address within the brackets of a link, less its title."""
    inside = inside.strip()
    if inside.startswith("<"):
        return inside[1:].partition(">")[0]
    return next(iter(inside.split()), "")


def _joined(document: Document, start: int, end: int) -> list[Span]:
    """The marks within a stretch; an address that goes on behind white space is one mark."""
    joined: list[Span] = []
    for left, right in document.marks_within(start, end):
        left, right = max(left, start), min(right, end)
        if joined and (left <= joined[-1][1] or _UNCLOSED.search(document.text[joined[-1][0] : left][-_LONGEST_MARK:])):
            joined[-1] = joined[-1][0], max(right, joined[-1][1])
        else:
            joined.append((left, right))
    return joined
