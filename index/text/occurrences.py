"""Where the terms of a question stand in a text, letter for letter after folding.

A question has a handful of terms and many candidate texts, so a text is searched for the terms instead of being cut
into all of its own.
"""

import re
from collections.abc import Callable, Sequence

from index.text import pinyin
from index.text.numbers import NUMERAL, value
from index.text.terms import Term, fold_all, stem

_WORD = re.compile(r"[a-z][a-z0-9]*|[0-9]+[a-z][a-z0-9]*")
_NUMBER = re.compile(NUMERAL)


def places(terms: Sequence[Term], texts: Sequence[str]) -> list[list[list[int]]]:
    """For each text, and each term, the offsets at which it stands: the word itself, the value, or the spelled name."""
    numbers = any(term.text[0] == "#" for term in terms)
    words = any(_latin(term.text) for term in terms)
    spelled = any(term.spelled for term in terms)
    found = []
    for folded in fold_all(texts):
        stems = _at(_WORD, folded, stem) if words else {}
        values = _at(_NUMBER, folded, value) if numbers else {}
        sounds = pinyin.places(folded) if spelled else {}
        found.append([_of(term, folded, stems, values, sounds) for term in terms])
    return found


def _of(
    term: Term, folded: str, stems: dict[str, list[int]], values: dict[str, list[int]], sounds: dict[str, int]
) -> list[int]:
    if term.text[0] == "#":
        written = values.get(term.text[1:], [])
    elif _latin(term.text):
        written = stems.get(term.text, [])
    else:
        written = _all(folded, term.text)
    if not written and term.spelled and all(pair in sounds for pair in term.spelled):
        return [sounds[term.spelled[0]]]
    return written


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
