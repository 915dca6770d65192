"""A process that answers questions for the one that serves: it maps the same snapshots, and holds no journal, channel
or secret.

It does one thing at a time, says what came of it, and ends when its input does: with the program that started it.
"""

import gc
import os
import pickle
import signal
import sys
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from index.encoders.open import open_encoder
from index.encoders.protocol import Encoder
from index.search.index import Index
from index.snapshots.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class IndexAddress:
    """Everything that an answer depends on but the question: two indexes of one address give the same answers."""

    snapshot: Path
    """The folder of the snapshot. It never changes, and one with other content has another name."""
    store: str
    encoder: str
    reranker: str
    thresholds: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Serve:
    """From now on these indexes are kept open, and no others. Replied to with None when they are."""

    indexes: frozenset[IndexAddress]


@dataclass(frozen=True, slots=True)
class Call:
    """A method of an index, replied to with what it returns."""

    index: IndexAddress
    method: str
    arguments: tuple[Any, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The reply to one message: what a method returned, or raised."""

    value: Any = None
    error: BaseException | None = None


class OpenIndexes:
    """The indexes of one process, by their addresses. An encoder is loaded once."""

    def __init__(self) -> None:
        self._encoders: dict[str, Encoder] = {}
        self._indexes: dict[IndexAddress, Index] = {}

    def reply(self, message: Serve | Call) -> Outcome:
        """Does what a message asks for. What goes wrong is for whoever asked."""
        try:
            if isinstance(message, Serve):
                self._serve(message.indexes)
                return Outcome()
            return Outcome(getattr(self._opened(message.index), message.method)(*message.arguments, **message.options))
        except Exception as error:
            error.add_note(traceback.format_exc())
            return Outcome(error=error)

    def _serve(self, addresses: frozenset[IndexAddress]) -> None:
        for address in self._indexes.keys() - addresses:
            del self._indexes[address]
        for address in addresses:
            # What is loaded when it is first needed is loaded now, and not while somebody waits.
            self._opened(address).pipeline.snapshot.store  # noqa: B018

    def _opened(self, address: IndexAddress) -> Index:
        index = self._indexes.get(address)
        if index is None:
            encoder = self._encoders.get(address.encoder) or open_encoder(address.encoder)
            self._encoders[address.encoder] = encoder
            snapshot = Snapshot.open(address.snapshot, store=address.store)
            opened = Index.over(snapshot, encoder, reranker=address.reranker)
            index = self._indexes[address] = opened.with_thresholds(*address.thresholds)
        return index


def packed(outcome: Outcome) -> bytes:
    """An outcome as it is sent; an error that cannot be sent as it is, in words."""
    try:
        return pickle.dumps(outcome)
    except Exception:
        return pickle.dumps(Outcome(error=RuntimeError("".join(traceback.format_exception(outcome.error)))))


def attend(ear: IO[bytes], mouth: IO[bytes]) -> None:
    """Replies to one message after the other, until nobody speaks or listens any more."""
    indexes = OpenIndexes()
    try:
        while True:
            mouth.write(packed(indexes.reply(pickle.load(ear))))  # noqa: S301
            mouth.flush()
    except (EOFError, BrokenPipeError):
        return


def main() -> None:
    """Messages on standard input, outcomes on standard output. The argument is how often to look for garbage."""
    # Both reach every process of a terminal or a service; the program decides, and closes our input.
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, signal.SIG_IGN)
    gc.set_threshold(int(sys.argv[1]))
    mouth = os.fdopen(os.dup(1), "wb")
    # Whatever a library prints must not stand among the outcomes.
    os.dup2(2, 1)
    attend(sys.stdin.buffer, mouth)
    # Nothing is to be cleaned up: what a process maps and holds goes with it.
    os._exit(0)


if __name__ == "__main__":
    # Imported under its own name too, so that what is pickled is found by both sides.
    from bot.serving.processes.answer_worker import main as entered

    entered()
