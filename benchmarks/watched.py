"""An index whose encoder and reader are watched while they answer: what an answer's time went into."""

import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from index.answer import Answer
from index.encoders.protocol import Encoder, TokenVectors, Vectors
from index.encoders.span_reader import READER, Reading, SpanReader
from index.search.index import Index
from index.search.ranking.ranking_model import Ranking
from index.snapshots.snapshot import Snapshot


@dataclass(slots=True)
class Spent:
    """What one answer took. Milliseconds of processor time of the whole process, but for `wall`."""

    question: str
    wall: float = 0.0
    processor: float = 0.0
    encoding: float = 0.0
    reading: float = 0.0
    searches: int = 0
    """Times that the index was searched: more than once for a misspelled question, and for two in one."""
    passages: int = 0
    """Passages that the reader read."""
    characters: int = 0
    """Of these passages."""
    answer: Answer | None = None

    @property
    def reason(self) -> str:
        """What was done, and why more than once."""
        answer = self.answer
        why = f"{self.passages} passages of {self.characters} characters read"
        if answer is not None and answer.read_as:
            why += f", misspelled: asked again as {answer.read_as!r}"
        elif answer is not None and answer.question_parts:
            why += ", two questions"
        elif self.searches > 1:
            why += f", searched {self.searches} times in vain"
        elif answer is not None and not answer.answered:
            why += ", no answer"
        return why

    def __str__(self) -> str:
        rest = self.processor - self.encoding - self.reading
        parts = f"{self.encoding:4.0f} encoding, {self.reading:4.0f} reading, {rest:4.0f} else"
        return f"{self.processor:6.1f} ms ({parts})  {self.reason}: {self.question[:60]}"


@dataclass(slots=True)
class Watch:
    """Where the watched ones write: the answer in hand."""

    now: Spent = field(default_factory=lambda: Spent(""))


class WatchedReader:
    """A span reader that counts what it reads."""

    def __init__(self, reader: SpanReader, watch: Watch) -> None:
        self._reader, self._watch, self.fingerprint = reader, watch, reader.fingerprint

    def read(self, question: str, texts: Sequence[str]) -> list[Reading]:
        began = time.process_time()
        found = self._reader.read(question, texts)
        now = self._watch.now
        now.reading += 1000 * (time.process_time() - began)
        now.passages += len(texts)
        now.characters += sum(map(len, texts))
        return found


class WatchedEncoder:
    """An encoder that counts the questions it encodes."""

    def __init__(self, encoder: Encoder, watch: Watch) -> None:
        self._encoder, self._watch = encoder, watch

    def __getattr__(self, name: str) -> object:
        return getattr(self._encoder, name)

    def encode_both(self, texts: Sequence[str]) -> tuple[Vectors, list[TokenVectors]]:
        began = time.process_time()
        found = self._encoder.encode_both(texts)
        self._watch.now.encoding += 1000 * (time.process_time() - began)
        self._watch.now.searches += 1
        return found


class WatchedIndex:
    """Answers as `Index` does, one question at a time, and says what each answer took."""

    def __init__(self, snapshot: Snapshot, encoder: Encoder) -> None:
        self._watch = Watch()
        reader = WatchedReader(SpanReader.open(), self._watch) if encoder.reads and READER.is_dir() else None
        watched = WatchedEncoder(encoder, self._watch)
        self.index = Index(snapshot, watched, Ranking.load(encoder.ranking), reader)  # type: ignore[arg-type]

    def ask(self, question: str) -> Spent:
        self._watch.now = spent = Spent(question)
        wall, processor = time.perf_counter(), time.process_time()
        spent.answer = self.index.ask(question)
        spent.wall = 1000 * (time.perf_counter() - wall)
        spent.processor = 1000 * (time.process_time() - processor)
        return spent


def quantile(values: Sequence[float], share: float) -> float:
    """The value that `share` of `values` do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def quantiles(values: Sequence[float]) -> str:
    """p50, p95 and p99 in words."""
    return (
        f"p50 {statistics.median(values):6.1f}  p95 {quantile(values, 0.95):6.1f}  p99 {quantile(values, 0.99):6.1f} ms"
    )
