"""A git repository: its newest state is fetched beside the corpus, and its documents are copied into it.

The program `git` is told to run nothing but itself: no hooks, no settings of the machine or of the user, no helpers, no
submodules, no protocol but the declared one, no redirects; and it is ended when it takes too long or too much.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from bot.errors import SourceError
from bot.sources.declared import Source
from bot.sources.outcome import Outcome
from bot.sources.place import Place
from bot.sources.state import FOLDER, Held, State
from index.documents.addresses import checked_addresses
from index.documents.download import Ways
from index.documents.readers import SUFFIXES

LOOK_SECONDS = 0.1
SETTINGS = (
    *("protocol.allow=never", "core.hooksPath=/dev/null", "core.fsmonitor=false", "core.symlinks=false"),
    *("core.sshCommand=false", "credential.helper=", "submodule.recurse=false", "http.followRedirects=false"),
    *("http.proxy=", "gc.auto=0", "maintenance.auto=false", "fetch.recurseSubmodules=false", "lfs.fetchexclude=*"),
)


@dataclass(frozen=True, slots=True)
class GitLimits:
    """What one look may cost: seconds of each command, bytes on the disk, files, bytes of one document."""

    seconds: float = 300.0
    size: int = 1 << 30
    files: int = 20_000
    document: int = 20 << 20


class Repository:
    """One source's repository, with its working folder in the data folder."""

    def __init__(self, source: Source, place: Place, ways: Ways, limits: GitLimits) -> None:
        self._source = source
        self._place = place
        self._ways = ways
        self._limits = limits
        self._tree = place.data / FOLDER / f"{source.name}.git-tree"

    def refresh(self, state: State, outcome: Outcome) -> None:
        """Brings the folder up to date. Raises SourceError where the repository cannot be had; all stays then."""
        self._pull()
        found = dict(self._documents(outcome))
        if not found:
            raise SourceError("source-no-documents")
        for path, file in found.items():
            self._copy(path, file, state, outcome)
        for path in [path for path in state.held if path not in found]:
            self._place.take_out(state.held.pop(path).file)
            outcome.removed.append(self._place.shown(path))

    def _pull(self) -> None:
        url, branch = self._source.addresses[0], self._source.branch or "HEAD"
        if not (self._tree / ".git").is_dir():
            shutil.rmtree(self._tree, ignore_errors=True)
            self._tree.mkdir(parents=True)
            self._git("init", "--quiet", "--template=")
        self._git("fetch", "--quiet", "--depth=1", "--no-tags", "--force", "--", url, branch)
        self._git("reset", "--quiet", "--hard", "FETCH_HEAD")
        self._git("clean", "--quiet", "-ffdx")

    def _git(self, *arguments: str) -> None:
        with tempfile.TemporaryFile() as said:
            command = [_program(), *self._options(), *arguments]
            quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": said}
            # Address and branch come from the operator's file, and were looked at there.
            process = subprocess.Popen(command, cwd=self._tree, env=_environment(), start_new_session=True, **quiet)  # type: ignore[call-overload]  # noqa: S603
            self._watch(process)
            if process.returncode:
                said.seek(0)
                lines = said.read(4000).decode("utf-8", "replace").strip().splitlines()
                raise SourceError("source-git", said=lines[-1] if lines else process.returncode)

    def _options(self) -> Iterator[str]:
        parts = urlsplit(self._source.addresses[0])
        settings = [*SETTINGS, f"protocol.{parts.scheme}.allow=always"]
        if parts.scheme == "https":
            settings.append(f"http.curloptResolve={self._resolved(parts.hostname or '', parts.port or 443)}")
        for setting in settings:
            yield from ("-c", setting)

    def _resolved(self, host: str, port: int) -> str:
        """Where git has to connect to: the address that was checked, whatever the name means a moment later."""
        allowed = (lambda _: True) if host.lower() in self._ways.hosts else self._ways.allowed
        addresses = checked_addresses(httpx.URL(self._source.addresses[0]), self._ways.resolver, allowed)
        shown = ",".join(f"[{one}]" if one.version == 6 else str(one) for one in addresses)
        return f"{host}:{port}:{shown}"

    def _watch(self, process: "subprocess.Popen[bytes]") -> None:
        """Until it ends; SourceError where it has to be ended."""
        until = time.monotonic() + self._limits.seconds
        while True:
            try:
                process.wait(LOOK_SECONDS)
                return
            except subprocess.TimeoutExpired:
                over = time.monotonic() > until
                if over or _size(self._tree) > self._limits.size:
                    os.killpg(process.pid, signal.SIGKILL)
                    process.wait()
                    shutil.rmtree(self._tree, ignore_errors=True)
                    slow = SourceError("source-slow", seconds=round(self._limits.seconds))
                    raise (slow if over else SourceError("source-size")) from None

    def _documents(self, outcome: Outcome) -> Iterator[tuple[str, Path]]:
        """The documents by their path below the source's."""
        root = self._tree / self._source.path
        count = 0
        for folder, folders, names in os.walk(root):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(names):
                file = Path(folder, name)
                path = file.relative_to(root).as_posix()
                if file.suffix.lower() not in SUFFIXES or name.startswith(".") or file.is_symlink():
                    continue
                count += 1
                if count > self._limits.files:
                    raise SourceError("source-files", most=self._limits.files)
                if file.stat().st_size > self._limits.document:
                    outcome.failed(path, SourceError("source-document-size", limit=self._limits.document >> 20))
                    continue
                yield path, file

    def _copy(self, path: str, file: Path, state: State, outcome: Outcome) -> None:
        content = file.read_bytes()
        digest = sha256(content).hexdigest()
        before = state.held.get(path)
        there = self._place.has(path)
        if there and before is not None and before.digest == digest:
            outcome.unchanged += 1
            return
        self._place.folder()
        self._place.put(path, content)
        state.held[path] = Held(path, digest)
        (outcome.changed if there else outcome.added).append(self._place.shown(path))


def _program() -> str:
    found = shutil.which("git")
    if found is None:
        raise SourceError("source-no-git")
    return found


def _environment() -> dict[str, str]:
    """Nothing of ours but the way to programs: no proxy, no agent, no settings of a user or of the machine."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LC_ALL": "C",
        "HOME": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ASKPASS": "false",
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_LFS_SKIP_SMUDGE": "1",
    }


def _size(folder: Path) -> int:
    sizes: Sequence[int] = [_bytes(Path(at, name)) for at, _, names in os.walk(folder) for name in names]
    return sum(sizes)


def _bytes(file: Path) -> int:
    try:
        return file.lstat().st_size
    except OSError:
        # Files come and go while git works.
        return 0
