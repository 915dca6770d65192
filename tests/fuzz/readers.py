"""The readers of files, each called as it is: without the door that turns whatever it raises into an error of ours."""

import traceback
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from index.document import Document
from index.documents import readers
from index.errors import ReaderError
from tests.fuzz import invariants, packed_seeds, text_seeds
from tests.fuzz.apart import apart
from tests.fuzz.mutations import files
from tests.fuzz.target import Target

_MISTAKES = (
    TypeError,
    AttributeError,
    IndexError,
    KeyError,
    ValueError,
    ZeroDivisionError,
    UnboundLocalError,
    RuntimeError,
)
_HOME = str(Path(readers.__file__).parent)


def reading(place: str, suffix: str) -> Callable[[bytes], None]:
    """The check of the reader at `place`: it gives a sound document, or says why not."""
    module, _, name = place.partition(".")
    reader: Callable[[bytes, str], Document] = getattr(
        import_module(f"{readers.__name__}.{module}"), f"read_{name or module}"
    )

    def check(data: bytes) -> None:
        document, refused = None, None
        try:
            document = reader(data, f"a{suffix}")
        except ReaderError as error:
            error.reason.encode()
            refused = error.__cause__
        assert not _ours(refused), "a mistake of the reader is called a broken file"
        if document:
            invariants.check(document)

    return check


def _ours(error: BaseException | None) -> bool:
    """Whether an error was raised by the code of a reader itself, and not by a library that it called."""
    if type(error) not in _MISTAKES:
        return False
    *_, (frame, _) = traceback.walk_tb(error.__traceback__ if error else None)
    return _HOME in frame.f_code.co_filename


def _targets() -> dict[str, Target]:
    places: dict[str, str] = {}
    for suffix, (place, _) in readers._READERS.items():
        places.setdefault(place, suffix)
    seeds = {**text_seeds.SEEDS, **packed_seeds.seeds()}
    checks = {place: reading(place, suffix) for place, suffix in places.items()}
    checks["sheet"] = apart(checks["sheet"])
    return {place: Target(files(seeds[place]), check) for place, check in checks.items()}


TARGETS = _targets()
