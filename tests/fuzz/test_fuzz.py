"""A few inputs for everything that reads what strangers wrote; `make fuzz` tries many more."""

from dataclasses import replace

import pytest

from index.documents import readers
from tests.fuzz.found import FOUND
from tests.fuzz.table import TARGETS

FEW = 40


@pytest.mark.parametrize("name", TARGETS)
def test_whatever_is_read_gives_a_sound_value_or_an_error_of_ours(name: str) -> None:
    TARGETS[name].run(FEW, found=FOUND.get(name, ()))


def test_every_reader_is_fed_and_every_finding_belongs_to_one() -> None:
    assert {place for place, _ in readers._READERS.values()} <= set(TARGETS)
    assert set(FOUND) <= set(TARGETS)


@pytest.mark.parametrize("name", TARGETS)
def test_an_input_is_always_the_same(name: str) -> None:
    fed: list[list[object]] = [[], []]
    for once in fed:
        replace(TARGETS[name], check=once.append).run(3)
    assert fed[0] == fed[1] != []
