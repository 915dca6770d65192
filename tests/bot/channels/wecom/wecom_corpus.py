"""A corpus folder with its snapshots behind a desk, for admins: everything real but the encoder."""

import threading
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.admin.admin import Admin
from bot.admin.corpus_keeper import Engines, Keeper
from bot.desk.access import Access
from bot.desk.desk import Desk
from index.builds.build import Prepared, prepare
from tests.hashing import HashingEncoder
from tests.shelf import DISTRICT, Shelf

ADMIN = "lisi"


def administered(
    desk: Desk, library: Shelf, folder: Path, kind: type[Admin] = Admin, gate: threading.Event | None = None
) -> Admin:
    """What an admin works with; the corpus is made where there is none yet. A reindex waits for `gate`."""
    corpus, data = folder / "corpus", folder / "data"
    if not corpus.exists():
        corpus.mkdir()
        (corpus / "district.md").write_text(DISTRICT, encoding="utf-8")

    def prepare_next(now: datetime, progress: Any, questions: Sequence[Any]) -> Prepared:
        if gate is not None:
            gate.wait(20)
        return prepare(corpus, data, HashingEncoder(), now=now, progress=progress)

    desk.access = Access(admins=frozenset({f"wecom:{ADMIN}"}))
    keeper = Keeper(corpus, data, desk.journal, Engines(lambda: library, lambda: False, prepare_next))
    return kind(desk, keeper, pause=0.01, page="https://bot.example.org/")
