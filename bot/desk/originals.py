"""The file that a document was read from, where the operator lets people have it."""

from pathlib import Path


def original(folder: Path | None, relative: str) -> Path | None:
    """The file at `relative` in the corpus `folder`; None where there is none, or where it lies elsewhere."""
    if folder is None:
        return None
    root = folder.resolve()
    path = (root / relative).resolve()
    return path if path.is_relative_to(root) and path.is_file() else None
