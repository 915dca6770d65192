"""What the contract tests of the journal share."""

from pathlib import Path

import pytest

from tests.contracts.journals import Books, Clock, FileBooks, PostgresBooks


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["sqlite", "postgres"])
def books(request: pytest.FixtureRequest, tmp_path: Path) -> Books:
    if request.param == "sqlite":
        return FileBooks(tmp_path)
    return PostgresBooks(request.getfixturevalue("postgres_server").empty())
