"""The documents and snapshots of one machine: real ones, built, switched and rolled back by the real code."""

import math
import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from bot.admin.corpus_keeper import Engines
from bot.index_settings import IndexSettings
from bot.objects.publishing import OnThisDisk
from bot.serving.live_index import open_index
from index.answer import Answer, Quote
from index.builds import build
from index.builds.build import Prepared, tried
from index.builds.checks import SavedQuestion
from index.builds.pipeline import Progress
from index.builds.recipe import recipe
from index.builds.report import Report
from index.document import Document
from index.encoders.open import open_encoder
from index.encoders.protocol import Encoder
from index.errors import SnapshotError
from index.search.index import Index
from index.snapshots import snapshot
from index.snapshots.folder import live_id
from index.snapshots.snapshot import SnapshotInfo
from tests.simulation.breakpoints import Breakpoint, Disk
from tests.simulation.library import FILES, Edition, edition_of, written
from tests.simulation.virtual_time import BEGAN, Killed, VirtualLoop

MEMORY = Path("/dev/shm")
"""Files that need not outlive the machine: many times faster."""
HISTORY = ((9, 9), (4, 9), (1, 1))
"""The versions of the documents in the snapshots that are there from the beginning; the last one is live."""
ROOMS = (0, 100, 2_000, 20_000)
"""Bytes that a file can have on a full disk."""
SWITCHES = 2.0
"""Seconds between the opening of an index and when the last question is answered from the one before, at the most, but
for searches that have begun."""
DAY = 24 * 60 * 60.0
ENCODER = "bundled-fast"


@lru_cache(1)
def encoder() -> Encoder:
    return open_encoder(ENCODER)


beginnings: list[Path] = []
"""What every seed begins with: the folder that another process has built, and lent to this one."""


@lru_cache(1)
def built() -> "tempfile.TemporaryDirectory[str]":
    """Documents and snapshots for the beginning, for as long as this process lives."""
    folder = tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None)
    corpus = Path(folder.name) / "corpus"
    corpus.mkdir()
    for day, versions in enumerate(HISTORY):
        at = BEGAN - (len(HISTORY) - day) * DAY
        for name, version in zip(FILES, versions, strict=True):
            put(corpus / name, written(name, version), at)
        now = datetime.fromtimestamp(at + 60, UTC)
        build.build(corpus, corpus.with_name("data"), encoder(), now=now)
    return folder


def put(path: Path, text: str, at: float) -> None:
    """Writes a file in one rename, as of `at`."""
    unfinished = path.with_name(f".{path.name}.new")
    unfinished.write_text(text, "utf-8")
    os.utime(unfinished, (at, at))
    unfinished.replace(path)


@dataclass
class Serving:
    """A process answers from a snapshot, from then on until then."""

    process: str
    snapshot: str
    begun: float
    ended: float = math.inf


@dataclass
class Corpus:
    """`coarse`: the disk knows no time finer than a second. `watched`: `serve --watch`."""

    loop: VirtualLoop
    where: Path
    coarse: bool
    watched: bool
    servings: list[Serving] = field(default_factory=list)
    editions: dict[str, Edition] = field(default_factory=dict)
    """What each snapshot holds that anybody was answered from."""

    def __post_init__(self) -> None:
        begun = beginnings[0] if beginnings else built().name
        shutil.copytree(begun, self.where, dirs_exist_ok=True)
        self.folder, self.data = self.where / "corpus", self.where / "data"
        self.disk = Disk(self.data)

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.loop.now(), UTC)

    def write(self, name: str, version: int) -> None:
        """Somebody saves a version of a document; version 0 takes it away."""
        if not version:
            (self.folder / name).unlink(missing_ok=True)
            return
        at = self.loop.now()
        put(self.folder / name, written(name, version), math.floor(at) if self.coarse else at)

    def edition(self) -> Edition:
        """What the folder says now."""
        return edition_of({path.name: path.read_text("utf-8") for path in self.folder.glob("*.txt")})

    def serves(self, process: str, index: Index | None) -> None:
        """From now on `process` answers from `index`; None: from nothing any more."""
        for one in self.servings:
            if one.process == process and one.ended == math.inf:
                one.ended = self.loop.time() + (SWITCHES if index is not None else 0.0)
        if index is not None:
            id = index.snapshot.id
            self.editions[id] = edition_of({one.source.path: one.text for one in index.documents()})
            self.servings.append(Serving(process, id, self.loop.time()))

    def live_since(self, at: float) -> set[str]:
        """The snapshots that some process has answered from at that time or later."""
        return {one.snapshot for one in self.servings if one.ended >= at}

    def serving_now(self) -> dict[str, str]:
        """By process, the snapshot that it answers from."""
        return {one.process: one.snapshot for one in self.servings if one.ended == math.inf}

    def live(self) -> str:
        """The snapshot that the pointer names, read whole. Raises SnapshotError where it is not whole."""
        active = snapshot.active(self.data, verify=True)
        if active.info.problems or active.info.id != live_id(self.data):
            raise SnapshotError("live-unknown")
        return active.info.id

    def forget(self) -> None:
        """The seed is over."""
        shutil.rmtree(self.where, ignore_errors=True)


class Observed:
    """The real index of a process. `search` is called in the middle of each search, with the question."""

    def __init__(self, index: Index, search: Callable[[str], None]) -> None:
        self._index = index
        self._search = search
        self.snapshot: SnapshotInfo = index.snapshot

    def ask(self, question: str, *, top: int = 1, before: Sequence[str] = ()) -> Answer:
        self._search(question)
        answer = self._index.ask(question, top=top, before=before)
        self._search(question)
        return answer

    def locate(self, text: str) -> tuple[Quote, ...]:
        return self._index.locate(text)

    def documents(self) -> Sequence[Document]:
        return self._index.documents()

    def document(self, id: str) -> Document | None:
        return self._index.document(id)

    def context(self, quote: Quote, paragraphs: int = 1) -> Quote:
        return self._index.context(quote, paragraphs)

    def verify(self, quote: Quote) -> None:
        self._index.verify(quote)

    def suggest(self, lang: str, count: int, near: str = "") -> tuple[str, ...]:
        return self._index.suggest(lang, count, near)


class Builder:
    """What one process does to the snapshots of a machine. `moment` lets others run for a while, and raises Killed
    where the process has ended meanwhile; `search` as for `Observed`."""

    def __init__(self, corpus: Corpus, name: str, moment: Callable[[], None], search: Callable[[str], None]) -> None:
        self._corpus = corpus
        self._name = name
        self._moment = moment
        self._search = search
        self.breakpoint = Breakpoint()

    def engines(self) -> Engines:
        """As `bot.serving.engines.open_engines` makes them, with a build that others see the middle of."""
        return Engines(self.open, self.outdated, self.prepare, _Watched(self._corpus, self.breakpoint))

    def open(self) -> Observed:
        settings = IndexSettings(self._corpus.folder, self._corpus.data, ENCODER)
        index = open_index(settings, encoder())
        self._corpus.serves(self._name, index)
        return Observed(index, self._search)

    def outdated(self) -> bool:
        manifest = snapshot.active(self._corpus.data).manifest
        return (manifest.fingerprint, manifest.chunking) != (encoder().fingerprint, recipe())

    def prepare(self, now: datetime, progress: Progress, questions: Sequence[SavedQuestion]) -> Prepared:
        corpus = self._corpus
        try:
            with corpus.disk.leaving(), self.breakpoint.watched("build"):
                made = build.prepare(corpus.folder, corpus.data, encoder(), now=corpus.now(), progress=self._slowly)
        except ChildKilled as killed:
            raise SnapshotError("reindex-ended", code=-9) from killed
        return tried(made, corpus.folder, encoder(), lambda one: Index.over(one, encoder()).ask, questions)

    def index(self) -> Prepared:
        """`verbatim index`."""
        corpus = self._corpus
        with corpus.disk.leaving(), self.breakpoint.watched("build"), self.breakpoint.watched("switch"):
            return build.build(corpus.folder, corpus.data, encoder(), now=corpus.now(), progress=self._slowly)

    def rollback(self) -> SnapshotInfo:
        """`verbatim rollback`."""
        corpus = self._corpus
        return _Watched(corpus, self.breakpoint).rollback(None, corpus.now())

    def _slowly(self, phase: str, done: int, total: int) -> None:
        self._moment()


class ChildKilled(Killed):
    """The process that only reads and encodes has ended; the one that answers has not."""


class _Watched(OnThisDisk):
    """As it is, with a breakpoint."""

    def __init__(self, corpus: Corpus, breakpoint: Breakpoint) -> None:
        super().__init__(corpus.data)
        self._corpus = corpus
        self._breakpoint = breakpoint

    def activate(self, prepared: Prepared) -> Report:
        with self._corpus.disk.leaving(), self._breakpoint.watched("switch"):
            return super().activate(prepared)

    def rollback(self, id: str | None, now: datetime) -> SnapshotInfo:
        with self._corpus.disk.leaving(), self._breakpoint.watched("switch"):
            return super().rollback(id, self._corpus.now())
