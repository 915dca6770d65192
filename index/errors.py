"""Everything that `index` raises, one base and its children one level deep.

    VerbatimError
    ├── CorpusError      the folder or a file of it cannot be used
    ├── ReaderError      one file gave no text: the reason, for the report
    ├── EncoderError     the encoder is missing, broken, or not the snapshot's
    ├── SnapshotError    a snapshot is missing, damaged, foreign or of another version
    ├── BusyError        another process is indexing
    └── QuoteError       a quote is not what stands in its document: an alarm

Every message is one sentence that says what is wrong and what to do.
"""


class VerbatimError(Exception):
    """Base of what `index` raises; `str(error)` may be shown to people."""


class CorpusError(VerbatimError):
    """The corpus folder cannot be used as it is."""


class ReaderError(VerbatimError):
    """One file gave no text. Never fatal: the build reports it and goes on."""


class EncoderError(VerbatimError):
    """The encoder is missing or broken, or it is not the one that a snapshot was made with."""


class SnapshotError(VerbatimError):
    """A snapshot is missing, damaged, foreign, or of another format version."""


class BusyError(VerbatimError):
    """Another process holds the index lock."""


class QuoteError(VerbatimError):
    """A quote does not stand in its document: never sent, always an alarm."""
