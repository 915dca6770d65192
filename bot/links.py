"""Links that open a source at its quote: a text fragment on a public page, else our own reader page.

Text fragments: https://wicg.github.io/scroll-to-text-fragment/ . A browser marks `start` (or `start` to `end`) only
where each piece begins and ends on a word border, so pieces are cut at punctuation, never inside a clause.
"""

import hashlib
import re
from dataclasses import dataclass
from urllib.parse import quote as percent_encode

from index.answer import Quote
from index.document import Document

WHOLE = 60
"""Quotes up to this many code points stand in the link whole; longer ones by their first and last clauses."""
CLAUSE = re.compile(r"[^，。！？；：、,.!?;:\s]+")
NEIGHBOUR = 24


@dataclass(frozen=True, slots=True)
class Links:
    """Where readers of a quote are sent. Without `public_url` only documents with a URL of their own have a link."""

    public_url: str = ""

    def to(self, quote: Quote, document: Document | None = None) -> str:
        """A link that opens the source at `quote`, "" where there is none."""
        url = quote.source.url
        if url and url.startswith(("http://", "https://")):
            return url.split("#", 1)[0] + "#:~:text=" + text_fragment(quote, document)
        if self.public_url:
            return f"{self.public_url.rstrip('/')}{reader_path(quote)}"
        return ""


def reader_path(quote: Quote) -> str:
    """Path of our reader page that shows the document with the quote marked."""
    return f"/d/{quote.document}?q={quote.start}-{quote.end}&v={fingerprint(quote.text)}#quote"


def fingerprint(text: str) -> str:
    """Short hash that tells the reader page whether the text at these offsets is still the one that was quoted."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def text_fragment(quote: Quote, document: Document | None) -> str:
    """The text directive for `quote`, with its neighbours as prefix and suffix where `document` shows them."""
    lines = [line.strip() for line in quote.text.splitlines() if line.strip()] or [quote.text]
    if len(lines) == 1 and len(lines[0]) <= WHOLE:
        pieces = [_encoded(lines[0])]
    else:
        pieces = [_encoded(_first_clauses(lines[0])), _encoded(_last_clauses(lines[-1]))]
    before, after = _neighbours(quote, document)
    if before:
        pieces.insert(0, _encoded(before) + "-")
    if after:
        pieces.append("-" + _encoded(after))
    return ",".join(pieces)


def _encoded(text: str) -> str:
    # "-" and "," separate the directive's parts, and percent-encoding leaves "-" alone.
    return percent_encode(text, safe="").replace("-", "%2D")


def _first_clauses(line: str) -> str:
    for match in CLAUSE.finditer(line):
        if match.end() >= NEIGHBOUR // 2:
            return line[: match.end()]
    return line


def _last_clauses(line: str) -> str:
    starts = [match.start() for match in CLAUSE.finditer(line) if len(line) - match.start() >= NEIGHBOUR // 2]
    return line[starts[-1] :] if starts else line


def _neighbours(quote: Quote, document: Document | None) -> tuple[str, str]:
    """The clause before and the clause after the quote on its own line."""
    if document is None:
        return "", ""
    line_start = document.text.rfind("\n", 0, quote.start) + 1
    line_end = document.text.find("\n", quote.end)
    before = document.text[line_start : quote.start].strip()
    after = document.text[quote.end : line_end if line_end >= 0 else len(document.text)].strip()
    clause_before = _last_clauses(before[-4 * NEIGHBOUR :]) if len(before) > 4 * NEIGHBOUR else _last_clauses(before)
    return clause_before, _first_clauses(after)
