"""Replicas: a folder of documents and a data folder each, and one object store."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.objects.publishing import InObjectStore
from bot.serving import engines, live_index
from bot.serving.publishing import open_publishing
from bot.settings import Settings
from index.search.calibration import CROSS, SAME, Calibration, Promise
from index.snapshots.folder import live_id

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Replica:
    settings: Settings

    @property
    def corpus(self) -> Path:
        return self.settings.corpus_dir

    @property
    def data(self) -> Path:
        return self.settings.data_dir

    @property
    def publishing(self) -> InObjectStore:
        found = open_publishing(self.settings)
        assert found is not None
        return found

    def write(self, name: str, text: str) -> None:
        self.corpus.mkdir(exist_ok=True)
        (self.corpus / name).write_text(f"# {name}\n\n{text}\n", encoding="utf-8")

    def reindex(self) -> str:
        return engines.reindex(self.settings, now=NOW, progress=lambda *_: None).report.snapshot

    def follow(self) -> str | None:
        """Takes over what another published, documents and all, as a program that serves does."""
        publishing = self.publishing
        live = publishing.live()
        publishing.catch_up()
        return live

    def live(self) -> str | None:
        """Id of what this replica serves, without a look at the store."""
        return live_id(self.data)

    def answers(self, question: str) -> bool:
        return live_index.open_index(self.settings).ask(question).answered

    def calibration(self, threshold: float, created: str) -> Calibration:
        """What `verbatim calibrate` would keep, had it found this threshold."""
        promise = Promise(threshold, asked=50, shown=40, wrong=1, bound=0.1)
        models = live_index.open_index(self.settings).models
        return Calibration(models, 0.1, created, {SAME: promise, CROSS: promise})


@pytest.fixture
def store(tmp_path: Path) -> Path:
    (tmp_path / "store").mkdir()
    return tmp_path / "store"


@pytest.fixture
def replica(tmp_path: Path, store: Path) -> Callable[..., Replica]:
    """Makes the replica of that name; `url`: of its store, where that is not the folder."""

    def make(name: str, url: str = "", database: str = "") -> Replica:
        home = tmp_path / name
        home.mkdir()
        return Replica(
            Settings(
                _env_file=None,  # type: ignore[call-arg]
                corpus_dir=home / "corpus",
                data_dir=home / "data",
                encoder="bundled-fast",
                objects_url=SecretStr(url or store.as_uri()),
                database_url=SecretStr(database),
            )
        )

    return make
