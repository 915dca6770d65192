"""What counts right now, in a store that cannot change anything: the highest of a row of numbered objects.

Number n + 1 is only written where there is none, by who has seen n. So of two who change the same thing at the same
time one succeeds, and the other is told to look again. It needs no more of a store than "write where there is none".
"""

import json
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from bot.errors import ObjectsError
from bot.objects.door import Objects

KEPT = 50
"""Numbers that stay, the newest among them."""
_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Version:
    """One content and its number; number 0 is before the first."""

    number: int
    content: dict[str, Any]


NOTHING = Version(0, {})


class Versions:
    """The row below `prefix`, which ends with a slash. `content` is what JSON can hold."""

    def __init__(self, objects: Objects, prefix: str) -> None:
        self._objects = objects
        self._prefix = prefix
        self._seen = NOTHING

    def newest(self) -> Version:
        """What counts; `NOTHING` where nobody has written yet."""
        number = max(self._numbers(), default=0)
        if number != self._seen.number:
            self._seen = Version(number, self._read(number)) if number else NOTHING
        return self._seen

    def add(self, after: Version, content: dict[str, Any]) -> bool:
        """Make `content` count instead of `after`; False where something else has come since."""
        number = after.number + 1
        said = {**content, "by": uuid4().hex}
        name = self._name(number)
        written = json.dumps(said, ensure_ascii=False).encode()
        # Where the answer to the first try was lost, the second finds its own.
        if not self._objects.create(name, written) and self._objects.get(name) != written:
            return False
        self._seen = Version(number, said)
        return True

    def forget(self) -> None:
        """Remove numbers that are of no use any more."""
        newest = self._seen.number
        self._objects.delete([self._name(number) for number in self._numbers() if number <= newest - KEPT])

    def _numbers(self) -> list[int]:
        names = (name.rpartition("/")[2].removesuffix(".json") for name in self._objects.names(self._prefix))
        return [int(name) for name in names if name.isdecimal() and len(name) == _DIGITS]

    def _read(self, number: int) -> dict[str, Any]:
        name = self._name(number)
        try:
            content = json.loads(self._objects.get(name) or b"")
            if not isinstance(content, dict):
                raise TypeError
        except (ValueError, TypeError) as error:
            raise ObjectsError("objects-damaged", name=self._objects.name, what=name) from error
        return content

    def _name(self, number: int) -> str:
        return f"{self._prefix}{number:0{_DIGITS}d}.json"
