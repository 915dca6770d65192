"""Which code made a snapshot's documents, passages and terms: after an update of any of it, files are read anew.

The digest is taken from the code and the word lists themselves, so that nobody has to remember to raise a number.
"""

from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable

_MODULES = ("corpus", "cut", "document", "encoding", "language", "numerals", "passages", "pinyin", "tokens")


@cache
def recipe() -> str:
    """Digest of everything between a file and its passages and terms."""
    root = files("index")
    total = sha256()
    parts = [root / f"{name}.py" for name in _MODULES]
    for folder in (root / "readers", root / "encoders" / "words"):
        parts += sorted((part for part in folder.iterdir() if part.is_file()), key=_name)
    for part in parts:
        total.update(f"{part.name}\0".encode() + sha256(part.read_bytes()).digest())
    return total.hexdigest()[:16]


def _name(part: Traversable) -> str:
    return part.name
