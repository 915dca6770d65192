"""Limits over replicas: counted together where they share a journal, and by nobody's name."""

from pathlib import Path

import pytest

from bot.cards.signing import Signer
from bot.desk.rate_limits import RateLimits, Rates, Verdict
from bot.desk.shared_limits import limits
from bot.journal import Journal
from bot.serving.program import agreed_key
from bot.workers import Workers

pytest.importorskip("psycopg", reason="the extra `postgres` is not installed")
from tests.postgres import Server


async def test_replicas_that_share_a_journal_count_together_and_keep_no_names(postgres_server: Server) -> None:
    url = postgres_server.empty()
    signer = Signer(b"k" * 32)
    journals, workers = [Journal(url), Journal(url)], Workers()
    one, other = (limits(Rates(user=3, chat=0), "desk", journal, workers, signer) for journal in journals)
    api = limits(Rates(user=3, chat=0), "api", journals[0], workers, signer)
    told = [await replica.count("telegram", "secret-user", "7") for replica in (one, other, one, other, one)]
    assert told == [Verdict.FINE] * 3 + [Verdict.SAY, Verdict.QUIET]
    assert await api.count("telegram", "secret-user", "7") is Verdict.FINE
    assert await one.count("telegram", "another", "7") is Verdict.FINE
    unlimited = limits(Rates(user=0, chat=0), "desk", journals[0], workers, signer)
    assert await unlimited.count("telegram", "secret-user", "7") is Verdict.FINE
    rows = journals[0]._database.rows("SELECT * FROM hits")
    assert len(rows) == 3
    assert "secret-user" not in str(rows)
    workers.close()
    for journal in journals:
        journal.close()


def test_one_process_counts_for_itself(tmp_path: Path) -> None:
    journal, workers = Journal(tmp_path / "j.sqlite"), Workers()
    assert isinstance(limits(Rates(), "desk", journal, workers, Signer()), RateLimits)
    assert agreed_key(journal, b"own") == b"own"
    assert journal._database.rows("SELECT * FROM agreed") == []
    journal.close()
    workers.close()


def test_replicas_sign_with_the_key_of_the_first(postgres_server: Server) -> None:
    url = postgres_server.empty()
    journals = [Journal(url), Journal(url)]
    assert [agreed_key(journal, key) for journal, key in zip(journals, (b"first", b"second"), strict=True)] == [
        b"first"
    ] * 2
    for journal in journals:
        journal.close()
