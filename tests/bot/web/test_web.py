"""The one port: health, metrics, and the reader page that marks the quote and nothing else."""

from collections.abc import Sequence
from dataclasses import replace

import httpx
import pytest
from starlette.routing import BaseRoute

from bot.cards.links import DAY, Links
from bot.cards.signing import Signer
from bot.desk.desk import Desk
from bot.web.app import web_app
from bot.web.source_page import document_page
from index.document import Block, BlockKind
from tests.shelf import Shelf


class Line:
    """A channel that is up or not as a test says."""

    name = "line"

    def __init__(self, problem: str = "") -> None:
        self.trouble = problem

    def routes(self) -> Sequence[BaseRoute]:
        return ()

    def problem(self) -> str:
        return self.trouble

    async def run(self) -> None: ...

    async def close(self, seconds: float) -> None: ...


def client(desk: Desk, *channels: Line) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(web_app(desk, desk.metrics, channels))
    return httpx.AsyncClient(transport=transport, base_url="http://bot")


async def test_health_is_503_until_every_channel_is_up(desk: Desk) -> None:
    line = Line("The line is not connected yet.")
    async with client(desk, line) as web:
        down = await web.get("/healthz")
        line.trouble = ""
        up = await web.get("/healthz")
        desk.index = None
        empty = await web.get("/healthz")
    assert (down.status_code, up.status_code, empty.status_code) == (503, 200, 503)
    assert down.json()["parts"] == {"line": "The line is not connected yet."}


async def test_metrics_are_prometheus_text(desk: Desk) -> None:
    async with client(desk, Line()) as web:
        page = await web.get("/metrics")
    assert page.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert 'verbatim_channel_up{channel="line"} 1.0' in page.text
    assert "# TYPE verbatim_answer_seconds histogram" in page.text


@pytest.mark.parametrize("question", ["有多少个智能工厂？", "龙湖东安天街有多大？", "How many cranes are there?"])
async def test_the_reader_opens_a_document_with_the_quote_marked_letter_for_letter(desk: Desk, question: str) -> None:
    assert desk.index is not None
    quote = desk.index.ask(question).quotes[0]
    async with client(desk) as web:
        page = await web.get(desk.links.reader_path(quote, "s1"))
    assert page.status_code == 200
    assert f'<mark id="quote">{quote.text}</mark>' in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]


async def test_a_reader_link_with_another_fingerprint_shows_nothing_of_the_document(desk: Desk) -> None:
    assert desk.index is not None
    quote = desk.index.ask("有多少个智能工厂？").quotes[0]
    forged = desk.links.reader_path(replace(quote, text="别的"))
    async with client(desk) as web:
        answers = [
            await web.get(path)
            for path in (forged, f"/d/{quote.document}", f"/d/{quote.document}?q=0-99999&v=0", "/d/none?q=0-1&v=0")
        ]
    assert [answer.status_code for answer in answers] == [404] * 4
    assert all("智能工厂" not in answer.text for answer in answers)


async def test_nobody_opens_a_document_with_a_link_that_the_bot_did_not_sign(desk: Desk) -> None:
    assert desk.index is not None
    quote = desk.index.ask("有多少个智能工厂？").quotes[0]
    book = desk.index.document(quote.document)
    assert book is not None
    url = httpx.URL(desk.links.reader_path(quote, "s1"))
    first = replace(quote, text=book.text[:1], start=0, end=1)
    strangers = Links("https://bot.example.org", Signer(b"s" * 32)).reader_path(first)
    changed = [
        url.copy_set_param(name, value) for name, value in (("q", "0-1"), ("s", "s2"), ("x", "9" * 12), ("m", ""))
    ]
    other = url.copy_with(path=f"/d/{desk.index.documents()[1].id}")
    async with client(desk) as web:
        answers = [await web.get(path) for path in (strangers, other, url.copy_remove_param("m"), *changed)]
    assert {answer.status_code for answer in answers} == {404}
    assert all("智能工厂" not in answer.text for answer in answers)


async def test_a_link_to_the_source_opens_it_for_as_many_days_as_links_hold(desk: Desk) -> None:
    assert desk.index is not None
    now = [DAY * 100.5]
    desk.links = replace(desk.links, days=2, now=lambda: now[0])
    path = desk.links.reader_path(desk.index.ask("有多少个智能工厂？").quotes[0])
    codes = []
    async with client(desk) as web:
        for days in (0, 2, 3):
            now[0] = DAY * (100.5 + days)
            codes.append((await web.get(path)).status_code)
    assert codes == [200, 200, 404]


def test_a_document_cannot_bring_markup_into_the_page(library: Shelf) -> None:
    book = replace(library.books[0], text='t\n<script>alert("1")</script> & <b>8</b>', blocks=(), sections=())
    page = document_page(book, (2, 10))
    assert '<mark id="quote">&lt;script&gt;</mark>alert' in page
    assert "<script" not in page


def test_a_quote_over_two_paragraphs_is_marked_in_both_and_named_once(library: Shelf) -> None:
    book = library.books[0]
    start, end = book.text.index("工人在"), book.text.index("商场面积")
    page = document_page(book, (start, end))
    assert page.count("<mark") == 2
    assert page.count('id="quote"') == 1


def test_a_quote_outside_every_block_is_marked_all_the_same(library: Shelf) -> None:
    book = replace(library.books[0], blocks=library.books[0].blocks[:1])
    start = book.text.index("8个智能工厂")
    assert '<mark id="quote">8个智能工厂</mark>' in document_page(book, (start, start + 6))


def test_the_front_matter_of_a_document_is_not_shown_twice(library: Shelf) -> None:
    text = "---\ntitle: t\n---\nOne sentence."
    blocks = (Block(BlockKind.FURNITURE, 0, 16), Block(BlockKind.PARAGRAPH, 17, len(text)))
    page = document_page(replace(library.books[0], text=text, blocks=blocks), (17, len(text)))
    assert "title: t" not in page
    assert '<mark id="quote">One sentence.</mark>' in page
