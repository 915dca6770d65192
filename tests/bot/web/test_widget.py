"""The page to ask within another site: shown on the sites that the operator lists, and on no other."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from bot.cards.links import Links
from bot.desk.deliveries import Intake
from bot.desk.desk import Desk
from bot.errors import SettingsError
from bot.settings import load
from bot.web.app import web_app
from bot.web.pages.ask_page import AskPage
from bot.web.pages.visitor import CHANNEL, Gate
from tests.browser import CHROMIUM, Tab, browsing
from tests.web_server import serving

OPEN = "document.querySelector('body > div').shadowRoot.querySelector('button')"
FRAME = "document.querySelector('body > div').shadowRoot.querySelector('iframe')"


class Site:
    """Somebody's page with the one script tag."""

    script = ""

    async def page(self, request: Request) -> Response:
        tag = f'<script src="{self.script}" defer></script>'
        return HTMLResponse(f"<!doctype html><html lang=en><title>t</title>{tag}<main><h1>A shop</h1></main>")


def pages(desk: Desk, *origins: str) -> Starlette:
    desk.replies.links = Links()
    intake = Intake(CHANNEL, desk.journal, desk.workers, desk.metrics)
    return web_app(desk, desk.metrics, [AskPage(desk, intake, Gate(open=True), frames=origins)])


async def test_only_listed_sites_may_show_the_page(desk: Desk) -> None:
    async def policy(*origins: str) -> str:
        transport = httpx.ASGITransport(pages(desk, *origins))
        async with httpx.AsyncClient(transport=transport, base_url="http://bot") as web:
            return str((await web.get("/")).headers["content-security-policy"])

    assert (await policy()).endswith("frame-ancestors 'none'")
    listed = await policy("https://a.example.org", "https://b.example.org:8443")
    assert listed.endswith("frame-ancestors https://a.example.org https://b.example.org:8443")


async def test_the_cookie_of_a_frame_holds_for_the_site_around_it_alone(desk: Desk) -> None:
    transport = httpx.ASGITransport(pages(desk, "https://a.example.org"))
    async with httpx.AsyncClient(transport=transport, base_url="https://bot") as web:
        framed = (await web.get("/", headers={"sec-fetch-dest": "iframe"})).headers.get_list("set-cookie")
        plain = (await web.get("/", headers={"sec-fetch-dest": "document"})).headers.get_list("set-cookie")
    assert [("samesite=none" in one.lower(), one.endswith("; Partitioned")) for one in framed] == [(True, True)]
    assert [("samesite=lax" in one.lower(), "Partitioned" in one) for one in plain] == [(True, False)]


@pytest.mark.parametrize(
    ("origins", "page", "public", "why"),
    [
        ("www.example.org", "open", "https://bot.example.org", "www.example.org"),
        ("https://www.example.org/path", "open", "https://bot.example.org", "path"),
        ("https://a.org; script-src *", "open", "https://bot.example.org", "script-src"),
        ("https://www.example.org", "local", "https://bot.example.org", "PAGE=open"),
        ("https://www.example.org", "open", "http://bot.example.org", "https"),
    ],
)
def test_what_is_no_site_or_cannot_work_is_said(
    monkeypatch: pytest.MonkeyPatch, origins: str, page: str, public: str, why: str
) -> None:
    for name, value in (("WIDGET_ORIGINS", origins), ("PAGE", page), ("PUBLIC_URL", public)):
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=why):
        load(env_file=None)


@pytest.fixture
async def tab() -> AsyncIterator[Tab]:
    async with browsing() as tab:
        await tab.look(1000, 800)
        yield tab


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here")
async def test_one_script_tag_brings_a_button_that_opens_the_page_in_a_frame(desk: Desk, tab: Tab) -> None:
    site = Site()
    async with serving(Starlette(routes=[Route("/", site.page)])) as home, serving(pages(desk, home)) as url:
        site.script = f"{url}/static/widget.js"
        await tab.open(f"{home}/")
        await tab.until(f"document.querySelector('body > div') && {OPEN}")
        assert await tab.run(f"{OPEN}.textContent") == "Ask"
        assert await tab.findings() == []
        await tab.run(f"{OPEN}.focus()")
        await tab.press("Enter")
        assert await tab.until(f"{FRAME}.title") == "Ask"
        await framed(tab, url)
        await tab.run(f"{OPEN}.click()")
        assert await tab.run(f"{FRAME}.hidden && {OPEN}.getAttribute('aria-expanded') === 'false'")


async def framed(tab: Tab, url: str) -> None:
    """Waits until the frame shows the page: one that may not be framed shows an error of the browser's own."""
    for _ in range(500):
        tree = await tab.command("Page.getFrameTree")
        shown = [child["frame"] for child in tree["frameTree"].get("childFrames", [])]
        if any(one["url"].startswith(url) and not one.get("unreachableUrl") for one in shown):
            return
        await asyncio.sleep(0.01)
    raise AssertionError("the page is not in the frame")
