"""The folder of documents: which files it holds, under which names, in an order that does not change by itself."""

import os
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from index.errors import CorpusError, Reason, refusal

QUESTIONS = "questions.jsonl"
"""At the top of the folder: questions that are asked again after a reindex, no document."""
_ASIDE = ("~$", ".", "Thumbs.db", "desktop.ini")


@dataclass(frozen=True, slots=True)
class CorpusFile:
    """One file of the corpus, or one entry that cannot be read as one: then `problem` says why, in a sentence."""

    relative: str
    """Path within the folder, with forward slashes, in Unicode's composed form (NFC): the name of the document."""
    where: str
    """Absolute path on the disk."""
    size: int = 0
    modified: int = 0
    """Nanoseconds since the epoch, as the disk says it; never compared with a clock."""
    problem: str = ""

    @property
    def path(self) -> Path:
        # Made when it is asked for: with fifty thousand files, paths as objects are most of a reindex without changes.
        return Path(self.where)


def scan(folder: Path) -> Iterator[CorpusFile]:
    """Every file below `folder` in the order of its relative path, hidden ones left out.

    Symbolic links that lead out of the folder, and to folders, are named as problems and not followed.
    """
    if not folder.is_dir():
        raise CorpusError("folder-missing", folder=folder)
    root = folder.resolve()
    seen: set[str] = set()
    for file in sorted(_walk(root, root), key=lambda file: file.relative):
        if file.relative in seen:
            file = replace(file, problem=Reason("name-twice"))
        seen.add(file.relative)
        yield file


def _walk(folder: Path, root: Path) -> Iterator[CorpusFile]:
    pending, top = [str(folder)], str(root)
    while pending:
        here = pending.pop()
        try:
            entries = list(os.scandir(here))
        except OSError as error:
            if here == top:
                raise CorpusError("corpus-unreadable", root=root, reason=refusal(error)) from error
            yield CorpusFile(_name(here, top), here, problem=Reason("folder-unreadable", reason=refusal(error)))
            continue
        for entry in entries:
            if entry.name.startswith(_ASIDE) or (here == top and entry.name == QUESTIONS):
                continue
            if entry.is_dir(follow_symlinks=False):
                pending.append(entry.path)
            else:
                yield _file(entry, top)


def _name(path: str, top: str) -> str:
    name = path[len(top) :].replace(os.sep, "/").lstrip("/")
    return name if name.isascii() else unicodedata.normalize("NFC", name)


def _file(entry: os.DirEntry[str], top: str) -> CorpusFile:
    name = _name(entry.path, top)
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        shown = name.encode("utf-8", "replace").decode()
        return CorpusFile(shown, entry.path, problem=Reason("name-not-unicode"))
    try:
        if entry.is_symlink() and Path(top) not in Path(entry.path).resolve(strict=True).parents:
            return CorpusFile(name, entry.path, problem=Reason("link-leads-out"))
        if not entry.is_file():
            return CorpusFile(name, entry.path, problem=Reason("not-a-file"))
        facts = entry.stat()
    except (OSError, RuntimeError):
        return CorpusFile(name, entry.path, problem=Reason("file-went-away"))
    return CorpusFile(name, entry.path, facts.st_size, facts.st_mtime_ns)
