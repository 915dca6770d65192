"""The documents of a collection, the same on every replica: each content once, and a numbered list of what is where.

What changed here since the last look goes up, what changed elsewhere comes down. Where both changed the same document,
what the others have counts, and ours is kept aside. Contents are never removed from the store.
"""

import hashlib
import json
import os
import shutil
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.errors import ObjectsError
from bot.objects.door import Objects
from bot.objects.versions import Version, Versions
from index.documents.corpus import QUESTIONS, scan
from index.snapshots import files
from index.snapshots.disk_errors import in_words

CONTENTS, LISTS = "contents/", "documents/"
SEEN = "documents.json"
"""In the data folder: the list as it was here at the last look."""
ASIDE = "removed"
"""In the data folder, as in `bot.admin.corpus_keeper`: what was replaced or removed."""
TRIES = 10


@dataclass(frozen=True, slots=True)
class Content:
    """What a document is, and when its file was written (nanoseconds): the same file is not read twice."""

    sha256: str
    size: int
    modified: int = field(compare=False)


Listing = dict[str, Content]
"""By the path within the folder."""


class SharedDocuments:
    """The documents of a store, and those of the folder `corpus`. `data`: the data folder of this replica."""

    def __init__(self, objects: Objects, corpus: Path, data: Path) -> None:
        self._objects = objects
        self._lists = Versions(objects, LISTS)
        self._corpus = corpus
        self._data = data
        self._one_at_a_time = threading.Lock()

    def meet(self) -> None:
        """Bring the folder and the store to the same state. ObjectsError where the store is away or damaged."""
        with self._one_at_a_time, in_words(self._corpus):
            self._corpus.mkdir(parents=True, exist_ok=True)
            seen = self._load()
            for _ in range(TRIES):
                newest = self._lists.newest()
                here, there = self._here(seen), self._listing(newest)
                agreed = self._agree(here, seen, there)
                if agreed == there or self._lists.add(newest, _plain(agreed)):
                    self._save(agreed)
                    self._lists.forget()
                    return
                # Another replica came first. What was the state when we looked is here by now; the rest is ours.
                seen = there
            raise ObjectsError("objects-contested")

    def _agree(self, here: Listing, seen: Listing, there: Listing) -> Listing:
        """What both are to be. Ours goes up; what is theirs is already here when this returns."""
        agreed: Listing = {}
        for path in sorted(here.keys() | seen.keys() | there.keys()):
            ours, known, theirs = here.get(path), seen.get(path), there.get(path)
            if ours == theirs:
                chosen = ours
            elif theirs == known:
                chosen = ours if ours is None or self._give(path, ours) else known
            else:
                chosen = theirs
                self._take(path, theirs, keep=ours is not None and ours != known)
            if chosen is not None:
                agreed[path] = chosen
        return agreed

    def _here(self, seen: Mapping[str, Content]) -> Listing:
        found: Listing = {}
        for file in scan(self._corpus):
            known = seen.get(file.relative)
            if file.problem:
                # What cannot be read right now has not been removed.
                found |= {file.relative: known} if known else {}
            elif known and (known.size, known.modified) == (file.size, file.modified):
                found[file.relative] = known
            else:
                found[file.relative] = Content(files.digest(file.path), file.size, file.modified)
        questions = self._corpus / QUESTIONS
        if questions.is_file():
            facts = questions.stat()
            found[QUESTIONS] = Content(files.digest(questions), facts.st_size, facts.st_mtime_ns)
        return found

    def _give(self, path: str, ours: Content) -> bool:
        """Upload a document; False where its file is being written to: the next look finds it again."""
        content = self._place(path).read_bytes()
        if hashlib.sha256(content).hexdigest() != ours.sha256:
            return False
        self._objects.put(CONTENTS + ours.sha256, content)
        return True

    def _take(self, path: str, content: Content | None, *, keep: bool) -> None:
        place = self._place(path)
        if keep:
            self._keep_aside(place)
        if content is None:
            place.unlink(missing_ok=True)
            return
        place.parent.mkdir(parents=True, exist_ok=True)
        partial = place.with_name(f".{content.sha256[:16]}.part")
        sum = hashlib.sha256()
        try:
            with partial.open("wb") as file:
                for piece in self._objects.pieces(CONTENTS + content.sha256, content.size):
                    file.write(piece)
                    sum.update(piece)
            if sum.hexdigest() != content.sha256:
                raise ObjectsError("objects-damaged", name=self._objects.name, what=f"{path} ({content.sha256[:8]})")
            os.utime(partial, ns=(content.modified, content.modified))
            partial.replace(place)
        finally:
            partial.unlink(missing_ok=True)

    def _keep_aside(self, place: Path) -> None:
        folder = self._data / ASIDE
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy2(place, folder / f"{files.digest(place)[:8]}-{place.name}")

    def _place(self, path: str) -> Path:
        root = self._corpus.resolve()
        place = root / path
        # Whoever may write into the store must not write elsewhere on this machine.
        if not place.resolve().is_relative_to(root) or place == root:
            raise ObjectsError("objects-damaged", name=self._objects.name, what=path)
        return place

    def _listing(self, version: Version) -> Listing:
        return self._parsed(version.content) if version.number else {}

    def _parsed(self, content: Mapping[str, Any]) -> Listing:
        try:
            return {
                path: Content(str(sha256), int(size), int(modified))
                for path, (sha256, size, modified) in content["files"].items()
            }
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            raise ObjectsError("objects-damaged", name=self._objects.name, what="documents") from error

    def _load(self) -> Listing:
        """What was agreed on at the last look; nothing where the folder has been lost since: then all of it comes down
        again, and nobody else loses it."""
        if next(iter(self._corpus.iterdir()), None) is None:
            return {}
        try:
            return self._parsed(json.loads((self._data / SEEN).read_bytes()))
        except (OSError, ValueError, ObjectsError):
            return {}

    def _save(self, agreed: Listing) -> None:
        self._data.mkdir(parents=True, exist_ok=True)
        files.put(self._data / SEEN, json.dumps(_plain(agreed), ensure_ascii=False).encode())


def _plain(listing: Listing) -> dict[str, Any]:
    return {"files": {path: [one.sha256, one.size, one.modified] for path, one in listing.items()}}
