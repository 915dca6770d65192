"""Which Chinese names are called by their pinyin in English: 成都 is Chengdu, and 香港 is not Xianggang.

    python -m training.names --data DIR

Reads CC-CEDICT and the list of names that ships, and writes the list again (`index/text/words/names.txt`): a name a
line, and behind a tab its pinyin in one word where the dictionary's first meaning begins with that ("Shanghai
municipality"), or sends the reader to a longer name that does.
"""

import argparse
import gzip
import re
from pathlib import Path

from index.text.pieces import WORDS
from index.text.terms import fold

NAMES = WORDS / "names.txt"
_ENTRY = re.compile(r"(\S+) (\S+) \[([^\]]+)\] /(.+)/")
_SEE = re.compile(r"(?:see(?: also)?|also known as|abbr\. for) (?:\S+\|)?(\w+)")


def meanings(path: Path) -> dict[str, tuple[str, str]]:
    """By name, simplified: its reading in letters alone, and its first meaning."""
    found: dict[str, tuple[str, str]] = {}
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            entry = None if line.startswith("#") else _ENTRY.match(line)
            if entry and entry[3][:1].isupper():
                found.setdefault(entry[2], (letters(entry[3]), entry[4].partition("/")[0]))
    return found


def letters(text: str) -> str:
    """`text` in one word of small letters, tones and marks left out."""
    return "".join(filter(str.isalpha, fold(text.replace("u:", "ü"))))


def in_pinyin(name: str, known: dict[str, tuple[str, str]]) -> str:
    """The pinyin of `name` where it is called by that, else ""."""
    reading, meaning = known.get(name, ("", ""))
    longer = _SEE.match(meaning)
    if longer and longer[1].startswith(name) and longer[1] != name:
        _, meaning = known.get(longer[1], ("", ""))
    return reading if reading and letters(meaning).startswith(reading) else ""


def main() -> None:
    """Read, mark, write."""
    parser = argparse.ArgumentParser(prog="python -m training.names", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the data folder: cedict.txt.gz")
    known = meanings(parser.parse_args().data / "cedict.txt.gz")
    names = [line.partition("\t")[0] for line in NAMES.read_text(encoding="utf-8").splitlines()]
    lines = [f"{name}\t{reading}" if (reading := in_pinyin(name, known)) else name for name in names]
    NAMES.write_text("\n".join(lines) + "\n", encoding="utf-8")
    called = sum("\t" in line for line in lines)
    print(f"{called} of {len(lines)} names are called by their pinyin")


if __name__ == "__main__":
    main()
