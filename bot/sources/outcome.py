"""What a look at a source brought."""

from dataclasses import dataclass, field

from bot.errors import SourceError
from index.errors import VerbatimError, refusal


@dataclass(slots=True)
class Outcome:
    """Files of the corpus by what became of them, as paths in it; `problems`: what could not be had, and why."""

    name: str
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    unchanged: int = 0
    problems: list[tuple[str, str | SourceError]] = field(default_factory=list)

    @property
    def differs(self) -> bool:
        """Whether there is something to index."""
        return bool(self.added or self.changed or self.removed)

    def failed(self, what: str, error: VerbatimError | SourceError | OSError) -> None:
        """Notes that `what` could not be had."""
        reason = error.reason if isinstance(error, VerbatimError) else error
        self.problems.append((what, refusal(reason) if isinstance(reason, OSError) else reason))
