"""A real S3 server for tests (moto's, over the loopback, in a process of its own), and a line to it that can be cut."""

import importlib.util
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import httpx

NEEDED = "VERBATIM_NEED_OBJECTS"
"""Where this is set (CI), a server that cannot be started is a failure and not a reason to skip."""
_MODULES = ("obstore", "moto", "flask", "flask_cors")


def missing() -> str:
    """Why there is no server here; "" where there is one."""
    lacking = [name for name in _MODULES if importlib.util.find_spec(name) is None]
    return f"not installed: {', '.join(lacking)}" if lacking else ""


class S3Server:
    """At `port` of the loopback. Each test gets a bucket of its own."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._buckets = 0

    def empty(self, through: "Line | None" = None) -> str:
        """The address of a new bucket."""
        self._buckets += 1
        bucket = f"bucket-{self._buckets}"
        httpx.put(f"http://127.0.0.1:{self.port}/{bucket}", timeout=60).raise_for_status()
        return self.address(bucket, through)

    def address(self, bucket: str, through: "Line | None" = None) -> str:
        place = f"http://{through.host}:{through.port}" if through is not None else f"http://127.0.0.1:{self.port}"
        return f"s3://key:a%2Fsecret@{bucket}/some/where?endpoint={place}&region=us-east-1"


@contextmanager
def running() -> Iterator[S3Server]:
    port = free_port()
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    program = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(1200):
            assert program.poll() is None, "moto's server ended"
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.05)
        yield S3Server(port)
    finally:
        program.kill()
        program.wait()


class Line:
    """A port at `host` that leads to another of the loopback. Cut, it refuses, and what was under way breaks off."""

    def __init__(self, target: int, host: str = "127.0.0.1") -> None:
        self.host = host
        self.port = free_port()
        self._target = target
        self._open: list[socket.socket] = []
        self._listening: socket.socket | None = None

    def mend(self) -> None:
        listening = socket.create_server((self.host, self.port))
        self._listening = listening
        threading.Thread(target=self._accept, args=(listening,), daemon=True).start()

    def cut(self) -> None:
        if self._listening is not None:
            # Wakes up who waits in `accept`, which closing alone does not.
            with suppress(OSError):
                self._listening.shutdown(socket.SHUT_RDWR)
            self._listening.close()
        for end in self._open:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        self._open.clear()

    def _accept(self, listening: socket.socket) -> None:
        with suppress(OSError):
            while True:
                ours, _ = listening.accept()
                theirs = socket.create_connection(("127.0.0.1", self._target))
                self._open += [ours, theirs]
                for one, other in ((ours, theirs), (theirs, ours)):
                    threading.Thread(target=_carry, args=(one, other), daemon=True).start()


def _carry(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):
        while piece := one.recv(1 << 16):
            other.sendall(piece)
    with suppress(OSError):
        other.shutdown(socket.SHUT_WR)


@contextmanager
def line(server: S3Server, host: str = "127.0.0.1") -> Iterator[Line]:
    between = Line(server.port, host)
    between.mend()
    try:
        yield between
    finally:
        between.cut()


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])
