"""How long an answer takes, how long indexing takes, how long and how much memory a cold start takes.

    python -m benchmarks.answers [--encoder bundled] [--passages 10000] [--questions 200]

One thread for an answer; indexing takes a second core where the process may use one. Texts are drawn from the
vocabulary with a fixed seed. Where answers are timed, the vectors of passages are drawn at random instead of encoded:
what one says has no bearing on how long it takes to compare, and a hundred thousand passages would be half an hour of
encoding. The rate of indexing is measured on passages that are encoded.
"""

import argparse
import json
import math
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import accumulate
from pathlib import Path

import numpy as np

from index.builds.build import build
from index.encoders.open import open_encoder
from index.encoders.protocol import Encoder, TokenVectors, Vectors, unit
from index.search.index import Index
from index.text.cut import Cut
from index.text.terms import Pieces, encode, tokenizer

ENCODED, LOOKED_UP = 2000, 10_000
"""Passages that the rate of indexing is measured on, for an encoder with layers and for one without: a quick one would
spend a fifth of the time that 2 000 take on the start of the process."""
WARMING = 60
"""Questions that are not timed: the first ones read files and tables that the later ones find in memory."""
A_DOCUMENT = 10
"""Paragraphs a document; each becomes one passage."""
PEAK = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


class Drawn:
    """An encoder whose passages get random vectors; questions are encoded by the real one."""

    def __init__(self, real: Encoder) -> None:
        self._real = real
        self._random = np.random.default_rng(5)
        self.name, self.fingerprint = real.name, real.fingerprint
        self.dimensions, self.token_dimensions = real.dimensions, real.token_dimensions
        self.ranking, self.reads, self.parallel = real.ranking, real.reads, real.parallel

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        return self._real.encode_questions(texts)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        return unit(self._random.standard_normal((len(texts), self.dimensions), dtype=np.float32))

    def encode_cut(self, texts: Sequence[Cut]) -> Vectors:
        return self.encode_passages([text.text for text in texts])

    def encode_again(self, texts: Sequence[str], pieces: Sequence[Pieces]) -> list[TokenVectors]:
        return self._real.encode_again(texts, pieces)

    def encode_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        width = self.token_dimensions or self.dimensions
        found = []
        for encoded in encode(texts):
            vectors = unit(self._random.standard_normal((len(encoded.ids), width), dtype=np.float32))
            found.append(TokenVectors(vectors, encoded.spans))
        return found

    def encode_both(self, texts: Sequence[str]) -> tuple[Vectors, list[TokenVectors]]:
        return self.encode_passages(texts), self.encode_tokens(texts)


def paragraphs(count: int) -> list[str]:
    """`count` invented Chinese paragraphs of about 180 characters, in sentences with numbers among the words.

    Words are drawn as often as the vocabulary says that they occur: caches hit as in real text, no more and no less.
    """
    rng = random.Random(3)
    vocabulary = json.loads(tokenizer().to_str())["model"]["vocab"]
    known = sorted((word, score) for word, score in vocabulary if "\u4e00" <= word[0] <= "\u9fff")
    words, chances = [word for word, _ in known], list(accumulate(math.exp(score) for _, score in known))
    made = []
    for _ in range(count):
        lines = (
            "".join(rng.choices(words, cum_weights=chances, k=17)) + f"{rng.randint(2, 9999)}{rng.choice('个家项')}。"
            for _ in range(5)
        )
        made.append("".join(lines))
    return made


def write(texts: Sequence[str], folder: Path) -> None:
    """A corpus folder of these paragraphs."""
    folder.mkdir()
    for start in range(0, len(texts), A_DOCUMENT):
        body = "\n\n".join(texts[start : start + A_DOCUMENT])
        (folder / f"d{start:07d}.txt").write_text(body + "\n", encoding="utf-8")


def rate(encoder: Encoder, count: int, folder: Path) -> float:
    """Passages a second of a whole reindex of `count`, files to live snapshot."""
    write(paragraphs(count), folder / "corpus")
    began = time.perf_counter()
    made = build(folder / "corpus", folder / "data", encoder, now=datetime.now(UTC))
    return made.report.passages.added / (time.perf_counter() - began)


def answers(encoder: Encoder, size: int, count: int, folder: Path) -> tuple[float, float, float]:
    """(opening in s, p50 in ms, p95 in ms) of asking `count` questions over `size` passages."""
    texts = paragraphs(size)
    write(texts, folder / "corpus")
    build(folder / "corpus", folder / "data", Drawn(encoder), now=datetime.now(UTC))
    began = time.perf_counter()
    index = Index.open(folder / "data", encoder=encoder)
    opened = time.perf_counter() - began
    rng = random.Random(4)
    took = []
    for _ in range(count + WARMING):
        text = rng.choice(texts)
        start = rng.randrange(len(text) - 14)
        began = time.perf_counter()
        index.ask(text[start : start + 10] + "有多少?")
        took.append(1000 * (time.perf_counter() - began))
    warm = sorted(took[WARMING:])
    return opened, statistics.median(warm), warm[int(0.95 * len(warm))]


def cold(encoder: str, folder: Path) -> tuple[float, float]:
    """(seconds, MB) of `python -m bot ask` over the sample corpus, the process and everything in it."""
    base = [sys.executable, "-m", "bot"]
    places = ["--corpus", "corpus", "--data", str(folder)]
    settings = {"ENCODER": encoder, "PATH": "", "OMP_NUM_THREADS": "1"}
    subprocess.run([*base, "index", *places], check=True, capture_output=True, env=settings)
    took, most = [], 0
    for _ in range(3):
        began = time.perf_counter()
        # In between stands a small process: the kernel counts to a child what its parent held when it was begun.
        child = [sys.executable, "-c", PEAK, *base, "ask", "how many smart factories?", *places]
        said = subprocess.run(child, check=True, capture_output=True, env=settings)
        took.append(time.perf_counter() - began)
        most = max(most, int(said.stdout))
    return statistics.median(took), most / 1024


def main() -> None:
    """Measure and print one line a figure."""
    parser = argparse.ArgumentParser(description="Times answers, indexing and a cold start.")
    parser.add_argument("--encoder", default="bundled")
    parser.add_argument("--passages", type=int, default=10_000)
    parser.add_argument("--questions", type=int, default=200)
    chosen = parser.parse_args()
    encoder = open_encoder(chosen.encoder)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for part in ("rate", "answers", "cold"):
            (folder / part).mkdir()
        print(f"encoder        {chosen.encoder}")
        count = ENCODED if encoder.token_dimensions else LOOKED_UP
        print(f"indexing       {rate(encoder, count, folder / 'rate'):.0f} passages/s over {count} passages")
        opened, p50, p95 = answers(encoder, chosen.passages, chosen.questions, folder / "answers")
        print(
            f"one answer     p50 {p50:.1f} ms, p95 {p95:.1f} ms over {chosen.passages} passages, "
            f"opened in {opened:.2f} s"
        )
        seconds, memory = cold(chosen.encoder, folder / "cold")
        print(f"ask, cold      {seconds:.2f} s, {memory:.0f} MB")


if __name__ == "__main__":
    main()
