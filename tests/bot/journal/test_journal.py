"""The journal: what was seen is never done twice, what was open is never lost, what is OFF is never written."""

import csv
import io
import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from bot.errors import JournalError, TakenOverError
from bot.journal import Journal
from bot.journal.answers import Given, Kind, QuoteRef
from bot.journal.deliveries import ATTEMPTS, DeliveryState
from bot.journal.export import write_csv
from bot.journal.feedback import MOST_CONFIRMED
from bot.journal.leases import LEASE
from bot.journal.migrations import MIGRATIONS
from bot.question import Conversation

HERE = Conversation("telegram", "7", "", "42")
QUOTE = QuoteRef("d1", 3, 9, "8个智能工厂", "一", 2, ((0, 1),), (("lead-in", 0, 3, "全区："),))


class Clock:
    def __init__(self) -> None:
        self.time = 1_000_000.0

    def __call__(self) -> float:
        return self.time


def given(id: str, question: str, kind: Kind = Kind.ANSWER, user: str = "42") -> Given:
    quotes = (QUOTE,) if kind is Kind.ANSWER else ()
    return Given(id, Conversation("telegram", "7", "", user), "zh", kind, question, 0.9, quotes, ("问一问？",), "s1")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.sqlite"


def test_a_delivery_is_received_once_whoever_receives_it(path: Path) -> None:
    one, other = Journal(path), Journal(path)
    assert one.deliveries.receive("telegram:1", "telegram")
    assert not one.deliveries.receive("telegram:1", "telegram")
    assert not other.deliveries.receive("telegram:1", "telegram")
    one.close()
    other.close()


def test_a_living_replica_keeps_what_it_received(path: Path) -> None:
    one, other = Journal(path), Journal(path)
    one.deliveries.receive("telegram:1", "telegram", "{}")
    assert other.deliveries.take_over("telegram") == []
    one.close()
    assert [delivery.delivery for delivery in other.deliveries.take_over("telegram")] == ["telegram:1"]
    assert other.deliveries.take_over("telegram") == []
    other.close()


def test_what_a_killed_process_had_received_is_taken_over_with_what_the_platform_sent(path: Path) -> None:
    program = (
        "import os, signal, sys; from pathlib import Path; from bot.journal import Journal\n"
        "journal = Journal(Path(sys.argv[1]))\n"
        "journal.deliveries.receive('telegram:1', 'telegram', 'one')\n"
        "journal.deliveries.receive('telegram:2', 'telegram', 'two')\n"
        "journal.deliveries.answered('telegram:2', 'a2')\n"
        "journal.deliveries.sending('telegram:2', ['55'])\n"
        "journal.deliveries.receive('telegram:3', 'telegram', 'three')\n"
        "journal.deliveries.done('telegram:3', ['56'])\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    subprocess.run([sys.executable, "-c", program, str(path)], check=False, cwd=Path(__file__).parents[3])
    journal = Journal(path)
    first, second = journal.deliveries.take_over("telegram")
    assert (first.state, first.payload) == (DeliveryState.RECEIVED, "one")
    assert (second.state, second.payload, second.answer, second.sent) == (DeliveryState.SENDING, "two", "a2", ("55",))
    journal.close()


def test_a_process_that_is_stopped_for_longer_than_its_lease_finds_its_work_taken(path: Path, clock: Clock) -> None:
    stopped, other = Journal(path, clock=clock), Journal(path, clock=clock)
    for delivery in ("telegram:1", "telegram:2", "telegram:3"):
        stopped.deliveries.receive(delivery, "telegram", "payload")
    stopped.deliveries.sending("telegram:2", ["7:1"], "mark")
    clock.time += LEASE - 1
    other.deliveries.beat()
    assert other.deliveries.take_over("telegram") == []
    clock.time += 2
    taken = other.deliveries.take_over("telegram")
    assert [one.delivery for one in taken] == ["telegram:1", "telegram:2", "telegram:3"]
    assert (taken[1].state, taken[1].sent, taken[1].mark) == (DeliveryState.SENDING, ("7:1",), "mark")
    stopped.deliveries.beat()
    for move in (
        lambda: stopped.deliveries.begin("telegram:1"),
        lambda: stopped.deliveries.answered("telegram:1", "a1"),
        lambda: stopped.deliveries.sending("telegram:2", ["7:1", "7:2"]),
        lambda: stopped.deliveries.done("telegram:3", ["7:3"]),
    ):
        with pytest.raises(TakenOverError):
            move()
    stopped.deliveries.done_all([("telegram:3", ["7:3"], False)])
    assert other.deliveries.waiting() == 3
    found = other.deliveries.get("telegram:2")
    assert found is not None
    assert found.sent == ("7:1",)
    other.deliveries.done("telegram:1", ["7:4"])
    # It is alive again, and what it receives from now on is its own.
    assert stopped.deliveries.receive("telegram:4", "telegram")
    assert other.deliveries.take_over("telegram") == []
    stopped.deliveries.done("telegram:4")
    stopped.close()
    other.close()


def test_what_changes_hands_twice_comes_back_with_a_newer_token(path: Path, clock: Clock) -> None:
    one, other = Journal(path, clock=clock), Journal(path, clock=clock)
    one.deliveries.receive("telegram:1", "telegram")
    for giver, taker in ((one, other), (other, one)):
        clock.time += LEASE + 1
        taker.deliveries.beat()
        assert len(taker.deliveries.take_over("telegram")) == 1
        with pytest.raises(TakenOverError):
            giver.deliveries.sending("telegram:1")
    one.deliveries.sending("telegram:1")
    one.close()
    other.close()


def test_a_lease_from_before_the_machine_was_started_anew_holds_for_nobody(path: Path, clock: Clock) -> None:
    before = Journal(path, clock=lambda: 2_000_000.0)
    before.deliveries.receive("telegram:1", "telegram")
    after = Journal(path, clock=clock)
    assert len(after.deliveries.take_over("telegram")) == 1
    after.close()
    before.close()


def test_where_there_are_no_locks_the_lease_alone_tells(path: Path, clock: Clock) -> None:
    """As on a file system without locks: nobody can tell at once that a process has ended."""
    ended = Journal(path, clock=clock)
    ended.deliveries.receive("telegram:1", "telegram")
    ended.leases.drop()
    (path.parent / f"{path.name}-owners" / ended.leases.owner).unlink()
    heir = Journal(path, clock=clock)
    assert heir.deliveries.take_over("telegram") == []
    clock.time += LEASE + 1
    assert len(heir.deliveries.take_over("telegram")) == 1
    heir.close()
    ended.close()


def test_lock_files_of_processes_that_were_killed_do_not_stay(path: Path) -> None:
    killed = Journal(path)
    killed.leases.drop()
    living = Journal(path)
    living.prune()
    assert [file.name for file in (path.parent / f"{path.name}-owners").iterdir()] == [living.leases.owner]
    living.close()
    assert list((path.parent / f"{path.name}-owners").iterdir()) == []
    killed.close()


def test_a_restart_counts_as_a_try_for_nobody(path: Path) -> None:
    first = Journal(path)
    first.deliveries.receive("telegram:1", "telegram")
    first.close()
    for _ in range(4 * ATTEMPTS):
        journal = Journal(path)
        (left,) = journal.deliveries.take_over("telegram")
        assert journal.deliveries.begin(left.delivery)
        journal.deliveries.end(left.delivery)
        journal.close()


def test_a_question_at_which_processes_end_is_put_aside_and_those_that_waited_with_it_are_not(path: Path) -> None:
    for number in range(ATTEMPTS):
        journal = Journal(path)
        journal.deliveries.receive("telegram:1", "telegram")
        journal.deliveries.receive("telegram:2", "telegram")
        left = [delivery.delivery for delivery in journal.deliveries.take_over("telegram")]
        # Those at which nothing ended go first.
        assert left == (["telegram:2", "telegram:1"] if number else [])
        assert journal.deliveries.begin("telegram:1")
        journal.close()
    journal = Journal(path)
    journal.deliveries.take_over("telegram")
    assert not journal.deliveries.begin("telegram:1")
    assert journal.deliveries.begin("telegram:2")
    journal.close()


def test_what_the_platform_sent_is_forgotten_when_the_answer_is_out(path: Path) -> None:
    journal = Journal(path)
    journal.deliveries.receive("telegram:1", "telegram", "secret words", "7", "100")
    journal.deliveries.done("telegram:1", ["200", "201"])
    found = journal.deliveries.find("telegram", "7", "100")
    assert found is not None
    assert (found.state, found.payload, found.sent) == (DeliveryState.DONE, "", ("200", "201"))
    journal.close()


def test_answers_come_back_as_they_were_given(path: Path) -> None:
    journal = Journal(path)
    journal.answers.record(given("a1", "有多少个智能工厂？"))
    assert journal.answers.get("a1") == given("a1", "有多少个智能工厂？")
    assert journal.answers.get("a2") is None
    journal.close()


def test_off_writes_neither_questions_nor_people_nor_feedback_to_the_disk(path: Path) -> None:
    journal = Journal(path, days=None)
    journal.answers.record(given("a1", "我的秘密问题"))
    journal.feedback.record(given("a1", "我的秘密问题"), "42", 1)
    journal.memory.remember(HERE, "telegram:1", "我的秘密问题")
    journal.deliveries.receive("telegram:1", "telegram", "我的秘密问题" * 2000, "7", "100")
    journal.deliveries.done("telegram:1", ["200"])
    assert journal.memory.recall(HERE) == ("我的秘密问题",)
    assert journal.answers.get("a1") is not None
    journal.close()
    stored = b"".join(file.read_bytes() for file in path.parent.rglob("*") if file.is_file())
    assert "我的秘密问题".encode() not in stored
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT user FROM answers").fetchall() == [("",)]
        assert connection.execute("SELECT count(*) FROM feedback").fetchall() == [(0,)]
    connection.close()


def test_gaps_group_alike_questions_and_count_them(path: Path, clock: Clock) -> None:
    journal = Journal(path, now=clock)
    asked = ["地铁几号线到龙泉驿？", "地铁几号线能到龙泉驿？", "When does the pool open?", "When does the pool open"]
    for number, question in enumerate([*asked, "谁是区长？", "地铁几号线到龙泉驿"]):
        clock.time += 1
        journal.answers.record(given(f"a{number}", question, Kind.ABSTENTION, user=str(number)))
    journal.answers.record(given("good", "有多少个智能工厂？"))
    gaps = [(gap.question, gap.count, gap.people) for gap in journal.answers.gaps()]
    assert gaps == [("地铁几号线到龙泉驿", 3, 3), ("When does the pool open", 2, 2), ("谁是区长？", 1, 1)]
    journal.close()


def voted(journal: Journal, id: str, value: int, user: str, question: str = "有多少个智能工厂？", **more: str) -> None:
    answer = given(id, question)
    answer = replace(answer, conversation=replace(answer.conversation, **more))
    journal.answers.record(answer)
    journal.feedback.record(answer, user, value)


def test_an_admins_thumb_up_confirms_until_it_is_taken_back(path: Path) -> None:
    admins = frozenset({"telegram:42"})
    with closing(Journal(path)) as journal:
        voted(journal, "a1", 1, "42")
        confirmed = journal.feedback.confirmed(admins)
        assert [(c.question, c.quote) for c in confirmed] == [("有多少个智能工厂？", "8个智能工厂")]
        voted(journal, "a1", -1, "42")
        assert journal.feedback.confirmed(admins) == ()


def test_others_confirm_by_two_more_than_disagree_and_each_counts_once(path: Path, clock: Clock) -> None:
    with closing(Journal(path, now=clock)) as journal:
        for number in range(5):
            clock.time += 1
            voted(journal, f"a{number}", 1, "42")
            voted(journal, f"b{number}", 1, f"browser{number}", channel="page")
        assert journal.feedback.confirmed() == ()
        voted(journal, "a1", 1, "43")
        assert len(journal.feedback.confirmed()) == 1
        voted(journal, "a2", -1, "44")
        assert journal.feedback.confirmed() == ()


def test_the_newest_confirmed_questions_are_kept_up_to_a_limit(path: Path, clock: Clock) -> None:
    with closing(Journal(path, now=clock)) as journal:
        for number in range(MOST_CONFIRMED + 3):
            clock.time += 1
            voted(journal, f"a{number}", 1, "1", f"question {number}")
        confirmed = journal.feedback.confirmed({"telegram:1"})
    assert len(confirmed) == MOST_CONFIRMED
    assert confirmed[0].question == f"question {MOST_CONFIRMED + 2}"


def test_memory_keeps_the_last_questions_of_each_thread_apart_and_forgets_in_time(path: Path, clock: Clock) -> None:
    journal = Journal(path, now=clock)
    topic = Conversation("telegram", "7", "topic", "42")
    for number in range(6):
        clock.time += 1
        journal.memory.remember(HERE, f"d{number}", f"q{number}")
    journal.memory.remember(topic, "d9", "elsewhere")
    assert journal.memory.recall(HERE) == ("q3", "q4", "q5")
    assert journal.memory.recall(HERE, before="d5") == ("q2", "q3", "q4")
    journal.memory.remember(HERE, "d5", "edited")
    assert journal.memory.recall(HERE)[-1] == "edited"
    assert journal.memory.recall(topic) == ("elsewhere",)
    clock.time += 31 * 60
    assert journal.memory.recall(HERE) == ()
    journal.close()


def test_a_migrated_group_takes_its_past_along(path: Path) -> None:
    journal = Journal(path)
    journal.deliveries.receive("telegram:1", "telegram", "", "7", "100")
    journal.memory.remember(HERE, "telegram:1", "q")
    journal.move_chat("telegram", "7", "-1007")
    assert journal.deliveries.find("telegram", "-1007", "100") is not None
    assert journal.memory.recall(Conversation("telegram", "-1007", "", "42")) == ("q",)
    journal.close()


def test_what_is_older_than_the_retention_is_forgotten(path: Path, clock: Clock) -> None:
    journal = Journal(path, days=30, now=clock)
    journal.answers.record(given("old", "旧问题", Kind.ABSTENTION))
    journal.actions.record("telegram", "1", "reindex", "ok")
    clock.time += 31 * 24 * 3600
    journal.answers.record(given("new", "新问题", Kind.ABSTENTION))
    journal.prune()
    assert [gap.question for gap in journal.answers.gaps()] == ["新问题"]
    assert journal.actions.last() == []
    journal.close()


def test_the_export_is_csv_that_a_spreadsheet_does_not_run(path: Path) -> None:
    journal = Journal(path)
    journal.answers.record(given("a1", '=HYPERLINK("http://x")'))
    file = io.StringIO()
    assert write_csv(journal, "questions", file) == 1
    rows = list(csv.DictReader(io.StringIO(file.getvalue())))
    assert rows[0]["question"].startswith("'=")
    assert rows[0]["quote"] == "8个智能工厂"
    assert write_csv(journal, "feedback", io.StringIO()) == 0
    assert write_csv(journal, "actions", io.StringIO()) == 0
    journal.close()


@pytest.mark.parametrize(
    "formula", ["=1", " =1", "\t=1", "\r\n=1", "\u3000＝1", "@SUM(A1)", "\x00-1", "hello\n+1", "hello\r @x", "\thello"]
)
def test_a_formula_behind_white_space_or_a_line_break_is_not_run(path: Path, formula: str) -> None:
    with closing(Journal(path)) as journal:
        journal.answers.record(given("a1", formula))
        file = io.StringIO()
        write_csv(journal, "questions", file)
    (row,) = csv.DictReader(io.StringIO(file.getvalue(), newline=""))
    for line in re.split(r"[\r\n]", row["question"]):
        assert not re.match(r"\s*[=+@＝-]|\t", line.replace("\x00", ""))
    assert row["question"].replace("'", "") == formula


def test_a_journal_of_a_newer_version_is_left_alone(path: Path) -> None:
    Journal(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute(f"PRAGMA user_version={len(MIGRATIONS) + 1}")
    connection.close()
    with pytest.raises(JournalError, match="newer version"):
        Journal(path)


def test_a_damaged_journal_is_said_clearly(path: Path) -> None:
    path.write_bytes(b"not a database" * 1000)
    with pytest.raises(JournalError, match="damaged"):
        Journal(path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_folder_that_cannot_be_written_is_said_clearly(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(JournalError, match="cannot be opened"):
        Journal(tmp_path / "deep" / "journal.sqlite")


def test_totals_count_questions_people_and_votes(path: Path) -> None:
    journal = Journal(path)
    journal.answers.record(given("a1", "q1"))
    journal.answers.record(given("a2", "q2", Kind.ABSTENTION, user="43"))
    journal.feedback.record(given("a1", "q1"), "42", 1)
    totals = journal.answers.totals()
    assert (totals.questions, totals.answered, totals.abstained, totals.people, totals.liked) == (2, 1, 1, 2, 1)
    journal.close()


def test_answers_from_before_quotes_had_parts_are_read(path: Path) -> None:
    journal = Journal(path)
    journal.answers.record(given("a", "?"))
    journal.close()
    with sqlite3.connect(path) as connection:
        connection.execute("""UPDATE answers SET quotes = '[["d1", 3, 9, "8个智能工厂", "一", 2, [[0, 1]]]]'""")
    connection.close()
    journal = Journal(path)
    found = journal.answers.get("a")
    journal.close()
    assert found is not None
    assert found.quotes == (replace(QUOTE, parts=()),)


def test_what_somebody_has_deleted_is_gone_from_the_file_and_others_keep_theirs(path: Path) -> None:
    secret = "我的工资是多少？"
    with closing(Journal(path)) as journal:
        voted(journal, "a1", 1, "42", secret)
        others = replace(given("a2", "别人的问题"), conversation=replace(HERE, user="43"))
        journal.answers.record(others)
        journal.feedback.record(others, "43", 1)
        journal.feedback.record(others, "42", -1)
        journal.feedback.record(given("a1", secret), "43", -1)
        journal.memory.remember(HERE, "d1", secret)
        journal.people.choose_language("telegram", "42", "zh")
        assert len(journal.own_data.export("telegram", "42")["votes"]) == 2
        assert journal.own_data.forget("telegram", "42") == 1
        assert [row[4] for row in journal.answers.export()][1:] == ["别人的问题"]
        assert [row[2:4] for row in journal.feedback.export()][1:] == [("43", 1)]
        kept = journal.own_data.export("telegram", "42")
        assert (kept["questions"], kept["votes"], kept["recent"], kept["language"]) == ([], [], [], "zh")
    assert secret.encode() not in path.read_bytes()


def test_who_is_not_remembered_leaves_neither_question_nor_vote_nor_memory(path: Path) -> None:
    with closing(Journal(path)) as journal:
        voted(journal, "a1", 1, "42")
        assert journal.own_data.opt_out("telegram", "42") == 1
        voted(journal, "a2", 1, "42")
        journal.memory.remember(HERE, "d1", "eine Frage")
        assert journal.memory.recall(HERE) == ()
        assert list(journal.feedback.export())[1:] == []
        assert journal._database.rows("SELECT user, question FROM answers") == [("", "")]
        journal.own_data.opt_in("telegram", "42")
        voted(journal, "a3", 1, "42")
        assert len(journal.own_data.export("telegram", "42")["questions"]) == 1
