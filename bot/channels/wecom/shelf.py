"""Answers that lie in the journal until the platform, or a message to the question's own address, takes them."""

import asyncio
import json
from collections import OrderedDict
from collections.abc import Mapping
from contextlib import AbstractContextManager, suppress
from typing import Any

from bot.channels.wecom.platform.timing import Timing
from bot.channels.wecom.socket import stream
from bot.channels.wecom.template import task_id
from bot.desk.desk import Desk
from bot.journal.deliveries import DeliveryState
from bot.journal.streams import PUT, TAKEN
from bot.texts.messages import say

LATE_SECONDS = 30.0
"""The platform asks every second or so: an answer that lies longer will not be fetched."""
LOOK_SECONDS = 1.0
BY_STREAM, BY_ADDRESS = "stream", "address"
MOST_EVENTS = 2000


class _Events(OrderedDict[str, asyncio.Event]):
    """An event for each of the newest ids."""

    def __missing__(self, id: str) -> asyncio.Event:
        event = self[id] = asyncio.Event()
        while len(self) > MOST_EVENTS:
            self.popitem(last=False)
        return event


class Shelf:
    """Answers that wait to be fetched, in the journal; and who waits for them here."""

    def __init__(self, desk: Desk) -> None:
        self._journal = desk.journal
        self._streams = desk.journal.streams
        self._deliveries = desk.journal.deliveries
        self._workers = desk.workers
        self._answer = desk.replies.answer_id
        self._ready = _Events()
        self._fetched = _Events()

    def listening(self) -> AbstractContextManager[None]:
        """Within it, what other replicas put here or take is known at once."""
        loop = asyncio.get_running_loop()

        def heard(what: str) -> None:
            with suppress(RuntimeError):  # the loop may be gone by now
                loop.call_soon_threadsafe(self._heard, what)

        return self._journal.listening(heard)

    def _heard(self, what: str) -> None:
        for prefix, events in ((PUT, self._ready), (TAKEN, self._fetched)):
            id = what.removeprefix(prefix)
            if id != what and id in events:
                events[id].set()

    async def open(self, delivery: str) -> str:
        id = task_id(delivery, -1)
        await self._workers.write(self._streams.open, id, delivery)
        return id

    async def put(self, delivery: str, reply: Mapping[str, Any]) -> str:
        id = task_id(delivery, -1)
        await self._workers.write(self._streams.put, id, delivery, json.dumps(reply))
        self._ready[id].set()
        return id

    async def wait(self, id: str, seconds: float) -> None:
        """Until there is a reply, or `seconds` are over without one that is known here."""
        ready = self._ready[id]
        found = await self._workers.write(self._streams.get, id)
        if found is not None and found.reply:
            return
        waiting = asyncio.ensure_future(ready.wait())
        await asyncio.wait({waiting}, timeout=seconds)
        waiting.cancel()

    async def fetch(self, id: str) -> dict[str, Any] | None:
        """What the platform is told about a stream; None where nothing is to be said."""
        found = await self._workers.write(self._streams.get, id)
        if found is None:
            return _line(id, "wecom-expired")
        if not found.reply:
            known = await self._workers.write(self._deliveries.get, found.delivery)
            if known is None or known.state in (DeliveryState.DONE, DeliveryState.FAILED):
                return None
            answer = self._answer(found.delivery)
            return stream(found.delivery, say("wecom-looking", "zh"), finish=False, feedback=answer)
        if await self._workers.write(self._streams.take, id, BY_STREAM):
            self._fetched[id].set()
            reply: dict[str, Any] = json.loads(found.reply)
            return reply
        return _line(id, "wecom-below")

    async def fetched(self, id: str, timing: Timing) -> bool:
        """Waits for somebody, here or at another replica, to fetch the answer; False where nobody came in time."""
        for _ in range(int(LATE_SECONDS / LOOK_SECONDS)):
            if self._fetched[id].is_set():
                return True
            pause = asyncio.ensure_future(timing.sleep(LOOK_SECONDS))
            fetched = asyncio.ensure_future(self._fetched[id].wait())
            await asyncio.wait({pause, fetched}, return_when=asyncio.FIRST_COMPLETED)
            pause.cancel()
            fetched.cancel()
            found = await self._workers.write(self._streams.get, id)
            if found is not None and found.taken:
                # By its address: whoever took it for that may have ended before it was sent.
                return found.taken == BY_STREAM
        return not await self._workers.write(self._streams.take, id, BY_ADDRESS)


def _line(id: str, key: str) -> dict[str, Any]:
    return {"msgtype": "stream", "stream": {"id": id, "finish": True, "content": say(key, "zh")}}
