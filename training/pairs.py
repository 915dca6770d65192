"""What the reader is trained on, as it meets it at run time: questions over the passages that the search proposes.

    python -m training.pairs --data DIR --documents DIR [--extra DIR] --out build/pairs.jsonl

Every question is asked of a real index over the documents it was written for, and paired with the passage that answers
and with the best ones that do not: what "not answered here" means is learned from the passages that will really be
looked at. A line is {"q", "text", "spans", "gold", "answer", "relevant", "set", "dev"}: sentence spans within the text,
the sentences that answer (none: not answered here; null: somewhere, the sentence is not known), the exact answer where
one is known, whether the pair is kept for measuring, and "w", how much it counts.
"""

import argparse
import gzip
import json
import random
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from index.builds.build import build
from index.encoders.input_table import WordVectors
from index.encoders.open import open_encoder
from index.encoders.protocol import MODELS, Encoder
from index.search.index import Index
from index.search.question.query import parse
from index.search.ranking.ranking_model import Ranking
from index.snapshots.snapshot import Snapshot, active
from index.text.passages import heading_text
from index.text.sentences import sentences
from index.text.terms import tokenizer
from training.spans_cloze import Aligner
from training.spans_cloze import build as build_cloze
from training.spans_examples import Pool
from training.spans_gloss import Glosses, english_question, load_glosses
from training.spans_numbers import numbers
from training.spans_text import Paragraph, cut
from training.typed import Span, Typed, by_corpus, load

READING = ("cmrc2018-train", "drcd-dev", "squad2-part.en", "squad2-part.zh")
NUMBERED = ("cmrc2018-train", "squad2-part.en")
"""Reading sets whose passages stand around made-up sentences with numbers: one in each language."""
READABLE = (".md", ".txt", ".html")
WEIGHTS = {"typed": 1.0, "cloze": 0.3}
"""How much a pair of a set counts; of any other set `ELSEWHERE`: people type otherwise than reading sets ask."""
ELSEWHERE = 0.6
NEGATIVES = 7
"""Passages that do not answer, at most, for one typed question."""
GLOSSED = 0.25
"""Share of the Chinese reading questions that are asked in word-by-word English as well."""
SHORTENED = 0.15
"""Share of the answering passages that are shown once more without the sentences that answer."""
HAN = re.compile("[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a document and the spans of it that answer, in alternatives' order; none: unanswered."""

    question: str
    document: str
    answers: tuple[Span, ...]
    exact: bool
    """Whether the first span is the shortest answer rather than its sentence."""
    dev: bool = False


def index_of(texts: dict[str, str], encoder: Encoder, folder: Path) -> tuple[Index, Snapshot]:
    """An index over these documents, by file name, without a reader: it only proposes."""
    corpus = folder / "corpus"
    for name, text in texts.items():
        path = corpus / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    build(corpus, folder / "data", encoder, now=datetime.now(UTC))
    snapshot = active(folder / "data")
    return Index(snapshot, encoder, Ranking.load(encoder.ranking)), snapshot


class Pairs:
    """The pairs of one index."""

    def __init__(self, index: Index, snapshot: Snapshot, kind: str, rng: random.Random) -> None:
        self._index, self._kind, self._rng = index, kind, rng
        self._snapshot = snapshot
        self._of: dict[str, list[int]] = {}
        for number in range(len(self._snapshot.passages)):
            path = self._snapshot.documents[self._snapshot.passages[number].document].source.path
            self._of.setdefault(path, []).append(number)

    def of(self, asked: Asked) -> Iterator[dict[str, object]]:
        """Pairs of one question: what answers, and the nearest that does not."""
        right = [n for n in self._of.get(asked.document, []) if any(self._gold(n, s) for s in asked.answers)]
        if asked.answers and not right:
            return
        found = self._index.pipeline.find(parse(asked.question)).considered
        near = [one.passage for one in found if one.passage not in right]
        for number in right[:3]:
            pair = self._pair(asked, number)
            yield pair
            if not asked.dev and self._rng.random() < SHORTENED and (less := without(pair)):
                yield less
        for number in near[:NEGATIVES]:
            yield self._pair(asked, number)

    def _gold(self, number: int, span: Span) -> list[int]:
        """Sentences of a passage that hold most of themselves, or most of the answer, within `span`."""
        held = []
        for n, (start, end) in enumerate(self._snapshot.passages[number].sentences):
            shared = min(end, span[1]) - max(start, span[0])
            if shared > 0 and (2 * shared >= end - start or 2 * shared > span[1] - span[0]):
                held.append(n)
        return held

    def _pair(self, asked: Asked, number: int) -> dict[str, object]:
        passage = self._snapshot.passages[number]
        document = self._snapshot.documents[passage.document]
        text, body = heading_text(document, passage)
        shift = body - passage.start
        mine = document.source.path == asked.document
        gold = sorted({n for span in asked.answers for n in self._gold(number, span)}) if mine else []
        first = asked.answers[0] if asked.answers else (0, 0)
        inside = asked.exact and mine and bool(gold) and first[0] >= passage.start and first[1] <= passage.end
        return {
            "q": asked.question,
            "text": text,
            "spans": [[start + shift, end + shift] for start, end in passage.sentences],
            "gold": gold,
            "answer": [first[0] + shift, first[1] + shift] if inside else None,
            "set": self._kind,
            "dev": asked.dev,
        }


def without(pair: dict[str, object]) -> dict[str, object] | None:
    """The answering passage with the sentences that answer taken away; None where nothing else stands there."""
    spans, gold, text = pair["spans"], pair["gold"], str(pair["text"])
    kept = [span for n, span in enumerate(spans) if n not in gold]  # type: ignore[arg-type, operator]
    if not kept:
        return None
    made = text[: spans[0][0]]  # type: ignore[index]
    placed = []
    for start, end in kept:
        placed.append([len(made), len(made) + end - start])
        made += text[start:end] + " "
    return pair | {"text": made.rstrip(), "spans": placed, "gold": [], "answer": None}


def typed_pairs(documents: Path, encoder: Encoder, rng: random.Random) -> Iterator[dict[str, object]]:
    """The project's own typed questions, each over its small knowledge base."""
    for _, questions in by_corpus(load(documents)):
        texts, renamed = {}, {}
        for name in {one.document for one in questions}:
            path = documents / name
            renamed[name] = name if path.suffix in READABLE else name + ".txt"
            texts[renamed[name]] = path.read_text(encoding="utf-8").replace("\r\n", "\n")
        yield from over(texts, [_asked(one, renamed) for one in questions], "typed", encoder, rng)


def _asked(one: Typed, renamed: dict[str, str]) -> Asked:
    spans = tuple(span for group in one.answers for span in group)
    return Asked(one.question, renamed[one.document], spans, exact=False, dev=one.held_out)


def over(
    texts: dict[str, str], questions: Sequence[Asked], kind: str, encoder: Encoder, rng: random.Random
) -> Iterator[dict[str, object]]:
    """Pairs of all these questions over all these documents."""
    with tempfile.TemporaryDirectory() as folder:
        pairs = Pairs(*index_of(texts, encoder, Path(folder)), kind, rng)
        for n, one in enumerate(questions):
            yield from pairs.of(one)
            if n % 200 == 0:
                print(f"\r{kind} {n}/{len(questions)} ", end="", file=sys.stderr, flush=True)


@dataclass(frozen=True, slots=True)
class Row:
    """One question of a reading set; `answers` are spans of its passage, none: unanswered, None: not known where."""

    question: str
    passage: str
    answers: tuple[Span, ...] | None
    exact: bool
    title: str = ""


def squad_rows(path: Path) -> list[Row]:
    """A set in SQuAD form, with the questions that a paragraph does not answer."""
    with gzip.open(path, "rt", encoding="utf8") as file:
        articles = json.load(file)["data"]
    return [
        Row(asked["question"].strip(), entry["context"], answer_spans(entry["context"], asked), True, title)
        for article in articles
        for title in [article.get("title", "")]
        for entry in article["paragraphs"]
        for asked in entry["qas"]
    ]


def answer_spans(text: str, asked: dict) -> tuple[Span, ...]:
    """The first answer, looked for where its offset is off; none where the paragraph does not answer."""
    if asked.get("is_impossible") or not asked["answers"]:
        return ()
    words, start = asked["answers"][0]["text"].strip(), asked["answers"][0]["answer_start"]
    if text[start : start + len(words)] != words:
        start = text.find(words)
    return ((start, start + len(words)),) if words and start >= 0 else ()


def extra_rows(path: Path) -> list[Row]:
    """A set of {"q", "passage", "answers"} lines; `answers` null: somewhere in the passage."""
    rows = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
    return [
        Row(
            row["q"],
            row["passage"],
            None if row["answers"] is None else tuple((start, end) for start, end in row["answers"]),
            False,
            row.get("title") or "",
        )
        for row in rows
    ]


class Windows:
    """Pairs of a reading set: the window that answers, another of its passage, and one of another passage."""

    def __init__(self, rows: Sequence[Row], kind: str, glosses: Glosses | None, rng: random.Random) -> None:
        self._rows, self._kind, self._glosses, self._rng = rows, kind, glosses, rng
        self._owner = {text: n for n, text in enumerate(dict.fromkeys(row.passage for row in rows))}
        self._cuts = {text: cut(text, 320 if HAN.search(text[:80]) else 700) for text in self._owner}
        self._pool = Pool(tokenizer())
        self._pool.fill([Paragraph("", text, ()) for text in self._owner])

    def pairs(self) -> Iterator[dict[str, object]]:
        """Every question, and a share of the Chinese ones once more in word-by-word English."""
        for row in self._rows:
            yield from self._of(row, row.question)
            if self._glosses and HAN.search(row.question) and self._rng.random() < GLOSSED:
                yield from self._of(row, english_question(row.question, self._glosses, tokenizer(), self._rng))

    def _of(self, row: Row, question: str) -> Iterator[dict[str, object]]:
        windows = self._cuts[row.passage]
        answers = row.answers or ()
        right = [w for w in windows if any(w[0] <= start < w[1] for start, _ in answers)]
        others = [w for w in windows if w not in right]
        if row.answers is None:
            yield self._pair(question, row.passage[:900], None, row.title)
        for window in right[:2]:
            pair = self._pair(question, row.passage[slice(*window)], moved(answers, window), row.title, row.exact)
            yield pair
            if self._rng.random() < SHORTENED and (less := without(pair)):
                yield less
        if row.answers is not None and others:
            yield self._pair(question, row.passage[slice(*self._rng.choice(others))], (), row.title)
        said = row.passage[slice(*answers[0])] if answers else "\0"
        if far := self._pool.nearest(question, said, self._owner[row.passage], self._rng):
            yield self._pair(question, far, (), "")

    def _pair(
        self, question: str, text: str, answers: tuple[Span, ...] | None, title: str, exact: bool = False
    ) -> dict[str, object]:
        head = f"{title}\n" if title and self._rng.random() < 0.5 else ""
        spans, shift = sentences(text), len(head)
        gold = [n for n, (start, end) in enumerate(spans) if any(min(end, b) > max(start, a) for a, b in answers or ())]
        return {
            "q": question,
            "text": head + text,
            "spans": [[start + shift, end + shift] for start, end in spans],
            "gold": None if answers is None else gold,
            "answer": [answers[0][0] + shift, answers[0][1] + shift] if exact and answers else None,
            "set": self._kind,
            "dev": False,
        }


def moved(answers: Sequence[Span], window: Span) -> tuple[Span, ...]:
    """The answers that begin within the window, as spans of it."""
    inside = (span for span in answers if window[0] <= span[0] < window[1])
    return tuple((start - window[0], min(end, window[1]) - window[0]) for start, end in inside)


def cloze_pairs(data: Path, count: int, rng: random.Random) -> Iterator[dict[str, object]]:
    """Questions made of translated sentences, in one language about the other."""
    table = WordVectors(MODELS / "bundled")
    rows = table.vectors(np.arange(len(table)))
    for one in build_cloze(data, Aligner(tokenizer(), rows - rows.mean(0)), count, rng):
        spans = sentences(one.text)
        gold = [n for n, (start, end) in enumerate(spans) if start < one.sentence[1] and end > one.sentence[0]]
        yield {
            "q": one.question,
            "text": one.text,
            "spans": [list(span) for span in spans],
            "gold": gold if one.answered else [],
            "answer": list(one.answer) if one.answer[0] >= 0 else None,
            "set": "cloze",
            "dev": False,
        }


def main() -> None:
    """Write the pairs of every set that is there."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, required=True, help="the data folder: reading/, parallel/, cedict.txt.gz")
    parser.add_argument("--documents", type=Path, required=True, help="folder of the typed questions' documents")
    parser.add_argument("--extra", type=Path, help="folder of further sets, a .jsonl each")
    parser.add_argument("--only", default="typed,reading,numbers,extra,cloze", help="some of the sets, by commas")
    parser.add_argument("--most", type=int, default=8000, help="questions of one further set")
    parser.add_argument("--out", type=Path, default=Path("build/pairs.jsonl"))
    options = parser.parse_args()
    options.out.parent.mkdir(parents=True, exist_ok=True)
    with options.out.open("w", encoding="utf-8") as file:
        for pair in sets(options, random.Random(7)):
            pair["w"] = WEIGHTS.get(str(pair["set"]), ELSEWHERE)
            file.write(json.dumps(pair, ensure_ascii=False) + "\n")


def sets(options: argparse.Namespace, rng: random.Random) -> Iterator[dict[str, object]]:
    """The pairs of every set that was asked for."""
    wanted = options.only.split(",")
    if "typed" in wanted:
        yield from typed_pairs(options.documents, open_encoder("bundled"), rng)
    if "reading" in wanted:
        glosses = load_glosses(options.data / "cedict.txt.gz")
        for name in READING:
            rows = squad_rows(options.data / "reading" / f"{name}.json.gz")
            yield from Windows(rows, name, glosses, rng).pairs()
    if "numbers" in wanted:
        texts = [
            row.passage[slice(*window)]
            for name in NUMBERED
            for row in squad_rows(options.data / "reading" / f"{name}.json.gz")
            for window in cut(row.passage, 220 if HAN.search(row.passage[:80]) else 500)
        ]
        yield from numbers(list(dict.fromkeys(texts)), options.most, rng)
    if "extra" in wanted and options.extra:
        for path in sorted(options.extra.glob("*.jsonl")):
            rows = extra_rows(path)
            rng.shuffle(rows)
            yield from Windows(rows[: options.most], path.stem, None, rng).pairs()
    if "cloze" in wanted:
        yield from cloze_pairs(options.data, options.most, rng)


if __name__ == "__main__":
    main()
