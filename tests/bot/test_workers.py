"""Blocking work in threads: what a database cut off in the middle is done again, unless the program ends."""

import pytest

from bot.errors import DatabaseAwayError
from bot.workers import Workers


async def test_what_a_database_cut_off_is_done_again() -> None:
    workers, tries = Workers(), iter([DatabaseAwayError("cut"), DatabaseAwayError("cut"), None])

    def work() -> str:
        if error := next(tries):
            raise error
        return "done"

    assert await workers.write(work) == "done"
    workers.close()


async def test_an_end_waits_for_no_database() -> None:
    workers = Workers()

    def work() -> None:
        workers._closed = True
        raise DatabaseAwayError("away")

    with pytest.raises(DatabaseAwayError):
        await workers.write(work)
    workers.close()
