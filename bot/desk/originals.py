"""The file that a document was read from, if the operator lets people have it."""

from pathlib import Path

from bot.collections.library import Library


def original(files: Path | None, library: Library, document: str, relative: str) -> Path | None:
    """The file at `relative` that a document was read from; None where there is none, or where it lies elsewhere.

    `files` is the corpus folder, None where nobody may have a file. A document of a collection lies in its folder.
    """
    folder = library.folder(document) if library.several else files
    if files is None or folder is None:
        return None
    root = folder.resolve()
    path = (root / relative).resolve()
    return path if path.is_relative_to(root) and path.is_file() else None
