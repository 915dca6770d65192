"""Work beside other work, where there is a core for it, and at once where there is none."""

import threading
from collections.abc import Iterator

import pytest

from index.builds import background
from index.builds.background import Background, in_order


@pytest.mark.parametrize(("cores", "beside"), [(1, False), (2, True)])
def test_work_is_begun_in_a_thread_of_its_own_only_where_there_is_a_core(
    monkeypatch: pytest.MonkeyPatch, cores: int, beside: bool
) -> None:
    monkeypatch.setattr(background, "cores", lambda: cores)
    with Background("test") as helper:
        thread = helper.begin(threading.current_thread).result()
    assert (thread is not threading.current_thread()) is beside


@pytest.mark.parametrize("cores", [1, 2])
def test_its_error_is_raised_to_who_asks_for_the_result(monkeypatch: pytest.MonkeyPatch, cores: int) -> None:
    monkeypatch.setattr(background, "cores", lambda: cores)
    with Background("test") as helper, pytest.raises(ZeroDivisionError):
        helper.begin(divmod, 1, 0).result()


def test_there_is_at_least_one_core() -> None:
    assert background.cores() >= 1


def test_results_come_in_the_order_of_the_items_from_threads_that_work_at_the_same_time() -> None:
    both = threading.Barrier(2)

    def met(number: int) -> int:
        both.wait(30)
        return number * number

    assert list(in_order(met, range(6), 2, "test")) == [0, 1, 4, 9, 16, 25]


def test_with_one_thread_everything_is_done_in_this_one() -> None:
    assert set(in_order(lambda _: threading.current_thread(), range(3), 1, "test")) == {threading.current_thread()}


def test_no_more_is_begun_than_threads_and_one_item_that_waits() -> None:
    taken: list[int] = []

    def items() -> Iterator[int]:
        for number in range(10):
            taken.append(number)
            yield number

    results = in_order(str, items(), 2, "test")
    assert next(results) == "0"
    assert taken == [0, 1, 2]
    assert list(results) == list("123456789")


def test_after_an_error_nothing_is_begun_and_no_thread_is_left() -> None:
    asked: list[int] = []

    def items() -> Iterator[int]:
        for number in range(10):
            asked.append(number)
            yield number

    before = threading.active_count()
    results = in_order(lambda number: 1 // (number - 1), items(), 2, "test")
    assert next(results) == -1
    with pytest.raises(ZeroDivisionError):
        next(results)
    assert asked == [0, 1, 2, 3]
    assert threading.active_count() == before


def test_who_leaves_early_leaves_no_thread() -> None:
    before = threading.active_count()
    results = in_order(str, range(10), 2, "test")
    next(results)
    results.close()  # type: ignore[attr-defined]
    assert threading.active_count() == before
