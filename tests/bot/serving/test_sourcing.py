"""Sources beside the answers: what they bring goes live by itself, or is shown to the admins first."""

import asyncio
import logging
import shutil
from contextlib import closing
from pathlib import Path

import pytest

from bot.admin.admin import Admin
from bot.cards.card import Card
from bot.channels.wecom.template import deciding
from bot.desk.desk import Desk
from bot.errors import SettingsError, SourceError
from bot.journal import Journal
from bot.question import Conversation
from bot.serving.sourcing import Sourcing, open_sources
from bot.settings import Settings
from bot.sources.declared import Form, Source
from bot.sources.refresh import Refresher
from index.snapshots.snapshot import live
from tests.bot.channels.wecom.wecom_corpus import ADMIN, administered
from tests.bot.sources.test_repository import Repo
from tests.postgres import Server
from tests.shelf import Shelf

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    repo = Repo(tmp_path / "repo")
    repo.commit(pond_md="# Pond\n\nThere are 9 ducks.\n")
    return repo


@pytest.fixture
def admin(desk: Desk, library: Shelf, tmp_path: Path) -> Admin:
    (tmp_path / "data").mkdir()
    return administered(desk, library, tmp_path)


def sourcing(desk: Desk, admin: Admin, folder: Path, repo: Repo, *, review: bool = False) -> tuple[Sourcing, Refresher]:
    source = Source("guide", Form.GIT, (f"file://{repo.path}",), review=review)
    refresher = Refresher((source,), {"": folder / "corpus"}, folder / "data")
    return Sourcing(refresher, admin.rooms, desk), refresher


async def test_what_a_source_brings_goes_live_and_nothing_is_indexed_without_a_change(
    desk: Desk, admin: Admin, tmp_path: Path, repo: Repo
) -> None:
    work, refresher = sourcing(desk, admin, tmp_path, repo)
    await work.look()
    first = live(tmp_path / "data")
    assert first is not None
    assert (tmp_path / "corpus" / "guide" / "pond.md").exists()
    # Not due again, and when it is, the same.
    await work.look()
    later = Refresher(refresher.sources, refresher.corpora, refresher.data, now=lambda: 4e9)
    await Sourcing(later, admin.rooms, desk).look()
    assert live(tmp_path / "data") == first


async def test_where_an_admin_wants_it_the_difference_is_shown_and_waits_for_a_word(
    desk: Desk, admin: Admin, tmp_path: Path, repo: Repo
) -> None:
    told: list[tuple[Conversation, Card]] = []

    async def tell(place: Conversation, card: Card) -> None:
        told.append((place, card))

    desk.tellers["wecom"] = tell
    work, _ = sourcing(desk, admin, tmp_path, repo, review=True)
    await work.look()
    ((place, card),) = told
    assert (place.channel, place.user) == ("wecom", ADMIN)
    assert live(tmp_path / "data") is None
    yes = deciding(card)[0]
    from bot.admin.admin import Caller

    async def silent(card: Card) -> None: ...

    await admin.confirm(yes.action, Caller(place, "en"), silent)
    assert live(tmp_path / "data") is not None


async def test_nothing_that_another_source_brings_goes_live_before_the_word(
    desk: Desk, admin: Admin, tmp_path: Path, repo: Repo
) -> None:
    now = [1_800_000_000.0]
    plain = Source("plain", Form.GIT, (f"file://{repo.path}",))
    corpora = {"": tmp_path / "corpus"}

    def refresher(*sources: Source) -> Refresher:
        return Refresher(sources, corpora, tmp_path / "data", now=lambda: now[0])

    work = Sourcing(refresher(plain), admin.rooms, desk)
    await work.look()
    before = live(tmp_path / "data")
    work._refresher = refresher(Source("shown", Form.GIT, (f"file://{repo.path}",), review=True))
    await work.look()
    work._refresher = refresher(plain)
    for number, goes_live in enumerate((False, True)):
        if goes_live:
            # Somebody has decided, whichever way: another snapshot is live.
            await admin.rooms[""].refresh()
        decided = live(tmp_path / "data")
        repo.commit(pond_md=f"# Pond\n\nThere are {number} ducks now.\n")
        now[0] += 2 * 86_400
        await work.look()
        assert (live(tmp_path / "data") != decided) == goes_live
        assert (decided != before) == goes_live


async def test_where_no_admin_can_be_written_to_the_log_says_where_to_look(
    desk: Desk, admin: Admin, tmp_path: Path, repo: Repo, caplog: pytest.LogCaptureFixture
) -> None:
    work, _ = sourcing(desk, admin, tmp_path, repo, review=True)
    await work.look()
    assert "the page for admins shows the difference" in caplog.text
    assert live(tmp_path / "data") is None


async def test_of_replicas_that_share_the_documents_one_looks_until_it_ends(
    desk: Desk, admin: Admin, tmp_path: Path, repo: Repo, postgres_server: Server
) -> None:
    url = postgres_server.empty()
    source = Source("guide", Form.GIT, (f"file://{repo.path}",))
    with closing(Journal(url)) as one, closing(Journal(url)) as other:
        works = []
        for name, journal in (("one", one), ("other", other)):
            refresher = Refresher((source,), {"": tmp_path / name / "corpus"}, tmp_path / name / "data")
            work = Sourcing(refresher, {"": admin.rooms[""]}, desk, 0.01, journal.turns)
            works.append(asyncio.create_task(work.run()))
            await looked_at(tmp_path / "one")
        await asyncio.sleep(0.5)
        assert not (tmp_path / "other").exists()
        works[0].cancel()
        await looked_at(tmp_path / "other")
        works[1].cancel()
        await asyncio.gather(*works, return_exceptions=True)


async def looked_at(home: Path) -> None:
    async with asyncio.timeout(60):
        while not (home / "data" / "sources" / "guide.json").exists():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_a_problem_is_told_once_and_not_at_every_look(
    desk: Desk, admin: Admin, tmp_path: Path, repo: Repo, caplog: pytest.LogCaptureFixture
) -> None:
    shutil.move(repo.path, tmp_path / "gone")
    caplog.set_level(logging.WARNING)
    work, _ = sourcing(desk, admin, tmp_path, repo)
    for _ in range(2):
        (tmp_path / "data" / "sources" / "guide.json").unlink(missing_ok=True)
        await work.look()
    assert caplog.text.count("git says") == 1


def test_a_wrong_file_or_collection_is_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / "sources.toml"
    settings = Settings(_env_file=None, sources=file)  # type: ignore[call-arg]
    assert open_sources(Settings(_env_file=None)) is None  # type: ignore[call-arg]
    with pytest.raises(SettingsError, match="cannot be read"):
        open_sources(settings)
    file.write_text("[a]\nweb = 'https://a.example'\ncollection = 'laws'\n")
    with pytest.raises(SourceError, match="no collection 'laws'"):
        open_sources(settings)
