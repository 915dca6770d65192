"""The page for admins in a real browser: signed in by the link, a file dropped, the difference confirmed, all read."""

from collections.abc import AsyncIterator

import pytest

from bot.journal.answers import Given, Kind
from bot.question import Conversation
from tests.bot.web.admin.conftest import ADMIN, Board
from tests.browser import CHROMIUM, Tab, browsing

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here")

DROP = """(() => {
  const data = new DataTransfer();
  data.items.add(new File(["# 池塘\\n\\n镇外的池塘里有九只鸭子。\\n"], "pond.md"));
  document.getElementById("upload").dispatchEvent(new DragEvent("drop", { dataTransfer: data, cancelable: true }));
})()"""


@pytest.fixture
async def tab(board: Board) -> AsyncIterator[Tab]:
    token = board.desk.journal.sign_ins.link(ADMIN)
    async with browsing() as tab:
        await tab.look(1200, 800)
        await tab.open(f"{board.web.base_url}/admin/enter?t={token}")
        await tab.run("document.querySelector('button').click()")
        await tab.until("document.querySelector('header nav')")
        yield tab


async def test_a_dropped_file_goes_live_after_a_look_at_the_difference(tab: Tab, board: Board) -> None:
    await tab.open(f"{board.web.base_url}/admin/documents?lang=zh")
    live = board.desk.index
    await tab.run(DROP)
    await tab.until("document.querySelector('#work button')")
    assert "+ pond.md" in await tab.run("document.getElementById('work').textContent")
    assert board.desk.index is live
    await tab.run("document.querySelector('#work button').click()")
    await tab.until("document.getElementById('work')?.textContent.includes('已上线')")
    assert board.desk.index is not live
    await tab.until("[...document.querySelectorAll('td')].some(cell => cell.textContent.startsWith('pond.md'))")


@pytest.mark.parametrize(("width", "dark"), [(1200, False), (360, True)], ids=["desktop light", "phone dark"])
async def test_every_page_can_be_read_and_fits(tab: Tab, board: Board, width: int, dark: bool) -> None:
    place = Conversation("telegram", "7", "", "7")
    board.desk.journal.answers.record(Given("a", place, "zh", Kind.ABSTENTION, "镇上有游泳池吗？", 0.1, ()))
    await tab.look(width, 740, dark=dark)
    for name in board.views.table:
        await tab.open(f"{board.web.base_url}/admin/{name}")
        await tab.run("for (const one of document.querySelectorAll('details')) one.open = true")
        assert await tab.findings() == [], name
        assert await tab.run("document.documentElement.scrollWidth <= innerWidth"), name
