"""The route of the source page: who may open a document, and what of it."""

import html
import re
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from bot.cards.links import DAY, Links
from bot.cards.signing import Signer
from bot.desk.desk import Desk
from bot.web.app import web_app
from index.answer import Part, Quote
from tests.shelf import Shelf


def client(desk: Desk, files: Path | None = None) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(web_app(desk, desk.metrics, [], files=files))
    return httpx.AsyncClient(transport=transport, base_url="http://bot")


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
    desk.replies.links = replace(desk.links, days=2, now=lambda: now[0])
    path = desk.links.reader_path(desk.index.ask("有多少个智能工厂？").quotes[0])
    codes = []
    async with client(desk) as web:
        for days in (0, 2, 3):
            now[0] = DAY * (100.5 + days)
            codes.append((await web.get(path)).status_code)
    assert codes == [200, 200, 404]


def in_parts(desk: Desk) -> tuple[Quote, str]:
    """A quote with the sentence before it as a part, and that sentence."""
    assert desk.index is not None
    quote = desk.index.ask("有多少个智能工厂？").quotes[0]
    book = desk.index.document(quote.document)
    assert book is not None
    lead = "龙泉驿区位于成都东部。"
    start = book.text.index(lead)
    return replace(quote, parts=(Part("lead-in", lead, start, start + len(lead)),)), lead


async def test_the_parts_of_a_quote_are_marked_with_it(desk: Desk) -> None:
    quote, lead = in_parts(desk)
    async with client(desk) as web:
        page = await web.get(desk.links.reader_path(quote, "s1"))
    assert f'<mark class="part">{lead}</mark><mark id="quote">{quote.text}</mark>' in page.text


async def test_a_part_that_the_document_has_no_longer_is_not_marked(desk: Desk) -> None:
    quote, _ = in_parts(desk)
    moved = replace(quote, parts=(replace(quote.parts[0], text="别的"),))
    async with client(desk) as web:
        page = await web.get(desk.links.reader_path(moved, "s1"))
    assert page.text.count("<mark") == 1


async def test_nobody_can_have_other_parts_marked_than_those_that_were_quoted(desk: Desk) -> None:
    quote, _ = in_parts(desk)
    url = httpx.URL(desk.links.reader_path(quote, "s1"))
    async with client(desk) as web:
        codes = [
            (await web.get(changed)).status_code
            for changed in (url.copy_set_param("p", "0-3~x"), url.copy_remove_param("p"))
        ]
    assert codes == [404, 404]


async def test_a_link_from_before_quotes_had_parts_still_opens_its_document(desk: Desk) -> None:
    assert desk.index is not None
    quote = desk.index.ask("有多少个智能工厂？").quotes[0]
    url = httpx.URL(desk.links.reader_path(quote, "s1"))
    signed = [url.params[name] for name in ("q", "v", "s", "x")]
    before = url.copy_set_param("m", desk.links.signer.sign("source page", quote.document, *signed))
    async with client(desk) as web:
        assert (await web.get(before)).status_code == 200


@pytest.fixture
def folder(tmp_path: Path, library: Shelf) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / library.books[0].source.path).write_text("<script>8</script>", encoding="utf-8")
    (tmp_path / "secret.md").write_text("secret", encoding="utf-8")
    return folder


async def test_the_original_file_can_be_fetched_where_the_operator_allows_it(desk: Desk, folder: Path) -> None:
    assert desk.index is not None
    path = desk.links.reader_path(desk.index.ask("有多少个智能工厂？").quotes[0])
    file = path.replace("?", "/file?")
    async with client(desk) as closed:
        refused, silent = await closed.get(file), await closed.get(path)
    async with client(desk, folder) as web:
        page, fetched = await web.get(path), await web.get(file)
        unsigned = await web.get(httpx.URL(file).copy_remove_param("m"))
    assert (refused.status_code, unsigned.status_code) == (404, 404)
    assert ("/file?" in silent.text, "/file?" in page.text) == (False, True)
    assert fetched.text == "<script>8</script>"
    assert fetched.headers["content-type"] == "application/octet-stream"
    assert fetched.headers["content-disposition"].startswith("attachment")


async def test_no_file_outside_the_folder_is_fetched(desk: Desk, library: Shelf, folder: Path) -> None:
    assert desk.index is not None
    (folder / library.books[0].source.path).unlink()
    (folder / library.books[0].source.path).symlink_to(folder.parent / "secret.md")
    path = desk.links.reader_path(desk.index.ask("有多少个智能工厂？").quotes[0])
    async with client(desk, folder) as web:
        assert (await web.get(path.replace("?", "/file?"))).status_code == 404
        assert "/file?" not in (await web.get(path)).text


async def test_a_long_document_is_turned_over_with_the_same_link(
    desk: Desk, library: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.web.source.page.WINDOW", 20)
    path = desk.links.reader_path(library.ask("龙湖东安天街有多大？").quotes[0])
    async with client(desk) as web:
        page = await web.get(path)
        (earlier,) = re.findall(r'<a href="([^"]+&amp;w=\d+)">', page.text)[:1]
        before = await web.get(f"/d/{html.unescape(earlier)}")
        nonsense = await web.get(httpx.URL(path).copy_set_param("w", "999"))
    assert ("商场面积" in page.text, "龙泉驿区位于" in page.text) == (True, False)
    assert ("商场面积" in before.text, "龙泉驿区位于" in before.text) == (False, True)
    assert 'id="quote"' not in before.text
    assert "商场面积" in nonsense.text
