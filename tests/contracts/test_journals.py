"""The journal, over every database that can hold it: what was seen is never done twice, what was open is never lost,
what is OFF is never written."""

import csv
import io
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from bot.errors import DatabaseAwayError, TakenOverError
from bot.journal import Journal
from bot.journal.answers import Kind
from bot.journal.deliveries import ATTEMPTS, DeliveryState, Finished
from bot.journal.export import write_csv
from bot.journal.feedback import MOST_CONFIRMED
from bot.journal.sign_ins import SESSION_SECONDS, Holder
from bot.journal.sqlite.leases import LEASE
from bot.journal.store import Connection
from bot.journal.turns import Turn
from bot.question import Conversation
from index.errors import BusyError
from tests.contracts.journals import HERE, QUOTE, Books, Clock, given


def test_a_delivery_is_received_once_whoever_receives_it(books: Books) -> None:
    one, other = books.open(), books.open()
    assert one.deliveries.receive("telegram:1", "telegram")
    assert not one.deliveries.receive("telegram:1", "telegram")
    assert not other.deliveries.receive("telegram:1", "telegram")
    one.close()
    other.close()


def test_a_living_replica_keeps_what_it_received(books: Books) -> None:
    one, other = books.open(), books.open()
    one.deliveries.receive("telegram:1", "telegram", "{}")
    assert other.deliveries.take_over("telegram") == []
    one.close()
    assert [delivery.delivery for delivery in other.deliveries.take_over("telegram")] == ["telegram:1"]
    assert other.deliveries.take_over("telegram") == []
    other.close()


def test_what_a_killed_process_had_received_is_taken_over_with_what_the_platform_sent(books: Books) -> None:
    program = (
        "import os, signal, sys; from pathlib import Path; from bot.journal import Journal\n"
        "journal = Journal(sys.argv[1] if '://' in sys.argv[1] else Path(sys.argv[1]))\n"
        "journal.deliveries.receive('telegram:1', 'telegram', 'one')\n"
        "journal.deliveries.receive('telegram:2', 'telegram', 'two')\n"
        "journal.deliveries.answered('telegram:2', 'a2')\n"
        "journal.deliveries.sending('telegram:2', ['55'])\n"
        "journal.deliveries.receive('telegram:3', 'telegram', 'three')\n"
        "journal.deliveries.done('telegram:3', ['56'])\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    subprocess.run([sys.executable, "-c", program, str(books.place)], check=False, cwd=Path(__file__).parents[2])
    books.pass_time(LEASE + 1)
    journal = books.open()
    first, second = journal.deliveries.take_over("telegram")
    assert (first.state, first.payload) == (DeliveryState.RECEIVED, "one")
    assert (second.state, second.payload, second.answer, second.sent) == (DeliveryState.SENDING, "two", "a2", ("55",))
    journal.close()


def test_a_process_that_is_stopped_for_longer_than_its_lease_finds_its_work_taken(books: Books) -> None:
    stopped, other = books.open(), books.open()
    for delivery in ("telegram:1", "telegram:2", "telegram:3"):
        stopped.deliveries.receive(delivery, "telegram", "payload")
    stopped.deliveries.sending("telegram:2", ["7:1"], "mark")
    books.pass_time(LEASE / 2)
    other.deliveries.beat()
    assert other.deliveries.take_over("telegram") == []
    books.pass_time(LEASE / 2 + 1)
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
    stopped.deliveries.done_all([Finished("telegram:3", ["7:3"])])
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


def test_what_changes_hands_twice_comes_back_with_a_newer_token(books: Books) -> None:
    one, other = books.open(), books.open()
    one.deliveries.receive("telegram:1", "telegram")
    for giver, taker in ((one, other), (other, one)):
        books.pass_time(LEASE + 1)
        taker.deliveries.beat()
        assert len(taker.deliveries.take_over("telegram")) == 1
        with pytest.raises(TakenOverError):
            giver.deliveries.sending("telegram:1")
    one.deliveries.sending("telegram:1")
    one.close()
    other.close()


def test_a_restart_counts_as_a_try_for_nobody(books: Books) -> None:
    first = books.open()
    first.deliveries.receive("telegram:1", "telegram")
    first.close()
    for _ in range(4 * ATTEMPTS):
        journal = books.open()
        (left,) = journal.deliveries.take_over("telegram")
        assert journal.deliveries.begin(left.delivery)
        journal.deliveries.end(left.delivery)
        journal.close()


def test_a_question_at_which_processes_end_is_put_aside_and_those_that_waited_with_it_are_not(books: Books) -> None:
    for number in range(ATTEMPTS):
        journal = books.open()
        journal.deliveries.receive("telegram:1", "telegram")
        journal.deliveries.receive("telegram:2", "telegram")
        left = [delivery.delivery for delivery in journal.deliveries.take_over("telegram")]
        # Those at which nothing ended go first.
        assert left == (["telegram:2", "telegram:1"] if number else [])
        assert journal.deliveries.begin("telegram:1")
        journal.close()
    journal = books.open()
    journal.deliveries.take_over("telegram")
    assert not journal.deliveries.begin("telegram:1")
    assert journal.deliveries.begin("telegram:2")
    journal.close()


def test_what_the_platform_sent_is_forgotten_when_the_answer_is_out(books: Books) -> None:
    journal = books.open()
    journal.deliveries.receive("telegram:1", "telegram", "secret words", "7", "100")
    journal.deliveries.done("telegram:1", ["200", "201"])
    found = journal.deliveries.find("telegram", "7", "100")
    assert found is not None
    assert (found.state, found.payload, found.sent) == (DeliveryState.DONE, "", ("200", "201"))
    journal.close()


def test_answers_come_back_as_they_were_given(books: Books) -> None:
    journal = books.open()
    journal.answers.record(given("a1", "有多少个智能工厂？"))
    assert journal.answers.get("a1") == given("a1", "有多少个智能工厂？")
    assert journal.answers.get("a2") is None
    journal.close()


def test_gaps_group_alike_questions_and_count_them(books: Books, clock: Clock) -> None:
    journal = books.open(now=clock)
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


def test_an_admins_thumb_up_confirms_until_it_is_taken_back(books: Books) -> None:
    admins = frozenset({"telegram:42"})
    with closing(books.open()) as journal:
        voted(journal, "a1", 1, "42")
        confirmed = journal.feedback.confirmed(admins)
        assert [(c.question, c.quote) for c in confirmed] == [("有多少个智能工厂？", "8个智能工厂")]
        voted(journal, "a1", -1, "42")
        assert journal.feedback.confirmed(admins) == ()


def test_others_confirm_by_two_more_than_disagree_and_each_counts_once(books: Books, clock: Clock) -> None:
    with closing(books.open(now=clock)) as journal:
        for number in range(5):
            clock.time += 1
            voted(journal, f"a{number}", 1, "42")
            voted(journal, f"b{number}", 1, f"browser{number}", channel="page")
        assert journal.feedback.confirmed() == ()
        voted(journal, "a1", 1, "43")
        assert len(journal.feedback.confirmed()) == 1
        voted(journal, "a2", -1, "44")
        assert journal.feedback.confirmed() == ()


def test_the_newest_confirmed_questions_are_kept_up_to_a_limit(books: Books, clock: Clock) -> None:
    with closing(books.open(now=clock)) as journal:
        for number in range(MOST_CONFIRMED + 3):
            clock.time += 1
            voted(journal, f"a{number}", 1, "1", f"question {number}")
        confirmed = journal.feedback.confirmed({"telegram:1"})
    assert len(confirmed) == MOST_CONFIRMED
    assert confirmed[0].question == f"question {MOST_CONFIRMED + 2}"


def test_memory_keeps_the_last_questions_of_each_thread_apart_and_forgets_in_time(books: Books, clock: Clock) -> None:
    journal = books.open(now=clock)
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


def test_a_migrated_group_takes_its_past_along(books: Books) -> None:
    journal = books.open()
    journal.deliveries.receive("telegram:1", "telegram", "", "7", "100")
    journal.memory.remember(HERE, "telegram:1", "q")
    journal.move_chat("telegram", "7", "-1007")
    assert journal.deliveries.find("telegram", "-1007", "100") is not None
    assert journal.memory.recall(Conversation("telegram", "-1007", "", "42")) == ("q",)
    journal.close()


def test_what_a_chat_asks_is_kept_for_it_alone_and_moves_with_it(books: Books) -> None:
    journal = books.open()
    uses = journal.uses
    uses.choose("telegram", "-1", ("town", "staff"))
    uses.choose("telegram", "-1", ("staff", "town"))
    uses.choose("wecom", "-1", ("town",))
    assert (uses.chosen("telegram", "-1"), uses.chosen("telegram", "-2")) == (("staff", "town"), ())
    journal.move_chat("telegram", "-1", "-2")
    assert (uses.chosen("telegram", "-1"), uses.chosen("telegram", "-2")) == ((), ("staff", "town"))
    assert uses.chosen("wecom", "-1") == ("town",)
    uses.choose("telegram", "-2", ())
    assert uses.chosen("telegram", "-2") == ()
    journal.close()


def test_gaps_of_one_chat_are_those_that_were_asked_there(books: Books) -> None:
    journal = books.open()
    for chat, question in (("1", "谁是区长？"), ("2", "When does the pool open")):
        asked = given(chat, question, Kind.ABSTENTION)
        journal.answers.record(replace(asked, conversation=replace(asked.conversation, chat=chat)))
    assert [gap.question for gap in journal.answers.gaps(within=("telegram", "2"))] == ["When does the pool open"]
    assert len(journal.answers.gaps()) == 2
    journal.close()


def test_what_is_older_than_the_retention_is_forgotten(books: Books, clock: Clock) -> None:
    journal = books.open(days=30, now=clock)
    journal.answers.record(given("old", "旧问题", Kind.ABSTENTION))
    journal.actions.record("telegram", "1", "reindex", "ok")
    clock.time += 31 * 24 * 3600
    journal.answers.record(given("new", "新问题", Kind.ABSTENTION))
    journal.prune()
    assert [gap.question for gap in journal.answers.gaps()] == ["新问题"]
    assert journal.actions.last() == []
    journal.close()


def test_the_export_is_csv_that_a_spreadsheet_does_not_run(books: Books) -> None:
    journal = books.open()
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
def test_a_formula_behind_white_space_or_a_line_break_is_not_run(books: Books, formula: str) -> None:
    with closing(books.open()) as journal:
        journal.answers.record(given("a1", formula))
        file = io.StringIO()
        write_csv(journal, "questions", file)
    (row,) = csv.DictReader(io.StringIO(file.getvalue(), newline=""))
    for line in re.split(r"[\r\n]", row["question"]):
        assert not re.match(r"\s*[=+@＝-]|\t", line.replace("\x00", ""))
    # PostgreSQL keeps no character of value zero, and shows one that stands for it.
    assert row["question"].replace("'", "") in (formula, formula.replace("\0", "\ufffd"))


def test_totals_count_questions_people_and_votes(books: Books) -> None:
    journal = books.open()
    journal.answers.record(given("a1", "q1"))
    journal.answers.record(given("a2", "q2", Kind.ABSTENTION, user="43"))
    journal.feedback.record(given("a1", "q1"), "42", 1)
    totals = journal.answers.totals()
    assert (totals.questions, totals.answered, totals.abstained, totals.people, totals.liked) == (2, 1, 1, 2, 1)
    journal.close()


def test_answers_from_before_quotes_had_parts_are_read(books: Books) -> None:
    journal = books.open()
    journal.answers.record(given("a", "?"))
    with journal._database.writing() as connection:
        connection.execute("""UPDATE answers SET quotes = '[["d1", 3, 9, "8个智能工厂", "一", 2, [[0, 1]]]]'""")
    found = journal.answers.get("a")
    journal.close()
    assert found is not None
    assert found.quotes == (replace(QUOTE, parts=()),)


def test_who_is_not_remembered_leaves_neither_question_nor_vote_nor_memory(books: Books) -> None:
    with closing(books.open()) as journal:
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


def test_what_somebody_has_deleted_is_gone_and_others_keep_theirs(books: Books) -> None:
    secret = "我的工资是多少？"
    with closing(books.open()) as journal:
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


def test_off_keeps_neither_questions_nor_people_nor_feedback_and_still_understands_a_follow_up(books: Books) -> None:
    with closing(books.open(days=None)) as journal:
        journal.answers.record(given("a1", "我的秘密问题"))
        journal.feedback.record(given("a1", "我的秘密问题"), "42", 1)
        journal.memory.remember(HERE, "telegram:1", "我的秘密问题")
        assert journal.memory.recall(HERE) == ("我的秘密问题",)
        assert journal._database.rows("SELECT user, question FROM answers") == [("", "")]
        assert journal._database.rows("SELECT * FROM feedback") == []
        assert journal._database.rows("SELECT * FROM memory") == []
        journal.move_chat("telegram", "7", "-7")
        assert journal.own_data.export("telegram", "42")["recent"][0]["chat"] == "-7"
        journal.own_data.forget("telegram", "42")
        assert journal.memory.recall(replace(HERE, chat="-7")) == ()


def test_what_was_written_down_without_its_process_being_told_is_answered_all_the_same(
    books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when the connection is lost between a commit and the word that it was done."""
    with closing(books.open()) as journal:
        writing, depth = journal._database.writing, 0

        @contextmanager
        def cut() -> Iterator[Connection]:
            nonlocal depth
            depth += 1
            with writing() as connection:
                yield connection
            depth -= 1
            if not depth:
                raise DatabaseAwayError("cut")

        with monkeypatch.context() as cable:
            cable.setattr(journal._database, "writing", cut)
            with pytest.raises(DatabaseAwayError):
                journal.deliveries.receive("telegram:1", "telegram", "payload")
        assert not journal.deliveries.receive("telegram:1", "telegram", "payload")
        (left,) = journal.deliveries.take_over("telegram")
        assert journal.deliveries.take_over("telegram") == []
        journal.deliveries.done(left.delivery, ["7:1"])
        assert journal.deliveries.waiting() == 0


def test_an_end_that_was_cut_off_is_no_reason_to_begin_anew(books: Books) -> None:
    with closing(books.open()) as journal:
        journal.deliveries.receive_all("telegram", [(id, "payload", "", "") for id in ("telegram:1", "telegram:2")])

        class Unstorable:
            """What fails in the middle of a transaction."""

        with pytest.raises(TypeError):
            journal.deliveries.done_all([Finished("telegram:1", ["7:1"]), Finished("telegram:2", [Unstorable()])])  # type: ignore[list-item]
        assert journal.deliveries.take_over("telegram") == []
        journal.deliveries.done_all([Finished("telegram:1", ["7:1"]), Finished("telegram:2")])
        assert journal.deliveries.waiting() == 0


def fail_in_the_middle(journal: Journal) -> None:
    with journal.together():
        journal.answers.record(given("a1", "?"))
        journal.people.choose_language("telegram", "42", "zh")
        raise ZeroDivisionError


def test_what_fails_in_the_middle_has_not_happened(books: Books) -> None:
    with closing(books.open()) as journal:
        with pytest.raises(ZeroDivisionError):
            fail_in_the_middle(journal)
        assert journal.answers.get("a1") is None
        journal.people.choose_language("telegram", "42", "zh")
        journal.people.choose_language("telegram", "42", "en")
        assert journal.people.language("telegram", "42") == "en"


def test_a_link_opens_one_session_and_a_session_ends(books: Books, clock: Clock) -> None:
    holder = Holder("telegram", "42")
    with closing(books.open(now=clock)) as journal:
        link = journal.sign_ins.link(holder)
        session = journal.sign_ins.enter(link)
        assert session is not None
        assert journal.sign_ins.enter(link) is None
        assert journal.sign_ins.holder(session) == holder
        clock.time += SESSION_SECONDS + 1
        assert journal.sign_ins.holder(session) is None
        journal.prune()


def test_who_wants_an_answer_is_told_once(books: Books) -> None:
    abstention = given("a1", "谁是区长？", Kind.ABSTENTION)
    with closing(books.open()) as journal:
        journal.answers.record(abstention)
        assert journal.wanted.add(abstention, "42")
        assert journal.wanted.add(abstention, "42")
        assert [gap.wanted for gap in journal.answers.gaps()] == [1]
        assert [want.question for want in journal.wanted.open("telegram", "42")] == ["谁是区长？"]
        assert journal.wanted.open("telegram", "43") == []
        assert journal.wanted.claim("a1")
        assert not journal.wanted.claim("a1")
        assert journal.wanted.open() == []


def test_a_message_finds_the_delivery_that_it_answers_alone_or_as_a_part(books: Books) -> None:
    with closing(books.open()) as journal:
        for number in (1, 2):
            journal.deliveries.receive(f"telegram:{number}", "telegram", "", "7", "100")
        journal.deliveries.done("telegram:2", ["7:21", "7:2%"])
        assert journal.deliveries.sent_in("telegram", "7") == {"7:21", "7:2%"}
        assert journal.deliveries.ids_since("telegram", 0.0) == {"7:100", "7:21", "7:2%"}
        assert journal.deliveries.ids_since("wecom", 0.0) == set()
        assert journal.deliveries.ids_since("telegram", 1e11) == set()
        for sent, delivery in (("7:21", "telegram:2"), ("7:2%", "telegram:2"), ("7:2", None), ("7:22", None)):
            found = journal.deliveries.showing("telegram", "7", sent)
            assert (found and found.delivery) == delivery
        answered = journal.deliveries.find("telegram", "7", "100")
        assert answered is not None
        assert answered.delivery == "telegram:2"
        first = journal.deliveries.find("telegram", "7", "100", besides="telegram:2")
        assert first is not None
        assert first.delivery == "telegram:1"


def test_hits_are_counted_in_one_place_for_all_replicas(books: Books, clock: Clock) -> None:
    one, other = books.open(now=clock), books.open(now=clock)
    most = {"user": 2, "chat": 3}
    assert [journal.hits.count(most, 60) for journal in (one, other, one, other)] == ["fine", "fine", "say", "quiet"]
    # What was not counted for one name is not counted for the other either.
    assert one.hits.count({"chat": 3}, 60) == "fine"
    assert other.hits.count({"chat": 3}, 60) == "say"
    clock.time += 61
    assert other.hits.count(most, 60) == "fine"
    clock.time += 2 * 60 * 60
    one.prune()
    assert one._database.rows("SELECT name FROM hits") == []
    for journal in (one, other):
        journal.close()


def test_replicas_that_count_at_the_same_moment_count_every_hit(books: Books) -> None:
    journals = [books.open() for _ in range(4)]
    with ThreadPoolExecutor(4) as threads:
        counted = threads.map(
            lambda n: journals[n % 4].hits.count({"b": 20, "a": 100} if n % 2 else {"a": 100, "b": 20}, 60), range(40)
        )
        assert list(counted).count("fine") == 20
    for journal in journals:
        journal.close()


def test_all_agree_on_what_the_first_proposed(books: Books) -> None:
    one, other = books.open(), books.open()
    assert [one.agreed.on("key", "1"), other.agreed.on("key", "2"), other.agreed.on("more", "3")] == ["1", "1", "3"]
    for journal in (one, other):
        journal.close()


def test_one_process_has_a_turn_at_a_time_and_each_turn_a_higher_token(books: Books) -> None:
    one, other = books.open(), books.open()
    tokens = []
    for journal, rival in ((one, other), (other, one)):
        with journal.turns.take("reindex") as turn, rival.turns.take("something-else"):
            tokens.append(turn.token)
            turn.check()
            with pytest.raises(BusyError):
                rival.turns.take("reindex").__enter__()
    assert tokens == [1, 2]
    for journal in (one, other):
        journal.close()


def test_who_lost_a_turn_without_being_told_writes_nothing_more(books: Books) -> None:
    lost, heir = books.open(), books.open()
    with ExitStack() as stack:
        turn = stack.enter_context(lost.turns.take("reindex"))
        books.cut_turns(lost)
        # Nobody has begun anew yet: what the first made may still go live.
        turn.check()
        with heir.turns.take("reindex") as newer:
            newer.check()
            with pytest.raises(TakenOverError):
                write_as(lost, turn)
        assert heir.actions.last() == []
    for journal in (lost, heir):
        journal.close()


def write_as(journal: Journal, turn: Turn) -> None:
    with journal.together():
        journal.actions.record("telegram", "1", "reindex")
        turn.check()
