"""What must hold of documents and snapshots when all is well: the index is whole, and it is the one that answers."""

from collections.abc import Set

from index.errors import SnapshotError
from index.snapshots.folder import is_held
from tests.simulation.corpus import Corpus
from tests.simulation.errors import BrokenError


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
