"""Limits over replicas: counted together where they share a journal, and by nobody's name."""

import time
from pathlib import Path
from typing import Any, cast

import pytest
from telegram import Bot, InlineQuery, User

from bot.cards.links import Links
from bot.cards.signing import Signer
from bot.channels.telegram.inline import Inline
from bot.channels.telegram.options import TelegramOptions
from bot.desk.card_actions import VOTES_A_MINUTE, Buttons
from bot.desk.desk import Desk
from bot.desk.rate_limits import RateLimits, Rates, Verdict
from bot.desk.shared_limits import limits
from bot.journal import Journal
from bot.metrics import Metrics
from bot.question import Conversation
from bot.serving.program import agreed_key
from bot.workers import Workers

pytest.importorskip("psycopg", reason="the extra `postgres` is not installed")
from tests.postgres import Server
from tests.shelf import shelf


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


class Offers:
    """Telegram, as far as it takes what is offered inline."""

    def __init__(self) -> None:
        self.counts: list[int] = []

    async def answer_inline_query(self, *_: object, results: list[object], **__: object) -> None:
        self.counts.append(len(results))


async def test_votes_and_inline_questions_are_counted_together_too(postgres_server: Server) -> None:
    url, workers, signer = postgres_server.empty(), Workers(), Signer(b"k" * 32)
    journals = [Journal(url), Journal(url)]
    desks = [
        Desk(shelf(), journal, workers, Metrics(), RateLimits(Rates(), time.monotonic), links=Links("", signer))
        for journal in journals
    ]
    here = Conversation("telegram", "7", "", "42")
    taps = [Buttons(desk) for desk in desks]
    lines = [(await taps[n % 2].tap("u:nothing", here, "en")).line for n in range(VOTES_A_MINUTE + 1)]
    assert ["a little fast" in line for line in lines] == [False] * VOTES_A_MINUTE + [True]

    offers, options = Offers(), TelegramOptions("1:t", inline_per_minute=2, inline_pause=0.0)
    inline = [Inline(desk, options, cast(Any, None), cast(Any, None)) for desk in desks]
    for number in range(3):
        query = InlineQuery(str(number), User(42, "A", False), "有多少个智能工厂？", "")
        query.set_bot(cast(Bot, offers))
        await inline[number % 2].offer(query)
    assert offers.counts[2] == 0 < min(offers.counts[:2])
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
