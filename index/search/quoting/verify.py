"""A text checked against the corpus: for each sentence, where it is found, or that it is not.

A sentence counts as said in other words only where a quote has the same numbers, says no where it says no, and, within
one language, shares most of its words. A quote that fails one of these is shown as the nearest, not as support.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from index.answer import Answer, Quote
from index.search.question.query import parse
from index.text.language import detect
from index.text.numbers import NUMERAL, value
from index.text.sentences import sentences
from index.text.terms import fold, query_terms, terms

MOST_SENTENCES = 200
"""Sentences that are looked at; the rest of a longer text is left out."""
LEAST_SHARED = 0.6
"""Share of a sentence's words, without those that every text has, that a quote in its language must have."""
READ = 3
"""Quotes that are compared with a sentence."""
NO = re.compile(r"[不没无未非莫]|\b(?:not|no|never|none|nobody|nothing|neither|nor|without|cannot)\b|n['’]t\b")
NUMBER = re.compile(NUMERAL)


class Verdict(StrEnum):
    EXACT = "exact"
    """Stands in the corpus letter for letter, but for white space."""
    CLOSE = "close"
    """Stands there in other words, punctuation or script: compare the quote."""
    NOWHERE = "nowhere"


@dataclass(frozen=True, slots=True)
class Checked:
    """One sentence, `text[start:end]` of what was given, and the quotes that bear it out."""

    text: str
    start: int
    end: int
    verdict: Verdict
    quotes: tuple[Quote, ...] = ()
    """For NOWHERE the nearest that the corpus says, which does not bear the sentence out."""


class Searched(Protocol):
    """What checking needs of an index."""

    def ask(self, question: str, *, top: int = 1, before: Sequence[str] = ()) -> Answer: ...

    def locate(self, text: str) -> tuple[Quote, ...]: ...


def verify(index: Searched, text: str) -> tuple[Checked, ...]:
    """Every sentence of `text` in order, MOST_SENTENCES at most."""
    return tuple(_checked(index, text, *span) for span in sentences(text)[:MOST_SENTENCES])


def _checked(index: Searched, text: str, start: int, end: int) -> Checked:
    sentence = text[start:end]
    found = index.locate(sentence)
    if exact := tuple(quote for quote in found if _same_letters(quote.text, sentence)):
        return Checked(sentence, start, end, Verdict.EXACT, exact)
    if found:
        return Checked(sentence, start, end, Verdict.CLOSE, found)
    answer = index.ask(sentence, top=READ)
    said = answer.quotes or answer.nearest
    if borne := tuple(quote for quote in said if bears_out(quote.text, sentence)):
        return Checked(sentence, start, end, Verdict.CLOSE, borne[:1])
    return Checked(sentence, start, end, Verdict.NOWHERE, said[:1])


def bears_out(quote: str, sentence: str) -> bool:
    """Whether `quote` may be read as saying `sentence`; a rule of thumb on the strict side, no proof."""
    quote, sentence = fold(quote), fold(sentence)
    if not _numbers(sentence) <= _numbers(quote) or bool(NO.search(quote)) != bool(NO.search(sentence)):
        return False
    words, there = set(query_terms(parse(sentence).content)), set(query_terms(terms(quote)))
    if detect(quote) != detect(sentence):
        # No word is shared across languages: numbers and names are what can be compared.
        return bool(_numbers(sentence))
    return bool(words) and len(words & there) >= LEAST_SHARED * len(words)


def _same_letters(quote: str, sentence: str) -> bool:
    """What `locate` found ends at the last letter, so a sentence's own full stop does not count."""
    mark = re.compile(r"\s|[.。!！?？]+\Z")
    return mark.sub("", quote) == mark.sub("", sentence)


def _numbers(text: str) -> set[str]:
    return {value(match.group()) for match in NUMBER.finditer(text)}
