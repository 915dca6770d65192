"""How far to read: the reader model is most of what an answer costs, and the first passage is mostly the right one.

Passages are read one by one, best first, until one of them clearly answers or what is left is clearly worse. What was
read beside the best tells how sure it is: `docs/decisions/tail.md` has what more or less reading gives and costs.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from index.encoders.span_reader import SpanReader
from index.search.question.query import Query
from index.search.ranking.candidates import PassageMatch
from index.search.ranking.sentence_matches import LIMIT, reader_odds, wanted_features

READ = 5
"""Passages that are read at most."""
TRANSLATIONS = 2
"""Passages of its translation that are read after one in another language."""
SURE = 7.0
"""Log odds, of the passage and of its best sentence together, at which nothing more is read."""
BEHIND = 4.0
"""How far, in logits, a passage may be behind the first and still be read."""


def read_on(
    reader: SpanReader, query: Query, passages: Sequence[PassageMatch], odds: Sequence[float]
) -> list[PassageMatch]:
    """The same passages, the first of them with their `reading`; `odds` are those of the passages, best first."""

    def reads(passage: PassageMatch) -> PassageMatch:
        # What the passage writes for a word of the question is said beside it: the reader knows few such pairs.
        return replace(passage, reading=reader.read(" ".join([query.text, *passage.other]), [passage.text])[0])

    found = list(passages)
    sure: list[float] = []
    for n, own in enumerate(odds[:READ]):
        if own < odds[0] - BEHIND or (sure and sure[-1] >= SURE):
            break
        found[n] = reads(found[n])
        sure.append(sureness(found[n], query))
    best = found[sure.index(max(sure))] if sure else None
    if best is not None and best.cross:
        # What it says may stand in the asker's language too, and is quoted from there if that answers as well.
        translations = [n for n in range(len(sure), len(found)) if translates(found[n], best)]
        for n in translations[:TRANSLATIONS]:
            found[n] = reads(found[n])
    return found


def translates(passage: PassageMatch, other: PassageMatch) -> bool:
    """Whether `passage` is of the same document as `other`, in the language that was asked in."""
    return not passage.cross and passage.source.same_text(other.source)


def sureness(passage: PassageMatch, query: Query) -> float:
    """Log odds that `passage`, which was read, answers, and that its best sentence does, added up.

    A sentence without a number is no sure answer to "how many", whatever the reader says of it.
    """
    relevance = passage.reading.relevance if passage.reading else 0.0
    texts = [passage.text[slice(*passage.within(span))] for span in passage.sentences]
    lacking = np.asarray(wanted_features(query, texts), np.float32) < 0
    return relevance + float(np.where(lacking, -LIMIT, reader_odds(passage)).max(initial=-LIMIT))
