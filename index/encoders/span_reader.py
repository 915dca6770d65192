"""The span reader: which tokens of a passage answer a question, and whether the passage answers it at all.

A small cross-encoder over the question and one passage, run by onnxruntime. It shares the encoder's tokeniser and input
table, so only its layers are files of its own. What it says are logits; what to make of them is decided elsewhere.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.encoders.input_table import WordVectors, read_config
from index.encoders.protocol import MODELS
from index.encoders.student import open_session, padded
from index.text.terms import encode, rarities

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
Spans = NDArray[np.int32]
Graph = Callable[[Ints, Floats, Floats], tuple[Floats, Floats, Floats]]
"""Token ids, 1.0 in the passage, 1.0 at real tokens -> start and end logits a token, relevance a row."""

READER = MODELS / "reader"
"""Where the shipped reader is."""

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

    spans: Spans
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
class _Part:
    """What the graph said of one window."""

    window: _Window
    start: Floats
    end: Floats
    null: float
    relevance: float


@dataclass(frozen=True, slots=True)
class SpanReader:
    """Reads passages for a question. Safe to share between threads."""

    graph: Graph
    fingerprint: str = ""
    """Changes when the reader's logits change."""

    @classmethod
    def open(cls, folder: Path = READER, *, threads: int = 1) -> "SpanReader":
        """The shipped reader, or the one in `folder`, beside the folder of the encoder whose table it reads.

        Raises EncoderError where files are missing or do not fit.
        """
        config = read_config(folder)
        table = WordVectors(folder.parent / str(config["table"]))
        # Composed words are rare: they were not counted.
        rarity = np.ones(len(table), np.float32)
        counted = rarities()
        rarity[: len(counted)] = counted.astype(np.float32) / np.float32(255)
        session = open_session(folder / "layers.onnx", threads)

        def graph(ids: Ints, types: Floats, mask: Floats) -> tuple[Floats, Floats, Floats]:
            feeds = {"words": table.vectors(ids), "rarity": rarity[ids], "types": types, "mask": mask}
            start, end, relevance = session.run(None, feeds)
            return start, end, relevance

        return cls(graph, str(config["fingerprint"]))

    def watched(self, reading: Callable[[int], AbstractContextManager[object]]) -> "SpanReader":
        """The same reader that enters `reading`, given the number of windows, around each run of its graph."""

        def graph(ids: Ints, types: Floats, mask: Floats) -> tuple[Floats, Floats, Floats]:
            with reading(len(ids)):
                return self.graph(ids, types, mask)

        return replace(self, graph=graph)

    def read(self, question: str, texts: Sequence[str]) -> list[Reading]:
        """One reading a text, in order; long texts by overlapping windows, a long question by its first tokens."""
        asked = encode([question])[0].ids[:MOST_QUESTION]
        encoded = encode(texts)
        windows = [w for i, text in enumerate(encoded) for w in _windows(i, len(text.ids), LONGEST - 3 - len(asked))]
        parts: list[list[_Part]] = [[] for _ in texts]
        for batch in _batches(windows, len(asked)):
            for part in self._run(asked, [encoded[w.text].ids for w in batch], batch):
                parts[part.window.text].append(part)
        return [_joined(e.spans, p) for e, p in zip(encoded, parts, strict=True)]

    def _run(self, asked: list[int], texts: list[list[int]], batch: list[_Window]) -> Iterator[_Part]:
        shift = len(asked) + 2
        ids, mask = padded([[CLS, *asked, SEP, *t[w.first : w.last], SEP] for t, w in zip(texts, batch, strict=True)])
        types = np.zeros(ids.shape, np.float32)
        for row, w in enumerate(batch):
            types[row, shift : shift + w.last - w.first] = 1.0
        start, end, relevance = self.graph(ids, types, mask)
        for row, w in enumerate(batch):
            here = slice(shift, shift + w.last - w.first)
            null = float(start[row, 0] + end[row, 0]) / 2
            # Measured from the window's own "not answered here", so that windows can be compared.
            logits = (start[row, here] - start[row, 0], end[row, here] - end[row, 0])
            yield _Part(w, *logits, null, float(relevance[row]))


@cache
def shipped_reader() -> SpanReader:
    """The shipped reader, loaded once: all indexes of a process share it. Raises EncoderError as `open` does."""
    return SpanReader.open()


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


def _joined(spans: Spans, parts: list[_Part]) -> Reading:
    """One reading of all windows of a text: where two overlap, each keeps the half nearer to its middle."""
    parts = sorted(parts, key=lambda part: part.window.first)
    null = np.float32(min(part.null for part in parts))
    between = [(a.window.last + b.window.first) // 2 for a, b in pairwise(parts)]
    borders = [0, *between, parts[-1].window.last]
    start, end = [], []
    for part, (first, last) in zip(parts, pairwise(borders), strict=True):
        kept = slice(first - part.window.first, last - part.window.first)
        start.append(part.start[kept] + null)
        end.append(part.end[kept] + null)
    relevance = max(part.relevance for part in parts)
    return Reading(spans, np.concatenate(start), np.concatenate(end), float(null), relevance)
