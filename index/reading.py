"""How far to read: the reader model is most of what an answer costs, and the first passage is mostly the right one.

Passages are read one by one, best first, until one of them clearly answers or what is left is clearly worse. Measured
on CMRC's trial set, where the choice is the same as when six are read: see `docs/decisions/sentence.md`.
"""

from collections.abc import Sequence
from dataclasses import replace

from index.candidates import PassageMatch
from index.quoting import LIMIT, reader_odds
from index.spans import SpanReader

READ = 5
"""Passages that are read at most."""
SURE = 4.0
"""Log odds, of the passage and of its best sentence together, at which nothing more is read."""
BEHIND = 4.0
"""How far, in logits, a passage may be behind the first and still be read."""


def read_on(
    reader: SpanReader, question: str, passages: Sequence[PassageMatch], odds: Sequence[float]
) -> list[PassageMatch]:
    """The same passages, the first of them with their `reading`; `odds` are those of the passages, best first."""
    read: list[PassageMatch] = []
    for passage, own in zip(passages[:READ], odds, strict=False):
        if own < odds[0] - BEHIND or (read and sureness(read[-1]) >= SURE):
            break
        read.append(replace(passage, reading=reader.read(question, [passage.text])[0]))
    return read + list(passages[len(read) :])


def sureness(passage: PassageMatch) -> float:
    """Log odds that `passage`, which was read, answers, and that its best sentence does, added up."""
    relevance = passage.reading.relevance if passage.reading else 0.0
    return relevance + float(reader_odds(passage).max(initial=-LIMIT))
