"""What must hold of documents and snapshots when all is well: the index is whole, and it is the one that answers."""

from collections.abc import Set

from index.builds import build
from index.errors import SnapshotError
from index.snapshots.folder import is_held, live_id, snapshot_ids, snapshots_folder
from index.snapshots.snapshot import active
from tests.simulation.corpus import Corpus, encoder
from tests.simulation.errors import BrokenError
from tests.simulation.library import edition_of


def check_corpus(corpus: Corpus, processes: Set[str]) -> None:
    """The live snapshot is whole, and `processes`, those that run, answer from it. A folder that is watched is what it
    says, unless somebody went back to it."""
    try:
        live = corpus.live()
    except SnapshotError as error:
        raise BrokenError(f"The live snapshot is not whole: {error}") from error
    behind = {process: one for process, one in corpus.serving_now().items() if process in processes and one != live}
    if behind:
        raise BrokenError(f"{live} is live, and not what answers: {behind}.")
    if corpus.watched and not is_held(corpus.data) and corpus.editions[live] != corpus.edition():
        raise BrokenError(f"The folder says {corpus.edition()}, and the index of it {corpus.editions[live]}.")


def check_next_reindex(corpus: Corpus) -> None:
    """The next reindex takes in what the folder says, and leaves nothing lying about that a killed one had begun.

    Raises BusyError while another process is at it.
    """
    build.build(corpus.folder, corpus.data, encoder(), now=corpus.now())
    live = active(corpus.data, verify=True)
    if (found := edition_of({one.source.path: one.text for one in live.documents})) != corpus.edition():
        raise BrokenError(f"The folder says {corpus.edition()}, and the index that was just made of it {found}.")
    kept = snapshot_ids(corpus.data)
    others = {path.name for path in snapshots_folder(corpus.data).iterdir()} - set(kept)
    if others or len(kept) > build.KEEP or live.info.id != live_id(corpus.data) or is_held(corpus.data):
        raise BrokenError(f"After a reindex there are {kept} and {others}, and {live_id(corpus.data)} is live.")
