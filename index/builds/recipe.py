"""Which code made a snapshot's documents, passages and terms: after an update of any of it, files are read anew.

The digest is taken from the code and the word lists themselves, so that nobody has to remember to raise a number.
"""

from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable


@cache
def recipe() -> str:
    """Digest of everything between a file and its passages and terms."""
    root = files("index")
    total = sha256()
    for part in (root / "document.py", *_files(root / "documents"), *_files(root / "text")):
        total.update(f"{part.name}\0".encode() + sha256(part.read_bytes()).digest())
    return total.hexdigest()[:16]


def _files(folder: Traversable) -> Iterator[Traversable]:
    """Every module and word list below `folder`, in an order that does not change by itself."""
    for part in sorted(folder.iterdir(), key=lambda part: part.name):
        if part.is_dir() and part.name != "__pycache__":
            yield from _files(part)
        elif part.is_file():
            yield part
