"""A line of the code that writes snapshots at which something happens; a disk that is full, and as a killed process
leaves it."""

import resource
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Any

from tests.simulation.virtual_time import Killed

WRITING = tuple(f"/index/{room}/" for room in ("builds", "snapshots", "documents"))


class Breakpoint:
    """Once: `then` is called before the n-th line that is run under `watched` for this purpose, counted over all."""

    def __init__(self) -> None:
        self._left = 0
        self._purpose = ""
        self._then: Callable[[], None] = lambda: None
        self._then_runs = False

    def put(self, purpose: str, lines: int, then: Callable[[], None]) -> None:
        self._purpose, self._left, self._then = purpose, lines, then

    @contextmanager
    def watched(self, purpose: str) -> Iterator[None]:
        if not self._left or purpose != self._purpose:
            yield
            return
        before = sys.gettrace()
        sys.settrace(self._step)
        try:
            yield
        finally:
            sys.settrace(before)

    def _step(self, frame: FrameType, event: str, argument: Any) -> Any:
        if self._then_runs or not any(room in frame.f_code.co_filename for room in WRITING):
            return None
        if event == "line" and self._left:
            self._left -= 1
            if not self._left:
                self._then_runs = True
                try:
                    self._then()
                finally:
                    self._then_runs = False
        return self._step


class Disk:
    """A folder, and what a killed process leaves in it: what was there in that moment, and nothing tidied up."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._left: dict[Path, bytes | None] | None = None
        self._room = resource.RLIM_INFINITY

    def fills(self, room: int) -> None:
        """No file grows beyond `room` bytes from now on, until this work on the folder is over."""
        self._room = room
        _limit_files(room)

    @contextmanager
    def left_alone(self) -> Iterator[None]:
        """Others run, who find room on a disk of their own."""
        _limit_files(resource.RLIM_INFINITY)
        yield
        _limit_files(self._room)

    def is_left(self) -> None:
        """The process is killed now: whatever it still does to the folder on its way out does not happen."""
        self._left = {path: content for path in sorted(self.folder.rglob("*")) if (content := _content(path)) != b"?"}

    @contextmanager
    def leaving(self) -> Iterator[None]:
        try:
            yield
        except Killed:
            _limit_files(resource.RLIM_INFINITY)
            self._put_back()
            raise
        finally:
            self._room = resource.RLIM_INFINITY
            _limit_files(self._room)

    def _put_back(self) -> None:
        left, self._left = self._left, None
        if left is None:
            return
        for path in sorted(self.folder.rglob("*"), reverse=True):
            if path not in left:
                path.rmdir() if path.is_dir() else path.unlink()
        for path, content in left.items():
            if content is None:
                path.mkdir(exist_ok=True)
            elif not path.exists() or path.read_bytes() != content:
                path.write_bytes(content)


def _content(path: Path) -> bytes | None:
    """None for a folder, "?" for what a thread has just taken away."""
    with suppress(FileNotFoundError):
        return None if path.is_dir() else path.read_bytes()
    return b"?"


def _limit_files(room: int) -> None:
    """To a size in bytes; further writing fails with EFBIG, the kernel's nearest to a full disk."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
