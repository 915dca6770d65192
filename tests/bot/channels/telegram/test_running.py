"""Polling and webhook: what was sent while the bot was down, rivals, hangs, two replicas, kill -9."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette

from bot.errors import AwayError, ChannelError
from bot.journal import Journal
from tests.bot.channels.telegram.conftest import FACTORIES, QUOTE, Bot, until
from tests.shelf import Shelf
from tests.stopped import stop_between_writes
from tests.telegram_server import TOKEN, TelegramServer

SECRET = "webhook-secret_1"
HOOK = {"webhook": True, "public_url": "http://127.0.0.1:1", "webhook_secret": SECRET}
ROOT = Path(__file__).parents[4]
SHORT_LEASE = 3.0


@asynccontextmanager
async def listening(bot: Bot) -> AsyncIterator[str]:
    """The replica's web side on a port of its own."""
    config = uvicorn.Config(
        Starlette(routes=list(bot.channel.routes())), port=0, log_config=None, lifespan="off", ws="none"
    )
    web = uvicorn.Server(config)
    task = asyncio.create_task(web._serve())
    await until(lambda: web.started)
    try:
        yield f"http://127.0.0.1:{web.servers[0].sockets[0].getsockname()[1]}/telegram/webhook"
    finally:
        web.should_exit = True
        await task


async def test_what_was_asked_while_the_bot_was_down_is_answered_when_it_is_back(
    replica: Callable[..., Bot], server: TelegramServer
) -> None:
    server.say(42, FACTORIES)
    bot = await replica().start()
    assert len(await bot.shown(42)) == 1


async def test_a_redelivered_update_is_answered_once(bot: Bot, server: TelegramServer) -> None:
    server.say(42, FACTORIES)
    again = dict(server.updates[0])
    await bot.idle()
    server.updates.append(again)
    server.arrived(again)
    # Polling hands it out again as long as it is not confirmed; a later one confirms both.
    server.say(43, FACTORIES, user=43)
    await until(lambda: bool(server.shown(43)))
    assert len(server.shown(42)) == 1


async def test_an_outage_is_one_line_in_the_log_when_it_begins_and_one_when_it_ends(
    replica: Callable[..., Bot], server: TelegramServer, caplog: pytest.LogCaptureFixture
) -> None:
    bot = replica()
    server.fail("getMe", "502", times=3)
    for _ in range(3):
        with pytest.raises(AwayError):
            await bot.channel.run()
    await bot.start()
    server.fail("getUpdates", "502", times=2)
    server.say(42, FACTORIES)
    await bot.idle()
    await until(lambda: "is back" in caplog.messages[-1] and len(logged(caplog)) == 4)
    assert [line.partition(" (")[0].partition(" after")[0] for line in logged(caplog)] == [
        *("Telegram is away", "Telegram is back"),
        *("Telegram is away", "Telegram is back"),
    ]
    assert not any(record.exc_info for record in caplog.records if record.name.startswith("bot"))


def logged(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == "bot.outage"]


async def test_of_two_pollers_one_goes_on_and_the_other_stands_by_until_the_first_is_gone(
    server: TelegramServer, library: Shelf, tmp_path: Path
) -> None:
    # Each with a journal of its own, as on two machines that know nothing of each other.
    bots = [Bot(server, library, tmp_path / f"{n}.sqlite", poll_seconds=1, standby_seconds=0.5) for n in range(2)]
    try:
        for bot in bots:
            await bot.start()
        for user in range(50, 60):
            server.say(user, FACTORIES, user=user)
            await until(lambda u=user: bool(server.shown(u)))  # type: ignore[misc]
        await until(lambda: "stands by" in "".join(bot.channel.problem() for bot in bots))
        first, second = sorted(bots, key=lambda bot: bot.channel.problem())
        await first.stop()
        server.say(60, FACTORIES, user=60)
        await until(lambda: bool(server.shown(60)))
        await until(lambda: second.channel.problem() == "")
        # What was fetched by one and not confirmed before the other polled may have reached both: a journal each.
        assert all(server.shown(user) for user in range(50, 61))
    finally:
        for bot in bots:
            await bot.stop()


async def test_who_stands_by_leaves_the_webhook_of_another_alone(
    replica: Callable[..., Bot], server: TelegramServer
) -> None:
    polls = await replica(poll_seconds=1, standby_seconds=0.2).start()
    hooked = await replica(**HOOK).start()
    async with listening(hooked) as url:
        server.webhooks = [url]
        await until(lambda: "stands by" in polls.channel.problem())
        await until(lambda: [method for method, _ in server.calls].count("getWebhookInfo") >= 2)
        server.say(42, FACTORIES)
        await until(lambda: bool(server.shown(42)))
        assert server.webhook["url"]


async def test_one_conflict_of_a_rolling_restart_is_survived(bot: Bot, server: TelegramServer) -> None:
    server.fail("getUpdates", "409")
    server.say(42, FACTORIES)
    assert len(await bot.shown(42)) == 1


async def test_a_wrong_token_is_said_without_showing_it(replica: Callable[..., Bot], server: TelegramServer) -> None:
    wrong = "987654321:BBFakeFakeFakeFakeFakeFakeFakeFake-_9"
    bot = replica(token=wrong)
    with pytest.raises(ChannelError, match="BotFather") as caught:
        await bot.channel.run()
    assert wrong not in str(caught.value)


async def test_polling_that_hangs_is_seen_by_the_watchdog_and_begun_again(
    replica: Callable[..., Bot], server: TelegramServer
) -> None:
    bot = await replica(poll_seconds=0, stall_seconds=0.6, read_timeout=30.0).start()
    assert bot.channel.problem() == ""
    server.fail("getUpdates", "hang")
    assert bot.task is not None
    await until(bot.task.done)
    with pytest.raises(Exception, match="has not answered a poll"):
        bot.task.result()
    assert bot.channel.problem() != ""


async def test_an_update_that_cannot_be_read_is_skipped_and_blocks_nobody(
    bot: Bot, server: TelegramServer, caplog: pytest.LogCaptureFixture
) -> None:
    server.say(42, FACTORIES)
    server.updates.append({"update_id": next(server.update_ids), "message": {"chat": {"no": "id"}}})
    server.say(43, FACTORIES, user=43)
    assert len(await bot.shown(43)) == len(await bot.shown(42)) == 1
    assert "cannot be read and is skipped" in caplog.text


@pytest.mark.parametrize("sees_all", [False, True])
async def test_a_start_warns_when_plain_mentions_may_not_arrive(
    replica: Callable[..., Bot], server: TelegramServer, caplog: pytest.LogCaptureFixture, sees_all: bool
) -> None:
    server.me["can_read_all_group_messages"] = sees_all
    await replica().start()
    warned = [record for record in caplog.records if record.levelname == "WARNING" and "@VerbatimBot" in record.message]
    assert len(warned) == (0 if sees_all else 1)


async def test_requests_name_what_updates_they_want_and_drop_nothing(bot: Bot, server: TelegramServer) -> None:
    await until(lambda: any(method == "getUpdates" for method, _ in server.calls))
    polls = [params for method, params in server.calls if method == "getUpdates"]
    assert polls[0]["allowed_updates"] == [
        "message", "edited_message", "callback_query", "inline_query", "guest_message", "my_chat_member",
    ]  # fmt: skip
    drops = [params.get("drop_pending_updates") for method, params in server.calls if method == "deleteWebhook"]
    assert drops in ([], [False], [None])


async def test_a_webhook_answers_only_to_the_secret_and_to_sane_bodies(
    replica: Callable[..., Bot], server: TelegramServer
) -> None:
    bot = await replica(**HOOK).start()
    async with listening(bot) as url, httpx.AsyncClient() as client:
        header = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
        wrong = await client.post(url, json={}, headers={"X-Telegram-Bot-Api-Secret-Token": "guess"})
        missing = await client.post(url, json={})
        broken = await client.post(url, content=b"{", headers=header)
        strange = await client.post(url, json={"no": "update"}, headers=header)
        listed = await client.post(url, json=[1], headers=header)
        big = await client.post(url, content=b"x" * (2 << 20), headers=header)
    codes = [answer.status_code for answer in (wrong, missing, broken, strange, listed, big)]
    assert codes == [403, 403, 400, 400, 400, 413]


async def test_two_replicas_behind_one_webhook_answer_each_question_once(
    replica: Callable[..., Bot], server: TelegramServer
) -> None:
    one, other = await replica(**HOOK).start(), await replica(**HOOK).start()
    async with listening(one) as first, listening(other) as second:
        server.webhooks = [first, second]
        for user in range(50, 80):
            server.say(user, FACTORIES, user=user)
            # Telegram sends again what it is not sure about, and the other replica gets it.
            server.arrived(server.updates[-1])
        await one.idle()
        await other.idle()
        assert [len(server.shown(user)) for user in range(50, 80)] == [1] * 30


async def test_what_a_replica_took_does_not_come_again_when_another_sets_the_webhook(
    replica: Callable[..., Bot], server: TelegramServer
) -> None:
    one = await replica(**HOOK).start()
    server.say(42, FACTORIES)
    async with listening(one) as url:
        server.webhooks = [url]
        await one.idle()
        server.webhooks = ["http://127.0.0.1:9/nobody"]
        waits = server.say(43, FACTORIES, user=43)
        await replica(**HOOK).start()
        assert [update["message"] for update in server.updates] == [waits]
        server.webhooks = [url]
        await one.idle()
        assert [len(server.shown(user)) for user in (42, 43)] == [1, 1]
    assert (len(server.taken), server.updates) == (2, [])


async def test_a_full_inbox_says_503_and_the_update_comes_again(
    replica: Callable[..., Bot], server: TelegramServer
) -> None:
    bot = await replica(**HOOK, most_open=1).start()
    async with listening(bot) as url:
        server.webhooks = [url]
        for user in range(50, 60):
            server.say(user, FACTORIES, user=user)
        await bot.idle()
        assert [len(server.shown(user)) for user in range(50, 60)] == [1] * 10


async def test_a_clean_end_finishes_what_is_in_hand(replica: Callable[..., Bot], server: TelegramServer) -> None:
    bot = await replica().start()
    server.fail("sendMessage", "429", retry_after=1)
    server.say(42, FACTORIES)
    await until(lambda: any(method == "sendMessage" for method, _ in server.calls))
    await bot.channel.close(10)
    assert len(server.shown(42)) == 1


async def test_what_a_short_drain_leaves_is_answered_by_the_next_start(
    replica: Callable[..., Bot], server: TelegramServer
) -> None:
    bot = await replica().start()
    server.fail("sendMessage", "429", retry_after=60)
    server.say(42, FACTORIES)
    await until(lambda: any(method == "sendMessage" for method, _ in server.calls))
    await bot.stop(0.1)
    assert server.shown(42) == []
    after = await replica().start()
    await until(lambda: bool(server.shown(42)))
    assert len(await after.shown(42)) == 1


PROGRAM = """
import asyncio, sys
from pathlib import Path
from tests.bot.channels.telegram.conftest import Bot
from tests.shelf import shelf
from tests.shelf import Shelf
from tests.telegram_server import TelegramServer

async def main():
    server = TelegramServer()
    server.url = sys.argv[1]
    bot = Bot(server, shelf(), Path(sys.argv[2]), read_timeout=60.0)
    await bot.channel.run()

asyncio.run(main())
"""


@pytest.mark.parametrize("fault", ["hang", "hang after"])
async def test_kill_9_between_receiving_and_answering_loses_and_doubles_nothing(
    replica: Callable[..., Bot], server: TelegramServer, tmp_path: Path, fault: str
) -> None:
    """The process dies while its answer is on the way: once it never arrived, once it had."""
    server.fail("sendMessage", fault)
    victim = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PROGRAM, server.url, str(tmp_path / "shared.sqlite"), cwd=ROOT
    )
    server.say(42, FACTORIES)
    await until(lambda: any(method == "sendMessage" for method, _ in server.calls), 30)
    # The update is confirmed: Telegram will not send it again.
    await until(lambda: not server.updates, 30)
    os.kill(victim.pid, signal.SIGKILL)
    await victim.wait()
    heir = await replica().start()
    await until(lambda: heir.journal.deliveries.waiting() == 0)
    (answer,) = await heir.shown(42)
    assert server.styled(answer, "blockquote") == [QUOTE]


async def test_questions_of_a_busy_moment_are_answered_once_each_after_kill_9(
    replica: Callable[..., Bot], server: TelegramServer, tmp_path: Path
) -> None:
    victim = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PROGRAM, server.url, str(tmp_path / "shared.sqlite"), cwd=ROOT
    )
    for user in range(100, 140):
        server.say(user, FACTORIES, user=user)
    await until(lambda: sum(bool(server.shown(user)) for user in range(100, 140)) >= 5, 30)
    os.kill(victim.pid, signal.SIGKILL)
    await victim.wait()
    heir = await replica().start()
    await heir.idle()
    await until(lambda: heir.journal.deliveries.waiting() == 0)
    assert [len(server.shown(user)) for user in range(100, 140)] == [1] * 40


async def test_a_replica_that_was_stopped_for_longer_than_its_lease_finds_its_work_taken_and_sends_nothing(
    replica: Callable[..., Bot], server: TelegramServer, tmp_path: Path
) -> None:
    """SIGSTOP with answers on their way, SIGCONT when another replica has given all of them."""
    server.fail("sendMessage", "429", times=8, retry_after=SHORT_LEASE)
    program = PROGRAM.replace("read_timeout=", f"lease={SHORT_LEASE}, read_timeout=")
    stopped = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, server.url, str(tmp_path / "shared.sqlite"), cwd=ROOT
    )
    heir = replica(lease=SHORT_LEASE, **HOOK)
    users = range(100, 130)
    try:
        for user in users:
            server.say(user, FACTORIES, user=user)
        await until(lambda: not server.updates and any(server.shown(user) for user in users))
        await stop_between_writes(stopped.pid, tmp_path / "shared.sqlite")
        assert heir.journal.deliveries.waiting() >= 8
        await heir.start()
        await until(lambda: heir.journal.deliveries.waiting() == 0, 60)
        polls = sum(method == "getUpdates" for method, _ in server.calls)
        os.kill(stopped.pid, signal.SIGCONT)
        # It polls again, so it has gone on; its own answers were due before.
        await until(lambda: sum(method == "getUpdates" for method, _ in server.calls) > polls, 60)
        await heir.idle()
        # A message that was already on its way when the process stopped is taken back.
        await until(lambda: [len(server.shown(user)) for user in users] == [1] * len(users))
    finally:
        stopped.kill()
        await stopped.wait()
    assert [len(server.shown(user)) for user in users] == [1] * len(users)


DEADLY = PROGRAM.replace("shelf(),", "Deadly(shelf(), float(sys.argv[3])),").replace(
    "async def main",
    """
import os, signal, threading

class Deadly:
    def __init__(self, shelf, patience):
        self.shelf = shelf
        self.patience = patience
        self.killer, self.bystander = threading.Event(), threading.Event()

    def __getattr__(self, name):
        return getattr(self.shelf, name)

    def ask(self, question, **more):
        if "致命" in question:
            self.killer.set()
            self.bystander.wait(self.patience)
            os.kill(os.getpid(), signal.SIGKILL)
        if "旁边" in question:
            self.bystander.set()
            if self.killer.wait(self.patience):
                threading.Event().wait()
        return self.shelf.ask(question, **more)

async def main""",
)


async def test_a_question_that_ends_the_process_three_times_is_answered_with_an_apology_and_no_other_is_lost(
    replica: Callable[..., Bot], server: TelegramServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """One bystander is under way at the first death for certain, and at the next two if anything lets it."""
    server.say(42, "致命的问题？")
    server.say(43, "旁边有多少个智能工厂？", user=43)
    for user in range(100, 120):
        server.say(user, FACTORIES, user=user)
    for patience in ("60", "1", "1"):
        victim = await asyncio.create_subprocess_exec(
            sys.executable, "-c", DEADLY, server.url, str(tmp_path / "shared.sqlite"), patience, cwd=ROOT
        )
        assert await victim.wait() == -signal.SIGKILL
    heir = await replica().start()
    await until(lambda: heir.journal.deliveries.waiting() == 0)
    (apology,) = await heir.shown(42)
    (said,) = [record for record in caplog.records if record.getMessage() == "A question is put aside"]
    assert said.error_id in apology["text"]  # type: ignore[attr-defined]
    assert "放到一边" in apology["text"]
    answers = [server.shown(user) for user in (43, *range(100, 120))]
    assert [len(shown) for shown in answers] == [1] * 21
    assert all(server.styled(shown[0], "blockquote") for shown in answers)


async def test_the_journal_knows_the_updates_by_bot_and_number(bot: Bot, server: TelegramServer) -> None:
    server.say(42, FACTORIES)
    await bot.idle()
    assert isinstance(bot.journal, Journal)
    assert bot.journal.deliveries.seen(f"telegram:{TOKEN.partition(':')[0]}:5000")


async def test_an_answer_that_waits_when_polling_stalls_is_sent_by_the_next_life_of_the_channel(
    replica: Callable[..., Bot], server: TelegramServer
) -> None:
    bot = await replica(poll_seconds=0, stall_seconds=0.6, read_timeout=30.0).start()
    server.fail("sendMessage", "429", retry_after=3600)
    server.say(42, FACTORIES)
    await until(lambda: any(method == "sendMessage" for method, _ in server.calls))
    server.fail("getUpdates", "hang")
    assert bot.task is not None
    await until(bot.task.done)
    assert bot.task.exception() is not None
    await bot.start()
    await until(lambda: bool(server.shown(42)))
    assert len(await bot.shown(42)) == 1


async def test_a_life_that_ends_because_the_journal_fails_leaves_no_poller_behind(
    replica: Callable[..., Bot], server: TelegramServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two pollers of one process would end each other's polls for ever."""
    bot = replica(lease=0.4)

    def broken() -> None:
        raise RuntimeError("The journal is broken.")

    with monkeypatch.context() as journal:
        journal.setattr(bot.journal.deliveries, "beat", broken)
        await bot.start()
        assert bot.task is not None
        with pytest.raises(RuntimeError):
            await bot.task
    await bot.start()
    for number in range(1, 4):
        server.say(42, FACTORIES)
        await until(lambda n=number: len(server.shown(42)) == n)  # type: ignore[misc]
    assert b'place="poll"' not in bot.metrics.page()


async def test_what_a_life_did_not_finish_in_time_goes_on_in_no_task_behind_it(
    replica: Callable[..., Bot], server: TelegramServer
) -> None:
    """It would go on sending beside whoever takes it over."""
    bot = await replica().start()
    server.fail("sendMessage", "429", retry_after=60)
    server.say(42, FACTORIES)
    await until(lambda: any(method == "sendMessage" for method, _ in server.calls))
    await bot.stop(0.1)
    assert [task for task in asyncio.all_tasks() if "process_concurrent_update" in task.get_name()] == []
