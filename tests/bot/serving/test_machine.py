"""What a machine or a container has for us, and how many processes that is worth."""

import os
from pathlib import Path

import pytest

from bot.serving.machine import cores, memory, worthwhile

GIGABYTE = 1 << 30


def test_a_container_has_what_it_is_limited_to(tmp_path: Path) -> None:
    (tmp_path / "cpu.max").write_text("100000 100000\n")
    (tmp_path / "memory.max").write_text("536870912\n")
    assert (cores(tmp_path), memory(tmp_path)) == (1, 512 << 20)
    (tmp_path / "cpu.max").write_text("50000 100000\n")
    assert cores(tmp_path) == 1


def test_a_container_without_limits_has_what_the_machine_has(tmp_path: Path) -> None:
    (tmp_path / "cpu.max").write_text("max 100000\n")
    (tmp_path / "memory.max").write_text("max\n")
    assert (cores(tmp_path), memory(tmp_path)) == (cores(tmp_path / "none"), memory(tmp_path / "none"))
    assert 1 <= cores(tmp_path / "none") <= (os.cpu_count() or 1)


@pytest.mark.parametrize(
    ("cores", "memory", "count"),
    [
        (1, 64 * GIGABYTE, 0),
        (2, 64 * GIGABYTE, 2),
        (64, 64 * GIGABYTE, 4),
        (4, 2 * GIGABYTE, 4),
        (4, GIGABYTE + GIGABYTE // 2, 2),
        (4, GIGABYTE, 0),
        (4, GIGABYTE // 2, 0),
        (4, None, 0),
    ],
)
def test_processes_are_for_machines_with_cores_and_memory(cores: int, memory: int | None, count: int) -> None:
    assert worthwhile(cores, memory) == count
