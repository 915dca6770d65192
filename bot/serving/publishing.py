"""Where new snapshots of one collection go live, as the settings say."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.objects.publishing import Fence, InObjectStore, OnThisDisk, Publishing
from bot.serving.journals import open_journal
from index.builds import build
from index.builds.build import Prepared

if TYPE_CHECKING:
    from bot.objects.measured import Observe
    from bot.settings import Settings


def open_publishing(settings: "Settings", observe: "Observe | None" = None) -> InObjectStore | None:
    """The object store that the settings of a collection name, None where they name none. `observe`: of its calls."""
    url = settings.objects_url.get_secret_value()
    if not url:
        return None
    from bot.objects import open_objects
    from bot.objects.cache import GIGABYTE, Cache
    from bot.objects.calibration import SharedCalibration
    from bot.objects.documents import SharedDocuments
    from bot.objects.measured import MeasuredObjects
    from bot.objects.snapshots import SharedSnapshots

    objects = open_objects(url)
    if observe is not None:
        objects = MeasuredObjects(objects, observe)
    return InObjectStore(
        settings.data_dir,
        SharedDocuments(objects, settings.corpus_dir, settings.data_dir),
        SharedSnapshots(objects, settings.data_dir, Cache(settings.data_dir, round(settings.cache_gb * GIGABYTE))),
        SharedCalibration(objects, settings.data_dir),
        lambda: _turn(settings, f"reindex {objects.name}"),
        f"snapshot live: {objects.name}",
    )


def publishing_of(settings: "Settings") -> Publishing:
    """The same, or this disk alone."""
    return open_publishing(settings) or OnThisDisk(settings.data_dir)


def published(prepared: Prepared, publishing: Publishing, *, force: bool) -> Prepared:
    """Makes it live, unless saved questions would lose their answers and `force` is false. Nothing is left to do."""
    if prepared.lost and not force:
        build.discard(prepared)
    else:
        publishing.activate(prepared)
    return replace(prepared, folder=None)


@contextmanager
def _turn(settings: "Settings", name: str) -> Iterator[Fence | None]:
    """One replica at a time, where there is a database that can promise it. The store alone lets nobody overwrite
    anything either; without a database two may build at the same time, and one of them for nothing."""
    if not settings.database_url.get_secret_value():
        yield None
        return
    with closing(open_journal(settings)) as journal, journal.turns.take(name) as turn:
        yield turn
