"""The span reader: which tokens of a passage answer a question, and whether the passage answers it at all.

A small cross-encoder over the question and one passage, run by onnxruntime. It shares the encoder's tokeniser and input
table, so only its layers are files of its own. What it says are logits; what to make of them is decided elsewhere.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]
Graph = Callable[[Ints, Floats, Floats], tuple[Floats, Floats, Floats]]
"""Token ids, 1.0 in the passage, 1.0 at real tokens -> start and end logits a token, relevance a row."""

LONGEST = 224
OVERLAP = 48
MOST_QUESTION = 62
BATCH_TOKENS = 2048
CLS, SEP = 2, 3


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader says of one text, a row a token.

    `spans` are code-point offsets into the text. `null` stands for "not answered here" in both places, so that
    start[i] + end[j] - 2 * null is the log odds of tokens i to j against it. `relevance` is a log odds of its own.
    """

    spans: Ints
    start: Floats
    end: Floats
    null: float
    relevance: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """A span that may answer; `score` is the log odds against "not answered here"."""

    start: int
    end: int
    score: float


def best_spans(reading: Reading, n: int = 1, max_tokens: int = 30) -> list[Candidate]:
    """The n best spans of at most max_tokens tokens, best first, no two overlapping; empty for an empty text."""
    length = len(reading.start)
    if not length or n < 1:
        return []
    width = min(max_tokens, length)
    ends = np.full((length, width), -np.inf, dtype=np.float32)
    for offset in range(width):
        ends[: length - offset, offset] = reading.end[offset:]
    scores = reading.start[:, None] + ends - np.float32(2 * reading.null)
    chosen: list[Candidate] = []
    while len(chosen) < n:
        first, offset = divmod(int(scores.argmax()), width)
        score = float(scores[first, offset])
        if not np.isfinite(score):
            break
        chosen.append(Candidate(int(reading.spans[first, 0]), int(reading.spans[first + offset, 1]), score))
        for row in range(max(0, first - width + 1), first + offset + 1):
            scores[row, max(0, first - row) :] = -np.inf
    return chosen


def sentence_scores(reading: Reading, sentences: Sequence[tuple[int, int]]) -> Floats:
    """The log odds of each sentence (code-point spans of the text) against "not answered here"; -inf without tokens.

    Log-sum-exp of its tokens' start logits plus that of their end logits: every span within counts, not only the best.
    """
    scores = np.full(len(sentences), -np.inf, dtype=np.float32)
    for i, (first, last) in enumerate(sentences):
        inside = (reading.spans[:, 0] < last) & (reading.spans[:, 1] > first)
        if inside.any():
            scores[i] = _logsumexp(reading.start[inside]) + _logsumexp(reading.end[inside]) - 2 * reading.null
    return scores


def _logsumexp(values: Floats) -> float:
    most = float(values.max())
    return most + float(np.log(np.exp(values - most).sum()))


@dataclass(frozen=True, slots=True)
class _Window:
    """One input of the graph: tokens [first, last) of a text."""

    text: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class SpanReader:
    """Reads passages for a question. Safe to share between threads."""

    tokenizer: Tokenizer
    graph: Graph

    def read(self, question: str, texts: Sequence[str]) -> list[Reading]:
        """One reading a text, in order; long texts by overlapping windows, a long question by its first tokens."""
        asked = self.tokenizer.encode(question, add_special_tokens=False).ids[:MOST_QUESTION]
        encoded = self.tokenizer.encode_batch(list(texts), add_special_tokens=False)
        windows = [w for i, text in enumerate(encoded) for w in _windows(i, len(text.ids), LONGEST - 3 - len(asked))]
        readings: list[list[tuple[_Window, Reading]]] = [[] for _ in texts]
        for batch in _batches(windows, len(asked)):
            for window, reading in self._run(asked, encoded, batch):
                readings[window.text].append((window, reading))
        return [_joined(sorted(parts, key=lambda p: p[0].first)) for parts in readings]

    def _run(self, asked: list[int], texts: list[Encoding], batch: list[_Window]) -> Iterator[tuple[_Window, Reading]]:
        shift = len(asked) + 2
        longest = shift + max(w.last - w.first for w in batch) + 1
        ids = np.zeros((len(batch), longest), dtype=np.int32)
        types, mask = np.zeros(ids.shape, dtype=np.float32), np.zeros(ids.shape, dtype=np.float32)
        for row, w in enumerate(batch):
            tokens = [CLS, *asked, SEP, *texts[w.text].ids[w.first : w.last], SEP]
            ids[row, : len(tokens)], mask[row, : len(tokens)] = tokens, 1.0
            types[row, shift : len(tokens) - 1] = 1.0
        start, end, relevance = self.graph(ids, types, mask)
        for row, w in enumerate(batch):
            here = slice(shift, shift + w.last - w.first)
            spans = np.array(texts[w.text].offsets[w.first : w.last], dtype=np.int32).reshape(-1, 2)
            null = float(start[row, 0] + end[row, 0]) / 2
            # Measured from the window's own "not answered here", so that windows can be compared.
            yield (
                w,
                Reading(
                    spans, start[row, here] - start[row, 0], end[row, here] - end[row, 0], null, float(relevance[row])
                ),
            )


def _windows(text: int, length: int, room: int) -> Iterator[_Window]:
    """Windows of at most `room` tokens, the last one full as well, so that no answer stands at the rim of a stump."""
    first = 0
    while first + room < length:
        yield _Window(text, first, first + room)
        first = min(first + room - OVERLAP, length - room)
    yield _Window(text, first, min(length, first + room))


def _batches(windows: list[_Window], asked: int) -> Iterator[list[_Window]]:
    """Windows of like length together, each batch within BATCH_TOKENS tokens."""
    batch: list[_Window] = []
    for window in sorted(windows, key=lambda w: w.last - w.first):
        if batch and (len(batch) + 1) * (window.last - window.first + asked + 3) > BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(window)
    if batch:
        yield batch


def _joined(parts: list[tuple[_Window, Reading]]) -> Reading:
    """One reading of all windows of a text: where two overlap, each keeps the half nearer to its middle."""
    null = min(reading.null for _, reading in parts)
    borders = [0, *[(a.last + b.first) // 2 for (a, _), (b, _) in pairwise(parts)], parts[-1][0].last]
    spans, start, end = [], [], []
    for (window, reading), (first, last) in zip(parts, pairwise(borders), strict=True):
        kept = slice(first - window.first, last - window.first)
        spans.append(reading.spans[kept])
        start.append(reading.start[kept] + np.float32(null))
        end.append(reading.end[kept] + np.float32(null))
    relevance = max(reading.relevance for _, reading in parts)
    return Reading(np.concatenate(spans), np.concatenate(start), np.concatenate(end), null, relevance)


def open_reader(folder: Path) -> SpanReader:
    raise NotImplementedError(folder)
