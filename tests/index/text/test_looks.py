"""Where the words of a document lead."""

import pytest

from index.document import Document
from index.documents.readers.html import read_html
from index.documents.readers.markdown import read_markdown
from index.text.looks import shown_links
from index.text.shown import shown


def links_of(document: Document) -> list[tuple[str, str]]:
    """The words that are links, and where they lead."""
    found = []
    for block in document.blocks:
        said = shown(document, block.start, block.end)
        found += [(said[slice(*span)], url) for span, url in shown_links(document, block.start, block.end)]
    return found


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('See [the **red** book](https://a.example/b_c(d) "Title").', ["the red book"]),
        ("See [the book][b] or [B].\n\n[b]: https://a.example/b", ["the book", "B"]),
        ("At https://a.example/x, daily.", ["https://a.example/x"]),
        ('At <a href="https://a.example/x">home</a>.', ["home"]),
        ("Not [here](../b.md), [there](#x), [this](javascript:alert(1)), [mail](mailto:a@b.example).", []),
        ("Nor [this](data:text/html,x), [that](//a.example), [him](https://), or `https://a.example/x`.", []),
        ("Nothing.", []),
    ],
)
def test_links_of_markdown_are_its_web_addresses(text: str, words: list[str]) -> None:
    found = links_of(read_markdown(text.encode(), "a.md"))
    assert [one for one, _ in found] == words
    assert all(url.startswith("https://a.example/") for _, url in found)


def test_links_of_html_are_found_where_they_are_shown() -> None:
    there = '<a href="https://a.example/x?y=1&amp;z=2">by <b>train</b></a>'
    page = f'<html><body><p>Go {there} or <a href="/b">bus</a>.</p></body></html>'
    assert links_of(read_html(page.encode(), "a.html")) == [("by train", "https://a.example/x?y=1&z=2")]
