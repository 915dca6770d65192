"""Links that open a source at its quote: a text fragment on a public page, else our own reader page.

A link to the reader page is signed by the installation and holds for some days: it opens one document at one quote, for
whoever was given the link. Nobody can make one, or turn one into another.
"""

import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from bot.cards.signing import Signer
from index.answer import Quote
from index.document import Document
from index.search.text_fragments import fragment_url

WEB = ("http://", "https://")
DAY = 24 * 60 * 60
PURPOSE = "source page"
SIGNED = ("q", "v", "s", "x")
"""Parameters of a link that its signature covers, beside the document: span, text, snapshot, expiry."""


@dataclass(frozen=True, slots=True)
class Links:
    """Where readers of a quote are sent. Without `public_url` only documents with a URL of their own have a link."""

    public_url: str = ""
    signer: Signer = field(default_factory=Signer)
    days: int = 30
    """How long a link to the reader page holds."""
    now: Callable[[], float] = time.time

    def to(self, quote: Quote, document: Document | None = None, snapshot: str = "") -> str:
        """A link that opens the source at `quote`, "" where there is none."""
        url = quote.source.url or ""
        if url.startswith(WEB):
            whole = (quote.text, 0, len(quote.text))
            shown = (document.text, quote.start, quote.end, document.marks) if document else whole
            return fragment_url(url, *shown)
        if self.public_url:
            return f"{self.public_url.rstrip('/')}{self.reader_path(quote, snapshot)}"
        return ""

    def reader_path(self, quote: Quote, snapshot: str = "") -> str:
        """Path of our reader page that shows the document with the quote marked."""
        # Whole days: an answer that is rendered again soon after has the same link.
        expiry = (int(self.now()) // DAY + self.days + 1) * DAY
        named = {"q": f"{quote.start}-{quote.end}", "v": fingerprint(quote.text), "s": snapshot, "x": str(expiry)}
        signature = self.signer.sign(PURPOSE, quote.document, *(named[name] for name in SIGNED))
        return f"/d/{quote.document}?{urlencode({**named, 'm': signature})}#quote"

    def holds(self, document: str, given: Mapping[str, str]) -> bool:
        """Whether a link to `document` with these parameters is one of ours, and not too old."""
        values = [given.get(name, "") for name in SIGNED]
        if not self.signer.holds(given.get("m", ""), PURPOSE, document, *values):
            return False
        return self.now() < int(values[SIGNED.index("x")])


def fingerprint(text: str) -> str:
    """Short hash that tells the reader page whether the text at these offsets is still the one that was quoted."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
