"""What an encoder finds: passages of XQuAD in both directions and both languages, and translations of news.

Nothing here is ever trained on. XQuAD's first half has 120 paragraphs, the same in both languages, so one list of
right answers serves every direction. Scores are of the files that run, int8 and all.
"""

import gzip
import json
import random
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.encoders.input_table import WordVectors
from index.encoders.protocol import Encoder, TokenVectors
from index.search.question import names_by_sound
from index.search.question.query import parse
from index.snapshots.term_index import TermIndex, pack_terms
from index.snapshots.term_parts import write_parts
from index.text.terms import query_terms, terms, tokenizer
from index.text.tokenized import index_terms

Floats = NDArray[np.float32]
DIRECTIONS = (("en", "zh"), ("zh", "en"), ("zh", "zh"), ("en", "en"))
SOFT_FLOOR = 0.3
_RARE = 1e-3


@dataclass(frozen=True, slots=True)
class Reading:
    """One language of a benchmark in SQuAD's form: `gold[i]` is the paragraph of question `i`."""

    paragraphs: tuple[str, ...]
    questions: tuple[str, ...]
    gold: NDArray[np.int64]


def read_squad(path: Path) -> Reading:
    """Paragraphs and questions of a gzipped file in SQuAD's form."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        articles = json.load(file)["data"]
    paragraphs = [paragraph for article in articles for paragraph in article["paragraphs"]]
    asked = [(qa["question"], n) for n, paragraph in enumerate(paragraphs) for qa in paragraph["qas"]]
    return Reading(
        tuple(paragraph["context"] for paragraph in paragraphs),
        tuple(question for question, _ in asked),
        np.array([n for _, n in asked]),
    )


def found_at(scores: Floats, gold: NDArray[np.int64], k: int) -> float:
    """Share of rows whose right column is among the `k` best; of equal scores the earlier column wins."""
    best = (-scores).argsort(axis=1, kind="stable")[:, :k]
    return float((best == gold[:, None]).any(axis=1).mean())


def max_similarity(question: Floats, passages: Sequence[Floats]) -> Floats:
    """(n, q): the best cosine of each question token in each passage."""
    best = np.zeros((len(passages), len(question)), np.float32)
    if len(question):
        cosines = np.concatenate(passages) @ question.T
        starts = np.cumsum([0, *(len(passage) for passage in passages[:-1])])
        best[:] = np.maximum.reduceat(cosines, starts, axis=0)
    return best


class Rarity:
    """How telling a piece of the vocabulary is in general text: a / (a + p) (Arora et al., 2017), 0 to 1."""

    def __init__(self, frequency: Floats) -> None:
        # Composed words were not counted: they are rare.
        self._weights = np.ones(tokenizer().get_vocab_size(), np.float32)
        self._weights[: len(frequency)] = _RARE / (_RARE + frequency)

    def of(self, text: str) -> Floats:
        """One weight a piece of the text."""
        ids = tokenizer().encode(text, add_special_tokens=False).ids
        return np.asarray(self._weights[np.asarray(ids, np.int64)])


def late_scores(questions: Sequence[tuple[TokenVectors, Floats]], passages: Sequence[Floats]) -> Floats:
    """Late interaction (ColBERT's MaxSim, with weights): one row a question."""
    rows = [max_similarity(tokens.vectors, passages) @ weights / weights.sum() for tokens, weights in questions]
    return np.stack(rows).astype(np.float32)


def soft_scores(questions: Sequence[tuple[Floats, Floats]], passages: Sequence[Floats]) -> Floats:
    """Soft matching: cosines of words without context, below a floor cut to 0, squared."""
    rows = []
    for vectors, weights in questions:
        best = max_similarity(vectors, passages)
        rows.append(np.where(best < SOFT_FLOOR, 0, best * best) @ weights / weights.sum())
    return np.stack(rows).astype(np.float32)


def word_vectors(table: WordVectors, centres: Floats) -> Callable[[str], Floats]:
    """Unit vectors of a text's pieces from an input table, with the usual vector of their script taken away."""

    def vectors(text: str) -> Floats:
        encoded = tokenizer().encode(text, add_special_tokens=False)
        han = np.array(["\u3400" <= piece[0] <= "\u9fff" for piece in encoded.tokens], np.int64)
        rows = table.vectors(np.asarray(encoded.ids, np.int64)) - centres[han]
        return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9), np.float32)

    return vectors


def lexical_scores(questions: Sequence[str], passages: Sequence[str]) -> Floats:
    """BM25 over the project's terms, 0 to 1: divided by the question's best."""
    scores = np.zeros((len(questions), len(passages)), np.float32)
    with tempfile.TemporaryDirectory() as folder:
        lines = [pack_terms(index_terms(passage)).encode() for passage in passages]
        write_parts(Path(folder) / "terms", lines)
        index = TermIndex(Path(folder) / "terms")
        for row, question in zip(scores, questions, strict=True):
            hits = index.search(query_terms(terms(question)), len(passages))
            for position, score in hits:
                row[position] = score / max(hits[0][1], 1e-9)
    return scores


def sound_scores(questions: Sequence[str], passages: Sequence[str]) -> Floats:
    """The share of a question's terms that are names which a passage writes in the other script, by sound."""
    scores = np.zeros((len(questions), len(passages)), np.float32)
    for row, question in zip(scores, questions, strict=True):
        query = parse(question)
        row[:] = [len(own) / max(len(query.content), 1) for own in names_by_sound.places(query, passages)]
    return scores


@dataclass(frozen=True, slots=True)
class Language:
    """One language of XQuAD as an encoder sees it."""

    reading: Reading
    pooled: Floats
    asked: Floats
    tokens: tuple[TokenVectors, ...]
    asked_tokens: tuple[TokenVectors, ...]


def _language(encoder: Encoder, reading: Reading) -> Language:
    pooled, tokens = encoder.encode_both(reading.paragraphs)
    asked = encoder.encode_questions(reading.questions)
    return Language(reading, pooled, asked, tuple(tokens), tuple(encoder.encode_tokens(reading.questions)))


def passage_table(
    encoder: Encoder, words: Callable[[str], Floats], rarity: Rarity, bench: Path, step: int = 1
) -> dict[str, dict[str, tuple[float, float]]]:
    """For each way of scoring and each direction, passage@1 and @5; every `step`-th question."""
    seen = {name: _language(encoder, read_squad(bench / f"xquad-{name}-first-half.json.gz")) for name in ("en", "zh")}
    soft = {name: [words(text) for text in one.reading.paragraphs] for name, one in seen.items()}
    table: dict[str, dict[str, tuple[float, float]]] = {}
    for asked, held in DIRECTIONS:
        some = slice(None, None, step)
        questions, gold = seen[asked].reading.questions[some], seen[asked].reading.gold[some]
        weights = [rarity.of(question) for question in questions]
        tokens = list(zip(seen[asked].asked_tokens[some], weights, strict=True))
        plain = list(zip([words(question) for question in questions], weights, strict=True))
        scores = {
            "BM25": lexical_scores(questions, seen[held].reading.paragraphs),
            "pooled": seen[asked].asked[some] @ seen[held].pooled.T,
            "late interaction": late_scores(tokens, [one.vectors for one in seen[held].tokens]),
            "soft matching": soft_scores(plain, soft[held]),
        }
        scores["soft + pooled"] = scores["soft matching"] + np.float32(0.5) * scores["pooled"]
        if asked != held:
            scores["names by sound"] = sound_scores(questions, seen[held].reading.paragraphs)
        scores["together"] = together(scores, asked == held)
        for way, found in scores.items():
            pair = (found_at(found, gold, 1), found_at(found, gold, 5))
            table.setdefault(way, {})[f"{asked}->{held}"] = pair
    return table


def together(scores: dict[str, Floats], same_language: bool) -> Floats:
    """One plain sum for every direction: the weights are round numbers, not fitted on what is measured."""
    parts = scores["late interaction"] + scores["soft matching"] + 0.5 * scores["pooled"]
    if same_language:
        return np.asarray(parts + 0.3 * scores["BM25"], np.float32)
    # A name that is heard counts as much as terms do within a language.
    return np.asarray(parts + 0.1 * scores["BM25"] + 0.3 * scores["names by sound"], np.float32)


def news(encoder: Encoder, path: Path, count: int = 2000) -> tuple[float, float]:
    """A news sentence's translation found among `count`: English asks, Chinese asks."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        pairs = [line.rstrip("\n").split("\t") for line in file]
    chosen = random.Random(0).sample([pair for pair in pairs if len(pair) == 2], count)
    english = encoder.encode_questions([pair[0] for pair in chosen])
    chinese = encoder.encode_questions([pair[1] for pair in chosen])
    gold = np.arange(count)
    cosines = english @ chinese.T
    return found_at(cosines, gold, 1), found_at(cosines.T, gold, 1)
