"""A desk over a tiny index, with a real journal on the disk."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.cards.links import Links
from bot.cards.signing import Signer
from bot.desk.access import Access
from bot.desk.desk import Desk
from bot.desk.rate_limits import RateLimits, Rates
from bot.journal import Journal
from bot.metrics import Metrics
from bot.workers import Workers
from tests.shelf import Shelf, shelf


class Clock:
    """Time that moves when a test says so."""

    def __init__(self) -> None:
        self.time = 1_000.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def library() -> Shelf:
    return shelf()


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = Journal(tmp_path / "journal.sqlite")
    yield journal
    journal.close()


@pytest.fixture
def workers() -> Iterator[Workers]:
    workers = Workers()
    yield workers
    workers.close()


@pytest.fixture
def desk(library: Shelf, journal: Journal, workers: Workers, clock: Clock) -> Desk:
    return Desk(
        library,
        journal,
        workers,
        Metrics(),
        RateLimits(Rates(user=3, chat=5), clock),
        access=Access(admins=frozenset({"telegram:1"})),
        links=Links("https://bot.example.org", Signer(b"k" * 32)),
    )
