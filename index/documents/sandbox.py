"""Files read in a process of their own, so that a hostile or broken one costs itself and nothing else.

One child reads many files in turn; it is replaced when it dies. It is given bytes and gives back a record: it opens no
file of the corpus, has no network (`index.documents.confined`), no secret in its environment, and limits of time and
memory. Small texts are read here: the slowest one of that size takes about a second, and starting a child a third.
"""

import json
import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from index.document import Document
from index.documents.readers import contents, read_bytes
from index.errors import ReaderError, restored
from index.packed_document import unpack_document

_PLAIN = (".txt", ".text", ".md", ".markdown")
_LARGEST_ANSWER = 64 << 20
"""Bytes of a record that are taken from a child: the largest text fits, and as objects it is some ten times as much."""
_KEPT = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "SYSTEMROOT", "TMPDIR", "TEMP", "TMP")
"""What a child sees of the environment: nothing that could be a secret."""
_OVERTIME = getattr(signal, "SIGXCPU", 0)


@dataclass(frozen=True, slots=True)
class ReadingLimits:
    """What one file may cost."""

    seconds: int = 8
    """Of the processor, so that a busy machine refuses no file that an idle one reads; with the start of a child and
    the whole second to which the system counts, a file is over within ten."""
    pace: float = 8.0
    """Further seconds for each megabyte beyond the first."""
    wall: float = 6.0
    """Seconds on the clock, for each of the processor: for a child that waits, and where nobody counts its time."""
    memory: int = 512 << 20
    """Bytes of address space."""
    plain: int = 32 << 10
    """Bytes of text and Markdown up to which no child is needed."""

    def seconds_for(self, size: int) -> int:
        """For a file of so many bytes."""
        return self.seconds + int(self.pace * max(0, size - (1 << 20)) / (1 << 20))


class Sandbox:
    """Reads files, one at a time. Leaving the context ends the child."""

    def __init__(self, limits: ReadingLimits = ReadingLimits()) -> None:
        self._limits = limits
        self._child: _Child | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._end()

    def read(self, path: Path, *, relative: str) -> Document:
        """As `readers.read`, within the limits."""
        return self.read_bytes(contents(path), relative)

    def read_bytes(self, data: bytes, relative: str) -> Document:
        """As `readers.read_bytes`, within the limits."""
        if relative.lower().endswith(_PLAIN) and len(data) <= self._limits.plain:
            return read_bytes(data, relative)
        while True:
            fresh = self._child is None
            self._child = self._child or _Child(self._limits)
            try:
                return self._child.read(data, relative)
            except _ChildError as ended:
                self._end()
                # What earlier files left behind in it may be to blame, but not for time spent.
                if fresh or ended.code == "reader-slow":
                    raise ended.as_reader_error(self._limits) from None
            except BaseException as error:
                if not isinstance(error, ReaderError):
                    self._end()
                raise

    def _end(self) -> None:
        if self._child is not None:
            self._child.end()
            self._child = None


def _given(kind: bytes, answer: bytes) -> Document:
    """What a child answered. It has read hostile files, so that this may be anything."""
    try:
        if kind == b"d":
            return unpack_document(answer)
        reason = restored(json.loads(answer))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise _ChildError("reader-crashed") from None
    raise ReaderError(reason)


class _ChildError(Exception):
    """The child is gone, or not to be used again."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code

    def as_reader_error(self, limits: ReadingLimits) -> ReaderError:
        return ReaderError(self.code, limit=limits.memory >> 20)


class _Child:
    """One process that reads files."""

    def __init__(self, limits: ReadingLimits) -> None:
        self._limits = limits
        kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
        self._process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-P", "-m", "index.documents.confined", str(limits.memory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=kept | {"PYTHONPATH": os.pathsep.join(map(os.path.abspath, sys.path)), "PYTHONUTF8": "1"},
        )
        self._late = False

    def read(self, data: bytes, relative: str) -> Document:
        seconds = self._limits.seconds_for(len(data))
        clock = threading.Timer(seconds * self._limits.wall, self._stop)
        clock.start()
        try:
            head = {"relative": relative, "size": len(data), "seconds": seconds}
            self._tell(json.dumps(head).encode() + b"\n" + data)
            kind, size = self._ear.read(1), int.from_bytes(self._ear.read(8), "big")
            if size > _LARGEST_ANSWER:
                raise _ChildError("reader-memory")
            answer = self._ear.read(size)
        finally:
            clock.cancel()
        if not kind or len(answer) < size:
            raise _ChildError(self._cause())
        if kind == b"m":
            raise _ChildError("reader-memory")
        return _given(kind, answer)

    @property
    def _ear(self) -> IO[bytes]:
        assert self._process.stdout is not None  # noqa: S101
        return self._process.stdout

    def _tell(self, message: bytes) -> None:
        assert self._process.stdin is not None  # noqa: S101
        with suppress(BrokenPipeError):
            self._process.stdin.write(message)
            self._process.stdin.flush()

    def _stop(self) -> None:
        self._late = True
        self._process.kill()

    def _cause(self) -> str:
        """Why there is no answer."""
        self._process.kill()
        ended = self._process.wait()
        return "reader-slow" if self._late or ended == -_OVERTIME else "reader-crashed"

    def end(self) -> None:
        """Ends the process, whatever it does."""
        self._process.kill()
        with suppress(BrokenPipeError):
            # What a dead process did not read cannot be flushed.
            self._process.communicate()
