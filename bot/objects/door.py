"""What is asked of an object store: a few calls, each of which may be made again where it was cut off."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol


class Objects(Protocol):
    """Objects by their names (words with slashes). Safe to use from threads. Every call raises ObjectsError where the
    store does not answer or refuses."""

    @property
    def name(self) -> str:
        """Where it is, for people: without a secret."""

    def put(self, name: str, content: bytes | Path) -> None:
        """Write an object whole or not at all; `content` may be a file of any size."""

    def create(self, name: str, content: bytes) -> bool:
        """Write an object of a name that has none; False where it has one. Of several at once, one succeeds."""

    def get(self, name: str) -> bytes | None:
        """A small object, None where there is none of that name."""

    def pieces(self, name: str, size: int) -> Iterator[bytes]:
        """An object of `size` bytes, piece by piece; fewer bytes where it is shorter or missing."""

    def names(self, prefix: str) -> list[str]:
        """The names that begin with `prefix`, which is empty or ends with a slash; sorted."""

    def delete(self, names: Sequence[str]) -> None:
        """Remove objects; those that are gone already are no error."""
