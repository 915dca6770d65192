"""One pass from the corpus folder to a finished snapshot folder: read, tokenize, encode, write, examine."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from secrets import token_hex

from index.builds.background import Background
from index.builds.checks import examine
from index.builds.embedding import embed, text_key
from index.builds.recipe import recipe
from index.builds.report import Changes, Report
from index.builds.vector_cache import VectorCache
from index.builds.writer import SnapshotWriter
from index.document import Document
from index.documents import changed_files
from index.documents.changed_files import Earlier, FileState, Seen, files_of, survey
from index.documents.readers import SUFFIXES
from index.encoders.protocol import Encoder
from index.errors import CorpusError, Reason
from index.snapshots import files, snapshot
from index.snapshots.folder import BUILDING, next_id, next_number, snapshots_folder
from index.snapshots.manifest import FORMAT, Manifest
from index.snapshots.snapshot import Snapshot
from index.snapshots.term_index import pack_terms
from index.snapshots.vectors import VectorStores
from index.text.passages import Passage, heading_text, split
from index.text.terms import Pieces, encode_ids
from index.text.tokenized import TokenizedText, tokenized

Progress = Callable[[str, int, int], None]
"""Called with a phase ("read", "encode", "write", "vectors" where a database has them, "check"), how much is done, and
of how much (0: not known yet)."""

CACHE_LIMIT = 2 << 30
"""Bytes of vectors that are kept for texts that may come back."""
TokenizedPassage = tuple[Passage, TokenizedText]
"""A passage, and the text that is encoded for it."""
_TOKENIZED_AT_ONCE = 512
"""Passages, or files, that are tokenized together."""


def silent(phase: str, done: int, total: int) -> None:
    """Progress that nobody looks at."""


@dataclass(frozen=True, slots=True)
class Assembled:
    """A finished folder with its difference to the snapshot before; no folder where there is no difference."""

    report: Report
    folder: Path | None


class Assembly:
    """Builds one snapshot, reusing what the snapshot `base` has. Only for who holds the lock."""

    def __init__(
        self,
        corpus: Path,
        data: Path,
        encoder: Encoder,
        now: datetime,
        progress: Progress,
        base: Snapshot | None,
        store: str | VectorStores = "faiss",
    ) -> None:
        self._corpus = corpus
        self._data = data
        self._encoder = encoder
        self._created = now.astimezone(UTC).isoformat(timespec="seconds")
        self._progress = progress
        self._base = base
        self._store = store
        same = base is not None and base.manifest.fingerprint == encoder.fingerprint
        self._vectors = base if same else None
        """Where vectors may be taken from."""
        self._whole = base if same and base is not None and base.manifest.chunking == recipe() else None
        """Where whole documents may be taken from."""
        self._before = changed_files.load(base.folder / snapshot.FILES) if base else []
        self._changes = Changes(self._before, base)
        self._texts: dict[bytes, TokenizedText] = {}
        self._known: dict[bytes, int] | None = None

    def run(self, problems: tuple[str, ...]) -> Assembled:
        """Assemble. Whatever goes wrong, nothing is left behind but what the cache learned."""
        # Of this build alone: one that is finished and waits must not take another's for its own.
        folder = snapshots_folder(self._data) / f"{BUILDING}{next_number(self._data)}-{token_hex(4)}"
        whole = False
        writer = SnapshotWriter(folder)
        try:
            states = self._documents(writer)
            report = self._changes.report(writer.passages, problems)
            if self._base is not None and self._same(states) and not problems:
                # Others than were made with it, where the settings name another store by now.
                self._base.keep_ready(self._told)
                return Assembled(report, None)
            assembled = self._finish(writer, states, report)
            whole = True
            return assembled
        finally:
            writer.abandon()
            if not whole:
                files.remove(folder)

    def _same(self, states: list[FileState]) -> bool:
        """Whether the live snapshot already is what would be built."""
        return self._whole is not None and self._whole.manifest.corpus == changed_files.corpus_digest(states)

    def _documents(self, writer: SnapshotWriter) -> list[FileState]:
        """Write the documents of every file, in order; returns the states of the files."""
        base = self._base
        made = datetime.fromisoformat(base.manifest.created) if base else None
        earlier = Earlier(self._before, made) if made and self._whole else None
        states: list[FileState] = []
        run: range = range(0)
        for seen, pieces in _tokenized(self._survey(earlier)):
            if seen.earlier < 0 or seen.earlier != run.stop or not run:
                _take(writer, base, run)
                run = range(seen.earlier, seen.earlier) if seen.earlier >= 0 else range(0)
            if seen.earlier >= 0:
                run = range(run.start, seen.earlier + 1)
                self._changes.kept(seen.state)
            states.append(self._read(writer, seen, pieces))
        _take(writer, base, run)
        if not writer.passages:
            raise _nothing(self._corpus, states)
        return states

    def _survey(self, earlier: Earlier | None) -> Iterator[Seen]:
        files = files_of(self._corpus, self._data)
        for number, seen in enumerate(survey(files, earlier), 1):
            self._progress("read", number, len(files))
            yield seen

    def _read(self, writer: SnapshotWriter, seen: Seen, pieces: Sequence[TokenizedPassage]) -> FileState:
        """Write a document that was read; returns the state of its file, refused where it says nothing."""
        state = seen.state
        if seen.document is not None:
            if pieces:
                self._changes.read(state, self._add(writer, seen.document, pieces))
            else:
                state = FileState(state.path, state.size, state.modified, state.digest, Reason("nothing-to-quote"))
        if state.reason:
            self._changes.skipped(state)
        return state

    def _add(self, writer: SnapshotWriter, document: Document, pieces: Sequence[TokenizedPassage]) -> list[bytes]:
        keys = [text_key(text.text) for _, text in pieces]
        terms = [pack_terms(text.terms, text.sounds) for _, text in pieces]
        writer.add(document, [passage for passage, _ in pieces], keys, terms)
        known = self._rows()
        new = {key: text for key, (_, text) in zip(keys, pieces, strict=True) if key not in known}
        # Terms are on disk already, and most of what a text takes.
        self._texts.update({key: replace(text, terms=[], sounds="") for key, text in new.items()})
        return keys

    def _rows(self) -> dict[bytes, int]:
        """Rows of the snapshot before, by the digest of their text, where their vectors hold."""
        if self._known is None:
            stored = self._vectors.rows["key"].tobytes() if self._vectors else b""
            self._known = {stored[16 * row : 16 * row + 16]: row for row in range(len(stored) // 16)}
        return self._known

    def _finish(self, writer: SnapshotWriter, states: list[FileState], report: Report) -> Assembled:
        """Vectors, terms, manifest, examination."""
        encoder = self._encoder
        encoded = 0
        turn = next_number(self._data)
        with Background("terms") as background, closing(VectorCache(self._data, turn=turn)) as cache:
            # Terms are settled by now, and the engine that stores them does not hold up the interpreter.
            terms = background.begin(writer.write_terms, self._base)
            for encoded, total in embed(encoder, self._texts, cache):
                self._progress("encode", encoded, total)
            for done in writer.fill(cache, encoder, self._vectors, self._rows()):
                self._progress("write", done, writer.passages)
            cache.trim(CACHE_LIMIT)
        manifest = self._manifest(changed_files.corpus_digest(states))
        writer.finish(changed_files.dump(states), manifest, terms.result())
        made = Snapshot.open(writer.folder, store=self._store)
        made.keep_ready(self._told)
        self._progress("check", 0, 1)
        examine(made)
        self._progress("check", 1, 1)
        return Assembled(replace(report, snapshot=manifest.id, encoded=encoded), writer.folder)

    def _told(self, done: int, total: int) -> None:
        self._progress("vectors", done, total)

    def _manifest(self, corpus: str) -> Manifest:
        """What is known before the files are: their records and counts are filled in by the writer."""
        encoder = self._encoder
        about = "\n".join((corpus, encoder.fingerprint, recipe(), self._created))
        return Manifest(
            format=FORMAT,
            id=next_id(self._data, sha256(about.encode()).hexdigest()[:8]),
            created=self._created,
            documents=0,
            passages=0,
            encoder=encoder.name,
            fingerprint=encoder.fingerprint,
            dimensions=encoder.dimensions,
            token_dimensions=encoder.token_dimensions,
            chunking=recipe(),
            corpus=corpus,
            files=(),
        )


def _tokenized(found: Iterator[Seen]) -> Iterator[tuple[Seen, list[TokenizedPassage]]]:
    """Each file with the passages of its document and their texts, tokenized many at a time: the vocabulary is large,
    and whatever is done between two texts drives it out of the processor's memory.

    While one lot is made use of, the next is tokenized in another thread, which does not hold up the interpreter.
    """
    with Background("tokenize") as background:
        lot: list[_Waiting] = []
        size = 0
        before: tuple[list[_Waiting], Future[list[Pieces]]] | None = None
        for seen in found:
            lot.append(_waiting(seen))
            size += max(1, len(lot[-1].texts))
            if size >= _TOKENIZED_AT_ONCE:
                tokenizing = background.begin(encode_ids, [text for one in lot for text in one.texts])
                if before:
                    yield from _pieces(*before)
                before, lot, size = (lot, tokenizing), [], 0
        if before:
            yield from _pieces(*before)
        yield from _pieces(lot, background.begin(encode_ids, [text for one in lot for text in one.texts]))


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A file whose texts are still to be tokenized."""

    seen: Seen
    passages: Sequence[Passage]
    texts: Sequence[str]


def _waiting(seen: Seen) -> _Waiting:
    document = seen.document
    if document is None:
        return _Waiting(seen, (), ())
    passages = split(document, 0)
    return _Waiting(seen, passages, [heading_text(document, passage)[0] for passage in passages])


def _pieces(lot: Sequence[_Waiting], tokenizing: Future[list[Pieces]]) -> Iterator[tuple[Seen, list[TokenizedPassage]]]:
    made = iter(tokenized([text for one in lot for text in one.texts], tokenizing.result()))
    for one in lot:
        yield one.seen, [(passage, next(made)) for passage in one.passages]


def _take(writer: SnapshotWriter, base: Snapshot | None, run: range) -> None:
    if base is not None and run:
        writer.take(base, run.start, run.stop)


def _nothing(corpus: Path, states: list[FileState]) -> CorpusError:
    """Says why there is nothing to index."""
    formats = ", ".join(sorted(SUFFIXES))
    if not states:
        return CorpusError("corpus-empty", corpus=corpus, formats=formats)
    path, reason = states[0].path, states[0].reason
    return CorpusError(
        "corpus-says-nothing", count=len(states), corpus=corpus, path=path, reason=reason, formats=formats
    )
