"""An object store that is a folder: on a disk that several machines have mounted, and for tests."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

from bot.errors import ObjectsError

PIECE = 8 << 20
_UNFINISHED = ".unfinished-"


class FolderObjects:
    """A `bot.objects.door.Objects`. An object is a file, put in place by one rename."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.absolute()
        self.name = str(self._folder)

    def put(self, name: str, content: bytes | Path) -> None:
        with self._in_words():
            aside = self._written(name, content)
            os.replace(aside, self._folder / name)

    def create(self, name: str, content: bytes) -> bool:
        with self._in_words():
            aside = self._written(name, content)
            try:
                # A link is made by one machine only, on a network disk too.
                os.link(aside, self._folder / name)
            except FileExistsError:
                return False
            finally:
                aside.unlink(missing_ok=True)
            return True

    def get(self, name: str) -> bytes | None:
        with self._in_words():
            try:
                return (self._folder / name).read_bytes()
            except FileNotFoundError:
                return None

    def pieces(self, name: str, size: int) -> Iterator[bytes]:
        with self._in_words(), suppress(FileNotFoundError), (self._folder / name).open("rb") as file:
            while size > 0 and (piece := file.read(min(PIECE, size))):
                size -= len(piece)
                yield piece

    def names(self, prefix: str) -> list[str]:
        with self._in_words():
            # A disk that is not mounted must not look like one without objects.
            os.scandir(self._folder).close()
            files = ((Path(here), names) for here, _, names in os.walk(self._folder / prefix))
            return sorted(
                (here / name).relative_to(self._folder).as_posix()
                for here, names in files
                for name in names
                if not name.startswith(_UNFINISHED)
            )

    def delete(self, names: Sequence[str]) -> None:
        with self._in_words():
            for name in names:
                (self._folder / name).unlink(missing_ok=True)

    def _written(self, name: str, content: bytes | Path) -> Path:
        """A file beside the place of `name`, on the disk."""
        if not self._folder.is_dir():
            raise FileNotFoundError(2, "there is no such folder", str(self._folder))
        place = self._folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        aside = place.with_name(f"{_UNFINISHED}{uuid4().hex}")
        try:
            with aside.open("xb") as file:
                for piece in _pieces_of(content):
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
        except BaseException:
            aside.unlink(missing_ok=True)
            raise
        return aside

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        try:
            yield
        except PermissionError as error:
            raise ObjectsError("objects-refused", name=self.name, reason=error.strerror) from error
        except OSError as error:
            raise ObjectsError("objects-away", name=self.name, reason=error.strerror or str(error)) from error


def _pieces_of(content: bytes | Path) -> Iterator[bytes]:
    if isinstance(content, bytes):
        yield content
        return
    with content.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece
