"""What `doctor` finds: one line a check, and what to do where something is wrong.

Each package in which something can go wrong has its own checks, named in `bot.cli.doctor.doctor`; none of them raises
for what it is there to find.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.question import Language

if TYPE_CHECKING:
    from bot.settings import Settings


class CheckStatus(StrEnum):
    """How it stands: fine, worth a look, broken, or not used."""

    OK = "ok"
    WARNING = "warning"
    BROKEN = "broken"
    UNUSED = "unused"


@dataclass(frozen=True, slots=True)
class Finding:
    """One check's result. `message` never holds a secret; `todo` is an instruction, "" where all is well."""

    name: str
    state: CheckStatus
    message: str
    todo: str = ""


Check = Callable[["Settings", Language], Iterable[Finding]]
"""Settings, and the language of who reads."""
