"""What a reindex found and changed, in numbers and names: the difference that is looked at before the swap."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from index.documents.changed_files import FileState
from index.snapshots.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class PassageCounts:
    """Passages of a reindex. A changed document may keep most of its passages."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0

    @property
    def total(self) -> int:
        return self.added + self.changed + self.unchanged

    def __add__(self, other: "PassageCounts") -> "PassageCounts":
        return PassageCounts(
            self.added + other.added,
            self.changed + other.changed,
            self.removed + other.removed,
            self.unchanged + other.unchanged,
        )


@dataclass(frozen=True, slots=True)
class Report:
    """The difference between the snapshot that was live and the new one. Paths are relative to the corpus folder."""

    snapshot: str
    """Id of the new snapshot; of the live one where nothing changed."""
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: tuple[str, ...]
    """Their content is what it was."""
    skipped: tuple[tuple[str, str], ...]
    """Files that gave no document: path and reason."""
    passages: PassageCounts
    encoded: int = 0
    """Passages that had to be encoded; vectors of the others were at hand."""
    problems: tuple[str, ...] = ()
    """What was wrong with the snapshot that was live, in sentences."""
    partial: tuple[tuple[str, str], ...] = ()
    """Files that were read only in part: path, and what is missing."""

    @property
    def differs(self) -> bool:
        """Whether any document was added, changed or removed."""
        return bool(self.added or self.changed or self.removed)


def compare(before: Sequence[bytes], after: Sequence[bytes]) -> PassageCounts:
    """Passages of one document, by the digests of what was encoded, then and now."""
    common = (Counter(before) & Counter(after)).total()
    gone, new = len(before) - common, len(after) - common
    changed = min(gone, new)
    return PassageCounts(added=new - changed, changed=changed, removed=gone - changed, unchanged=common)


class Changes:
    """Gathers the difference while files are looked at."""

    def __init__(self, before: Sequence[FileState], base: Snapshot | None) -> None:
        indexed = [state for state in before if not state.reason]
        self._before = {state.path: (state, position) for position, state in enumerate(indexed)}
        self._base = base
        self._seen: set[str] = set()
        self._added: list[str] = []
        self._changed: list[str] = []
        self._unchanged: list[str] = []
        self._skipped: list[tuple[str, str]] = []
        self._partial: list[tuple[str, str]] = []
        self._counts = PassageCounts()

    def kept(self, state: FileState) -> None:
        """A document was taken over as it was."""
        self._seen.add(state.path)
        self._unchanged.append(state.path)
        self._note(state)

    def read(self, state: FileState, keys: Sequence[bytes]) -> None:
        """A document was read; `keys` are the digests of its passages."""
        self._seen.add(state.path)
        before, position = self._before.get(state.path, (None, -1))
        if before is None:
            self._added.append(state.path)
        else:
            (self._unchanged if before.digest == state.digest else self._changed).append(state.path)
        self._counts += compare(self._keys(position), keys)
        self._note(state)

    def _note(self, state: FileState) -> None:
        if state.missing:
            self._partial.append((state.path, state.missing))

    def skipped(self, state: FileState) -> None:
        """A file gave no document."""
        self._skipped.append((state.path, state.reason))

    def report(self, total: int, problems: tuple[str, ...]) -> Report:
        """The difference, given how many passages there are now."""
        removed = tuple(path for path in self._before if path not in self._seen)
        counts = self._counts
        for path in removed:
            counts += compare(self._keys(self._before[path][1]), ())
        counts += PassageCounts(unchanged=total - counts.total)
        return Report(
            snapshot=self._base.info.id if self._base else "",
            added=tuple(self._added),
            changed=tuple(self._changed),
            removed=removed,
            unchanged=tuple(self._unchanged),
            skipped=tuple(self._skipped),
            passages=counts,
            problems=problems,
            partial=tuple(self._partial),
        )

    def _keys(self, position: int) -> list[bytes]:
        """Digests of the passages of a document of the snapshot before."""
        if self._base is None or position < 0:
            return []
        rows = self._base.passages.of(position)
        stored = self._base.rows["key"][rows.start : rows.stop].tobytes()
        return [stored[start : start + 16] for start in range(0, len(stored), 16)]
