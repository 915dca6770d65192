"""The corpus folder made into a new snapshot, beside the one that serves, and the swap.

Everything is built beside it and examined; going live is one rename of a small file. A build that fails or is killed
changes nothing that anybody is answered from. Only what is new is read, tokenized and encoded.
"""

from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from index.builds.checks import Asker, Lost, SavedQuestion, lost_answers, saved_questions
from index.builds.pipeline import Assembly, Progress, silent
from index.builds.report import Report
from index.documents.corpus import QUESTIONS
from index.encoders.open import open_encoder
from index.encoders.protocol import Encoder
from index.errors import SnapshotError, VectorsError
from index.snapshots import files, snapshot
from index.snapshots.disk_errors import in_words
from index.snapshots.folder import (
    live_id,
    make_live,
    prune,
    release_live,
    remove_leftovers,
    snapshot_ids,
    snapshots_folder,
)
from index.snapshots.lock import hold
from index.snapshots.manifest import check_files, load_manifest
from index.snapshots.snapshot import Snapshot
from index.snapshots.vectors import VectorStores, stores_named

KEEP = 5


@dataclass(frozen=True, slots=True)
class Prepared:
    """A new snapshot that is finished and examined but not live: `activate` or `discard` it."""

    report: Report
    lost: tuple[Lost, ...]
    """Saved questions that the live snapshot answers and this one does not."""
    data: Path
    folder: Path | None
    """None where nothing changed: the live snapshot is what the corpus says."""
    base: str | None
    """Id of the snapshot that was live, None where there was none."""
    now: datetime
    store: str | VectorStores = "faiss"
    """Where its vectors are searched."""


def build(
    corpus: Path | str,
    data: Path | str,
    encoder: Encoder | str,
    *,
    now: datetime,
    progress: Progress = silent,
    ask: Asker | None = None,
    questions: Sequence[SavedQuestion] = (),
    force: bool = False,
    keep: int = KEEP,
    store: str | VectorStores = "faiss",
) -> Prepared:
    """Reindex, and go live unless saved questions would lose their answers; then `lost` names them.

    `encoder` may be a name for `open_encoder`. With `force` it goes live all the same. `folder` of what comes back is
    None in every case: nothing is left to do.
    Raises as `prepare` does.
    """
    corpus, data = Path(corpus), Path(data)
    encoder = open_encoder(encoder) if isinstance(encoder, str) else encoder
    with in_words(data), hold(data, now):
        prepared = _prepare(corpus, data, encoder, now, progress, ask, questions, store)
        if prepared.lost and not force:
            _discard(prepared)
        else:
            _activate(prepared, keep)
        drop_unkept(prepared)
        return replace(prepared, folder=None)


def prepare(
    corpus: Path,
    data: Path,
    encoder: Encoder,
    *,
    now: datetime,
    progress: Progress = silent,
    ask: Asker | None = None,
    questions: Sequence[SavedQuestion] = (),
    store: str | VectorStores = "faiss",
) -> Prepared:
    """Build and examine a snapshot of `corpus` without making it live.

    `ask` makes the questions of `corpus/questions.jsonl`, and `questions`, be asked of both snapshots. Raises
    CorpusError (nothing to index), EncoderError, BusyError (another one is at it), SnapshotError (the disk),
    VectorsError (the database that `store` names).
    """
    with in_words(data), hold(data, now):
        return _prepare(corpus, data, encoder, now, progress, ask, questions, store)


def activate(prepared: Prepared, *, keep: int = KEEP) -> Report:
    """Make a prepared snapshot live, and remove old ones beyond `keep`. SnapshotError where it has been overtaken."""
    with in_words(prepared.data), hold(prepared.data, prepared.now):
        if prepared.folder is not None and prepared.folder.is_dir():
            check_files(prepared.folder, load_manifest(prepared.folder))
        return _activate(prepared, keep)


def discard(prepared: Prepared) -> None:
    """Forget a prepared snapshot."""
    with in_words(prepared.data), hold(prepared.data, prepared.now):
        _discard(prepared)


def drop_unkept(prepared: Prepared, kept: Collection[str] | None = None) -> None:
    """Drop the vectors of snapshots that are not `kept`, else that this data folder no longer keeps, where they outlive
    them. A database that does not answer is asked again after the next reindex.
    """
    live = live_id(prepared.data)
    if live is not None:
        with suppress(VectorsError):
            stores_named(prepared.store).keep_only(snapshot_ids(prepared.data) if kept is None else kept, live)


def _activate(prepared: Prepared, keep: int) -> Report:
    gone = prepared.folder is not None and not prepared.folder.is_dir()
    if gone or live_id(prepared.data) != prepared.base:
        raise SnapshotError("overtaken")
    if prepared.folder is not None:
        final = snapshots_folder(prepared.data) / prepared.report.snapshot
        prepared.folder.rename(final)
        files.sync(final.parent)
        make_live(prepared.data, final.name)
    release_live(prepared.data)
    # Also where nothing is new: whoever made the live one may have ended before it removed others.
    prune(prepared.data, keep)
    return prepared.report


def _discard(prepared: Prepared) -> None:
    if prepared.folder is not None and prepared.folder.is_dir():
        files.remove(prepared.folder)
        with suppress(VectorsError):
            stores_named(prepared.store).drop(prepared.report.snapshot)


def _prepare(
    corpus: Path,
    data: Path,
    encoder: Encoder,
    now: datetime,
    progress: Progress,
    ask: Asker | None,
    questions: Sequence[SavedQuestion],
    store: str | VectorStores,
) -> Prepared:
    remove_leftovers(data)
    base, problems = _base(data, store)
    try:
        made = Assembly(corpus, data, encoder, now, progress, base, store).run(problems)
    except SnapshotError as error:
        if error.reason.code != "cache-damaged":
            raise
        # It has been thrown away: what it held is encoded anew.
        made = Assembly(corpus, data, encoder, now, progress, base, store).run(problems)
    prepared = Prepared(_noted(made.report, corpus), (), data, made.folder, live_id(data), now, store)
    return tried(prepared, corpus, encoder, ask, questions) if ask else prepared


def _noted(report: Report, corpus: Path) -> Report:
    """With what is wrong with the file of saved questions."""
    _, problem = saved_questions(corpus)
    return replace(report, skipped=(*report.skipped, (QUESTIONS, problem))) if problem else report


def tried(
    prepared: Prepared, corpus: Path, encoder: Encoder, ask: Asker, questions: Sequence[SavedQuestion] = ()
) -> Prepared:
    """The same, with the saved questions that would be lost; `prepare` does this where it is given `ask`.

    Nothing is compared with a live snapshot that cannot be asked: it is of another format or damaged, or made with
    another encoder. A new one that cannot be asked is discarded, and the error raised.
    """
    if prepared.folder is None or prepared.base is None:
        return prepared
    asked = (*saved_questions(corpus)[0], *questions)
    try:
        base, _ = _base(prepared.data, prepared.store)
        if not asked or base is None or base.manifest.fingerprint != encoder.fingerprint:
            return prepared
        made = Snapshot.open(prepared.folder, store=prepared.store)
        return replace(prepared, lost=lost_answers(base, made, ask, asked))
    except BaseException:
        _discard(prepared)
        raise


def _base(data: Path, store: str | VectorStores) -> tuple[Snapshot | None, tuple[str, ...]]:
    """The snapshot to start from, verified whole, and what was found wrong with the live one."""
    try:
        base = snapshot.active(data, store=store, verify=True)
    except SnapshotError as error:
        return None, (error.reason,) if snapshot_ids(data) else ()
    return base, base.info.problems
