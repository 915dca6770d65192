"""Reindexes that are killed, starved of disk or locked out, each in a process of its own.

`python -m tests.crashes SCENE FOLDER` plays a scene and prints a line of JSON for each turn. It stands outside the test
process because it forks, kills, limits and drops rights.
"""

import json
import os
import resource
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any

from index.builds import build
from index.errors import VerbatimError
from index.snapshots import snapshot, term_parts
from tests.hashing import HashingEncoder

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
_NOBODY = 65_534
_WATCHED = (
    "build",
    "columns",
    "embedding",
    "files",
    "folder",
    "lock",
    "manifest",
    "pipeline",
    "term_parts",
    "vector_cache",
    "writer",
)


def story(subject: str, sentences: int = 6) -> str:
    return "\n\n".join(f"{subject} {n} makes {n * 7} cars. 第{n}个{subject}工厂在成都。" * 3 for n in range(sentences))


def before(corpus: Path) -> None:
    corpus.mkdir(parents=True)
    (corpus / "a.txt").write_text(story("Alpha"), "utf-8")
    (corpus / "b.md").write_text(f"# Works\n\n{story('Beta')}\n", "utf-8")


def after(corpus: Path) -> None:
    (corpus / "a.txt").write_text(story("Alpha", 4), "utf-8")
    (corpus / "b.md").unlink()
    (corpus / "c.txt").write_text(story("Gamma"), "utf-8")


def reindex(corpus: Path, data: Path) -> str:
    return build.build(corpus, data, HashingEncoder(), now=NOW, keep=2).report.snapshot


def texts(data: Path) -> list[str] | None:
    """What the live snapshot holds, None where there is none."""
    if not snapshot.kept(data):
        return None
    live = snapshot.active(data, verify=True)
    # The very first snapshot may be whole before the pointer to it is written.
    assert not live.info.problems or not (data / "current").exists(), live.info.problems
    for position in range(len(live.passages)):
        live.token_vectors(position)
    return [document.text for document in live.documents]


def forked(action: Callable[[], object]) -> tuple[int, str]:
    """Run `action` in a child; how it ended, and what VerbatimError it raised."""
    ear, mouth = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            _drop_locks()
            action()
        except VerbatimError as error:
            os.write(mouth, f"{type(error).__name__}: {error}".encode())
        except BaseException as error:
            os.write(mouth, repr(error).encode())
            os._exit(1)
        os._exit(0)
    os.close(mouth)
    with os.fdopen(ear) as heard:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), heard.read()


def _drop_locks() -> None:
    """Close what was inherited of tantivy's lock files. One of its threads may have held a lock at the moment of the
    fork: it lets go of its own copy, and this process, which has no such thread, would wait for ever for the other."""
    for handle in os.listdir("/proc/self/fd"):
        with suppress(OSError):
            if os.readlink(f"/proc/self/fd/{handle}").endswith(".lock"):
                os.close(int(handle))


def counting(action: Callable[[], object], limit: int) -> int:
    """Run `action`, and die by SIGKILL at its `limit`-th line of the code that writes; returns how many there were."""
    lines = 0

    def step(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal lines
        if Path(frame.f_code.co_filename).stem not in _WATCHED:
            return None
        if event == "line":
            lines += 1
            if lines == limit:
                os.kill(os.getpid(), signal.SIGKILL)
        return step

    # What SIGKILL leaves is in the system's memory whether or not it has reached the disk.
    os.fsync = lambda handle: None
    sys.settrace(step)
    try:
        action()
    finally:
        sys.settrace(None)
    return lines


def killed(folder: Path) -> Iterator[dict[str, Any]]:
    """Kill a reindex at points all over it, and look at the index and at the next run each time."""
    os.fsync = lambda handle: None
    before(folder / "corpus")
    reindex(folder / "corpus", folder / "data")
    old = texts(folder / "data")
    shutil.copytree(folder / "data", folder / "old")
    after(folder / "corpus")
    shutil.copytree(folder / "data", folder / "dry")
    total = counting(lambda: reindex(folder / "corpus", folder / "dry"), -1)
    new = texts(folder / "dry")
    first = counting(lambda: reindex(folder / "corpus", folder / "first"), -1)
    points = sorted({round(total * n / 45) for n in range(1, 45)} | set(range(total - 60, total, 3)))
    for base, point in [(folder / "old", one) for one in points] + [(None, first * n // 12) for n in range(1, 12)]:
        yield kill(folder, base, point, old, new)


def kill(folder: Path, base: Path | None, point: int, old: object, new: object) -> dict[str, Any]:
    data, corpus = folder / f"data-{base is None}-{point}", folder / "corpus"
    if base:
        shutil.copytree(base, data)
    ended, said = forked(lambda: counting(lambda: reindex(corpus, data), point))
    held = texts(data)
    left = len(list((data / "snapshots").glob(".*"))) if (data / "snapshots").is_dir() else 0
    reindex(corpus, data)
    clean = [path.name for path in (data / "snapshots").iterdir() if path.name.startswith(".")]
    which = {repr(old): "old", repr(new): "new", repr(None): "none"}.get(repr(held), "something else")
    result = {"first": base is None, "point": point, "ended": ended, "said": said, "held": which, "left": left}
    result |= {"next": texts(data) == new, "clean": not clean, "kept": len(snapshot.kept(data))}
    shutil.rmtree(data)
    return result


def starved(folder: Path) -> Iterator[dict[str, Any]]:
    """Reindex with files limited to ever larger sizes, as a disk that is full at ever later moments."""
    before(folder / "corpus")
    reindex(folder / "corpus", folder / "data")
    old = texts(folder / "data")
    after(folder / "corpus")
    for limit in (0, 100, 1000, 3000, 6000, 10_000, 30_000, 1 << 20):

        def limited(limit: int = limit) -> None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
            reindex(folder / "corpus", folder / "data")

        ended, said = forked(limited)
        left = [path.name for path in (folder / "data" / "snapshots").glob(".*")]
        yield {"limit": limit, "ended": ended, "said": said, "old": texts(folder / "data") == old, "left": left}


def locked_out(folder: Path) -> Iterator[dict[str, Any]]:
    """Ask and reindex without the right to write, as somebody else than root where the tests run as root."""
    folder.chmod(0o755)
    before(folder / "corpus")
    reindex(folder / "corpus", folder / "data")
    old = texts(folder / "data")
    after(folder / "corpus")
    paths = [folder / "data", *(folder / "data").rglob("*")]
    for path in paths:
        path.chmod(0o555 if path.is_dir() else 0o444)

    def nobody(action: Callable[[], object]) -> tuple[int, str]:
        return forked(lambda: (os.getuid() or os.setuid(_NOBODY), action()))

    def asked() -> None:
        assert snapshot.active(folder / "data").lexical.search(["alpha"], 1)

    yield {"asked": nobody(asked)}
    yield {"reindexed": nobody(lambda: reindex(folder / "corpus", folder / "data"))}
    yield {"new folder": nobody(lambda: reindex(folder / "corpus", folder / "data" / "elsewhere"))}
    for path in paths:
        path.chmod(0o755 if path.is_dir() else 0o644)
    yield {"old": texts(folder / "data") == old}


# Small enough for these few passages to make several parts of the term index.
term_parts.FEWEST = term_parts.MOST = 2

SCENES = {"killed": killed, "starved": starved, "locked-out": locked_out}

if __name__ == "__main__":
    for turn in SCENES[sys.argv[1]](Path(sys.argv[2])):
        sys.stdout.write(json.dumps(turn) + "\n")
        sys.stdout.flush()
