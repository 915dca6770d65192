"""How often the right passage is found and the right sentence quoted, on public reading comprehension.

    python -m benchmarks.reading CONTEXTS.json[.gz] [--questions QUESTIONS.json[.gz]] [--limit 500] [--encoder bundled]

Files are in SQuAD form; with --questions the same questions are asked in another language (XQuAD). Where the file marks
evidence (ExpMRC), the share of first quotes that overlap it is printed as well. Unlike a run through the command line,
this also scores the best quote of a refused question, so that choosing and refusing can be told apart.
"""

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.squad import load, write_corpus
from index.answer import Answer
from index.builds.build import build
from index.encoders.open import open_encoder
from index.search.index import Index


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, the paragraph that answers it, its answers, and the evidence that people marked."""

    question: str
    paragraph: int
    answers: tuple[str, ...]
    evidence: tuple[str, ...]


def questions(told: Sequence[dict[str, Any]], asked: Sequence[dict[str, Any]]) -> Iterator[Asked]:
    """Questions of `asked` with the answers of `told`: the same paragraphs in the same order."""
    for number, (paragraph, other) in enumerate(zip(told, asked, strict=True)):
        for native, foreign in zip(paragraph["qas"], other["qas"], strict=True):
            answers = tuple(answer["text"] for answer in native["answers"])
            yield Asked(foreign["question"], number, answers, tuple(native.get("evidences", ())))


def overlaps(quote: str, evidence: str) -> bool:
    """Whether half of the shorter of the two stands in the other, in one run."""
    size = max(1, min(len(quote), len(evidence)) // 2)
    short, long = sorted((quote, evidence), key=len)
    return any(short[at : at + size] in long for at in range(len(short) - size + 1))


@dataclass
class Tally:
    """Counts over the questions asked so far."""

    asked: int = 0
    passage_first: int = 0
    passage_five: int = 0
    answer: int = 0
    shown: int = 0
    refused: int = 0
    evidence: int = 0
    marked: int = 0

    def add(self, case: Asked, best: Answer, lengths: list[int]) -> None:
        """Count one answer."""
        quotes = best.quotes or best.nearest
        where = [Path(quote.source.path).stem for quote in quotes]
        gold = f"p{case.paragraph:05d}"
        self.asked += 1
        self.passage_first += where[:1] == [gold]
        self.passage_five += gold in where
        self.refused += not best.answered
        text = quotes[0].text if quotes else ""
        right = any(answer in text for answer in case.answers)
        self.answer += right
        self.shown += right and best.answered
        if case.evidence:
            self.marked += 1
            self.evidence += any(overlaps(text, evidence) for evidence in case.evidence)
        lengths.append(len(text))


def run(index: Index, cases: Sequence[Asked]) -> str:
    """The line of figures for `cases`."""
    tally, lengths = Tally(), list[int]()
    began = time.perf_counter()
    for case in cases:
        tally.add(case, index.ask(case.question, top=5), lengths)
    took = 1000 * (time.perf_counter() - began) / max(1, len(cases))
    share = max(1, tally.asked)
    line = (
        f"questions {tally.asked}  "
        f"passage@1 {tally.passage_first / share:.3f}  passage@5 {tally.passage_five / share:.3f}  "
        f"answer@1 {tally.shown / share:.3f} ({tally.answer / share:.3f} with the refused)  "
        f"refused {tally.refused / share:.3f}  length {statistics.mean(lengths):.0f}  {took:.1f} ms a question"
    )
    return line + (f"  evidence {tally.evidence / tally.marked:.3f}" if tally.marked else "")


def main() -> None:
    """Index the paragraphs, ask the questions, print the figures."""
    parser = argparse.ArgumentParser(description="Scores quoting on reading comprehension in SQuAD form.")
    parser.add_argument("contexts", type=Path)
    parser.add_argument("--questions", type=Path)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--encoder", default="bundled")
    chosen = parser.parse_args()
    told = load(chosen.contexts)
    cases = list(questions(told, load(chosen.questions) if chosen.questions else told))
    if chosen.limit and chosen.limit < len(cases):
        cases = random.Random(7).sample(cases, chosen.limit)
    encoder = open_encoder(chosen.encoder)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_corpus(told, folder / "corpus")
        build(folder / "corpus", folder / "data", encoder, now=datetime.now(UTC))
        print(run(Index.open(folder / "data", encoder=encoder), cases))


if __name__ == "__main__":
    main()
