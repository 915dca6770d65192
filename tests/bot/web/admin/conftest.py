"""A corpus of two documents with its snapshot, and the page for admins over it."""

import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from bot.admin.admin import Admin
from bot.admin.corpus_keeper import Keeper
from bot.desk.access import Access
from bot.desk.desk import Desk
from bot.journal import Journal
from bot.journal.sign_ins import Holder
from bot.serving.engines import open_engines
from bot.settings import Settings
from bot.web.admin.doors import Doors
from bot.web.admin.routes import AdminPages
from bot.web.admin.views import Views
from bot.web.app import web_app
from tests.web_server import serving

ADMIN = Holder("telegram", "1")
TOWN = """# 榆树镇

榆树镇的图书馆有三千本书。镇上的水塔高四十米，建于1958年。

镇里的小学有六个班。每个班有二十个学生。
"""


@pytest.fixture(scope="session")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built once, and copied for each test."""
    place = tmp_path_factory.mktemp("place")
    (place / "corpus").mkdir()
    (place / "corpus" / "town.md").write_text(TOWN, encoding="utf-8")
    (place / "corpus" / "broken.docx").write_bytes(b"no zip")
    journal = Journal(place / "first.sqlite")
    keeper = _keeper(place, journal)
    keeper.activate(keeper.prepare(lambda *_: None))
    journal.close()
    return place


def _keeper(place: Path, journal: Journal) -> Keeper:
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]
        corpus_dir=place / "corpus",
        data_dir=place / "data",
        encoder="bundled-fast",
    )
    return Keeper(settings.corpus_dir, settings.data_dir, journal, open_engines(settings))


@dataclass
class Board:
    """The page for admins on a port of its own, and the browser of somebody."""

    desk: Desk
    corpus: Path
    pages: AdminPages
    views: Views
    web: httpx.AsyncClient
    csrf: str = ""

    async def sign_in(self, holder: Holder = ADMIN) -> httpx.Response:
        token = self.desk.journal.sign_ins.link(holder)
        answer = await self.web.post("/admin/enter", data={"t": token})
        page = (await self.web.get("/admin/")).text
        self.csrf = page.partition('name="csrf" value="')[2].partition('"')[0]
        return answer

    async def send(self, action: str, /, **fields: str) -> httpx.Response:
        return await self.web.post(f"/admin/{action}", data={"csrf": self.csrf, **fields})

    async def upload(self, name: str, content: bytes) -> httpx.Response:
        return await self.web.post(
            "/admin/upload", params={"name": name}, content=content, headers={"x-csrf": self.csrf}
        )

    async def done(self) -> str:
        """What the page says of the work, once it is over."""
        await self.pages.close(60)
        return str((await self.web.get("/admin/work")).json()["box"])

    async def page(self, name: str = "") -> str:
        return (await self.web.get(f"/admin/{name}")).text


@pytest.fixture
async def board(desk: Desk, indexed: Path, tmp_path: Path) -> AsyncIterator[Board]:
    place = tmp_path / "place"
    shutil.copytree(indexed, place)
    keeper = _keeper(place, desk.journal)
    desk.index = keeper.open()
    desk.access = Access(admins=frozenset({"telegram:1"}))
    admin = Admin(desk, keeper, most_bytes=1 << 20, pause=0.01, page="https://bot.example.org/")
    views = Views(desk, admin)
    pages = AdminPages(admin, Doors(desk, "https://bot.example.org"), views)
    async with serving(web_app(desk, desk.metrics, [], pages.routes())) as url:
        async with httpx.AsyncClient(base_url=url, headers={"accept-language": "zh"}) as web:
            yield Board(desk, place / "corpus", pages, views, web)
        await pages.close(60)
