"""Who is in the departments that collections name as their readers, asked of the platform again and again.

Only an own app may ask: for departments that the company lets it see. Nobody is a reader whom it does not name, and
what it said once holds no longer than an hour.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence

from bot.channels.wecom.hearing import CHANNEL
from bot.channels.wecom.platform.api import AppApi
from bot.channels.wecom.platform.errors import WecomError
from bot.outage import Outage

log = logging.getLogger(__name__)

READER = f"{CHANNEL}-department:"
SECONDS = 300.0
KEPT = 3600.0
"""Seconds after which nobody is known to be in a department that the platform no longer tells of."""
Put = Callable[[str, frozenset[str]], None]
"""Makes the private chats of these people read what the reader of that name may read."""


def departments(readers: Sequence[str]) -> tuple[str, ...]:
    """Those of `readers` that are departments."""
    return tuple(sorted({one for one in readers if one.startswith(READER)}))


class Departments:
    """Looks after `readers`, each `wecom-department:ID`."""

    def __init__(
        self, api: AppApi, readers: Sequence[str], put: Put, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._api = api
        self._readers = readers
        self._put = put
        self._now = now
        self._known: dict[str, float] = {}
        self._outages = {reader: Outage(f"WeCom's list of {reader}") for reader in readers}

    async def run(self) -> None:
        """Until it is cancelled."""
        try:
            while True:
                await self.look()
                await asyncio.sleep(SECONDS)
        finally:
            await self._api.close()

    async def look(self) -> None:
        """Asks who is in each department now."""
        for reader in self._readers:
            try:
                people = await self._people(reader.removeprefix(READER))
            except WecomError as error:
                self._outages[reader].begins(error)
                if self._now() - self._known.get(reader, self._now()) > KEPT:
                    self._put(reader, frozenset())
                continue
            self._outages[reader].ends()
            self._known[reader] = self._now()
            self._put(reader, frozenset(f"{CHANNEL}:{person}" for person in people))

    async def _people(self, department: str) -> list[str]:
        answer = await self._api.look("user/simplelist", {"department_id": department, "fetch_child": "1"})
        found = answer.get("userlist")
        people = [one.get("userid") for one in found if isinstance(one, dict)] if isinstance(found, list) else []
        return [one for one in people if isinstance(one, str) and one]
