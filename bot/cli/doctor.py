"""`verbatim doctor`: checks everything that can be wrong before people notice, and says what to do."""

import errno
import platform
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from importlib import import_module
from pathlib import Path

from bot.cli.session import Session
from bot.errors import SettingsError
from bot.findings import Finding, State
from bot.settings import Settings
from index.errors import VerbatimError

CHECKS = (
    "bot.cli.doctor:processor",
    "bot.cli.doctor:disk",
    "bot.cli.doctor:corpus",
    "bot.cli.doctor:snapshot",
    "bot.cli.doctor:answering",
)
"""`module:function` of every check, in the order shown. A channel adds its own line here."""

MARKS = {State.OK: ("✓", 32), State.WARNING: ("!", 33), State.BROKEN: ("✗", 31), State.UNUSED: ("·", 2)}
LITTLE = 500_000_000
"""Bytes of free disk below which a reindex may fail."""


def run(session: Session) -> int:
    """Prints every finding; exit 1 where something is broken."""
    console = session.console
    broken = False
    for finding in findings(session):
        broken |= finding.state is State.BROKEN
        if session.args.json:
            console.json(asdict(finding))
            continue
        mark, colour = MARKS[finding.state]
        console.print(f"{console.style(mark, colour)} {finding.name}: {finding.told}")
        if finding.todo:
            console.print(f"  → {finding.todo}")
    return int(broken)


def findings(session: Session) -> Iterator[Finding]:
    """The findings of every check; wrong settings end the round, for all others depend on them."""
    try:
        settings = session.settings
    except SettingsError as error:
        yield Finding("settings", State.BROKEN, str(error), "Correct .env or the environment.")
        return
    yield Finding("settings", State.OK, "all can be read")
    for name in CHECKS:
        module, function = name.split(":")
        check: Callable[[Settings], Iterable[Finding]] = getattr(import_module(module), function)
        yield from check(settings)


def processor(settings: Settings) -> Iterable[Finding]:
    """FAISS and ONNX Runtime need AVX2 on x86-64, and without it end the process instead of saying so."""
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        flags = ""
    if platform.machine() in ("x86_64", "AMD64") and flags and "avx2" not in flags:
        todo = "Set VECTOR_STORE=exact, or use a machine from 2013 or later."
        yield Finding("processor", State.WARNING, "has no AVX2, which FAISS may need", todo)
    else:
        yield Finding("processor", State.OK, f"{platform.machine()}, Python {platform.python_version()}")


def disk(settings: Settings) -> Iterable[Finding]:
    """Room for another snapshot, and the right to write it."""
    place = settings.data_dir.absolute()
    while not place.exists() and place != place.parent:
        place = place.parent
    free = shutil.disk_usage(place).free
    try:
        probe = place / ".verbatim-doctor"
        probe.touch()
        probe.unlink()
    except OSError as error:
        why = errno.errorcode.get(error.errno or 0, "")
        yield Finding(
            "disk", State.BROKEN, f"{place} cannot be written ({why})", "Give it to this user, or set DATA_DIR."
        )
        return
    told = f"{free / 1e9:.1f} GB free at {place}"
    if free < LITTLE:
        yield Finding("disk", State.WARNING, told, "Free some space: a reindex writes a whole new snapshot.")
    else:
        yield Finding("disk", State.OK, told)


def corpus(settings: Settings) -> Iterable[Finding]:
    """Documents to index."""
    from index.corpus import scan

    try:
        count = sum(1 for _ in scan(settings.corpus_dir))
    except VerbatimError as error:
        yield Finding("corpus", State.BROKEN, str(error), "Set CORPUS_DIR to the folder of your documents.")
        return
    if count:
        yield Finding("corpus", State.OK, f"{count} documents in {settings.corpus_dir}")
    else:
        yield Finding("corpus", State.BROKEN, f"{settings.corpus_dir} holds no documents", "Put documents into it.")


def snapshot(settings: Settings) -> Iterable[Finding]:
    """A whole live snapshot, every checksum included."""
    from index.snapshot import active

    try:
        info = active(settings.data_dir, store=settings.vector_store, verify=True).info
    except VerbatimError as error:
        yield Finding("index", State.BROKEN, str(error), "Run `verbatim index`.")
        return
    for problem in info.problems:
        yield Finding("index", State.WARNING, problem, "Run `verbatim index`.")
    yield Finding(
        "index", State.OK, f"{info.id}: {info.documents} documents, {info.passages} passages, checksums agree"
    )


def answering(settings: Settings) -> Iterable[Finding]:
    """The encoder loads, is the one of the snapshot, and a question of the corpus gets its answer."""
    from bot.bootstrap import open_index

    try:
        index = open_index(settings)
        example = next(iter(index.suggest("zh", 1) or index.suggest("en", 1)), "")
    except VerbatimError as error:
        yield Finding("encoder", State.BROKEN, str(error))
        return
    yield Finding("encoder", State.OK, f"{settings.encoder}" + (f"; answers “{example}”" if example else ""))
