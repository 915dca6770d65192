"""Rare Chinese words as sums of English rows: the rest of CC-CEDICT, for a few bytes a word.

A row of the table costs 388 bytes, so only the most frequent words have one. A rarer word that was hardly seen in
training would still stand where it started, at the mean of its glosses: it is enough to keep which rows that mean is
of.
"""

import gzip
import json
import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from training.encoder.folding import is_han
from training.encoder.sources import entries, glosses
from training.encoder.vocabulary import Piece, chinese_frequencies

Floats = NDArray[np.float32]
PARTS = 5
LONGEST, LONGEST_NAME = 4, 7
"""Characters. Longer words that are no names are sayings, or made of words, and each takes the tokenizer as much memory
as three short ones."""
_GLOSSES = 6
_RARE = 1e-3
_SELDOM = 2
"""How often a word counts as seen that jieba's dictionary lacks."""


@dataclass(frozen=True, slots=True)
class Composed:
    """Words beyond the table: `parts` (n, PARTS) rows of it, `shares` (n, PARTS) of each, 0 where there are fewer."""

    words: tuple[str, ...]
    scores: tuple[float, ...]
    parts: NDArray[np.uint16]
    shares: Floats


def compose(
    data: Path, vocabulary: list[Piece], tokenizer: Tokenizer, folding: dict[int, str], frequency: Floats
) -> Composed:
    """Every headword of Chinese characters that is no piece yet and has a gloss in words that are."""
    known, own = glosses(data, folding), {piece.text for piece in vocabulary}
    heads: dict[str, int] = {}
    for entry in entries(data):
        head = entry.simplified.translate(folding)
        heads[head] = max(heads.get(head, 0), LONGEST_NAME if entry.named else LONGEST)
    wanted = sorted(
        word
        for word, longest in heads.items()
        if 1 < len(word) <= longest and all(map(is_han, word)) and word not in own and word in known
    )
    shares = _shares({word: [text for text, _ in known[word]] for word in wanted}, vocabulary, tokenizer, frequency)
    words = [word for word in wanted if shares[word]]
    parts = np.zeros((len(words), PARTS), np.uint16)
    weights = np.zeros((len(words), PARTS), np.float32)
    for row, word in enumerate(words):
        heaviest = sorted(shares[word].items(), key=lambda share: (-share[1], share[0]))[:PARTS]
        for place, (piece, share) in enumerate(heaviest):
            parts[row, place], weights[row, place] = piece, share
    counts = chinese_frequencies(folding)
    common = next(piece for piece in vocabulary if piece.text == "我们")
    total = counts["我们"] / math.exp(common.score)
    scores = [math.log(max(counts.get(word, 0), _SELDOM) / total) for word in words]
    return Composed(tuple(words), tuple(scores), parts, weights / weights.sum(axis=1, keepdims=True))


def _shares(
    known: dict[str, list[str]], vocabulary: list[Piece], tokenizer: Tokenizer, frequency: Floats
) -> dict[str, dict[int, float]]:
    """How much each English piece has of each word's mean: earlier glosses and rarer pieces more."""
    found: dict[str, dict[int, float]] = {word: defaultdict(float) for word in known}
    jobs = [(word, place, text) for word, texts in known.items() for place, text in enumerate(texts[:_GLOSSES])]
    for (word, place, _), cut in zip(
        jobs, tokenizer.encode_batch([text for *_, text in jobs], add_special_tokens=False), strict=True
    ):
        ids = [n for n in cut.ids if vocabulary[n].origin >= 0 and n > 4]
        rarity = [_RARE / (_RARE + float(frequency[n])) for n in ids]
        for n, weight in zip(ids, rarity, strict=True):
            found[word][n] += weight / sum(rarity) / (1 + 0.5 * place)
    return found


def write_tokenizer(base: Path, composed: Composed, folder: Path) -> None:
    """`tokenizer.json.gz`, with these words after its own, which keep their numbers, and how each is taken apart."""
    stored = json.loads(base.read_text(encoding="utf-8"))
    stored["model"]["vocab"] += [[word, score] for word, score in zip(composed.words, composed.scores, strict=True)]
    text = json.dumps(stored, ensure_ascii=False, separators=(",", ":"))
    # Compressed, it is a list of words.
    (folder / "tokenizer.json.gz").write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    np.save(folder / "composed-cuts.npy", _cuts(composed.words, Tokenizer.from_file(str(base))))


def _cuts(words: Sequence[str], tokenizer: Tokenizer) -> NDArray[np.uint8]:
    """(n,) where the tokenizer without these words cuts each of them: bit i for a cut after i + 1 characters."""
    encoded = tokenizer.encode_batch(list(words), add_special_tokens=False)
    ends = [[right for _, right in cut.offsets if right < len(word)] for word, cut in zip(words, encoded, strict=True)]
    return np.array([sum(1 << (end - 1) for end in found) for found in ends], np.uint8)


def write_composed(
    data: Path, out: Path, vocabulary: list[Piece], tokenizer: Tokenizer, folding: dict[int, str], frequency: Floats
) -> None:
    """Adds the composed words to `words`, `bundled` and `bundled-fast` under `out`, once these are written."""
    composed = compose(data, vocabulary, tokenizer, folding, frequency)
    write_tokenizer(out / "words" / "tokenizer.json", composed, out / "words")
    chinese = np.array([is_han(piece.text[0]) for piece in vocabulary])
    write_student_parts(composed, _rows(out / "bundled"), chinese, out / "bundled")
    write_static_parts(composed, _rows(out / "bundled-fast"), out / "bundled-fast")


def _rows(folder: Path) -> Floats:
    return np.asarray(np.load(folder / "table.npy") * np.load(folder / "scales.npy")[:, None], np.float32)


def write_student_parts(composed: Composed, rows: Floats, chinese: NDArray[np.bool_], folder: Path) -> None:
    """Files of the student: sums as long as Chinese rows usually are."""
    usual = float(np.median(np.linalg.norm(rows[chinese], axis=1)))
    lengths = np.linalg.norm(_sums(composed, composed.shares, rows), axis=1)
    _write(folder, composed.parts, composed.shares * (usual / np.maximum(lengths, 1e-6))[:, None])


def write_static_parts(composed: Composed, rows: Floats, folder: Path) -> None:
    """Files of the static table: sums of directions, as long as the word's own weight in general text."""
    shares = composed.shares / np.maximum(np.linalg.norm(rows, axis=1), 1e-9)[composed.parts]
    lengths = np.linalg.norm(_sums(composed, shares, rows), axis=1)
    weight = _RARE / (_RARE + np.exp(np.array(composed.scores)))
    _write(folder, composed.parts, shares * (weight / np.maximum(lengths, 1e-6))[:, None])


def _sums(composed: Composed, shares: Floats, rows: Floats) -> Floats:
    found = np.zeros((len(composed.parts), rows.shape[1]), np.float32)
    for place in range(PARTS):
        found += rows[composed.parts[:, place]] * shares[:, place, None]
    return found


def _write(folder: Path, parts: NDArray[np.uint16], shares: Floats) -> None:
    np.save(folder / "composed-parts.npy", parts)
    np.save(folder / "composed-shares.npy", shares.astype(np.float16))
