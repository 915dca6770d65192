"""One process that answers, as the program that serves sees it: started, spoken with, ended."""

import gc
import pickle
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import IO

from bot.serving.processes.answer_worker import Call, Outcome, Serve

LEAVING = 5.0
"""Seconds that a process has to end by itself."""


class GoneError(Exception):
    """The process ended, or was ended, before it replied."""


class AnswerProcess:
    """`answer_worker` in a process of its own. One thread speaks with it; any may look or kill."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        garbage = str(gc.get_threshold()[0])
        self._process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "bot.serving.processes.answer_worker", garbage],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=dict(environment),
        )
        self.id = self._process.pid
        self._asked: float | None = None

    @property
    def silent(self) -> float:
        """Seconds for which a reply has been waited for, 0 where none is."""
        asked = self._asked
        return 0.0 if asked is None else time.monotonic() - asked

    def check(self) -> None:
        """Raises GoneError where it has ended."""
        if (status := self._process.poll()) is not None:
            raise GoneError(f"exit status {status}")

    def say(self, message: Serve | Call) -> Outcome:
        """What it replies. Blocks; raises GoneError where it does not."""
        self._asked = time.monotonic()
        try:
            self._mouth.write(pickle.dumps(message))
            self._mouth.flush()
            outcome: Outcome = pickle.load(self._ear)  # noqa: S301
            return outcome
        except (EOFError, OSError, pickle.UnpicklingError) as error:
            self.kill()
            raise GoneError(f"exit status {self._process.wait()}") from error
        finally:
            self._asked = None

    def kill(self) -> None:
        """Ends it at once, whatever it does. Nobody waits for its reply any more."""
        self._asked = None
        self._process.kill()

    def end(self) -> None:
        """Lets it end by itself; it is killed where it does not. What it was asked has been replied to, or is lost."""
        with suppress(OSError):
            # What a dead process did not read cannot be flushed.
            self._mouth.close()
        try:
            self._process.wait(LEAVING)
        except subprocess.TimeoutExpired:
            self.kill()
            self._process.wait()
        self._ear.close()

    @property
    def _mouth(self) -> IO[bytes]:
        assert self._process.stdin is not None  # noqa: S101
        return self._process.stdin

    @property
    def _ear(self) -> IO[bytes]:
        assert self._process.stdout is not None  # noqa: S101
        return self._process.stdout
