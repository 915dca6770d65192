"""What the span reader is worth: the sentence, the span, and the relevance, on questions it never saw.

`python -m training.spans_measure --data DIR` prints the table of the model card. What is in bench/ is
only ever measured on.
"""

import argparse
import gzip
import json
import random
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index.encoders.span_reader import READER, Reading, SpanReader, best_spans, sentence_scores
from index.text.passages import sentences
from index.text.terms import tokenizer
from training.spans_examples import Pool
from training.spans_text import Paragraph, cut


@dataclass(frozen=True, slots=True)
class Case:
    """A question, the paragraph that answers it, and the answers as people wrote them."""

    question: str
    owner: int
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bench:
    name: str
    texts: list[str]
    cases: list[Case]


def squad(contexts: Path, questions: Path | None = None) -> tuple[list[str], list[Case]]:
    """Texts of one file and questions of another over the same paragraphs."""
    texts, asked = _entries(contexts), _entries(questions or contexts)
    cases = []
    for n, (told, ask) in enumerate(zip(texts, asked, strict=True)):
        for native, other in zip(told["qas"], ask["qas"], strict=True):
            cases.append(Case(other["question"], n, tuple(a["text"] for a in native["answers"])))
    return [t["context"] for t in texts], cases


def _entries(path: Path) -> list[dict]:
    with gzip.open(path, "rt", encoding="utf8") as file:
        return [p for d in json.load(file)["data"] for p in d["paragraphs"]]


def benches(data: Path, limit: int) -> Iterator[Bench]:
    """CMRC's trial set (never trained on either), then the benchmarks."""
    yield _bench("CMRC trial", limit, data / "reading" / "cmrc2018-trial.json.gz")
    for asked, told in (("zh", "zh"), ("en", "zh"), ("zh", "en"), ("en", "en")):
        files = [data / "bench" / f"xquad-{lang}-first-half.json.gz" for lang in (told, asked)]
        yield _bench(f"XQuAD {asked}->{told}", limit, *files)
    yield _bench("CMRC dev", limit, data / "bench" / "cmrc2018-dev.json.gz")


def _bench(name: str, limit: int, *files: Path) -> Bench:
    texts, cases = squad(*files)
    return Bench(name, texts, _some(cases, limit))


def _some(cases: list[Case], limit: int) -> list[Case]:
    return random.Random(7).sample(cases, limit) if 0 < limit < len(cases) else cases


def measure(reader: SpanReader, bench: Bench) -> dict[str, float]:
    """Shares over the cases: the chosen sentence holds an answer; span F1; how well gold and hard passages part."""
    pool = Pool(tokenizer())
    pool.fill([Paragraph("", text, ()) for text in bench.texts], limit=_limit(bench.texts[0]))
    sums: Counter[str] = Counter()
    gold, hard = [], []
    rng = random.Random(5)
    for case in bench.cases:
        passages = [
            bench.texts[case.owner][slice(*s)] for s in cut(bench.texts[case.owner], _limit(bench.texts[case.owner]))
        ]
        other = pool.nearest(case.question, case.answers[0], case.owner, rng) or rng.choice(pool.windows)
        readings = reader.read(case.question, [*passages, other])
        sums.update(_scored(case, passages, readings[:-1]))
        gold.append(max(_features(r) for r in readings[:-1]))
        hard.append(_features(readings[-1]))
    n = len(bench.cases)
    table = {k: v / n for k, v in sums.items()}
    for column, name in enumerate(("auc span", "auc relevance")):
        table[name] = auc([g[column] for g in gold], [h[column] for h in hard])
    return table


def _limit(text: str) -> int:
    return 320 if sum("\u3400" <= c <= "\u9fff" for c in text) > len(text) / 4 else 700


def _features(reading: Reading) -> tuple[float, float]:
    best = best_spans(reading)
    return (best[0].score if best else -99.0, reading.relevance)


def _scored(case: Case, passages: Sequence[str], readings: Sequence[Reading]) -> dict[str, float]:
    sentence, span = [], []
    for passage, reading in zip(passages, readings, strict=True):
        for where, score in zip(spans := sentences(passage), sentence_scores(reading, spans), strict=True):
            sentence.append((float(score), passage[slice(*where)]))
        for best in best_spans(reading):
            holder = next((passage[a:b] for a, b in spans if a <= best.start < b), "")
            span.append((best.score, passage[best.start : best.end], holder))
    best = max(span)
    return {
        "sentence": float(any(a in max(sentence)[1] for a in case.answers)),
        "by span": float(any(a in best[2] for a in case.answers)),
        "span f1": max(f1(best[1], a) for a in case.answers),
        "exact": float(any(_units(best[1]) == _units(a) for a in case.answers)),
    }


def _units(text: str) -> list[str]:
    units, word = [], ""
    for char in text.lower() + " ":
        if char.isalnum() and char < "\u2e80":
            word += char
            continue
        if word and word not in ("the", "a", "an"):
            units.append(word)
        word = ""
        if char.isalnum():
            units.append(char)
    return units


def f1(found: str, wanted: str) -> float:
    """Overlap of characters (Chinese) or words (Latin)."""
    a, b = Counter(_units(found)), Counter(_units(wanted))
    common = sum((a & b).values())
    return 2 * common / (sum(a.values()) + sum(b.values())) if common else 0.0


def auc(positive: Sequence[float], negative: Sequence[float]) -> float:
    scores = np.array([*positive, *negative])
    ranks = scores.argsort().argsort() + 1.0
    for value in np.unique(scores):
        ranks[scores == value] = ranks[scores == value].mean()
    n, m = len(positive), len(negative)
    return float((ranks[:n].sum() - n * (n + 1) / 2) / (n * m))


def main() -> None:
    parser = argparse.ArgumentParser(description="Measures a span reader.")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--reader", type=Path, default=READER, help="a folder that spans_export wrote")
    parser.add_argument("--limit", type=int, default=300)
    options = parser.parse_args()
    reader = SpanReader.open(options.reader)
    for bench in benches(options.data, options.limit):
        table = measure(reader, bench)
        print(f"{bench.name:14}", "  ".join(f"{k} {v:.3f}" for k, v in table.items()), file=sys.stdout, flush=True)


if __name__ == "__main__":
    main()
