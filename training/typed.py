"""Typed questions: what people type into a chat, over documents under free licences, with the stretches that answer.

`training/typed/questions.jsonl` holds the questions, which are the project's own, and where in which document each
answering stretch stands; the documents themselves do not belong to the project: `training/typed/sources.json` says
from which public repository and commit each comes, and under which licence. A stretch is stored as offsets with a
digest, so that a document of another state is noticed and not used.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

FOLDER = Path(__file__).parent / "typed"
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Typed:
    """One question. `answers` are alternatives, each the spans (code points) that are needed together; none: the
    documents of its `corpus` do not answer it."""

    question: str
    lang: str
    corpus: str
    """Documents that are asked together: a small knowledge base of one kind."""
    document: str
    kind: str
    shape: str
    answers: tuple[tuple[Span, ...], ...]

    @property
    def held_out(self) -> bool:
        """Whether its document is set aside for calibration: never trained on."""
        return held_out(self.document)


def held_out(document: str) -> bool:
    """A fifth of the documents, chosen by their names alone."""
    return sha256(document.encode()).digest()[0] % 5 == 0


def digest(text: str) -> str:
    """What a stretch is recognised by."""
    return sha256(text.encode()).hexdigest()[:12]


def read_text(path: Path) -> str:
    """A document as offsets refer to it."""
    return path.read_text(encoding="utf-8").replace("\r\n", "\n")


def load(documents: Path, folder: Path = FOLDER) -> list[Typed]:
    """All questions whose documents stand below `documents` as they were when the questions were written."""
    texts: dict[str, str] = {}
    found = []
    for line in (folder / "questions.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        name = row["doc"]
        if name not in texts:
            path = documents / name
            texts[name] = read_text(path) if path.exists() else ""
        groups = tuple(tuple((start, end) for start, end, _ in group) for group in row["answers"])
        whole = all(digest(texts[name][start:end]) == mark for group in row["answers"] for start, end, mark in group)
        if texts[name] and whole:
            found.append(Typed(row["q"], row["lang"], row["corpus"], name, row["kind"], row["shape"], groups))
    return found


def by_corpus(questions: Sequence[Typed]) -> Iterator[tuple[str, list[Typed]]]:
    """The questions of each small knowledge base."""
    for name in sorted({one.corpus for one in questions}):
        yield name, [one for one in questions if one.corpus == name]
