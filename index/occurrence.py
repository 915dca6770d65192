"""Where the terms of a question stand in a text, letter for letter after folding.

A question has a handful of terms and many candidate texts, so a text is searched for the terms instead of being cut
into all of its own.
"""

import re
from collections.abc import Callable, Sequence

from index.numerals import NUMERAL, value
from index.tokens import Term, fold, pinyin_pairs, stem

_WORD = re.compile(r"[a-z][a-z0-9]*|[0-9]+[a-z][a-z0-9]*")
_NUMBER = re.compile(NUMERAL)


def occurrences(terms: Sequence[Term], text: str) -> list[list[int]]:
    """For each of `terms` the offsets at which it stands in `text`: the word itself, the value, or the spelled name."""
    folded = fold(text)
    stems = _at(_WORD, folded, stem) if any(_latin(term.text) for term in terms) else {}
    values = _at(_NUMBER, folded, value) if any(term.text.startswith("#") for term in terms) else {}
    pinyin = pinyin_pairs(folded) if any(term.spelled for term in terms) else {}
    found = []
    for term in terms:
        if term.text.startswith("#"):
            places = values.get(term.text[1:], [])
        elif _latin(term.text):
            places = stems.get(term.text, [])
        else:
            places = [m.start() for m in re.finditer(re.escape(term.text), folded)]
        if not places and term.spelled and all(pair in pinyin for pair in term.spelled):
            places = [pinyin[term.spelled[0]]]
        found.append(places)
    return found


def _latin(text: str) -> bool:
    return text[0].isascii() and text[0].isalnum()


def _at(pattern: re.Pattern[str], text: str, key: Callable[[str], str]) -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    for found in pattern.finditer(text):
        places.setdefault(key(found.group()), []).append(found.start())
    return places
