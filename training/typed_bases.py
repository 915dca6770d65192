"""Typed questions in a real search: an index of each small knowledge base that they are about."""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from index.builds.build import build
from index.document import Span
from index.encoders.protocol import Encoder
from index.encoders.span_reader import SpanReader
from index.search.index import Index
from index.search.ranking.ranking_model import Ranking
from index.snapshots.snapshot import active
from training.typed import Typed, read_text


def opened(
    documents: Path, known: Sequence[Typed], names: Iterable[str], encoder: Encoder, reader: SpanReader | None
) -> Iterator[tuple[str, Index]]:
    """Each of the knowledge bases `names` with its index, over all documents that `known` asks about; one at a time."""
    for base in sorted(set(names)):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            for name in {one.document for one in known if one.corpus == base}:
                copy = root / "corpus" / readable(name)
                copy.parent.mkdir(parents=True, exist_ok=True)
                copy.write_text(read_text(documents / name), encoding="utf-8")
            build(root / "corpus", root / "data", encoder, now=datetime.now(UTC))
            yield base, Index(active(root / "data"), encoder, Ranking.load(encoder.ranking), reader)


def readable(name: str) -> str:
    """A file name that the readers take as it stands, so that offsets hold."""
    return name if name.endswith((".md", ".txt")) else name + ".txt"


def holds(answers: Sequence[Span], start: int, end: int) -> bool:
    """Whether a stretch lies within an answering one, by half of either at the least."""
    shared = [(min(end, b) - max(start, a), b - a) for a, b in answers if min(end, b) > max(start, a)]
    return any(2 * within >= end - start or 2 * within > length for within, length in shared)
