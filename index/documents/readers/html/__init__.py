"""HTML: the main content of a page, with its headings, lists and tables, and what the page says about itself.

What to leave out is recognised by the elements and names that sites use for it, and by how much of a block is links.
docs/decisions/html.md says why this is not left to a library.
"""

import re
from urllib.parse import urljoin

from lxml import etree
from lxml.etree import _Element as Element

from index.document import Document
from index.documents.encoding import decode
from index.documents.readers.building.draft import Draft
from index.documents.readers.frontmatter import Meta
from index.documents.readers.html.blocks import page_blocks
from index.documents.readers.html.meta import page_meta, said
from index.documents.readers.html.notes import NUMBER, drop, mark_notes
from index.documents.readers.links import usable
from index.errors import ReaderError

_DROPPED = frozenset(
    (
        *("script", "style", "noscript", "template", "svg", "iframe", "object", "embed", "canvas", "audio", "video"),
        *("button", "select", "input", "textarea", "option", "datalist", "dialog", "nav", "aside", "footer", "map"),
        *("head", "title", "rp", "rt"),
    )
)
_ROLES = frozenset(
    ("navigation", "banner", "contentinfo", "complementary", "search", "dialog", "menu", "menubar", "alert")
)
_NAMES = frozenset(
    (
        *("nav", "navbar", "navigation", "menu", "breadcrumb", "breadcrumbs", "crumb", "crumbs", "sidebar", "footer"),
        *("comment", "comments", "disqus", "share", "sharing", "social", "related", "recommend", "recommended"),
        *(
            "recommendation",
            "recommendations",
            "advert",
            "advertisement",
            "ads",
            "sponsor",
            "cookie",
            "cookies",
            "consent",
        ),
        *("popup", "modal", "newsletter", "subscribe", "subscription", "pagination", "pager", "login", "signup"),
        *("copyright", "qrcode", "toolbar", "skip", "promo", "hotnews", "rank", "ranking", "tags", "noprint", "gdpr"),
    )
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|\d+")
_SPACE = re.compile(r"[ \t\n\r\f\u00a0\u200b]+")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""What XML has no place for: lxml reads it and refuses to write it."""
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]{3,20})", re.IGNORECASE)


def read_html(data: bytes, relative: str) -> Document:
    tree = parsed(data)
    meta = page_meta(tree)
    body = tree.find(".//body") if tree.tag == "html" else tree
    if body is None:
        raise ReaderError("html-no-text")
    mark_notes(body)
    _prune(body)
    draft = Draft()
    for found in page_blocks(_main(body), base_of(tree, meta)):
        draft.put(found)
    return draft.finish(relative, meta)


def base_of(tree: Element, meta: Meta) -> str:
    """The address that the links of a page are relative to, "" where it does not say."""
    base = next((one.get("href") for one in tree.iter("base") if one.get("href")), "")
    return urljoin(meta.url or "", base) if usable(base, meta.url or "") else meta.url or ""


def parsed(data: bytes) -> Element:
    """The tree of a page, whatever its encoding and however broken."""
    text = page_text(data)
    if not re.search(r"<[a-zA-Z!/]", text[:4096]):
        raise ReaderError("not-html")
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        tree = etree.fromstring(_CONTROL.sub("", text).encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ReaderError("html-broken") from error
    if tree is None:
        raise ReaderError("html-empty")
    return tree


def page_text(data: bytes) -> str:
    """Decoded as the page declares; by its looks where it declares nothing, or something wrong."""
    declared = _CHARSET.search(data[:4096])
    name = declared.group(1).decode("ascii", "ignore").lower() if declared else ""
    name = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs", "iso-8859-1": "cp1252"}.get(name, name)
    if name and not name.startswith("utf") and not data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode(name)
        except (LookupError, UnicodeDecodeError):
            pass
    return decode(data)


def _prune(body: Element) -> None:
    """Takes out what surrounds the content; never what holds most of the page."""
    whole = len(said(body))
    for element in list(body.iter()):
        if not isinstance(element.tag, str) or element is body or element.getparent() is None:
            continue
        sure = (element.tag in _DROPPED and not _is_kept(element)) or _is_hidden(element)
        if sure or (_is_around(element) and len(said(element)) * 2 < whole):
            drop(element)


def _is_kept(element: Element) -> bool:
    """Notes and warnings that stand aside of the text are content."""
    if element.tag != "aside":
        return False
    return "admonition" in element.get("class", "") or any(one.get(NUMBER) is not None for one in element.iter())


def _is_hidden(element: Element) -> bool:
    return (
        element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
        or bool(_HIDDEN.search(element.get("style", "")))
    )


def _is_around(element: Element) -> bool:
    if element.get("role", "").lower() in _ROLES:
        return True
    if element.tag in ("p", "article", "main", "h1", "h2", "h3", "td", "tr", "table", "b", "strong", "em", "i"):
        return False
    names = f"{element.get('class', '')} {element.get('id', '')}"
    return any(word.lower() in _NAMES for word in _WORDS.findall(names[:300]))


def _main(body: Element) -> Element:
    """The element that holds the content: a marked one that has most of the prose, or the whole body."""
    whole = _prose(body)
    marked = [one for one in body.iter() if one.tag in ("main", "article") or one.get("role") == "main"]
    best = max(marked, key=_prose, default=body)
    return best if _prose(best) * 2 >= whole else body


def _prose(element: Element) -> int:
    """Characters of paragraphs, links not counted."""
    linked = sum(len(said(link)) for link in element.iter("a"))
    return max(0, len(_SPACE.sub(" ", said(element))) - linked)
