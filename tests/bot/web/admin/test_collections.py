"""The page for admins of several collections: each page and each form is about one of them."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from bot.admin.admin import Admin
from bot.desk.access import Access
from bot.desk.desk import Desk
from bot.desk.rate_limits import RateLimits, Rates
from bot.journal import Journal
from bot.metrics import Metrics
from bot.serving.program import open_indexes, open_keepers
from bot.serving.rooms import open_rooms, rooms
from bot.settings import Settings
from bot.web.admin.doors import Doors
from bot.web.admin.routes import AdminPages
from bot.web.admin.views import Views
from bot.web.app import web_app
from bot.workers import Workers
from tests.bot.web.admin.conftest import ADMIN, Board
from tests.web_server import serving


@pytest.fixture
async def board(tmp_path: Path, journal: Journal, workers: Workers) -> AsyncIterator[Board]:
    for folder, text in (("town", "The town has 9 swimming pools."), ("staff", "The safe has the number 4711.")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / f"{folder}.md").write_text(f"# {folder.title()}\n\n{text}\n", encoding="utf-8")
    declared = '[town]\nfolder = "town"\n[staff]\nfolder = "staff"\nreaders = []\n'
    (tmp_path / "collections.toml").write_text(declared, encoding="utf-8")
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]
        collections=tmp_path / "collections.toml",
        data_dir=tmp_path / "data",
        encoder="bundled-fast",
    )
    found = rooms(settings)
    engines = open_rooms(found)
    access, limits = Access(admins=frozenset({"telegram:1"})), RateLimits(Rates(0, 0), lambda: 0.0)
    desk = Desk(open_indexes(found, engines), journal, workers, Metrics(), limits, access=access)
    admin = Admin(desk, open_keepers(found, engines, journal), most_bytes=1 << 20, pause=0.01)
    views = Views(desk, admin)
    pages = AdminPages(admin, Doors(desk), views)
    async with serving(web_app(desk, desk.metrics, [], pages.routes())) as url:
        async with httpx.AsyncClient(base_url=url, headers={"accept-language": "en"}) as web:
            board = Board(desk, tmp_path, pages, views, web)
            await board.sign_in()
            yield board
        await pages.close(60)


def token_of(page: str) -> str:
    """What goes with the forms in the middle of a page, below the one that signs out."""
    return page.partition("<main")[2].partition('name="csrf" value="')[2].partition('"')[0]


async def test_each_page_is_about_the_collection_that_was_chosen(board: Board) -> None:
    assert ADMIN.user == "1"
    for name in ("documents", "questions", "snapshots", "gaps"):
        assert 'href="' + name + '?c=staff"' in await board.page(name)
    assert "town.md" in await board.page("documents")
    staff = await board.page("documents?c=staff")
    assert ("staff.md" in staff, "town.md" in staff) == (True, False)
    home = await board.page()
    assert "<h3>town</h3>" in home
    assert "<h3>staff</h3>" in home


async def test_a_form_changes_the_collection_of_its_page(board: Board) -> None:
    token = token_of(await board.page("documents?c=staff"))
    assert token == f"{board.csrf}.staff"
    board.csrf = token
    assert (await board.upload("key.md", b"# Key\n\nAnna has the key.\n")).json()["stored"]
    assert (board.corpus / "staff" / "key.md").exists()
    assert not (board.corpus / "town" / "key.md").exists()
    answer = await board.send("reindex")
    assert answer.headers["location"] == "./documents?c=staff"
    assert "key.md" in await board.done()
    await board.send("remove", path="key.md")
    assert not (board.corpus / "staff" / "key.md").exists()


async def test_a_form_that_names_no_collection_or_another_one_changes_nothing(board: Board) -> None:
    whole = board.csrf
    for token, status in ((whole, 404), (f"{whole}.nothing", 404), (f"{'0' * 32}.staff", 403)):
        board.csrf = token
        assert (await board.send("remove", path="staff.md")).status_code == status
    assert (board.corpus / "staff" / "staff.md").exists()
    assert (await board.web.post("/admin/upload?name=a.md", content=b"a", headers={"x-csrf": whole})).status_code == 404
