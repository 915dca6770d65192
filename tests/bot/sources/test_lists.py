"""Sitemaps and feeds, and XML that means harm."""

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import SourceError
from bot.sources.lists import MOST_BYTES, Listed, listed

BASE = "https://a.example/list.xml"


def test_a_sitemap_lists_pages_and_an_index_of_sitemaps_lists() -> None:
    ns = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    first = "<url><loc> https://a.example/x </loc><lastmod>2026</lastmod></url>"
    pages = f"<urlset {ns}>{first}<url><loc>/y</loc></url></urlset>"
    lists = f"<sitemapindex {ns}><sitemap><loc>https://a.example/s1.xml</loc></sitemap></sitemapindex>"
    assert listed(pages.encode(), BASE) == Listed(("https://a.example/x", "https://a.example/y"))
    assert listed(gzip.compress(pages.encode()), BASE).pages[1] == "https://a.example/y"
    assert listed(lists.encode(), BASE) == Listed(lists=("https://a.example/s1.xml",))


def test_rss_rdf_and_atom_list_their_entries() -> None:
    rss = "<rss><channel><link>https://a.example</link><item><title>t</title><link>/n1</link></item></channel></rss>"
    rdf = (
        '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
        "<channel/><item><link>https://a.example/n2</link></item></r:RDF>"
    )
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><link href="/"/>'
        '<entry><link rel="self" href="/no"/><link href="/n3"/></entry>'
        '<entry><link rel="alternate" href="/n4"/></entry><entry/></feed>'
    )
    assert listed(rss.encode(), BASE).pages == ("https://a.example/n1",)
    assert listed(rdf.encode(), BASE).pages == ("https://a.example/n2",)
    assert listed(atom.encode(), BASE).pages == ("https://a.example/n3", "https://a.example/n4")


@pytest.mark.parametrize(
    "data",
    [
        b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><urlset><url><loc>&b;</loc></url></urlset>',
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><urlset><url><loc>&e;</loc></url></urlset>',
        b"<!DOCTYPE urlset><urlset><url><loc>https://a.example/x</loc></url></urlset>",
        b"<html><body>not found</body></html>",
        b"<urlset>",
        b"",
        b"\x1f\x8bnothing packed",
        gzip.compress(b" " * (MOST_BYTES + 1)),
        b'<?xml version="1.0" encoding="klingon"?><urlset/>',
    ],
)
def test_xml_that_means_harm_or_nothing_is_one_sentence(data: bytes) -> None:
    with pytest.raises(SourceError):
        listed(data, BASE)


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: f"<rss>{text}</rss>".encode()))
def test_no_list_brings_a_traceback(data: bytes) -> None:
    try:
        listed(data, BASE)
    except SourceError:
        return
