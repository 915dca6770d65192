"""Checks of libraries that may end the process: each input in a child of its own."""

import os
import resource
import signal
import traceback
from collections.abc import Callable
from typing import Any

MEMORY, SECONDS = 1 << 30, 3
_ENDED = (signal.SIGABRT, signal.SIGXCPU)


def apart(check: Callable[[Any], None]) -> Callable[[Any], None]:
    """`check` in a child. Nothing is said against one that takes more memory or time than there is and is ended for it:
    so ends the child of `index.documents.sandbox` too, and the file is named."""

    def forked(data: Any) -> None:
        ear, mouth = os.pipe()
        pid = os.fork()
        if not pid:
            _child(check, data, mouth)
        os.close(mouth)
        with open(ear, "rb") as said:
            told = said.read().decode()
        _, status = os.waitpid(pid, 0)
        assert status == 0 or (os.WIFSIGNALED(status) and os.WTERMSIG(status) in _ENDED), told or status

    return forked


def _child(check: Callable[[Any], None], data: Any, mouth: int) -> None:
    try:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        # The time that counts begins with the child.
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
        # A library in Rust prints each of its panics, also those that are caught.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        check(data)
    except MemoryError:
        os._exit(0)
    except BaseException:
        os.write(mouth, traceback.format_exc()[-60_000:].encode("utf-8", "replace"))
        os._exit(1)
    os._exit(0)
