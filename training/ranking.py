"""Fits what decides in a search: which passages to read first, which sentence to quote, when to be silent.

    python -m training.ranking --data DIR [--encoder bundled] [--questions 600]

asks the questions of CMRC's trial set (kept out of all other training), as they are and put into word-by-word English,
through the real index: over all its paragraphs, without the paragraph that answers, without only the sentence that
does, and about another name.
Typed questions are asked of the knowledge base that they were written for, over documents that no model was trained on.
Listwise logistic regression orders passages and sentences, and a small network the sentences beside one another.
Logistic regression gives the confidence: over what networks say that do not know the document, fitted on half of the
paragraphs and judged on the other. Writes `ranking.json` beside the encoder and prints what it reached.
"""

import argparse
import json
import random
import re
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.builds.build import build
from index.document import Document, Span
from index.encoders.open import open_encoder
from index.encoders.protocol import MODELS, Encoder, TokenVectors
from index.encoders.span_reader import SpanReader
from index.encoders.static import Static
from index.encoders.student import Student
from index.search.index import Index
from index.search.pipeline import SearchResult
from index.search.question.query import Query, parse
from index.search.quoting.shapes import shaped
from index.search.quoting.stretches import stretches
from index.search.ranking.choice import CHOICE_FEATURES, Network
from index.search.ranking.ranking_model import (
    CONFIDENCE_FEATURES,
    PASSAGE_FEATURES,
    Linear,
    Ranking,
    confidence_features,
    passage_features,
)
from index.search.ranking.sentence_matches import FEATURES, SentenceMatch, best_first, place_of
from index.snapshots.snapshot import active
from index.text.sentences import sentences
from index.text.terms import tokenizer
from training.fitting import fit_listwise, fit_logistic, fit_network, reliability
from training.spans_examples import elsewhere, swaps
from training.spans_gloss import english_question, load_glosses
from training.spans_text import Paragraph, holding, paragraphs
from training.typed import Typed, load
from training.typed_bases import holds, opened, readable

Rows = NDArray[np.float32]
SEED = 11
THRESHOLDS = {"same": 0.32, "cross": 0.26}
"""Probability below which nothing is shown, within a language and across; see `docs/decisions/silence.md`."""
DOUBTFUL = 0.5
"""Probability below which an answer is given with a word of warning."""
ANSWERABLE = {"answerable", "typed"}
"""Kinds of cases that have an answer."""
UNANSWERABLE = 0.25
"""Share of the questions that the documents do not answer, where people ask: a probability depends on it."""
FREE = {
    *("short", "cross", "terms", "unknown_names", "share", "unread", "relevance_gap", "length"),
    *("row", "code", "earlier", "together"),
}
"""Features that may speak against an answer."""
STRANGE = -2.0
"""What a name that the document lacks counts in the confidence at the least: of some 330 searches with such a Chinese
name 11 were right, and the fit, which has few of them, weighs it half as much."""
ENGLISH = 0.4
"""Share of the questions that are put into English."""
FOLDS = 5
NONE = np.zeros((0, 0), np.float32)
NO_TOKENS = TokenVectors(NONE, np.zeros((0, 2), np.int32))


@dataclass(frozen=True, slots=True)
class RankedQuestion:
    """One question as it was asked: rows of features, and which of them are right (none, where nothing answers)."""

    paragraph: int
    kind: str
    passages: Rows
    right_passages: NDArray[np.bool_]
    sentences: Rows
    beside: Rows
    """Of the same sentences, what is known of them beside one another (`index.search.ranking.choice`)."""
    right_sentences: NDArray[np.bool_]
    found: SearchResult
    terms: int
    unknown_names: tuple[float, ...]
    """Of each sentence's document, `index.search.question.missing_names.unknown_names`."""
    document: Callable[[int], Document]
    """The document of a passage."""


def shipped(name: str, encoders: Path) -> tuple[Encoder, SpanReader | None]:
    """A bundled encoder of a folder like `index/encoders`, or a hub's; with the reader there if it goes with one."""
    kind = {"bundled": Student, "bundled-fast": Static}.get(name)
    encoder: Encoder = kind(encoders / name) if kind else open_encoder(name)
    return encoder, SpanReader.open(encoders / "reader") if encoder.reads else None


def corpus(documents: Sequence[Paragraph], encoder: Encoder, reader: SpanReader | None, folder: Path) -> Index:
    """An index with one document a paragraph, in the order given."""
    source = folder / "corpus"
    source.mkdir()
    for n, paragraph in enumerate(documents):
        (source / f"p{n:05d}.txt").write_text(paragraph.text + "\n", encoding="utf-8")
    build(source, folder / "data", encoder, now=datetime.now(UTC))
    return Index(active(folder / "data"), encoder, Ranking.load(encoder.ranking), reader)


def ask_all(
    index: Index, documents: Sequence[Paragraph], data: Path, count: int, rng: random.Random
) -> Iterator[RankedQuestion]:
    """Every chosen question in Chinese or English: answerable, without its paragraph, and about another name."""
    glosses = load_glosses(data / "cedict.txt.gz")
    others = swaps(documents, glosses.names)
    chosen = [(n, asked) for n, paragraph in enumerate(documents) for asked in paragraph.asked]
    for n, asked in rng.sample(chosen, min(count, len(chosen))):
        text = documents[n].text
        questions: list[str | None] = [asked.question, elsewhere(asked.question, text, glosses.names, others, rng)]
        if rng.random() < ENGLISH:
            questions = [english_question(q, glosses, tokenizer(), rng) if q else None for q in questions]
        question, other = parse(questions[0] or ""), questions[1]
        yield look(index, question, n, text[slice(*asked.answer)], "answerable")
        yield look(index, question, n, "", "removed")
        if other:
            yield look(index, parse(other), n, "", "elsewhere")


def unsaid(documents: Sequence[Paragraph], rng: random.Random) -> list[tuple[Paragraph, str]]:
    """Each paragraph without a sentence, and a question that only this one answers ("": there was none)."""
    found = []
    for paragraph in documents:
        spans = sentences(paragraph.text)
        usable = [a for a in paragraph.asked if paragraph.text.count(paragraph.text[slice(*a.answer)]) == 1]
        if not usable or len(spans) < 2:
            found.append((paragraph, ""))
            continue
        asked = rng.choice(usable)
        start, end = spans[holding(spans, asked.answer)]
        found.append((replace(paragraph, text=paragraph.text[:start] + paragraph.text[end:]), asked.question))
    return found


def ask_unsaid(index: Index, questions: Sequence[str], data: Path, rng: random.Random) -> Iterator[RankedQuestion]:
    """The questions of `unsaid`, in Chinese or English: everything about them is there but the answer."""
    glosses = load_glosses(data / "cedict.txt.gz")
    for n, asked in enumerate(questions):
        if asked:
            asked = english_question(asked, glosses, tokenizer(), rng) if rng.random() < ENGLISH else asked
            yield look(index, parse(asked), n, "", "unsaid")


def look(index: Index, query: Query, paragraph: int, answer: str, kind: str) -> RankedQuestion:
    """One search: what it looked at, and what of it is right."""
    path = f"p{paragraph:05d}.txt"
    found = index.pipeline.find(query, skip=(lambda source: source.path == path) if kind == "removed" else None)
    right = [
        bool(answer) and row.candidate.source.path == path and answer in index.pipeline.text_of(row)
        for row in found.sentences
    ]
    owned = [bool(answer) and p.source.path == path for p in found.considered]
    return case_of(index, found, paragraph, kind, right, owned, len(query.content))


def case_of(
    index: Index, found: SearchResult, paragraph: int, kind: str, right: list[bool], owned: list[bool], terms: int
) -> RankedQuestion:
    """What a search found as rows of features, with what of it is right."""
    return RankedQuestion(
        paragraph,
        kind,
        np.asarray([passage_features(p) for p in found.considered], np.float32).reshape(-1, len(PASSAGE_FEATURES)),
        np.asarray(owned, bool),
        np.asarray([row.features for row in found.sentences], np.float32).reshape(-1, len(FEATURES)),
        beside(index, found),
        np.asarray(right, bool),
        slim(found),
        terms,
        tuple(index.pipeline.unknown_names(found.weighted.query, row) for row in found.sentences),
        index.pipeline.document_of,
    )


def beside(index: Index, found: SearchResult) -> Rows:
    """(sentences, len(CHOICE_FEATURES)) in the order of `found.sentences`."""
    rows = index.pipeline.rows(found.passages, found.weighted)[1]
    places = {
        (one.passage, n): row for one, block in zip(found.passages, rows, strict=True) for n, row in enumerate(block)
    }
    ordered = [places[place_of(row)] for row in found.sentences]
    return np.asarray(ordered, np.float32).reshape(-1, len(CHOICE_FEATURES))


def slim(found: SearchResult) -> SearchResult:
    """What was found without the vectors of its tokens: thousands of searches are kept at once."""
    light = {one.passage: replace(one, cosines=NONE, tokens=NO_TOKENS, reading=None) for one in found.considered}
    sentences = tuple(replace(row, candidate=light[row.candidate.passage]) for row in found.sentences)
    return replace(found, considered=tuple(light.values()), passages=(), sentences=sentences, stretches=())


def ask_typed(
    documents: Path, encoder: Encoder, reader: SpanReader | None, most: int | None
) -> Iterator[RankedQuestion]:
    """Typed questions about the documents that no model was trained on; also without the document that answers.

    Each is asked of the knowledge base that it was written for: all of its documents, also those that models know.
    """
    known = load(documents)
    held = [one for one in known if one.held_out]
    asked = random.Random(SEED).sample(held, min(most or len(held), len(held)))
    numbers = {name: n for n, name in enumerate(sorted({one.document for one in held}))}
    for base, index in opened(documents, known, {one.corpus for one in asked}, encoder, reader):
        for n, one in enumerate(one for one in asked if one.corpus == base):
            yield look_typed(index, one, numbers[one.document], removed=False)
            if one.answers and n % 4 == 0:
                yield look_typed(index, one, numbers[one.document], removed=True)


def look_typed(index: Index, one: Typed, number: int, *, removed: bool) -> RankedQuestion:
    """One typed question: a sentence is right that lies within a stretch that answers, or holds it."""
    path, spans = readable(one.document), [] if removed else [span for group in one.answers for span in group]
    found = index.pipeline.find(parse(one.question), skip=(lambda source: source.path == path) if removed else None)

    right = [row.candidate.source.path == path and holds(spans, *row.span) for row in found.sentences]
    owned = [p.source.path == path and any(holds(spans, *span) for span in p.sentences) for p in found.considered]
    kind = "typed" if spans else "typed, removed" if removed else "typed, near-miss"
    return case_of(index, found, number, kind, right, owned, len(found.weighted.query.content))


def confidence_rows(cases: Sequence[RankedQuestion], scores: Sequence[Rows]) -> tuple[Rows, NDArray[np.bool_]]:
    """For each case, with the scores of its sentences, the features of the stretch that would be quoted, and whether it
    holds an answer."""
    rows, right = [], []
    for case, own in zip(cases, scores, strict=True):
        scored = [replace(row, score=float(one)) for row, one in zip(case.found.sentences, own, strict=True)]
        marks = {place_of(row): bool(mark) for row, mark in zip(scored, case.right_sentences, strict=True)}
        unknown = {row.candidate.passage: one for row, one in zip(scored, case.unknown_names, strict=True)}
        ranked = stretches(best_first(scored), case.document, case.found.weighted.query.text)
        best = ranked[0]
        unit = shaped(case.document(best.candidate.passage), best.span, case.found.weighted.query.text)
        strange = unknown[best.candidate.passage]
        rows.append(confidence_features(ranked, case.found.considered, case.terms, strange, unit.shape))
        quoted = [(unit.start, unit.end), *((part.start, part.end) for part in unit.parts)]
        inside = [row for row in scored if row.candidate.passage == best.candidate.passage and stands_in(row, quoted)]
        right.append(any(marks[place_of(row)] for row in inside))
    return np.asarray(rows, np.float32), np.asarray(right, bool)


def stands_in(row: SentenceMatch, quoted: Sequence[Span]) -> bool:
    """Whether a sentence stands in one of the stretches that are quoted."""
    return any(start <= row.span[0] and row.span[1] <= end for start, end in quoted)


def fit(cases: Sequence[RankedQuestion], least: float, report: dict[str, object]) -> dict[str, object]:
    """All three models and the threshold, as `index.search.ranking.ranking_model.Ranking` reads them."""
    # Typed questions avoid the words of their documents on purpose: the model would learn to ignore words in common.
    groups = [(c.passages, c.right_passages) for c in cases if not c.kind.startswith("typed")]
    passage = Linear(PASSAGE_FEATURES, fit_listwise(groups, rising(PASSAGE_FEATURES)), 0.0)
    groups = [(c.sentences, c.right_sentences) for c in cases]
    sentence = Linear(FEATURES, fit_listwise(groups, rising(FEATURES)), 0.0)
    usable = [c for c in cases if len(c.sentences)]
    choice = fit_network([(c.beside, c.right_sentences) for c in usable], CHOICE_FEATURES, SEED)
    # How sure an answer is, is learned where the network does not know the document.
    others = [fit_network(apart(usable, n), CHOICE_FEATURES, SEED) for n in range(FOLDS)]
    scores = [others[c.paragraph % FOLDS](c.beside) for c in usable]
    alone = [c.sentences @ sentence.weights for c in usable]
    report |= {"first sentence right": {"sum": first_right(usable, alone), "network": first_right(usable, scores)}}
    rows, right = confidence_rows(usable, scores)
    half = np.asarray([c.paragraph % 2 == 0 for c in usable])
    judged = np.zeros(len(rows), np.float32)
    counts = in_proportion(np.asarray([c.kind in ANSWERABLE for c in usable]))
    for fitted in (half, ~half):
        weights, bias = fit_logistic(rows[fitted], right[fitted], rising(CONFIDENCE_FEATURES), counts[fitted])
        judged[~fitted] = 1 / (1 + np.exp(-(rows[~fitted] @ weights + bias)))
    weights, bias = fit_logistic(rows, right, rising(CONFIDENCE_FEATURES), counts)
    strange = CONFIDENCE_FEATURES.index("unknown_names")
    weights[strange] = min(float(weights[strange]), STRANGE)
    cross = rows[:, CONFIDENCE_FEATURES.index("cross")] > 0
    thresholds = {name: max(least, value) for name, value in THRESHOLDS.items()}
    shown = judged >= np.where(cross, thresholds["cross"], thresholds["same"])
    kinds = [f"{c.kind}, {'cross' if other else 'same'}" for c, other in zip(usable, cross, strict=True)]
    report |= {"thresholds": thresholds} | reliability(judged, right, shown, kinds)
    confidence = Linear(CONFIDENCE_FEATURES, weights, bias)
    models = {"passage": passage, "sentence": sentence, "confidence": confidence}
    stored: dict[str, object] = {name: _stored(model) for name, model in models.items()}
    return stored | {"thresholds": thresholds | {"doubtful": DOUBTFUL}, "choice": _stored_network(choice)}


def apart(cases: Sequence[RankedQuestion], fold: int) -> list[tuple[Rows, NDArray[np.bool_]]]:
    """The sentences of all cases but those about the paragraphs and documents of this fold."""
    return [(c.beside, c.right_sentences) for c in cases if c.paragraph % FOLDS != fold]


def first_right(cases: Sequence[RankedQuestion], scores: Sequence[Rows]) -> float:
    """In how many of the cases that have an answer the sentence with the best score is right."""
    first = [
        c.right_sentences[int(np.argmax(own))] for c, own in zip(cases, scores, strict=True) if c.kind in ANSWERABLE
    ]
    return round(float(np.mean(first)), 4)


def in_proportion(answerable: NDArray[np.bool_]) -> Rows:
    """How much each case counts, so that those without an answer make up UNANSWERABLE of all."""
    many, few = max(int(answerable.sum()), 1), max(int((~answerable).sum()), 1)
    return np.where(answerable, 1.0, UNANSWERABLE / (1 - UNANSWERABLE) * many / few).astype(np.float32)


def rising(features: Sequence[str]) -> NDArray[np.bool_]:
    """Which of them speak for an answer, the more the greater they are, whatever else is known."""
    return np.asarray([name not in FREE for name in features])


def _stored(model: Linear) -> dict[str, object]:
    weights = {name: round(float(w), 5) for name, w in zip(model.features, model.weights, strict=True)}
    return {"weights": weights, "bias": round(model.bias, 5)}


def _stored_network(model: Network) -> dict[str, object]:
    """As `index.search.ranking` reads it: for each feature its mean, its scale and its weight for each unit."""
    rows = zip(model.features, model.mean, model.scale, model.hidden, strict=True)
    features = {name: [short(mean), short(scale), *map(short, weights)] for name, mean, scale, weights in rows}
    return {"features": features, "bias": [*map(short, model.bias)], "out": [*map(short, model.out)]}


def short(number: float) -> float:
    """Five digits of it: no score depends on more."""
    return float(f"{number:.5g}")


def as_text(stored: dict[str, object]) -> str:
    """JSON with a number a line, but for rows of numbers, which are a line each."""
    text = json.dumps(stored, indent=1)
    return re.sub(r"\[[^\[\]]*\]", lambda row: " ".join(row[0].split()), text) + "\n"


def main() -> None:
    """Ask, fit, write, report."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, required=True, help="the folder with reading/ and cedict.txt.gz")
    parser.add_argument("--encoder", default="bundled", help="bundled, bundled-fast, or a hub's model")
    parser.add_argument("--encoders", type=Path, default=MODELS, help="folder with it, its reader and its ranking")
    parser.add_argument("--questions", type=int, default=600)
    parser.add_argument("--documents", type=Path, help="folder of the typed questions' documents")
    parser.add_argument("--typed", type=int, help="so many of them; all by default")
    parser.add_argument("--least", type=float, default=0.03, help="no threshold lies below this")
    chosen = parser.parse_args()
    documents = paragraphs(chosen.data / "reading" / "cmrc2018-trial.json.gz")
    encoder, reader = shipped(chosen.encoder, chosen.encoders)
    cases = list(ask_typed(chosen.documents, encoder, reader, chosen.typed)) if chosen.documents else []
    print(f"{len(cases)} typed", file=sys.stderr, flush=True)
    rng = random.Random(SEED)
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as other:
        index = corpus(documents, encoder, reader, Path(folder))
        short = unsaid(documents, rng)
        without = corpus([paragraph for paragraph, _ in short], encoder, reader, Path(other))
        for case in chain(
            ask_all(index, documents, chosen.data, chosen.questions, rng),
            ask_unsaid(without, [question for _, question in short][: chosen.questions], chosen.data, rng),
        ):
            cases.append(case)
            if sys.stderr.isatty() or len(cases) % 200 == 0:
                print(f"\rasked {len(cases)}", end="", file=sys.stderr, flush=True)
    report: dict[str, object] = {"encoder": encoder.name, "fingerprint": encoder.fingerprint, "cases": len(cases)}
    fitted = fit(cases, chosen.least, report)
    encoder.ranking.write_text(as_text(fitted), encoding="utf-8")
    print("\n" + json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
