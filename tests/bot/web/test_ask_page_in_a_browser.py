"""The page to ask in a real browser: by keyboard, on a phone, in the dark, and without its script."""

from collections.abc import AsyncIterator

import pytest

from bot.cards.links import Links
from bot.desk.deliveries import Intake
from bot.desk.desk import Desk
from bot.web.app import web_app
from bot.web.pages.ask_page import AskPage
from bot.web.pages.visitor import CHANNEL, Gate
from tests.browser import CHROMIUM, Tab, browsing
from tests.web_server import serving

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here")

FACTORIES = "有多少个智能工厂？"
QUOTE = "全区已建成8个智能工厂和23个数字化车间。"
SHOWN = "document.querySelector('.turn blockquote')?.textContent"


@pytest.fixture
async def url(desk: Desk) -> AsyncIterator[str]:
    desk.replies.links = Links()
    page = AskPage(desk, Intake(CHANNEL, desk.journal, desk.workers, desk.metrics), Gate())
    async with serving(web_app(desk, desk.metrics, [page])) as url:
        yield f"{url}/"


@pytest.fixture
async def tab(url: str) -> AsyncIterator[Tab]:
    async with browsing() as tab:
        await tab.look(1200, 800)
        await tab.open(f"{url}?lang=zh")
        yield tab


async def ask(tab: Tab, text: str) -> None:
    await tab.run("document.getElementById('text').focus()")
    await tab.write(text)
    await tab.press("Enter")


async def test_a_question_is_asked_and_its_card_used_by_keyboard_alone(tab: Tab) -> None:
    assert await tab.run("document.activeElement.id") == "text"
    await tab.write(FACTORIES)
    await tab.press("Enter")
    assert await tab.until(SHOWN) == QUOTE
    await tab.run("document.querySelector('button[value^=\"p:\"]').focus()")
    await tab.press("Enter")
    assert await tab.until(f"{SHOWN} !== {QUOTE!r} && {SHOWN}") == "龙泉驿区位于成都东部。"
    # The card is another one now, and the keyboard still stands in it.
    assert await tab.run("document.querySelector('.card').contains(document.activeElement)")


async def test_a_follow_up_is_added_below_what_was_asked_before(tab: Tab) -> None:
    await ask(tab, FACTORIES)
    await tab.until(SHOWN)
    await ask(tab, "龙湖东安天街有多大？")
    await tab.until("document.querySelectorAll('.turn .card').length === 2")
    assert await tab.run("[...document.querySelectorAll('h2')].map(one => one.textContent)") == [
        FACTORIES,
        "龙湖东安天街有多大？",
    ]


async def test_a_thumb_down_asks_why_and_says_thanks(tab: Tab) -> None:
    await ask(tab, FACTORIES)
    await tab.until(SHOWN)
    await tab.run("document.querySelector('button[value^=\"d:\"]').click()")
    await tab.until("document.querySelector('button[value^=\"w:\"]')")
    await tab.run("document.querySelector('button[value^=\"w:\"]').click()")
    assert await tab.until("document.getElementById('status').textContent === '谢谢！'")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1200, 360], ids=["desktop", "phone"])
async def test_everything_can_be_read_named_and_reached(tab: Tab, url: str, width: int, dark: bool) -> None:
    await tab.look(width, 740, dark=dark)
    await tab.open(f"{url}?lang=en")
    for question in (FACTORIES, "Who?"):
        await ask(tab, question)
        await tab.until("!document.querySelector('.waiting') && document.querySelector('.card')")
    await tab.run("for (const one of document.querySelectorAll('details')) one.open = true")
    assert await tab.findings() == []
    assert await tab.run("document.documentElement.scrollWidth <= innerWidth")
    assert await tab.run("[...document.querySelectorAll('button')].every(one => one.offsetHeight >= 36)")
    assert await tab.run("document.documentElement.lang") == "en"


async def test_without_the_script_the_form_answers_with_a_page(tab: Tab, url: str) -> None:
    await tab.look(1200, 800, script=False)
    await tab.open(f"{url}?lang=zh")
    await tab.run("document.getElementById('text').focus()")
    await tab.write(FACTORIES)
    await tab.run("document.querySelector('#composer button').focus()")
    await tab.press("Enter")
    assert await tab.until(SHOWN) == QUOTE
    assert (await tab.run("location.pathname")) == "/ask"


async def test_the_source_opens_at_the_mark_beside_the_page(tab: Tab) -> None:
    await ask(tab, FACTORIES)
    await tab.until(SHOWN)
    address = await tab.run("document.querySelector('.source a').href")
    await tab.command("Page.navigate", url=address)
    assert await tab.until("document.getElementById('quote')?.textContent") == QUOTE
