"""Errors of the program, told to the admins' group by its webhook: 20 a minute, and none about itself."""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable

from bot.cards.split import utf8
from bot.channels.wecom.platform.api import Http
from bot.channels.wecom.platform.errors import WecomError
from bot.logs import Redactor

log = logging.getLogger(__name__)

A_MINUTE = 20
MINUTE = 60.0
WAITING = 100
"""More than this are counted, not told."""
BYTES = 2048


class Notices(logging.Handler):
    """Listens to the log of `bot`; `run` sends what it heard."""

    def __init__(
        self,
        url: str,
        http: Http,
        redact: Redactor,
        *,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        super().__init__(logging.ERROR)
        self._url = url
        self._http = http
        self._redact = redact
        self._now = now
        self._sleep = sleep
        self._waiting: deque[str] = deque()
        self._left_out = 0
        self._sent: deque[float] = deque(maxlen=A_MINUTE)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._something = asyncio.Event()

    def emit(self, record: logging.LogRecord) -> None:
        """Called from any thread. Only the first line: a traceback is for the log."""
        if record.name == __name__ or self._loop is None:
            return
        id = vars(record).get("error_id")
        text = record.getMessage().split("\n", 1)[0] + (f" ({id})" if id else "")
        self._loop.call_soon_threadsafe(self._hear, f"{record.levelname}: {self._redact(text)}")

    async def run(self) -> None:
        """Until it is cancelled."""
        self._loop = asyncio.get_running_loop()
        listened = logging.getLogger("bot")
        listened.addHandler(self)
        try:
            while True:
                await self._something.wait()
                await self._in_time()
                await self._tell()
        finally:
            listened.removeHandler(self)
            self._loop = None
            await self._http.close()

    def _hear(self, text: str) -> None:
        if len(self._waiting) >= WAITING:
            self._left_out += 1
        else:
            self._waiting.append(text)
        self._something.set()

    async def _in_time(self) -> None:
        """Waits until one more message is within the minute's twenty."""
        pause = self._sent[0] + MINUTE - self._now() if len(self._sent) == A_MINUTE else 0.0
        if pause > 0:
            await self._sleep(pause)
        self._sent.append(self._now())

    async def _tell(self) -> None:
        text = self._waiting.popleft()
        if not self._waiting:
            self._something.clear()
            if self._left_out:
                text, self._left_out = f"{text}\n(+{self._left_out})", 0
        while utf8(text) > BYTES:
            text = text[:-1]
        try:
            await self._http.post(self._url, {"msgtype": "text", "text": {"content": text}})
        except WecomError as error:
            log.warning("A notice was not sent: %s", error)
