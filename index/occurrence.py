"""Where the terms of a question stand in a text, letter for letter after folding.

A question has a handful of terms and many candidate texts, so a text is searched for the terms instead of being cut
into all of its own.
"""

import re
from collections.abc import Callable, Sequence

from index import pinyin
from index.numerals import NUMERAL, value
from index.tokens import Term, fold, stem

_WORD = re.compile(r"[a-z][a-z0-9]*|[0-9]+[a-z][a-z0-9]*")
_NUMBER = re.compile(NUMERAL)


class Lookup:
    """The terms of one question, to be found in many texts."""

    def __init__(self, terms: Sequence[Term]) -> None:
        self._terms = terms
        self._numbers = any(term.text[0] == "#" for term in terms)
        self._words = any(_latin(term.text) for term in terms)
        self._spelled = any(term.spelled for term in terms)

    def __call__(self, text: str) -> list[list[int]]:
        """For each term the offsets at which it stands: the word itself, the value, or the spelled name."""
        folded = fold(text)
        stems = _at(_WORD, folded, stem) if self._words else {}
        values = _at(_NUMBER, folded, value) if self._numbers else {}
        spelled = pinyin.places(folded) if self._spelled else {}
        found = []
        for term in self._terms:
            if term.text[0] == "#":
                places = values.get(term.text[1:], [])
            elif _latin(term.text):
                places = stems.get(term.text, [])
            else:
                places = _all(folded, term.text)
            if not places and term.spelled and all(pair in spelled for pair in term.spelled):
                places = [spelled[term.spelled[0]]]
            found.append(places)
        return found


def _latin(text: str) -> bool:
    return text[0].isascii() and text[0].isalnum()


def _all(text: str, part: str) -> list[int]:
    places = []
    at = text.find(part)
    while at >= 0:
        places.append(at)
        at = text.find(part, at + len(part))
    return places


def _at(pattern: re.Pattern[str], text: str, key: Callable[[str], str]) -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    for found in pattern.finditer(text):
        places.setdefault(key(found.group()), []).append(found.start())
    return places
