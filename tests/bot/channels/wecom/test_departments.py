"""A department as a reader: who is in it reads, in private, and nobody else does."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.channels.wecom.departments import KEPT, Departments
from bot.channels.wecom.opening import open_departments
from bot.channels.wecom.platform.api import App, AppApi, Http
from bot.collections.library import Library
from bot.desk.desk import Desk
from bot.desk.rate_limits import RateLimits, Rates
from bot.errors import SettingsError
from bot.journal import Journal
from bot.metrics import Metrics
from bot.question import Conversation
from bot.settings import Settings
from bot.workers import Workers
from tests.kept_apart import kept_apart
from tests.wecom_platform import AGENT, CORP, SECRET, Platform, listening

READER = "wecom-department:12"


class Watched:
    """Departments of a library, with a clock that a test sets."""

    def __init__(self, library: Library, url: str) -> None:
        self.now = 0.0
        self.api = AppApi(App(CORP, AGENT, SECRET, url), Http(), lambda: self.now)
        self.departments = Departments(self.api, (READER,), library.put_members, lambda: self.now)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return kept_apart(tmp_path, frozenset({READER}))


@pytest.fixture
def desk(library: Library, journal: Journal, workers: Workers) -> Desk:
    return Desk(library, journal, workers, Metrics(), RateLimits(Rates(0, 0), lambda: 0.0))


@pytest.fixture
async def platform() -> AsyncIterator[Platform]:
    platform = Platform()
    async with listening(platform.app()) as platform.url:
        yield platform


@pytest.fixture
async def watched(library: Library, platform: Platform) -> AsyncIterator[Watched]:
    watched = Watched(library, platform.url)
    yield watched
    await watched.api.close()


def reads(desk: Desk, user: str, chat: str = "") -> bool:
    return "staff" in desk.names(Conversation("wecom", chat or user, user=user))


async def test_who_is_in_the_department_reads_in_private(desk: Desk, watched: Watched, platform: Platform) -> None:
    platform.departments["12"] = ["anna"]
    assert not reads(desk, "anna")
    await watched.departments.look()
    assert reads(desk, "anna")
    assert not reads(desk, "otto")
    assert not reads(desk, "anna", "room")
    assert "staff" not in desk.names(Conversation("telegram", "anna", user="anna"))
    platform.departments["12"] = ["otto"]
    await watched.departments.look()
    assert (reads(desk, "anna"), reads(desk, "otto")) == (False, True)


async def test_what_is_not_known_any_more_holds_for_an_hour(desk: Desk, watched: Watched, platform: Platform) -> None:
    platform.departments["12"] = ["anna"]
    await watched.departments.look()
    platform.departments.clear()
    watched.now = KEPT
    await watched.departments.look()
    assert reads(desk, "anna")
    watched.now += 1
    await watched.departments.look()
    assert not reads(desk, "anna")


async def test_where_the_platform_never_said_it_nobody_reads(desk: Desk, watched: Watched, platform: Platform) -> None:
    await watched.departments.look()
    watched.now = KEPT + 1
    await watched.departments.look()
    assert not reads(desk, "anna")


def test_a_department_needs_an_own_app(library: Library) -> None:
    with pytest.raises(SettingsError, match="wecom-department:12 needs an own app"):
        open_departments(Settings(_env_file=None), library)  # type: ignore[call-arg]
