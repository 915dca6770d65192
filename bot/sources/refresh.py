"""A look at the sources: those whose time has come, or all; one process at a time, one source's failure its own."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from bot.errors import SourceError
from bot.sources import state as states
from bot.sources.declared import Form, Source
from bot.sources.outcome import Outcome
from bot.sources.pages import Pages
from bot.sources.place import Place
from bot.sources.repository import GitLimits, Repository
from index.documents.download import Ways
from index.errors import VerbatimError

RETRY_SECONDS = 15 * 60.0
"""A source that failed is looked at again so soon, or at its time where that comes sooner."""


@dataclass(frozen=True, slots=True)
class Refresher:
    """All that a look needs. `corpora`: the folder of documents by the name of its collection, "" for the only one."""

    sources: Sequence[Source]
    corpora: Mapping[str, Path]
    data: Path
    ways: Ways = field(default_factory=Ways)
    git: GitLimits = field(default_factory=GitLimits)
    now: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep

    def __post_init__(self) -> None:
        for source in self.sources:
            if source.collection not in self.corpora:
                known = ", ".join(sorted(filter(None, self.corpora))) or "none"
                raise SourceError("source-collection", name=source.name, collection=source.collection, known=known)

    def due(self) -> tuple[Source, ...]:
        """The sources whose time has come."""
        return tuple(one for one in self.sources if self.now() >= states.load(self.data, one.name).looked + one.every)

    def look(self, sources: Sequence[Source]) -> list[Outcome]:
        """Fetches what has changed of these sources. SourceError where another process is at it."""
        with self._alone():
            return [self._look(source) for source in sources]

    @contextmanager
    def _alone(self) -> Iterator[None]:
        folder = self.data / states.FOLDER
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / ".lock", timeout=0, thread_local=False)
        try:
            lock.acquire()
        except Timeout:
            raise SourceError("source-busy") from None
        try:
            yield
        finally:
            lock.release()

    def _look(self, source: Source) -> Outcome:
        outcome, state = Outcome(source.name), states.load(self.data, source.name)
        at = self.now()
        today = datetime.fromtimestamp(at, UTC)
        place = Place(self.corpora[source.collection], self.data, source.name, today)
        state.looked = at
        try:
            if source.form is Form.GIT:
                Repository(source, place, self.ways, self.git).refresh(state, outcome)
            else:
                Pages(source, place, self.ways, today, self.sleep).refresh(state, outcome)
        except (VerbatimError, SourceError, OSError) as error:
            outcome.failed(source.addresses[0], error)
            state.looked = at - max(source.every - RETRY_SECONDS, 0.0)
        states.save(self.data, source.name, state)
        return outcome
