"""Reading-comprehension data as the span reader meets text at run time: paragraphs, sentences, and windows of them.

The reader is trained on windows cut the way passages are cut, never on whole paragraphs: what it learns about
"the answer is not here" would otherwise not carry over.
"""

import gzip
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from index.text.passages import sentences

Span = tuple[int, int]
NOWHERE: Span = (-1, -1)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and the span of its paragraph that answers it."""

    question: str
    answer: Span


@dataclass(frozen=True, slots=True)
class Paragraph:
    title: str
    text: str
    asked: tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class Example:
    """One training input; no `sentence`: not answered here. `answer` may be unknown where `sentence` is not."""

    question: str
    text: str
    answer: Span = NOWHERE
    sentence: Span = NOWHERE

    @property
    def answered(self) -> bool:
        return self.sentence != NOWHERE


def paragraphs(path: Path) -> list[Paragraph]:
    """Paragraphs of a file in SQuAD form; an answer whose offset is off is looked for, then dropped."""
    with gzip.open(path, "rt", encoding="utf8") as file:
        data = json.load(file)["data"]
    found = []
    for article in data:
        for entry in article["paragraphs"]:
            asked = tuple(_asked(entry["context"], entry["qas"]))
            found.append(Paragraph(article.get("title", ""), entry["context"], asked))
    return found


def _asked(text: str, entries: Sequence[dict]) -> Iterator[Asked]:
    for entry in entries:
        answer = entry["answers"][0]
        words, start = answer["text"].strip(), answer["answer_start"]
        if not words:
            continue
        if text[start : start + len(words)] != words:
            start = text.find(words)
        if start >= 0:
            yield Asked(entry["question"].strip(), (start, start + len(words)))


def holding(spans: Sequence[Span], answer: Span) -> int:
    """The number of the sentence that the answer starts in, or -1."""
    return next((i for i, (start, end) in enumerate(spans) if start <= answer[0] < end), -1)


def window_around(spans: Sequence[Span], chosen: int, limit: int, rng: random.Random) -> tuple[int, int]:
    """A run of sentences [first, last) that holds the chosen one, at a random place in it, up to `limit` characters."""
    first, last = chosen, chosen + 1
    while True:
        sides = []
        if first > 0 and spans[last - 1][1] - spans[first - 1][0] <= limit:
            sides.append(-1)
        if last < len(spans) and spans[last][1] - spans[first][0] <= limit:
            sides.append(1)
        if not sides:
            return first, last
        if rng.choice(sides) < 0:
            first -= 1
        else:
            last += 1


def cut(text: str, limit: int) -> list[Span]:
    """Consecutive runs of sentences of at most `limit` characters (a longer sentence stands alone)."""
    runs: list[Span] = []
    for start, end in sentences(text):
        if runs and end - runs[-1][0] <= limit:
            runs[-1] = (runs[-1][0], end)
        else:
            runs.append((start, end))
    return runs
