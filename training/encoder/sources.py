"""The data folder as entries, pairs and glosses.

Only what may be trained on is read here; measuring reads its own files.
"""

import gzip
import random
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PARALLEL = ("tatoeba", "tico19", "ntrex", "pydocs")
"""Translations that the shipped files may be trained on. The news of WMT are not among them: research only."""

Pair = tuple[str, str]
"""English, Chinese."""

_ENTRY = re.compile(r"(\S+) (\S+) \[(.*?)\] /(.*)/\s*$")
_HAN = "\u3400-\u9fff"
_ASIDE = re.compile(r"\([^()]*\)")
_CROSS_REFERENCE = re.compile(rf"[^\s/|\[\]]*[{_HAN}][^\s\[\]]*(\[[^\]]*\])?")
_READING = re.compile(r"\[[^\]]*\]")
_LEAD = re.compile(r"^\s*(abbr\. for|see also|see|also written|same as|to)\s+")
_SOMEBODY = re.compile(r"\b(sb|sth)\b")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of CC-CEDICT."""

    simplified: str
    pinyin: str
    glosses: tuple[str, ...]

    @property
    def named(self) -> bool:
        """Whether its reading is that of a name."""
        return self.pinyin[:1].isupper()


def entries(data: Path) -> Iterator[Entry]:
    """CC-CEDICT in the order of the file."""
    with gzip.open(data / "cedict.txt.gz", "rt", encoding="utf-8") as file:
        for line in file:
            found = None if line.startswith("#") else _ENTRY.match(line)
            if found:
                yield Entry(found[2], found[3], tuple(found[4].split("/")))


def pairs(data: Path, name: str) -> list[Pair]:
    """The translations of one file."""
    if name not in PARALLEL:
        raise ValueError(f"{name} is not for training; there are {', '.join(PARALLEL)}")
    with gzip.open(data / "parallel" / f"{name}.en-zh.tsv.gz", "rt", encoding="utf-8") as file:
        rows = [line.rstrip("\n").split("\t") for line in file]
    return [(row[0], row[1]) for row in rows if len(row) == 2 and row[0].strip() and row[1].strip()]


def some_pairs(data: Path, name: str, count: int) -> list[Pair]:
    """`count` of them, always the same."""
    found = pairs(data, name)
    random.Random(0).shuffle(found)
    return found[:count]


def clean_gloss(gloss: str) -> str | None:
    """A gloss as English that could stand in a sentence, or None where it only explains or refers."""
    if gloss.startswith(("CL:", "used in ")) or "variant of" in gloss:
        return None
    gloss = _READING.sub(" ", _CROSS_REFERENCE.sub(" ", _ASIDE.sub(" ", gloss)))
    gloss = _LEAD.sub("", gloss.strip() + " ").strip(" ;,.")
    return _SOMEBODY.sub("", gloss).strip() or None


def glosses(data: Path, folding: dict[int, str]) -> dict[str, list[tuple[str, bool]]]:
    """For each folded headword its clean glosses in order, and whether each is of a name."""
    found: dict[str, list[tuple[str, bool]]] = defaultdict(list)
    for entry in entries(data):
        word = entry.simplified.translate(folding)
        for gloss in entry.glosses:
            for part in gloss.split(";"):
                clean = clean_gloss(part)
                if clean:
                    found[word].append((clean, entry.named or "surname" in gloss))
    return dict(found)
