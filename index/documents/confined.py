"""The child of `index.documents.sandbox`: reads files from standard input, within limits that the system enforces.

`python -m index.documents.confined BYTES`; ends with its standard input. A request is a line of JSON and the bytes of
a file; an answer is a letter, eight bytes of length, and a record (`d`), a reason (`r`), or nothing (`m`: no memory).
"""

import ctypes
import errno
import json
import os
import platform
import signal
import struct
import sys
from contextlib import suppress
from typing import Any

from index.documents.readers import read_bytes
from index.errors import ReaderError, stored
from index.packed_document import pack_document

if sys.platform != "win32":
    import resource

_CALLS = {
    "x86_64": (0xC000003E, (41, 59, 322, 425)),
    "aarch64": (0xC00000B7, (198, 221, 281, 425)),
}
"""How Linux numbers, by processor, what is refused: socket, execve, execveat, io_uring_setup."""
_NO_NEW_PRIVILEGES, _SECCOMP, _FILTER = 38, 22, 2
_LOAD, _EQUAL, _RETURN = 0x20, 0x15, 0x06
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | errno.EACCES


def main() -> None:
    # Ctrl-C reaches both processes; the one that was typed at decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    ear, mouth = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    # Whatever a library prints must not stand among the answers.
    os.dup2(2, 1)
    confine(int(sys.argv[1]))
    while line := ear.readline():
        asked = json.loads(line)
        _allow(asked["seconds"])
        kind, answer = _answer(ear.read(asked["size"]), asked["relative"])
        mouth.write(kind + len(answer).to_bytes(8, "big") + answer)
        mouth.flush()


def _answer(data: bytes, relative: str) -> tuple[bytes, bytes]:
    try:
        return b"d", pack_document(read_bytes(data, relative))
    except ReaderError as error:
        return b"r", json.dumps(stored(error.reason)).encode()
    except MemoryError:
        return b"m", b""


def confine(memory: int) -> None:
    """Takes from this process, for good, what reading needs not: memory beyond a limit, the network, other programs.

    Where a system has no such limit, the others hold.
    """
    sys.addaudithook(_refuse)
    if sys.platform == "win32":
        return
    for limit, most in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CORE, 0)):
        with suppress(ValueError, OSError):
            resource.setrlimit(limit, (most, most))
    if sys.platform == "linux":
        _close_calls()


def _refuse(event: str, arguments: Any) -> None:
    """For every system, as far as Python sees: no sockets, no programs."""
    if event.startswith(("socket.", "subprocess.", "os.exec", "os.system", "os.posix_spawn", "os.fork")):
        raise PermissionError(errno.EACCES, event)


def _close_calls() -> None:
    """For Linux, also for libraries in C: a filter (seccomp) over the calls of this process."""
    known = _CALLS.get(platform.machine())
    if known is None:
        return
    machine, calls = known
    lines = [(_LOAD, 0, 0, 4), (_EQUAL, 0, len(calls) + 1, machine), (_LOAD, 0, 0, 0)]
    lines += [(_EQUAL, len(calls) - place, 0, call) for place, call in enumerate(calls)]
    lines += [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _REFUSE)]
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *line) for line in lines))
    system = ctypes.CDLL(None)
    system.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    system.prctl(_SECCOMP, _FILTER, struct.pack("HxxxxxxP", len(lines), ctypes.addressof(code)), 0, 0)


def _allow(seconds: int) -> None:
    """Lets the system end this process after so many more seconds of the processor."""
    if sys.platform != "win32":
        used = resource.getrusage(resource.RUSAGE_SELF)
        most = int(used.ru_utime + used.ru_stime) + 1 + seconds
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_CPU, (most, resource.getrlimit(resource.RLIMIT_CPU)[1]))


if __name__ == "__main__":
    main()
