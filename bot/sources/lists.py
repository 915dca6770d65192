"""The addresses that a sitemap or a feed lists. XML of strangers: no entities, no document type, bounded size."""

import zlib
from dataclasses import dataclass
from urllib.parse import urljoin
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from bot.errors import SourceError

KINDS = (
    "application/xml",
    "text/xml",
    "application/rss+xml",
    "application/atom+xml",
    "application/rdf+xml",
    "application/gzip",
    "application/x-gzip",
)
MOST_BYTES = 50 << 20
"""What a sitemap may hold, by its standard."""


@dataclass(frozen=True, slots=True)
class Listed:
    """Addresses of pages in their order, and of further lists."""

    pages: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()


def listed(data: bytes, base: str) -> Listed:
    """What a sitemap, an index of sitemaps, RSS, RDF or Atom lists. SourceError where it is none of them."""
    try:
        root = fromstring(_unpacked(data), forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise SourceError("source-xml") from error
    kind = _name(root)
    if kind == "urlset":
        return Listed(_all(root, "url", "loc", base))
    if kind == "sitemapindex":
        return Listed(lists=_all(root, "sitemap", "loc", base))
    if kind in ("rss", "RDF"):
        return Listed(_all(root, "item", "link", base))
    if kind == "feed":
        return Listed(tuple(urljoin(base, link) for entry in _children(root, "entry") if (link := _link(entry))))
    raise SourceError("source-kind")


def _all(root: Element, item: str, address: str, base: str) -> tuple[str, ...]:
    found = (one.text or "" for each in root.iter() if _name(each) == item for one in _children(each, address))
    return tuple(urljoin(base, text.strip()) for text in found if text.strip())


def _link(entry: Element) -> str:
    """Where an entry of Atom leads: the link that is no other kind of link."""
    links = [link for link in _children(entry, "link") if link.get("rel", "alternate") == "alternate"]
    return next((link.get("href", "").strip() for link in links), "")


def _children(parent: Element, name: str) -> list[Element]:
    return [child for child in parent if _name(child) == name]


def _name(element: Element) -> str:
    """The tag without its namespace."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _unpacked(data: bytes) -> bytes:
    if not data.startswith(b"\x1f\x8b"):
        return data
    unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        content = unpacker.decompress(data, MOST_BYTES)
    except zlib.error as error:
        raise SourceError("source-packed") from error
    if unpacker.unconsumed_tail:
        raise SourceError("source-list-size", limit=MOST_BYTES >> 20)
    return content
