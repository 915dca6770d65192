"""An object store whose calls are watched: what was asked of it, for how long, and whether it failed."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bot.errors import ObjectsError
from bot.objects.door import Objects

Observe = Callable[[str, float, bool], None]
"""Is told of every call: its name, how many seconds it took, whether it failed. From any thread."""


class MeasuredObjects:
    """A `bot.objects.door.Objects` that is another one, and tells `observe` of every call."""

    def __init__(self, objects: Objects, observe: Observe) -> None:
        self._objects = objects
        self._observe = observe
        self.name = objects.name

    def put(self, name: str, content: bytes | Path) -> None:
        with self._measured("put"):
            self._objects.put(name, content)

    def create(self, name: str, content: bytes) -> bool:
        with self._measured("create"):
            return self._objects.create(name, content)

    def get(self, name: str) -> bytes | None:
        with self._measured("get"):
            return self._objects.get(name)

    def pieces(self, name: str, size: int) -> Iterator[bytes]:
        pieces = self._objects.pieces(name, size)
        while True:
            # Not the time in which whoever reads them writes them to a disk.
            with self._measured("download"):
                piece = next(pieces, None)
            if piece is None:
                return
            yield piece

    def names(self, prefix: str) -> list[str]:
        with self._measured("list"):
            return self._objects.names(prefix)

    def delete(self, names: Sequence[str]) -> None:
        with self._measured("delete"):
            self._objects.delete(names)

    @contextmanager
    def _measured(self, call: str) -> Iterator[None]:
        begun, failed = time.perf_counter(), False
        try:
            yield
        except ObjectsError:
            failed = True
            raise
        finally:
            self._observe(call, time.perf_counter() - begun, failed)
