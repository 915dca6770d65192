"""Whether a hyphen at the end of a row parts a word or belongs to it, told by the other words of the document."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_WORD = re.compile(r"[^\W\d_]+(?:[-‐][^\W\d_]+)*")
_LAST = re.compile(r"[^\W\d_]+(?:[-‐][^\W\d_]+)*[-‐]\Z")
_FIRST = re.compile(r"[^\W\d_]+")
_LONG = 4
"""Letters of a word that may be a part of a compound that nothing else tells."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    words: frozenset[str] = frozenset()
    """Every word, and every compound with its hyphens, in small letters."""

    @classmethod
    def of(cls, lines: Iterable[str]) -> "Vocabulary":
        """All words of these lines, but those that a line break parts."""
        words: set[str] = set()
        parted = False
        for line in lines:
            whole = _LAST.sub("", line)
            found = _WORD.findall(whole)
            words.update(word.lower() for word in (found[1:] if parted else found))
            parted = len(whole) < len(line)
        return cls(frozenset(words))

    def is_one_word(self, before: str, after: str) -> bool:
        """`before` ends with a hyphen that goes where `after` goes on."""
        last, first = _LAST.search(before), _FIRST.match(after)
        if last is None or first is None or not after[0].islower():
            return False
        left, right = last.group()[:-1].lower(), first.group()
        if f"{left}-{right}" in self.words:
            return False
        if left + right in self.words:
            return True
        return not (len(left) >= _LONG <= len(right) and left in self.words and right in self.words)
