"""Which program can work with which journal, where two versions of it run at once.

A journal bears one number for two things: how many steps made it, and how many of them a program has to know. A step
that only adds leaves the second as it is, so programs of before go on, start again, and can be gone back to.
"""

from dataclasses import dataclass

THOUSAND = 1000


@dataclass(frozen=True, slots=True)
class Form:
    """`steps` were taken. A program that knows `needed` of them or more can work with what they made."""

    steps: int
    needed: int

    @classmethod
    def read(cls, number: int) -> "Form":
        """What the number of a journal says; 0 is that of an empty one."""
        needed, steps = divmod(number, THOUSAND)
        # The first journals did not say it.
        return cls(steps, needed or steps)

    @property
    def number(self) -> int:
        """What the journal bears."""
        return self.needed * THOUSAND + self.steps
