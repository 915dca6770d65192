"""What keeps polling alive where the library alone would hang, or fetch one broken update for ever."""

import json
import logging
import time
from typing import Any

from telegram import Update
from telegram.error import TelegramError
from telegram.ext import ExtBot
from telegram.request import HTTPXRequest

from bot.channels.telegram.inbox import Inbox

log = logging.getLogger(__name__)


class WatchedRequest(HTTPXRequest):
    """Remembers when Telegram last answered: polling that hangs reports no error at all."""

    last_answer = 0.0
    last_body = b""

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        answer = await super().do_request(*args, **kwargs)
        if answer[0] == 200:
            self.last_answer, self.last_body = time.monotonic(), answer[1]
        return answer


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
