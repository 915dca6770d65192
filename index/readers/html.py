"""HTML: the main content of a page, with its headings, lists and tables, and what the page says about itself.

What to leave out is told by the elements and names that sites use for it, and by how much of a block is links.
docs/decisions/html.md says why this is not left to a library.
"""

import re
from collections.abc import Iterator

from lxml import etree
from lxml.etree import _Element as Element

from index.document import BlockKind, Document
from index.encoding import decode
from index.errors import ReaderError
from index.readers import furniture
from index.readers.draft import Draft
from index.readers.lines import split_lines
from index.readers.pagemeta import page_meta, said

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
_BLOCKS = frozenset(
    (
        *(
            "p",
            "div",
            "section",
            "article",
            "main",
            "header",
            "blockquote",
            "ul",
            "ol",
            "li",
            "dl",
            "dt",
            "dd",
            "table",
        ),
        *(
            "thead",
            "tbody",
            "tfoot",
            "tr",
            "td",
            "th",
            "caption",
            "pre",
            "figure",
            "figcaption",
            "h1",
            "h2",
            "h3",
            "h4",
        ),
        *("h5", "h6", "hr", "form", "fieldset", "address", "details", "summary", "body", "center", "hgroup", "legend"),
    )
)
_KINDS = {
    "li": BlockKind.ITEM,
    "figcaption": BlockKind.CAPTION,
    "caption": BlockKind.CAPTION,
    "pre": BlockKind.CODE,
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6", "dt", "summary"), BlockKind.HEADING),
}
_CAPTION_NAMES = frozenset(("caption", "figcaption", "credit", "photocredit", "imgdesc", "pictext", "wp-caption-text"))
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|\d+")
_SPACE = re.compile(r"[ \t\n\r\f\u00a0\u200b]+")
_BROKEN = re.compile("(?<=[\u3000-\u9fff\uff00-\uffef])\\s*[\r\n]\\s*(?=[\u3000-\u9fff\uff00-\uffef])")
_REFERENCE = re.compile(r"\[?\s*(?:\d{1,3}|[a-z]|注)\s*\]?")
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]{3,20})", re.IGNORECASE)


def read_html(data: bytes, relative: str) -> Document:
    tree = parsed(data)
    meta = page_meta(tree)
    body = tree.find(".//body") if tree.tag == "html" else tree
    if body is None:
        raise ReaderError("There is no text in this page; remove it.")
    _prune(body)
    draft = Draft()
    for text, kind, level in _blocks(_main(body)):
        draft.add(text, kind, level)
    return draft.finish(relative, meta)


def parsed(data: bytes) -> Element:
    """The tree of a page, whatever its encoding and however broken."""
    text = page_text(data)
    if not re.search(r"<[a-zA-Z!/]", text[:4096]):
        raise ReaderError("This is not HTML; give the file its right extension.")
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        tree = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ReaderError("The page is broken; open it in a browser and save it again.") from error
    if tree is None:
        raise ReaderError("The page holds nothing; remove it or save it again.")
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
        sure = element.tag in _DROPPED or _is_hidden(element)
        if sure or (_is_around(element) and len(said(element)) * 2 < whole):
            _drop(element)


def _drop(element: Element) -> None:
    """Removes an element with all in it; what follows it in its parent is text of the parent, and stays."""
    parent, before = element.getparent(), element.getprevious()
    if parent is None:
        return
    tail = element.tail or ""
    if before is not None:
        before.tail = (before.tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail
    parent.remove(element)


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


def _blocks(root: Element) -> Iterator[tuple[str, BlockKind | None, int]]:
    """Text, kind, and heading level of each block in reading order."""
    for block in _Walk(root).blocks():
        text, kind, level = block
        if kind in (None, BlockKind.ITEM) and furniture.site(text):
            kind = BlockKind.FURNITURE
        yield text, kind, level


class _Walk:
    """Collects the text of a tree block by block, in one pass and without recursion."""

    def __init__(self, root: Element) -> None:
        self.root = root
        self.buffer: list[str] = []
        self.linked = 0
        self.bold = 0
        self.kinds: list[tuple[BlockKind | None, int]] = []

    def blocks(self) -> Iterator[tuple[str, BlockKind | None, int]]:
        skipped: Element | None = None
        links = bolds = 0
        for event, element in etree.iterwalk(self.root, events=("start", "end")):
            if skipped is not None:
                if event == "end" and element is skipped:
                    skipped = None
                    self._text(element.tail if element is not self.root else None, links, bolds)
                continue
            tag = element.tag
            step = 1 if event == "start" else -1
            links += step * (tag == "a")
            bolds += step * (tag in ("b", "strong"))
            if event == "start":
                if tag in _BLOCKS:
                    yield from self._flush()
                    self._enter(element)
                row = tag == "tr" and not _is_layout(element)
                if row:
                    yield from _row(element)
                if row or (tag == "sup" and _REFERENCE.fullmatch(said(element).strip())):
                    skipped = element
                    if row:
                        self.kinds.pop()
                    continue
                if tag == "br":
                    self.buffer.append("\v")
                self._text(element.text, links, bolds)
                continue
            if tag in _BLOCKS:
                yield from self._flush()
                self.kinds.pop()
            self._text(element.tail if element is not self.root else None, links, bolds)
        yield from self._flush()

    def _enter(self, element: Element) -> None:
        tag = element.tag
        above = self.kinds[-1] if self.kinds else (None, 0)
        kind = _KINDS.get(tag, above[0])
        if any(word.lower() in _CAPTION_NAMES for word in _WORDS.findall(element.get("class", "")[:200])):
            kind = BlockKind.CAPTION
        level = int(tag[1]) if len(tag) == 2 and tag[1].isdigit() else 8 if tag in ("dt", "summary") else above[1]
        self.kinds.append((kind, level))

    def _text(self, text: str | None, links: int, bolds: int) -> None:
        if text:
            self.buffer.append(text)
            said = len(_SPACE.sub("", text))
            self.linked += said if links else 0
            self.bold += said if bolds else 0

    def _flush(self) -> Iterator[tuple[str, BlockKind | None, int]]:
        raw, linked, bold = "".join(self.buffer), self.linked, self.bold
        self.buffer, self.linked, self.bold = [], 0, 0
        kind, level = self.kinds[-1] if self.kinds else (None, 0)
        if kind is BlockKind.CODE:
            yield raw.replace("\v", "\n").strip("\n"), kind, 0
            return
        text = "\n".join(_SPACE.sub(" ", line).strip() for line in _BROKEN.sub("", raw).split("\v"))
        said = len(_SPACE.sub("", text))
        if not said:
            return
        if linked * 10 >= said * 8 and said <= 120 and kind is not BlockKind.HEADING:
            kind = BlockKind.FURNITURE
        whole = kind is None and bold == said and said <= 60 and not text.endswith(("。", ".", "！", "!", "；", ";"))
        if whole and "\n" not in text:
            yield text, BlockKind.HEADING, 7
            return
        for start, end in split_lines(text, 0, len(text)):
            yield text[start:end], kind, level


def _is_layout(row: Element) -> bool:
    """A table that only arranges the page: its cells hold paragraphs, or it has but one cell a row."""
    cells = [cell for cell in row if cell.tag in ("td", "th")]
    inner = any(sum(part.tag in _BLOCKS for part in cell.iterdescendants()) > 1 for cell in cells)
    return len(cells) < 2 or inner


def _row(row: Element) -> Iterator[tuple[str, BlockKind | None, int]]:
    cells = [_SPACE.sub(" ", said(cell)).strip() for cell in row if cell.tag in ("td", "th")]
    if any(cells):
        heads = all(cell.tag == "th" for cell in row if cell.tag in ("td", "th"))
        yield " | ".join(cells), BlockKind.CAPTION if heads else BlockKind.ROW, 0
