"""A lock that is shared, or held alone: nobody stands beside the one who holds it alone."""

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager

from bot.desk.shared_lock import SharedLock

PATIENCE = 30.0
MOMENT = 0.05


def test_those_who_share_it_stand_side_by_side() -> None:
    lock, both = SharedLock(), threading.Barrier(2)

    def enter() -> None:
        with lock.shared():
            both.wait(PATIENCE)

    with ThreadPoolExecutor(2) as pool:
        for future in [pool.submit(enter) for _ in range(2)]:
            future.result(PATIENCE)


def test_whoever_holds_it_alone_waits_for_those_before_and_holds_up_those_after() -> None:
    lock, order = SharedLock(), list[str]()
    inside, leave = threading.Event(), threading.Event()

    def first() -> None:
        with lock.shared():
            inside.set()
            leave.wait(PATIENCE)
            order.append("first")

    def enter(name: str, way: AbstractContextManager[None]) -> None:
        with way:
            order.append(name)

    with ThreadPoolExecutor(3) as pool:
        futures: list[Future[None]] = [pool.submit(first)]
        assert inside.wait(PATIENCE)
        futures.append(pool.submit(enter, "alone", lock.exclusive()))
        while not lock._waiting:
            threading.Event().wait(0.001)
        futures.append(pool.submit(enter, "after", lock.shared()))
        # Were one of them let in, it would be in by now; a slow machine can only hide that.
        threading.Event().wait(MOMENT)
        leave.set()
        for future in futures:
            future.result(PATIENCE)
    assert order == ["first", "alone", "after"]


def test_a_failure_inside_lets_go() -> None:
    lock = SharedLock()
    for way in (lock.exclusive, lock.shared, lock.exclusive):
        try:
            with way():
                raise ZeroDivisionError
        except ZeroDivisionError:
            continue
