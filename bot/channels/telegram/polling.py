"""What keeps polling alive where the library alone would hang, or fetch one broken update for ever."""

import json
import logging
from collections.abc import Callable
from typing import Any

from telegram import Update
from telegram.error import TelegramError
from telegram.ext import ExtBot
from telegram.request import HTTPXRequest

from bot.backoff import backoff
from bot.channels.telegram.inbox import Inbox

log = logging.getLogger(__name__)

CONFLICTS = 5
"""So many within `CONFLICT_SECONDS`, and both programs insist: whoever counts them first lets the other have it."""
CONFLICT_SECONDS = 15.0


class WatchedRequest(HTTPXRequest):
    """Remembers when Telegram last answered, in seconds of `clock`: polling that hangs reports no error at all."""

    last_answer = 0.0
    last_body = b""

    def __init__(self, clock: Callable[[], float], **options: Any) -> None:
        super().__init__(**options)
        self._clock = clock

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        answer = await super().do_request(*args, **kwargs)
        if answer[0] == 200:
            self.last_answer, self.last_body = self._clock(), answer[1]
        return answer


class Rivals:
    """Of two programs that poll with one token one goes on, and the other stands by until the first is gone.

    Telegram ends the older of two polls. So whoever has been answered polls again at once and ends the newcomer's, who
    was not answered yet and gives way; after a while it tries again. `longest` is the longest such while, in seconds.
    """

    def __init__(self, longest: float, clock: Callable[[], float]) -> None:
        self._longest = longest
        self._clock = clock
        self._conflicts: list[float] = []
        self._began = self._clock()
        self._gave_way = 0

    def begins(self) -> None:
        """Polling begins, or begins again."""
        self._conflicts.clear()
        self._began = self._clock()

    def conflict(self) -> None:
        """Telegram ended a poll for another program's."""
        now = self._clock()
        self._conflicts = [moment for moment in self._conflicts if now - moment < CONFLICT_SECONDS] + [now]

    def gives_way(self, last_answer: float) -> bool:
        """Whether this program has to stand by; `last_answer` is when a poll was answered last."""
        if last_answer > self._began:
            return len(self._conflicts) >= CONFLICTS
        # One conflict can be that of a restart. Who comes back to look needs no second one.
        return len(self._conflicts) >= (1 if self._gave_way else 2)

    def settled(self, last_answer: float) -> bool:
        """Whether this program is the one that polls: for a while nobody has ended its polls."""
        quiet = last_answer - max([self._began, *self._conflicts]) > min(CONFLICT_SECONDS, self._longest)
        self._gave_way = 0 if quiet else self._gave_way
        return quiet

    def pause(self) -> float:
        """Seconds to stand by: longer each time, and longer than the other needs to count so many conflicts."""
        self._gave_way += 1
        return backoff(self._gave_way + 1, self._longest / 2, self._longest)


class PatientBot(ExtBot[None]):
    """Writes updates down before anybody sees them, and skips one that the library cannot read.

    Without that it would be fetched again for ever, and block all others.
    """

    __slots__ = ("_inbox", "_polling")

    def __init__(self, inbox: Inbox, token: str, polling: WatchedRequest, **options: Any) -> None:
        super().__init__(token, get_updates_request=polling, **options)
        with self._unfrozen():
            self._inbox = inbox
            self._polling = polling

    async def get_updates(self, offset: int | None = None, *args: Any, **kwargs: Any) -> tuple[Update, ...]:
        updates = await self._fetch(offset, *args, **kwargs)
        await self._inbox.record(updates, self._as_written())
        return updates

    def _as_written(self) -> dict[int, str]:
        """The updates of this poll as Telegram wrote them: writing the library's objects out anew is slow."""
        result = json.loads(self._polling.last_body or "{}").get("result")
        return {data["update_id"]: json.dumps(data) for data in result} if isinstance(result, list) else {}

    async def _fetch(self, offset: int | None = None, *args: Any, **kwargs: Any) -> tuple[Update, ...]:
        try:
            return await super().get_updates(offset, *args, **kwargs)
        except TelegramError:
            raise
        except Exception:
            log.exception("An update cannot be read and is skipped")
            return await self._readable(offset or 0)

    async def _readable(self, offset: int) -> tuple[Update, ...]:
        found: list[Update] = []
        for data in await self._raw(f"offset={offset}&timeout=0"):
            try:
                found.append(Update.de_json(dict(data), self))
            except Exception:
                if found:
                    # What was read before it first: the rest comes again.
                    break
                # Asking for what is behind it tells Telegram that this one is done.
                await self._raw(f"offset={data['update_id'] + 1}&timeout=0&limit=1")
                break
        return tuple(found)

    async def _raw(self, query: str) -> list[dict[str, Any]]:
        result = await self.request.post(f"{self.base_url}/getUpdates?{query}")
        return result if isinstance(result, list) else []
