"""Work beside other work, where there is a core for it, and at once where there is none."""

import threading

import pytest

from index.builds import background
from index.builds.background import Aside


@pytest.mark.parametrize(("cores", "beside"), [(1, False), (2, True)])
def test_work_is_begun_in_a_thread_of_its_own_only_where_there_is_a_core(
    monkeypatch: pytest.MonkeyPatch, cores: int, beside: bool
) -> None:
    monkeypatch.setattr(background, "cores", lambda: cores)
    with Aside("test") as helper:
        thread = helper.begin(threading.current_thread).result()
    assert (thread is not threading.current_thread()) is beside


@pytest.mark.parametrize("cores", [1, 2])
def test_its_error_is_raised_to_who_asks_for_the_result(monkeypatch: pytest.MonkeyPatch, cores: int) -> None:
    monkeypatch.setattr(background, "cores", lambda: cores)
    with Aside("test") as helper, pytest.raises(ZeroDivisionError):
        helper.begin(divmod, 1, 0).result()


def test_there_is_at_least_one_core() -> None:
    assert background.cores() >= 1
