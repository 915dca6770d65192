"""What `doctor` finds: one line a check, and what to do where something is wrong.

A check is a function `(Settings) -> Iterable[Finding]`. Each room that something can go wrong in has its own, named in
`bot.cli.doctor.CHECKS`; none of them raises for what it is there to find.
"""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How it stands: fine, worth a look, broken, or not used."""

    OK = "ok"
    WARNING = "warning"
    BROKEN = "broken"
    UNUSED = "unused"


@dataclass(frozen=True, slots=True)
class Finding:
    """One check's result. `told` never holds a secret; `todo` is an instruction, "" where all is well."""

    name: str
    state: State
    told: str
    todo: str = ""
