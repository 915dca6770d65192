"""Passages and questions in SQuAD form: a file, or all the files of a folder; `questions.json` here is our own.

`{"data": [{"paragraphs": [{"context", "qas": [{"question", "answers": [{"text"}]}]}]}]}`, .json or .json.gz. Our own
holds a `kind` for each question as well; a question without answers is one that its text does not answer.
"""

import gzip
import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

OWN = Path(__file__).parent / "questions.json"
"""A small set of our own making: handbooks, rules, minutes in both languages; facts, lists, steps, tables, questions
across languages, misspelled ones, two in one, and ones without an answer."""


def load(path: Path) -> list[dict[str, Any]]:
    """Paragraphs of a file in SQuAD form."""
    content = path.read_bytes()
    text = gzip.decompress(content) if path.suffix == ".gz" else content
    return [paragraph for article in json.loads(text)["data"] for paragraph in article["paragraphs"]]


def load_all(path: Path) -> list[dict[str, Any]]:
    """Paragraphs of a file, or of every file of a folder, each text once."""
    paths = sorted([*path.glob("*.json"), *path.glob("*.json.gz")]) if path.is_dir() else [path]
    found: dict[str, dict[str, Any]] = {}
    for one in paths:
        for paragraph in load(one):
            known = found.setdefault(paragraph["context"], {"context": paragraph["context"], "qas": []})
            known["qas"] += paragraph["qas"]
    return list(found.values())


def asked(paragraphs: Sequence[dict[str, Any]], count: int) -> list[str]:
    """`count` of the questions, in an order that is always the same; all of them, and more than once, where fewer are
    there."""
    questions = list(dict.fromkeys(one["question"] for paragraph in paragraphs for one in paragraph["qas"]))
    random.Random(7).shuffle(questions)
    return [questions[n % len(questions)] for n in range(count)]


def write_corpus(paragraphs: Sequence[dict[str, Any]], folder: Path) -> None:
    """A corpus folder with a file for each paragraph; one that begins with a heading is Markdown."""
    folder.mkdir()
    for number, paragraph in enumerate(paragraphs):
        text = paragraph["context"]
        (folder / f"p{number:05d}.{'md' if text.startswith('#') else 'txt'}").write_text(text + "\n", "utf-8")
