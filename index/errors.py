"""Everything that `index` raises, one base and its children one level deep.

    VerbatimError
    ├── CorpusError      the folder or a file of it cannot be used
    ├── ReaderError      one file gave no text: the reason, for the report
    ├── EncoderError     the encoder is missing, broken, or not the snapshot's
    ├── SnapshotError    a snapshot is missing, damaged, foreign or of another version
    ├── VectorsError     the database that holds the vectors does not answer, or refuses
    ├── BusyError        another process is indexing
    └── QuoteError       a quote is not what stands in its document: an alarm

Each is raised by a code and values; `str(error)` is the sentence of `index.error_texts`, which says what is wrong and
what to do.
"""

import errno
from typing import Any

from index.error_texts import ENGLISH

DISK_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
NOT_WRITABLE = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})
"""How the operating system says that a disk is full, and that it may not be written to."""


class Reason(str):
    """An English sentence that remembers its code and values, so that it can be said in another language.

    Equal to, and usable as, its sentence. Text of a code that is unknown is the code itself.
    """

    __slots__ = ("code", "values")
    code: str
    values: dict[str, object]

    def __new__(cls, code: str, /, **values: object) -> "Reason":
        kept: dict[str, object] = {
            name: value if isinstance(value, int | str) else str(value) for name, value in values.items()
        }
        reason = super().__new__(cls, ENGLISH[code].format(**kept) if code in ENGLISH else code)
        reason.code, reason.values = code, kept
        return reason

    def __reduce__(self) -> tuple[Any, ...]:
        return restored, (stored(self),)


def stored(reason: str) -> Any:
    """A reason as JSON may hold it; other text as it is."""
    if not isinstance(reason, Reason):
        return str(reason)
    return [reason.code, {n: stored(v) if isinstance(v, str) else v for n, v in reason.values.items()}]


def restored(content: Any) -> str:
    """What was `stored`."""
    if isinstance(content, str):
        return content
    code, values = content
    return Reason(code, **{name: restored(v) if isinstance(v, str | list) else v for name, v in values.items()})


def refusal(error: OSError) -> str:
    """Why the operating system refused something: by its code where there is a text for it, else in its own words."""
    code = errno.errorcode.get(error.errno or 0, "")
    return Reason(code) if code in ENGLISH else error.strerror or str(error)


class VerbatimError(Exception):
    """Base of what `index` raises; `str(error)` may be shown to people, `error.reason` has its code and values."""

    def __init__(self, code: str, /, **values: object) -> None:
        self.reason = code if isinstance(code, Reason) else Reason(code, **values)
        super().__init__(self.reason)


class CorpusError(VerbatimError):
    """The corpus folder cannot be used as it is."""


class ReaderError(VerbatimError):
    """One file gave no text. Never fatal: the build reports it and goes on."""


class EncoderError(VerbatimError):
    """The encoder is missing or broken, or it is not the one that a snapshot was made with."""


class SnapshotError(VerbatimError):
    """A snapshot is missing, damaged, foreign, or of another format version."""


class VectorsError(VerbatimError):
    """The database that holds a snapshot's vectors does not answer right now, or cannot be used as it is."""


class BusyError(VerbatimError):
    """Another process holds the index lock."""


class QuoteError(VerbatimError):
    """A quote does not stand in its document: never sent, always an alarm."""
