"""Pages that keep themselves fresh: a real server on the loopback, with validators, robots.txt and pages that go."""

from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from bot.sources import state as states
from bot.sources.declared import Form, Source
from bot.sources.outcome import Outcome
from bot.sources.refresh import RETRY_SECONDS, Refresher
from index.documents.download import Ways
from tests.index.documents.test_web_page import Answer, names, reply, site

DAY = 86_400.0


def page(text: str) -> bytes:
    return f"<html><head><title>{text}</title></head><body><p>The {text} opens at nine.</p></body></html>".encode()


class Site:
    """A site in parts: its pages by path, with an ETag each; what was asked for, and how it was answered."""

    def __init__(self) -> None:
        self.pages: dict[str, bytes] = {}
        self.robots = ""
        self.etags = True
        self.status: dict[str, int] = {}
        self.asked: list[tuple[str, int]] = []
        self.port = 0

    def answers(self) -> dict[str, Answer]:
        return _Everything(self._answer)

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        path = handler.path
        body, kind = self.pages.get(path, b""), "text/html; charset=utf-8"
        if path == "/robots.txt":
            body, kind = self.robots.encode(), "text/plain"
        if path.endswith(".xml"):
            kind = "application/xml"
        etag = f'"{hash(body)}"' if self.etags else ""
        status = self.status.get(path, 200 if body or path == "/robots.txt" else 404)
        if etag and handler.headers.get("If-None-Match") == etag and status == 200:
            status, body = 304, b""
        self.asked.append((path, status))
        reply(status, kind, body, **({"ETag": etag} if etag else {}))(handler)

    def url(self, path: str = "") -> str:
        return f"http://site.example:{self.port}{path}"

    def map_of(self, *paths: str) -> bytes:
        return f"<urlset>{''.join(f'<url><loc>{self.url(path)}</loc></url>' for path in paths)}</urlset>".encode()


class _Everything(dict):  # type: ignore[type-arg]
    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def get(self, key: object, default: object = None) -> Answer:
        return self._answer


@pytest.fixture
def web():
    web = Site()
    with site(web.answers()) as (port, _):
        web.port = port
        yield web


class Life:
    """The sources of one installation, on a clock that is moved by hand."""

    def __init__(self, folder: Path, *sources: Source) -> None:
        (folder / "corpus").mkdir(exist_ok=True)
        self.folder = folder
        self.now = 1_800_000_000.0
        self.slept: list[float] = []
        ways = Ways(resolver=names, hosts=frozenset({"site.example"}))
        self.refresher = Refresher(
            sources, {"": folder / "corpus"}, folder / "data", ways, now=lambda: self.now, sleep=self.slept.append
        )

    def look(self) -> Outcome:
        (outcome,) = self.refresher.look(self.refresher.sources)
        return outcome

    def files(self) -> list[Path]:
        return sorted(path for path in (self.folder / "corpus").rglob("*") if path.is_file())


def test_pages_are_fetched_once_and_asked_for_again_by_their_etag(web: Site, tmp_path: Path) -> None:
    web.pages = {"/a": page("library"), "/b": page("museum")}
    life = Life(tmp_path, Source("pages", Form.WEB, (web.url("/a"), web.url("/b"))))
    first = life.look()
    assert (len(first.added), first.problems) == (2, [])
    assert all(path.parent.name == "pages" for path in life.files())
    written = {path: path.stat().st_mtime_ns for path in life.files()}
    second = life.look()
    assert (second.differs, second.unchanged) == (False, 2)
    assert [status for path, status in web.asked if path in ("/a", "/b")] == [200, 200, 304, 304]
    web.pages["/b"] = page("new museum")
    third = life.look()
    assert (len(third.changed), third.unchanged) == (1, 1)
    assert "new museum" in (tmp_path / "corpus" / third.changed[0]).read_text()
    assert sum(path.stat().st_mtime_ns == written[path] for path in life.files()) == 1


def test_a_page_that_says_nothing_of_its_age_and_is_the_same_is_left_alone(web: Site, tmp_path: Path) -> None:
    """Else the day on which it was fetched, which is noted in it, would make it another one each day."""
    web.etags, web.pages = False, {"/a": page("library")}
    life = Life(tmp_path, Source("pages", Form.WEB, (web.url("/a"),)))
    life.look()
    life.now += DAY
    assert (life.look().differs, [status for path, status in web.asked if path == "/a"]) == (False, [200, 200])


def test_a_file_that_somebody_deleted_is_fetched_again(web: Site, tmp_path: Path) -> None:
    web.pages = {"/a": page("library")}
    life = Life(tmp_path, Source("pages", Form.WEB, (web.url("/a"),)))
    life.look()
    life.files()[0].unlink()
    assert len(life.look().added) == 1


def test_robots_txt_is_kept_and_a_site_that_does_not_answer_for_it_is_left_alone(web: Site, tmp_path: Path) -> None:
    web.pages = {"/open": page("library"), "/closed/x": page("vault")}
    web.robots = "User-agent: *\nDisallow: /closed/\nCrawl-delay: 3\n"
    life = Life(tmp_path, Source("pages", Form.WEB, (web.url("/open"), web.url("/closed/x"))))
    outcome = life.look()
    assert len(outcome.added) == 1
    assert [(what, str(reason)[:24]) for what, reason in outcome.problems] == [
        (web.url("/closed/x"), "The site asks programs n")
    ]
    assert life.slept == [3.0]
    assert "/closed/x" not in [path for path, _ in web.asked]
    web.status["/robots.txt"] = 500
    assert len(life.look().problems) == 2
    web.status["/robots.txt"] = 404
    assert life.look().problems == []


def test_a_sitemap_adds_and_takes_out_pages_of_its_own_site_below_a_path(web: Site, tmp_path: Path) -> None:
    web.pages = {"/docs/a": page("library"), "/docs/b": page("museum"), "/blog/c": page("blog")}
    listing = web.map_of("/docs/a", "/docs/b", "/blog/c", "/docs/a#part")
    web.pages["/map.xml"] = listing.replace(b"</urlset>", b"<url><loc>http://other.example/docs/x</loc></url></urlset>")
    life = Life(tmp_path, Source("site", Form.SITEMAP, (web.url("/map.xml"),), only="/docs/"))
    first = life.look()
    assert (len(first.added), len(life.files()), first.problems) == (2, 2, [])
    web.pages["/map.xml"] = web.map_of("/docs/b")
    outcome = life.look()
    assert (len(outcome.removed), outcome.unchanged, len(life.files())) == (1, 1, 1)
    (aside,) = (tmp_path / "data" / "removed").iterdir()
    assert b"library" in aside.read_bytes()


def test_an_index_of_sitemaps_is_followed_one_level_deep_and_most_limits_it(web: Site, tmp_path: Path) -> None:
    web.pages = {f"/{n}": page(f"hall {n}") for n in range(6)}
    web.pages["/s1.xml"], web.pages["/s2.xml"] = web.map_of("/0", "/1", "/2"), web.map_of("/3", "/4", "/5")
    maps = "".join(f"<sitemap><loc>{web.url(path)}</loc></sitemap>" for path in ("/s1.xml", "/s2.xml"))
    web.pages["/map.xml"] = f"<sitemapindex>{maps}</sitemapindex>".encode()
    life = Life(tmp_path, Source("site", Form.SITEMAP, (web.url("/map.xml"),), most=5))
    assert len(life.look().added) == 5


def test_what_a_feed_names_no_more_stays_and_what_is_gone_goes(web: Site, tmp_path: Path) -> None:
    def feed(*paths: str) -> bytes:
        items = "".join(f"<item><link>{web.url(path)}</link></item>" for path in paths)
        return f"<rss><channel>{items}</channel></rss>".encode()

    web.pages = {"/n1": page("library"), "/n2": page("museum")}
    web.pages["/feed.xml"] = feed("/n1", "/n2")
    life = Life(tmp_path, Source("news", Form.FEED, (web.url("/feed.xml"),)))
    life.look()
    web.pages["/feed.xml"] = feed("/n2")
    assert life.look().removed == []
    web.status["/n2"] = 410
    assert len(life.look().removed) == 1
    assert len(life.files()) == 1


@pytest.mark.parametrize("status", [404, 500, 403])
def test_a_page_that_fails_is_a_problem_and_its_document_stays(web: Site, tmp_path: Path, status: int) -> None:
    web.pages = {"/a": page("library"), "/b": page("museum")}
    life = Life(tmp_path, Source("pages", Form.WEB, (web.url("/a"), web.url("/b"))))
    life.look()
    web.status["/a"] = status
    outcome = life.look()
    assert [what for what, _ in outcome.problems] == [web.url("/a")]
    assert (outcome.differs, len(life.files())) == (False, 2)


def test_a_list_that_cannot_be_had_or_names_nothing_takes_nothing_out(web: Site, tmp_path: Path) -> None:
    web.pages = {"/a": page("library"), "/map.xml": web.map_of("/a")}
    life = Life(tmp_path, Source("site", Form.SITEMAP, (web.url("/map.xml"),)))
    life.look()
    for listing in (b"", b"<html/>", b"<urlset/>", web.map_of().replace(b"site", b"evil")):
        web.pages["/map.xml"] = listing
        outcome = life.look()
        assert (len(outcome.problems), outcome.differs, len(life.files())) == (1, False, 1)


def test_addresses_inside_the_network_are_not_reached_through_a_list(web: Site, tmp_path: Path) -> None:
    web.pages["/map.xml"] = b"<urlset><url><loc>http://inside.example/secret</loc></url></urlset>"
    source = Source("site", Form.SITEMAP, (web.url("/map.xml"),), hosts=("inside.example",))
    outcome = Life(tmp_path, source).look()
    assert outcome.added == []
    assert len(outcome.problems) == 1


def test_a_source_is_due_by_its_schedule_and_sooner_after_a_failure(web: Site, tmp_path: Path) -> None:
    web.pages = {"/a": page("library")}
    life = Life(tmp_path, Source("pages", Form.WEB, (web.url("/a"),), every=6 * 3600))

    def due_after(seconds: float) -> bool:
        life.now += seconds
        return bool(life.refresher.due())

    assert due_after(0)
    life.look()
    assert (due_after(0), due_after(6 * 3600 - 1), due_after(1)) == (False, False, True)
    broken = Life(tmp_path, Source("site", Form.SITEMAP, (web.url("/none.xml"),), every=6 * 3600))
    broken.look()
    broken.now += RETRY_SECONDS - 1
    assert not broken.refresher.due()
    broken.now += 1
    assert broken.refresher.due()


@pytest.mark.parametrize("written", ["", "{", "[]", '{"looked": "x", "held": {}}', '{"looked": 1, "held": {"a": {}}}'])
def test_a_state_that_cannot_be_read_is_that_of_a_new_source(tmp_path: Path, written: str) -> None:
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "a.json").write_text(written)
    assert states.load(tmp_path, "a") == states.State()
