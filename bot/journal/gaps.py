"""Questions that mean about the same, grouped: what an admin should add a document for."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from index.text.chinese import HAN_RUN

ALIKE = 0.5
"""Shared parts over all parts (Jaccard) from which two questions count as one gap."""
WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Asked:
    """One question that found no answer."""

    question: str
    user: str
    at: float
    wanted: bool = False
    """Whether somebody asked to be told once it is answered."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Alike questions; `question` is the newest of them."""

    question: str
    count: int
    people: int
    last: float
    wanted: int = 0
    """How many of them somebody waits for."""


def group(asked: Iterable[Asked]) -> list[Gap]:
    """Gaps: those that somebody waits for, then the most asked first. Expects the newest question first."""
    groups: list[tuple[frozenset[str], list[Asked]]] = []
    for one in asked:
        parts = _parts(one.question)
        home = next((members for others, members in groups if _alike(parts, others)), None)
        if home is None:
            groups.append((parts, [one]))
        else:
            home.append(one)
    gaps = [
        Gap(
            members[0].question,
            len(members),
            len({member.user for member in members}),
            members[0].at,
            sum(m.wanted for m in members),
        )
        for _, members in groups
    ]
    return sorted(gaps, key=lambda gap: (not gap.wanted, -gap.count, -gap.last))


def _parts(question: str) -> frozenset[str]:
    """Words, and for ideographs pairs of neighbours: two questions are compared by what they share of these."""
    parts: set[str] = set()
    for word in WORD.findall(unicodedata.normalize("NFKC", question).casefold()):
        if HAN_RUN.search(word):
            parts.update(word[at : at + 2] for at in range(max(1, len(word) - 1)))
        else:
            parts.add(word)
    return frozenset(parts)


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    together = len(one | other)
    return together == 0 or len(one & other) / together >= ALIKE
