"""The folder of a source in the corpus. What is taken out of it is kept in the data folder, never deleted."""

import os
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Place:
    """`corpus`: the folder of documents; `name`: the source's folder in it."""

    corpus: Path
    data: Path
    name: str
    now: datetime

    def folder(self) -> Path:
        """The source's folder, made where it is missing."""
        folder = self.corpus / self.name
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def relative(self, path: Path) -> str:
        """A file of the source as a path in its folder."""
        return path.relative_to(self.corpus / self.name).as_posix()

    def shown(self, file: str) -> str:
        """A file of the source as a path in the corpus."""
        return f"{self.name}/{file}"

    def path(self, file: str) -> Path:
        return self.corpus / self.name / file

    def has(self, file: str) -> bool:
        return self.path(file).is_file()

    def put(self, file: str, content: bytes) -> None:
        """Writes a file in one rename."""
        target = self.path(file)
        target.parent.mkdir(parents=True, exist_ok=True)
        unfinished = target.with_name(f".{target.name}.part")
        try:
            unfinished.write_bytes(content)
            os.replace(unfinished, target)
        finally:
            unfinished.unlink(missing_ok=True)

    def take_out(self, file: str) -> None:
        path = self.path(file)
        if not path.is_file():
            return
        kept = self.data / REMOVED / f"{self.now:%Y%m%d-%H%M%S}-{self.name}-{file.replace('/', '-')}"
        kept.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, kept)
        path.unlink()
