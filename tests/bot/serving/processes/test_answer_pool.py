"""Questions answered by processes beside this one: the same answers, whatever happens to a process."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.errors import AnswerLostError
from bot.serving.processes import answer_pool
from bot.serving.processes.answer_pool import AnswerPool, NobodyThereError
from bot.serving.processes.answer_worker import Call, IndexAddress, Outcome, packed
from bot.serving.processes.pooled_index import PooledIndex, address_of
from index.builds.build import build
from index.encoders.open import open_encoder
from index.errors import SnapshotError
from index.search.index import Index

NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
FAST = "bundled-fast"
PATIENCE = 60.0
NAMES = "Elm Oak Ash Birch Maple Cedar Larch Rowan Alder Hazel".split()
QUESTIONS = [f"How many cranes does {name} harbour have?" for name in NAMES]


def indexed(folder: Path, more: int = 0) -> Index:
    """An index in which each harbour has a number of cranes, `more` than at first."""
    corpus = folder / "corpus"
    corpus.mkdir(exist_ok=True)
    for number, name in enumerate(NAMES):
        (corpus / f"{name}.txt").write_text(f"{name} harbour has {10 + number + more} cranes.", "utf-8")
    build(corpus, folder / "data", open_encoder(FAST), now=NOW)
    return Index.open(folder / "data", encoder=FAST)


def until(true: Callable[[], Any], what: str) -> None:
    """Waits for what other processes do."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, what
        time.sleep(0.01)


def alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    return indexed(tmp_path_factory.mktemp("harbours"))


@pytest.fixture
def pool() -> Iterator[AnswerPool]:
    pool = AnswerPool(2)
    yield pool
    pool.close()


@pytest.fixture
def started(pool: AnswerPool) -> AnswerPool:
    pool.start()
    until(lambda: pool.ready == 2, "no process begins")
    return pool


def pooled(index: Index, pool: AnswerPool) -> PooledIndex:
    return PooledIndex(index, "faiss", pool, remembered=1)


class Poison:
    """Ends the process that reads it."""

    def __reduce__(self) -> tuple[Any, ...]:
        return os._exit, (3,)


def test_processes_give_the_answers_that_this_one_gives(index: Index, started: AnswerPool) -> None:
    elsewhere = pooled(index, started)
    for question in [*QUESTIONS, "What is the capital of France?"]:
        assert elsewhere.ask(question, top=3, before=("And before?",)) == index.ask(
            question, top=3, before=("And before?",)
        )
    assert elsewhere.suggest("en", 3, QUESTIONS[0]) == index.suggest("en", 3, QUESTIONS[0])
    quote = index.ask(QUESTIONS[0]).quotes[0]
    elsewhere.verify(quote)
    assert elsewhere.context(quote) == index.context(quote)
    assert elsewhere.locate("Elm harbour has") == index.locate("Elm harbour has")
    assert elsewhere.document(quote.document) == index.document(quote.document)
    assert len(elsewhere.documents()) == len(NAMES)


def test_answers_come_from_the_processes_alone(index: Index, started: AnswerPool) -> None:
    elsewhere = pooled(index, started)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Index, "ask", None)
        assert elsewhere.ask(QUESTIONS[0]).quotes[0].text == "Elm harbour has 10 cranes."
        assert elsewhere.suggest("en", 1)


def test_an_answer_is_remembered_here(index: Index, started: AnswerPool) -> None:
    elsewhere = pooled(index, started)
    first = elsewhere.ask(QUESTIONS[0])
    assert elsewhere.ask(QUESTIONS[0]) is first


def test_one_question_alone_is_answered_here_and_two_at_once_start_the_processes(
    index: Index, pool: AnswerPool
) -> None:
    elsewhere = pooled(index, pool)
    assert elsewhere.ask(QUESTIONS[0]) == index.ask(QUESTIONS[0])
    assert not pool._started
    with pool.here():
        assert elsewhere.ask(QUESTIONS[1]) == index.ask(QUESTIONS[1])
    until(lambda: pool.ready == 2, "no process begins")


def test_processes_killed_at_any_moment_lose_and_double_nothing(index: Index, started: AnswerPool) -> None:
    elsewhere, right = pooled(index, started), {question: index.ask(question) for question in QUESTIONS}
    killed: list[int] = []

    def ask_all() -> None:
        assert list(threads.map(elsewhere._there.ask, QUESTIONS, [1] * 10, [()] * 10)) == [
            right[one] for one in QUESTIONS
        ]

    def kill() -> None:
        while len(killed) < 4:
            # The next when both are there again: no question meets two ends.
            until(lambda: started.ready == 2, "none takes the place of one that ended")
            process = started.processes[len(killed) % 2]
            os.kill(process, signal.SIGKILL)
            killed.append(process)
            until(lambda gone=process: gone not in started.processes, "its end is not noticed")  # type: ignore[misc]

    with ThreadPoolExecutor(4) as threads:
        killing = threads.submit(kill)
        while not killing.done():
            ask_all()
        killing.result()
        until(lambda: started.ready == 2, "none takes the place of one that ended")
        assert not set(killed) & set(started.processes)
        ask_all()


def test_a_process_that_ends_while_nobody_asks_is_replaced(index: Index, started: AnswerPool) -> None:
    before = started.processes
    os.kill(before[0], signal.SIGKILL)
    until(lambda: started.ready == 2 and before[0] not in started.processes, "none takes its place")
    assert before[1] in started.processes
    assert pooled(index, started).ask(QUESTIONS[0]) == index.ask(QUESTIONS[0])


def test_a_question_that_ends_processes_is_given_up_and_the_next_is_answered(
    index: Index, started: AnswerPool, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(AnswerLostError, match="ended at this question"):
        started.call(Call(address_of(index, "faiss"), "ask", (Poison(),)))
    until(lambda: caplog.text.count("An answer process ended (exit status 3)") == 2, "nothing is said of it")
    assert pooled(index, started).ask(QUESTIONS[0]) == index.ask(QUESTIONS[0])


def test_a_process_that_does_not_reply_is_ended_and_its_question_answered(
    index: Index, started: AnswerPool, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(answer_pool, "LOOK", 0.01)
    elsewhere, stopped = pooled(index, started), started.processes
    for process in stopped:
        os.kill(process, signal.SIGSTOP)
    with ThreadPoolExecutor(2) as threads:
        waiting = [threads.submit(elsewhere.ask, question) for question in QUESTIONS[:2]]
        until(lambda: all(lane.process and lane.process._asked for lane in started._lanes), "nobody is asked")
        for lane in started._lanes:
            lane.process._asked -= answer_pool.PATIENCE  # type: ignore[union-attr, operator]
        assert [one.result().quotes for one in waiting] == [index.ask(q).quotes for q in QUESTIONS[:2]]
    assert caplog.text.count("did not reply") == 2
    assert not set(stopped) & set(started.processes)


def test_no_answer_mixes_two_snapshots(tmp_path: Path, started: AnswerPool) -> None:
    first, *later = [indexed(tmp_path, more) for more in (0, 100, 200)]
    live, over = [pooled(first, started)], threading.Event()

    def ask(question: str) -> int:
        asked = 0
        while not over.is_set() or not asked:
            index = live[-1]
            answer = index._there.ask(question, 1, ())
            index.verify(answer.quotes[0])
            assert answer.snapshot == index.snapshot.id
            asked += 1
        return asked

    with ThreadPoolExecutor(3) as threads:
        asking = [threads.submit(ask, question) for question in QUESTIONS[:3]]
        try:
            for index in later:
                live[:] = [pooled(index, started)]
        finally:
            over.set()
        assert all(one.result() for one in asking)
    assert live[0].ask(QUESTIONS[0]).quotes[0].text == "Elm harbour has 210 cranes."


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="looks where Linux says what a process maps")
def test_every_process_has_a_new_snapshot_before_it_is_asked_and_closes_the_old_one(
    tmp_path: Path, started: AnswerPool
) -> None:
    def mapped(index: PooledIndex) -> list[bool]:
        folder = str(index._there.address.snapshot)
        return [folder in Path(f"/proc/{process}/maps").read_text() for process in started.processes]

    old = pooled(indexed(tmp_path), started)
    assert mapped(old) == [True, True]
    new = pooled(indexed(tmp_path, 100), started)
    assert mapped(new) == mapped(old) == [True, True]
    folder = old._there.address
    del old
    until(lambda: not any(folder in (lane.opened or ()) for lane in started._lanes), "the old one stays open")
    assert mapped(new) == [True, True]
    texts = [Path(f"/proc/{process}/maps").read_text() for process in started.processes]
    assert not any(str(folder.snapshot) in text for text in texts)


def test_what_goes_wrong_there_is_raised_here(
    tmp_path: Path, index: Index, started: AnswerPool, caplog: pytest.LogCaptureFixture
) -> None:
    gone = IndexAddress(tmp_path / "00000001-none", "faiss", FAST, "", (0.5, 0.5))
    started.serve(gone)
    assert "cannot open an index" in caplog.text
    with pytest.raises(SnapshotError) as raised:
        started.call(Call(gone, "ask", ("?",)))
    assert "answer_worker.py" in raised.value.__notes__[0]
    with pytest.raises(TypeError):
        started.call(Call(address_of(index, "faiss"), "ask", (1, 2, 3)))
    assert started.ready == 2


def test_an_error_that_cannot_be_sent_is_sent_in_words() -> None:
    class LocalError(Exception):
        pass

    import pickle

    outcome = pickle.loads(packed(Outcome(error=LocalError("odd"))))
    assert isinstance(outcome.error, RuntimeError)
    assert "LocalError: odd" in str(outcome.error)


def test_processes_that_cannot_begin_leave_the_answers_to_this_one(
    index: Index, pool: AnswerPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    elsewhere = pooled(index, pool)
    pool.start()
    assert elsewhere.ask(QUESTIONS[0]) == index.ask(QUESTIONS[0])
    monkeypatch.setattr(sys, "executable", "/no/such/program")
    assert elsewhere.ask(QUESTIONS[1]) == index.ask(QUESTIONS[1])


def test_what_waits_where_no_process_can_begin_any_more_is_given_back(
    index: Index, started: AnswerPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere, stopped = pooled(index, started), started.processes
    for process in stopped:
        os.kill(process, signal.SIGSTOP)
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with ThreadPoolExecutor(3) as threads:
        asked = [threads.submit(elsewhere.ask, question) for question in QUESTIONS[:3]]
        until(lambda: all(lane.process and lane.process._asked for lane in started._lanes), "nobody is asked")
        until(lambda: started._jobs, "nobody waits")
        for process in stopped:
            os.kill(process, signal.SIGKILL)
        outcomes = [one.exception() or one.result().quotes for one in asked]
    # Where a process ended, this one does not try; the other question is answered here.
    assert sum(isinstance(one, AnswerLostError) for one in outcomes) == 2
    answered = next(one for one in outcomes if not isinstance(one, Exception))
    assert answered in [index.ask(question).quotes for question in QUESTIONS[:3]]


def test_an_end_leaves_no_process_and_answers_no_more(index: Index, started: AnswerPool) -> None:
    processes = started.processes
    started.close()
    assert not any(map(alive, processes))
    with pytest.raises(NobodyThereError):
        started.call(Call(address_of(index, "faiss"), "ask", ("?",)))
    started.start()
    assert not started.ready


def test_processes_end_with_the_one_that_started_them(tmp_path: Path) -> None:
    program = (
        "import time; from bot.serving.processes.answer_pool import AnswerPool; pool = AnswerPool(2); pool.start()\n"
        "while pool.ready < 2: time.sleep(.01)\n"
        "print(*pool.processes, flush=True); time.sleep(1000)"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        processes = list(map(int, parent.stdout.readline().split()))
        for process in processes:
            # What a terminal or a service sends to all of them is for the program alone.
            os.kill(process, signal.SIGINT)
            os.kill(process, signal.SIGTERM)
        assert all(map(alive, processes))
        parent.kill()
    assert len(processes) == 2
    until(lambda: not any(map(alive, processes)), "a process stays behind")


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks where Linux keeps an environment")
def test_no_process_is_given_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("Telegram_Bot_Token", "123456:secret")
    monkeypatch.setenv("HARMLESS", "harmless")
    pool = AnswerPool(1)
    pool.start()
    try:
        until(lambda: pool.ready, "no process begins")
        seen = Path(f"/proc/{pool.processes[0]}/environ").read_bytes()
    finally:
        pool.close()
    assert b"harmless" in seen
    assert b"123456:secret" not in seen
