"""Links that open a source at its quote: a text fragment on a public page, else our own reader page."""

import hashlib
from dataclasses import dataclass

from index.answer import Quote
from index.document import Document
from index.search.text_fragments import fragment_url

WEB = ("http://", "https://")


@dataclass(frozen=True, slots=True)
class Links:
    """Where readers of a quote are sent. Without `public_url` only documents with a URL of their own have a link."""

    public_url: str = ""

    def to(self, quote: Quote, document: Document | None = None) -> str:
        """A link that opens the source at `quote`, "" where there is none."""
        url = quote.source.url or ""
        if url.startswith(WEB):
            whole = (quote.text, 0, len(quote.text))
            shown = (document.text, quote.start, quote.end, document.marks) if document else whole
            return fragment_url(url, *shown)
        if self.public_url:
            return f"{self.public_url.rstrip('/')}{reader_path(quote)}"
        return ""


def reader_path(quote: Quote) -> str:
    """Path of our reader page that shows the document with the quote marked."""
    return f"/d/{quote.document}?q={quote.start}-{quote.end}&v={fingerprint(quote.text)}#quote"


def fingerprint(text: str) -> str:
    """Short hash that tells the reader page whether the text at these offsets is still the one that was quoted."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
