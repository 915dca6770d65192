"""The source page in a real browser: it opens at the mark, and can be read and gone through without a mouse."""

from collections.abc import AsyncIterator

import pytest

from bot.cards.links import Links
from bot.desk.desk import Desk
from bot.web.app import web_app
from index.answer import Part, Quote
from index.documents.readers.markdown import from_markdown
from tests.browser import CHROMIUM, Tab, browsing
from tests.shelf import Shelf
from tests.web_server import serving

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here")

LINES = "\n\n".join(f"Paragraph {n} says nothing new, and goes on for a while." for n in range(60))
ROWS = "".join(f"| part {n} | {n} GB | a long remark about what this part does in the whole |\n" for n in range(60))
CODE = "run --with many --options --that are --wider than --a phone --and so on --and so on"
TEXT = (
    f"# Parts\n\n{LINES}\n\n## Memory\n\n1. Look.\n   - Closely.\n2. See **[x](https://x.org)**.\n\n"
    f"| Part | Memory | Remark |\n|---|---|---|\n{ROWS}\n```sh\n{CODE}\n```\n"
)


@pytest.fixture
async def address(desk: Desk, library: Shelf) -> AsyncIterator[str]:
    """The source page of a row in a long table, with the names of its columns."""
    document = from_markdown(TEXT, "parts.md")
    library.books = (*library.books, document)
    desk.replies.links = Links()
    row, header = TEXT.index("part 40"), TEXT.index("Part | Memory")
    parts = (Part("header", "Part | Memory", header, header + len("Part | Memory")),)
    quote = Quote(document.id, document.source, TEXT[row : row + 15], row, row + 15, parts=parts)
    async with serving(web_app(desk, desk.metrics, [])) as url:
        yield f"{url}{desk.links.reader_path(quote)}"


@pytest.fixture
async def tab(address: str) -> AsyncIterator[Tab]:
    async with browsing() as tab:
        await tab.look(1200, 800)
        await tab.open(address)
        yield tab


def seen(name: str) -> str:
    return (
        f"(box => box.top > 0 && box.bottom < innerHeight)(document.getElementById('{name}').getBoundingClientRect())"
    )


async def test_the_page_opens_at_the_quote_and_keys_lead_to_the_other_mark_and_back(tab: Tab) -> None:
    assert await tab.until(seen("quote"))
    await tab.press("n")
    await tab.until("document.activeElement.id === 'mark-1'")
    await tab.until(seen("mark-1"))
    assert await tab.run("document.getElementById('at').textContent") == "1 / 2"
    await tab.press("p")
    await tab.until("document.activeElement.id === 'quote'")
    await tab.until(seen("quote"))


async def test_links_lead_from_mark_to_mark_without_the_script_too(tab: Tab, address: str) -> None:
    await tab.look(1200, 800, script=False)
    await tab.open(address)
    await tab.run("document.querySelector('.marks [rel=next]').click()")
    await tab.until("location.hash === '#mark-1'")
    await tab.until(seen("mark-1"))


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1200, 360], ids=["desktop", "phone"])
async def test_the_page_can_be_read_and_fits(tab: Tab, address: str, width: int, dark: bool) -> None:
    await tab.look(width, 740, dark=dark)
    await tab.open(address)
    assert await tab.findings() == []
    assert await tab.run("document.documentElement.scrollWidth <= innerWidth")
