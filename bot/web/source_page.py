"""The source reader: a document as a page, with the quote marked, for sources that have no public address.

A link is signed by this installation (`bot.cards.links`). Only who was given one can open its document, for as many
days as links hold, and a page never marks anything but the very text that was quoted.
"""

import base64
import hashlib
import re
from html import escape
from string import Template
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from bot.cards.answerer import Answerer
from bot.cards.links import Links, fingerprint
from bot.cards.render import SEPARATOR
from bot.desk.desk import Desk
from bot.question import Language
from bot.texts.messages import say
from index.document import Block, BlockKind, Document, Span

STYLE = """
:root { color-scheme: light dark; --mark: #ffe48a; --ink: #1c1c1e; --dim: #6b6b70; --paper: #fdfcf9; }
@media (prefers-color-scheme: dark) { :root { --mark: #6b5600; --ink: #e8e6e1; --dim: #9a9aa0; --paper: #1b1b1d; } }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 1.06rem/1.75 system-ui, "PingFang SC", "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; }
main { max-width: 42rem; margin: 0 auto; padding: 2rem 1.25rem 30vh; overflow-wrap: anywhere; }
header { border-bottom: 1px solid var(--dim); margin-bottom: 1.5rem; padding-bottom: .75rem; }
h1 { font-size: 1.5rem; line-height: 1.3; margin: 0 0 .35rem; }
h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
p { margin: 0 0 1rem; white-space: pre-wrap; }
.source, .furniture, .caption { color: var(--dim); font-size: .9rem; }
.source a { color: inherit; }
.item { padding-left: 1.25rem; }
.code, .row { font-family: ui-monospace, monospace; font-size: .92rem; }
mark { background: var(--mark); color: inherit; padding: .12em 0; border-radius: .15em; scroll-margin-top: 30vh; }
"""
PAGE = Template("""<!doctype html>
<html lang="$lang"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><title>$title</title><style>$style</style></head>
<body><main><header><h1>$title</h1><div class="source">$source</div></header>
$body
</main></body></html>
""")
STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
HEADERS = {
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{STYLE_HASH}'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
    "Cache-Control": "private, no-cache",
}
RANGE = re.compile(r"(\d{1,9})-(\d{1,9})")
HEADING_MARKS = re.compile(r"^#{1,6}\s+|\s+#+$")


def reader_route(desk: Desk) -> Route:
    """`/d/DOCUMENT` with the parameters of `Links.reader_path`; offsets are code points of the document's text."""

    async def page(request: Request) -> Response:
        lang: Language = "zh" if request.headers.get("accept-language", "").lower().startswith("zh") else "en"
        index = desk.index
        found = _find(index, desk.links, request) if index is not None else None
        if found is None:
            return HTMLResponse(_notice(lang), 404, HEADERS)
        return HTMLResponse(document_page(*found), 200, HEADERS)

    return Route("/d/{document}", page)


def document_page(document: Document, quote: Span) -> str:
    """The whole document as HTML, `quote` marked, and the first mark named `quote` for the link to jump to."""
    marker = _Marker(document.text, quote)
    body = "\n".join(marker.block(block) for block in document.blocks if not _front_matter(document, block))
    if not marker.complete:
        marker = _Marker(document.text, quote)
        body = f"<p>{marker.text(0, len(document.text))}</p>"
    title = escape(document.source.title or document.source.path)
    lang = document.source.lang
    return PAGE.substitute(
        lang="zh-Hans" if lang == "zh" else escape(lang), title=title, style=STYLE, source=_source(document), body=body
    )


def _front_matter(document: Document, block: Block) -> bool:
    """The lines before a Markdown text that say what the page's head says already."""
    return block.kind is BlockKind.FURNITURE and block.start == 0 and document.text.startswith("---\n")


class _Marker:
    """Writes stretches of a text as HTML and marks what lies within the quote."""

    def __init__(self, text: str, quote: Span) -> None:
        self._text = text
        self._start, self._end = quote
        self._unmarked = sum(not character.isspace() for character in text[quote[0] : quote[1]])
        self._named = False

    @property
    def complete(self) -> bool:
        """Whether all of the quote has been written."""
        return self._unmarked == 0

    def block(self, block: Block) -> str:
        inside = self.text(block.start, block.end)
        if block.kind is BlockKind.HEADING:
            return f"<h2>{HEADING_MARKS.sub('', inside)}</h2>"
        name = "" if block.kind is BlockKind.PARAGRAPH else f' class="{block.kind.value}"'
        return f"<p{name}>{inside}</p>"

    def text(self, start: int, end: int) -> str:
        left, right = max(start, self._start), min(end, self._end)
        if left >= right:
            return escape(self._text[start:end])
        marked = self._text[left:right]
        self._unmarked -= sum(not character.isspace() for character in marked)
        name = "" if self._named else ' id="quote"'
        self._named = True
        return f"{escape(self._text[start:left])}<mark{name}>{escape(marked)}</mark>{escape(self._text[right:end])}"


def _find(index: Answerer, links: Links, request: Request) -> tuple[Document, Span] | None:
    id = request.path_params["document"]
    if not links.holds(id, request.query_params):
        return None
    document = index.document(id)
    match = RANGE.fullmatch(request.query_params.get("q", ""))
    if document is None or match is None:
        return None
    start, end = int(match[1]), int(match[2])
    if not 0 <= start < end <= len(document.text):
        return None
    if fingerprint(document.text[start:end]) != request.query_params.get("v"):
        return None
    return document, (start, end)


def _source(document: Document) -> str:
    source = document.source
    line = escape(SEPARATOR.join(part for part in (source.publisher, source.published, source.path) if part))
    if source.url and urlsplit(source.url).scheme in ("http", "https"):
        line += f' · <a href="{escape(source.url)}" rel="noreferrer">{escape(source.url)}</a>'
    return line


def _notice(lang: Language) -> str:
    text = escape(say("gone", lang))
    return PAGE.substitute(lang="zh-Hans" if lang == "zh" else "en", title=text, style=STYLE, source="", body="")
