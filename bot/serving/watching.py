"""What an operator watches of a replica: is it behind, what does it keep, does it wait for the database."""

import time
from collections.abc import Mapping

from bot.admin.corpus_keeper import Keeper
from bot.collections.library import Library
from bot.journal import Journal
from bot.metrics import Metrics
from index.snapshots.folder import number_of


def watch_replica(metrics: Metrics, keepers: Mapping[str, Keeper], library: Library, journal: Journal) -> None:
    """Fills the gauges at every look at them. Of one machine alone there is nothing to tell."""
    for name, keeper in keepers.items():
        if keeper.publishing.shared:
            _watch_snapshots(metrics, name, keeper, library)
    if journal.shared:
        connections = metrics.connections
        connections.labels("used").set_function(lambda: journal.connections().used)
        connections.labels("free").set_function(lambda: journal.connections().free)
        connections.labels("waited for").set_function(lambda: journal.connections().waited_for)


def _watch_snapshots(metrics: Metrics, name: str, keeper: Keeper, library: Library) -> None:
    publishing = keeper.publishing

    def served() -> str | None:
        index = library.view([name])
        return index.snapshot.id if index is not None else None

    def lag() -> float:
        wanted = publishing.wanted
        return 0.0 if wanted is None or wanted.snapshot == served() else time.monotonic() - wanted.since

    def live() -> str | None:
        return publishing.wanted.snapshot if publishing.wanted else None

    metrics.snapshot.labels(name, "live").set_function(lambda: _number(live()))
    metrics.snapshot.labels(name, "served").set_function(lambda: _number(served()))
    metrics.lag.labels(name).set_function(lag)
    metrics.cached.labels(name).set_function(publishing.cached)


def _number(snapshot: str | None) -> int:
    """0 where there is none."""
    return number_of(snapshot) if snapshot else 0
