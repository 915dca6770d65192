"""Around the libraries that parse files: whatever makes one of them fail is an error of the file."""

from collections.abc import Iterator
from contextlib import contextmanager

from index.errors import ReaderError

_PANIC = "PanicException"
"""How a library in Rust says that it gave up in the middle; no class of ours to catch, and no `Exception` either."""


@contextmanager
def parsing(what: str, code: str = "broken-file") -> Iterator[None]:
    """ReaderError of that code for all that is raised within, whatever its class; `what` names the format.

    Lists of what a library is known to raise have never been whole.
    """
    try:
        yield
    except (ReaderError, MemoryError):
        raise
    except RecursionError as error:
        raise ReaderError("nested-too-deep") from error
    except Exception as error:
        raise ReaderError(code, what=what) from error
    except BaseException as error:
        if type(error).__name__ != _PANIC:
            raise
        raise ReaderError(code, what=what) from error
