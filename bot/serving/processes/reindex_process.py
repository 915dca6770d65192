"""A reindex in a process of its own, beside the one that answers.

Reading and cutting thousands of files is Python through and through: in a thread it would hold the interpreter, and
every answer would wait for it again and again. Apart and at a lower priority it only uses what is left over; and a
broken file that takes its reader down takes no answer with it. Nothing needs undoing if it dies: the index is whole
at any moment, and the next reindex cleans up.
"""

import os
import pickle
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from index.builds import build
from index.builds.build import Prepared
from index.builds.pipeline import Progress, silent
from index.encoders.open import open_encoder
from index.errors import SnapshotError, VerbatimError
from index.snapshots.vectors import VectorStores

NICE = 15
SILENCE = 600.0
"""Seconds without a sign of life after which the other process is ended: far longer than any file or batch takes, so
that `/reindex` and `/rollback` are never told for ever that a reindex is running."""
_running: set[subprocess.Popen[bytes]] = set()
"""What `stop` ends: a program that ends must not wait for minutes of work that the next one can go on with."""


@dataclass(frozen=True, slots=True)
class _Job:
    corpus: Path
    data: Path
    encoder: str
    now: datetime
    store: str | VectorStores


def prepare(
    corpus: Path,
    data: Path,
    encoder: str,
    *,
    now: datetime,
    progress: Progress = silent,
    store: str | VectorStores = "faiss",
) -> Prepared:
    """`index.build.prepare` without the saved questions, in another process; blocks, and raises as that does.

    `encoder` is a name for `open_encoder`. Where `progress` raises, the other process is ended.
    """
    # Not above: the other process imports this module too, and would load all settings for nothing.
    from bot.serving.processes.child_environment import child_environment

    job = pickle.dumps(_Job(corpus.absolute(), data.absolute(), encoder, now, store))
    command = [sys.executable, "-m", "bot.serving.processes.reindex_process"]
    with subprocess.Popen(  # noqa: S603
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=child_environment()
    ) as process:
        _running.add(process)
        try:
            return _followed(process, job, progress)
        finally:
            _running.discard(process)
            process.kill()
            with suppress(BrokenPipeError):
                # What a dead process did not read cannot be flushed.
                process.stdin.close()  # type: ignore[union-attr]


def stop() -> None:
    """End every reindex that is running; `prepare` then raises. What they encoded is kept for the next."""
    for process in tuple(_running):
        process.kill()


def _followed(process: subprocess.Popen[bytes], job: bytes, progress: Progress) -> Prepared:
    """What the other process says, until it has a result."""
    assert process.stdin is not None  # noqa: S101
    assert process.stdout is not None  # noqa: S101
    done, signs = threading.Event(), [0]
    threading.Thread(target=_end_silent, args=(process, done, signs), daemon=True).start()
    try:
        process.stdin.write(len(job).to_bytes(8, "big") + job)
        process.stdin.flush()
        while True:
            kind, *rest = pickle.load(process.stdout)  # noqa: S301
            signs[0] += 1
            if kind == "progress":
                progress(*rest)
            elif kind == "prepared":
                prepared: Prepared = rest[0]
                return prepared
            else:
                raise rest[0]
    except (EOFError, BrokenPipeError, pickle.UnpicklingError) as error:
        ended = process.wait()
        raise SnapshotError("reindex-ended", code=ended) from error
    finally:
        done.set()


def _end_silent(process: subprocess.Popen[bytes], done: threading.Event, signs: list[int]) -> None:
    """Ends a process that has said nothing for too long, until `done`."""
    heard = -1
    while not done.wait(SILENCE):
        if signs[0] == heard:
            process.kill()
            return
        heard = signs[0]


def _leave_with_parent(ear: IO[bytes]) -> None:
    """Ends this process when the one that started it is gone."""
    ear.read()
    os._exit(1)


def main() -> None:
    """The other process: a job on standard input, pickled messages on standard output."""
    os.nice(NICE)
    # Ctrl-C reaches both processes; the one that was typed at decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    mouth = os.fdopen(os.dup(1), "wb", buffering=0)
    # Whatever a library prints must not stand among the messages.
    os.dup2(2, 1)
    ear = sys.stdin.buffer
    job: _Job = pickle.loads(ear.read(int.from_bytes(ear.read(8), "big")))  # noqa: S301
    threading.Thread(target=_leave_with_parent, args=(ear,), daemon=True).start()

    def say(*message: Any) -> None:
        mouth.write(pickle.dumps(message))

    try:
        encoder = open_encoder(job.encoder)
        made = build.prepare(job.corpus, job.data, encoder, now=job.now, progress=_progress(say), store=job.store)
        say("prepared", made)
    except VerbatimError as error:
        say("failed", error)
    mouth.close()
    os._exit(0)


def _progress(say: Any) -> Progress:
    return lambda phase, done, total: say("progress", phase, done, total)


if __name__ == "__main__":
    # Imported under its own name too, so that what it pickles is found by the other side.
    from bot.serving.processes.reindex_process import main as entered

    entered()
