"""One program serves several collections, each from an index of its own, to those who may read it."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from bot.errors import SettingsError
from bot.serving.program import wire
from bot.serving.serve import Program
from bot.settings import Settings

DECLARED = """
[town]
folder = "town"

[staff]
folder = "staff"
readers = ["api:anna", "page:anna"]

[gone]
folder = "gone"
"""
SAFE = json.dumps({"question": "What is the number of the safe?"})


@pytest.fixture
async def program(tmp_path: Path) -> AsyncIterator[Program]:
    for folder, text in (("town", "The town has 9 swimming pools."), ("staff", "The safe has the number 4711.")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.md").write_text(f"# {folder}\n\n{text}\n", encoding="utf-8")
    (tmp_path / "collections.toml").write_text(DECLARED, encoding="utf-8")
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]
        collections=tmp_path / "collections.toml",
        data_dir=tmp_path / "data",
        encoder="bundled-fast",
        page="open",
        page_user_header="X-User",
        public_url="https://bot.example.org",
        share_files=True,
        api_keys="anna:0123456789abcdef,otto:fedcba9876543210",
    )
    program = wire(settings, watch=True)
    yield program
    program.workers.close()
    program.journal.close()


@pytest.fixture
async def web(program: Program) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(program.web)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://bot") as client:
        yield client


async def test_a_key_and_a_visitor_read_what_they_may(web: httpx.AsyncClient) -> None:
    for key, may in (("0123456789abcdef", True), ("fedcba9876543210", False)):
        headers = {"authorization": f"Bearer {key}", "content-type": "application/json"}
        answer = (await web.post("/api/ask", content=SAFE, headers=headers)).json()
        shown = [*answer["quotes"], *answer["nearest"]]
        assert any("4711" in quote["text"] for quote in shown) is may
        assert {quote["collection"] for quote in shown} <= ({"town", "staff"} if may else {"town"})
        assert (await web.get("/api/status", headers=headers)).json()["documents"] == 1 + may
    for name, may in (("anna", True), ("otto", False)):
        page = await web.post("/ask", data={"text": "What is the number of the safe?"}, headers={"x-user": name})
        assert ("4711" in page.text) is may
        assert "https://bot.example.org/d/staff." not in page.text


async def test_an_open_file_is_that_of_its_own_collection(web: httpx.AsyncClient) -> None:
    headers = {"authorization": "Bearer 0123456789abcdef", "content-type": "application/json"}
    asked = json.dumps({"question": "How many swimming pools?", "collection": "town"})
    answer = (await web.post("/api/ask", content=asked, headers=headers)).json()
    link = httpx.URL(answer["quotes"][0]["link"])
    assert link.path.startswith("/d/town.")
    file = await web.get(link.copy_with(path=f"{link.path}/file", fragment=None).raw_path.decode())
    assert file.text == "# town\n\nThe town has 9 swimming pools.\n"


async def test_one_that_cannot_be_indexed_keeps_no_other_from_serving(program: Program, web: httpx.AsyncClient) -> None:
    assert (await web.get("/healthz")).status_code == 200
    assert "gone" not in (await web.get("/healthz")).text


async def test_what_is_wrong_with_the_file_is_said_before_anything_is_opened(tmp_path: Path) -> None:
    (tmp_path / "collections.toml").write_text('[gone]\nfolder = "x"\n[gone.more]\n', encoding="utf-8")
    with pytest.raises(SettingsError, match="'more' is no setting"):
        wire(Settings(_env_file=None, collections=tmp_path / "collections.toml", data_dir=tmp_path))  # type: ignore[call-arg]
