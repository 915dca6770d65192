"""The vocabulary in the form that is read piece by piece (`index.text.pieces`), made from the tokenizer.

    python -m training.encoder.pieces [FOLDER]

The shipped folder where none is given. What the tokenizer does to single characters is asked of itself: its tables of
Unicode are not those of Python.
"""

import gzip
import json
import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from index.text.pieces import GROUP, LATIN, ROW, START, WORDS


def key(word: str) -> int:
    """What a word is found by: how it begins."""
    return LATIN + ord(word[1]) if word[0] == START and len(word) > 1 else ord(word[0])


def write_pieces(folder: Path) -> None:
    """`pieces.txt`, `pieces.npy`, `pieces-groups.npy` and `pieces-classes.tsv` from `tokenizer.json.gz`."""
    stored = gzip.decompress((folder / "tokenizer.json.gz").read_bytes())
    vocabulary = [(word, score) for word, score in json.loads(stored)["model"]["vocab"]]
    order = sorted(range(len(vocabulary)), key=lambda id: (key(vocabulary[id][0]), id))
    words = [vocabulary[id][0] for id in order]
    rows = np.zeros(len(order), ROW)
    rows["id"] = order
    rows["row"][order] = np.arange(len(order))
    sizes = [len(word.encode()) + 1 for word in words]
    rows["at"] = np.cumsum([0, *sizes[:-1]])
    rows["score"] = [vocabulary[id][1] for id in order]
    first = {code: next(found)[0] for code, found in groupby(enumerate(map(key, words)), lambda one: one[1])}
    np.save(folder / "pieces.npy", rows)
    np.save(folder / "pieces-groups.npy", np.array(list(first.items()), GROUP))
    (folder / "pieces.txt").write_bytes("\n".join(words).encode())
    classes = "".join(f"{name}\t{inside}\n" for name, inside in _classes(Tokenizer.from_buffer(stored)))
    (folder / "pieces-classes.tsv").write_text(classes, "ascii")


def _classes(tokenizer: Tokenizer) -> Iterator[tuple[str, str]]:
    """Insides of brackets of a pattern: characters that are one run with a Chinese one, those that are taken away, and
    those that are taken away behind a letter, which are folded as one with it."""
    points = [n for n in range(0x110000) if not 0xD800 <= n < 0xE000]
    normal, cut = tokenizer.normalizer, tokenizer.pre_tokenizer
    yield "han", _ranges([n for n in points if len(cut.pre_tokenize_str(f"{chr(n)}一")) == 1 and not chr(n).isspace()])
    yield "unseen", _ranges([n for n in points if normal.normalize_str(chr(n)) == ""])
    yield "joined", _ranges([n for n in points if "▁e" in (normal.normalize_str(f"{one}{chr(n)}") for one in "EÉ")])


def _ranges(points: list[int]) -> str:
    numbered = groupby(enumerate(points), lambda one: one[1] - one[0])
    runs = [[point for _, point in found] for _, found in numbered]
    return "".join(f"\\U{run[0]:08x}-\\U{run[-1]:08x}" for run in runs)


if __name__ == "__main__":
    write_pieces(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(str(WORDS)))
