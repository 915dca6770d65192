"""Links that open a source at its quote: a text fragment on a public page, or our own reader page.

A link to the reader page is signed by the installation and holds for some days: it opens one document at one quote, for
whoever was given the link. Nobody can make one, or turn one into another.
"""

import hashlib
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from bot.cards.signing import Signer
from index.answer import Quote
from index.document import Document, Span
from index.search.quoting.text_fragments import fragment_url

WEB = ("http://", "https://")
DAY = 24 * 60 * 60
PURPOSE = "source page"
SIGNED = ("q", "v", "s", "x")
"""Parameters of a link that its signature covers, beside the document: span, text, snapshot, expiry."""
PARTS = "p"
"""A further one, of a link to a quote that is shown with parts: their spans, "~", the fingerprint of their text."""
MOST_PARTS = 40
"""Parts that a link names; a longer list is marked up to there."""
RANGE = re.compile(r"(\d{1,9})-(\d{1,9})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Links:
    """Where readers of a quote are sent. Without `public_url` only documents with a URL of their own have a link."""

    public_url: str = ""
    signer: Signer = field(default_factory=Signer)
    days: int = 30
    """How long a link to the reader page holds."""
    now: Callable[[], float] = time.time
    files: Path | None = None
    """The folder of the documents' files, where people may be sent them; None where they may not."""
    closed: Callable[[str], bool] = lambda document: False
    """Whether a document may not be read by everybody who holds a link: then there is none to the reader page."""

    def to(self, quote: Quote, document: Document | None = None, snapshot: str = "") -> str:
        """A link that opens the source at `quote`, "" where there is none."""
        url = quote.source.url or ""
        if url.startswith(WEB):
            whole = (quote.text, 0, len(quote.text))
            shown = (document.text, quote.start, quote.end, document.marks) if document else whole
            return fragment_url(url, *shown)
        if self.public_url and not self.closed(quote.document):
            return f"{self.public_url.rstrip('/')}{self.reader_path(quote, snapshot)}"
        return ""

    def reader_path(self, quote: Quote, snapshot: str = "") -> str:
        """Path of our reader page that shows the document with the quote marked."""
        # Whole days: an answer that is rendered again soon after has the same link.
        expiry = (int(self.now()) // DAY + self.days + 1) * DAY
        named = {"q": f"{quote.start}-{quote.end}", "v": fingerprint(quote.text), "s": snapshot, "x": str(expiry)}
        named |= {PARTS: _parts(quote)} if quote.parts else {}
        signature = self.signer.sign(PURPOSE, quote.document, *_signed(named))
        return f"/d/{quote.document}?{urlencode({**named, 'm': signature})}#quote"

    def holds(self, document: str, given: Mapping[str, str]) -> bool:
        """Whether a link to `document` with these parameters is one of ours, and not too old."""
        if not self.signer.holds(given.get("m", ""), PURPOSE, document, *_signed(given)):
            return False
        return self.now() < int(given["x"])


def opened(text: str, given: Mapping[str, str]) -> tuple[Span, tuple[Span, ...]] | None:
    """The quote and the parts that a link to a document with this text points at; None where it says so no longer.

    Parts that the text no longer has in their places are left out; the quote is not.
    """
    quote = _span(given.get("q", ""), text)
    if quote is None or fingerprint(text[slice(*quote)]) != given.get("v"):
        return None
    places, _, print_ = given.get(PARTS, "").partition("~")
    parts = [_span(place, text) for place in places.split(".")] if places else []
    spans = tuple(part for part in parts if part)
    same = len(spans) == len(parts) and fingerprint("".join(text[slice(*span)] for span in spans)) == print_
    return quote, spans if same else ()


def _signed(given: Mapping[str, str]) -> list[str]:
    """What the signature covers. The parts count where there are any, so that links from before there were hold on."""
    return [given.get(name, "") for name in SIGNED] + ([given[PARTS]] if PARTS in given else [])


def _parts(quote: Quote) -> str:
    """Where the parts of a quote stand, and the fingerprint of their text."""
    parts = quote.parts[:MOST_PARTS]
    places = ".".join(f"{part.start}-{part.end}" for part in parts)
    return f"{places}~{fingerprint(''.join(part.text for part in parts))}"


def _span(place: str, text: str) -> Span | None:
    match = RANGE.fullmatch(place)
    start, end = (int(match[1]), int(match[2])) if match else (0, 0)
    return (start, end) if start < end <= len(text) else None


def fingerprint(text: str) -> str:
    """Short hash that tells the reader page whether the text at these offsets is still the one that was quoted."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
