"""What a web page says about itself: title, publisher, date, address, language, rights."""

import json
import re
from collections.abc import Iterable, Iterator

from lxml.etree import _Element as Element

from index.documents.readers.frontmatter import Meta

_DATE = re.compile(r"\b((?:19|20)\d\d)(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2}))?)?")
_TITLES = ("og:title", "twitter:title", "dc.title", "headline", "ArticleTitle")
_SITES = ("og:site_name", "publisher", "dc.publisher", "application-name", "source", "contentsource", "mediaid")
_DATES = (
    *("article:published_time", "datepublished", "pubdate", "publishdate", "publish_time", "publish-date", "dc.date"),
    *("dc.date.issued", "dcterms.created", "date", "og:release_date", "weibo:article:create_at", "firstpublishedtime"),
)
_RIGHTS = ("dc.rights", "dcterms.rights", "copyright", "rights", "license")
_TAIL = re.compile(r"\s*(?:[|_｜–—]|\s-\s|--+|_{2,})\s*")
_LONGEST = 300
_LONGEST_ADDRESS = 2500


def page_meta(tree: Element) -> Meta:
    named = _named(tree)
    linked = list(_json_ld(tree))
    site = _first(named.get(name) for name in _SITES) or _first(_name(item.get("publisher")) for item in linked)
    dates = [named.get(name) for name in _DATES] + [item.get("datePublished") for item in linked]
    times = [element.get("datetime") for element in tree.iter("time")]
    canonical = [link.get("href") for link in tree.iter("link") if link.get("rel") == "canonical"]
    address = next(filter(None, [named.get("verbatim:url"), *canonical, named.get("og:url")]), None)
    return Meta(
        title=_title(tree, named, linked, site),
        publisher=site,
        published=_first(iso_date(date) for date in [*dates, *times]),
        url=address if address and re.match(r"https?://[^\s<>\"]+$", address) else None,
        lang=_first([tree.get("lang"), named.get("og:locale"), named.get("content-language")]),
        rights=_first(named.get(name) for name in _RIGHTS),
    )


def said(element: Element) -> str:
    """All text inside an element."""
    return "".join(map(str, element.itertext()))


def iso_date(value: object) -> str | None:
    """The date at the beginning of "2024-04-30T08:00:00+08:00" or within "发布于2024年4月30日"."""
    found = _DATE.search(value) if isinstance(value, str) else None
    if not found:
        return None
    year, month, day = found.groups()
    if month is None or not 1 <= int(month) <= 12:
        return year
    return f"{year}-{int(month):02}" + (f"-{int(day):02}" if day and 1 <= int(day) <= 31 else "")


def _named(tree: Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for meta in tree.iter("meta"):
        name = meta.get("property") or meta.get("name") or meta.get("itemprop") or meta.get("http-equiv")
        content = " ".join((meta.get("content") or "").split())
        if name and content and len(content) <= _LONGEST_ADDRESS:
            found.setdefault(name.lower(), content)
    return found


def _json_ld(tree: Element) -> Iterator[dict[str, object]]:
    """The objects of a page's linked data that describe an article."""
    for script in tree.iter("script"):
        if script.get("type") != "application/ld+json":
            continue
        try:
            data = json.loads(script.text or "")
        except (ValueError, RecursionError):
            continue
        items = data if isinstance(data, list) else [data]
        for item in items:
            graph = item.get("@graph") if isinstance(item, dict) else None
            candidates = graph if isinstance(graph, list) else [item]
            yield from (
                one for one in candidates if isinstance(one, dict) and ("headline" in one or "datePublished" in one)
            )


def _name(value: object) -> str | None:
    if isinstance(value, list) and value:
        value = value[0]
    name = value.get("name") if isinstance(value, dict) else value
    return name if isinstance(name, str) else None


def _first(values: Iterable[object]) -> str | None:
    for value in values:
        if isinstance(value, str) and value.strip():
            return " ".join(value.replace("¶", "").split())[:_LONGEST]
    return None


def _title(tree: Element, named: dict[str, str], linked: list[dict[str, object]], site: str | None) -> str | None:
    heads = [" ".join(said(h1).replace("¶", "").split()) for h1 in tree.iter("h1")]
    declared = _first([*(named.get(name.lower()) for name in _TITLES), *(item.get("headline") for item in linked)])
    if declared:
        return _without_site(declared, site, heads)
    if len([head for head in heads if head]) == 1:
        return _first(heads)
    title = _first(said(element) for element in tree.iter("title"))
    return _without_site(title, site, heads) if title else None


def _without_site(title: str, site: str | None, heads: list[str]) -> str:
    """A title less the name of the site behind it: "New library - City News"."""
    for head in heads:
        if len(head) >= 4 and title.startswith(head):
            return head
    parts = _TAIL.split(title)
    if (
        len(parts) > 1
        and len(parts[0]) >= 4
        and (site is None or any(site in part for part in parts[1:]) or "_" in title)
    ):
        return parts[0]
    return title
