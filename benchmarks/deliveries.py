"""How the Telegram of a benchmark delivers updates to replicas, and what became of every try."""

import asyncio
import math
import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import httpx

from tests.telegram_rules import Params
from tests.telegram_server import TelegramServer

SECRET = "webhook-secret_1"
AT_ONCE = 40
"""Deliveries that are under way at a time: as many as Telegram makes where `max_connections` is not given."""
PAUSE = 0.2
TAKEN = "200"


class Try(NamedTuple):
    """One request to a replica with an update; when it began, and how many seconds later this came back."""

    began: float
    seconds: float
    replica: int
    came_back: str
    """The status, or the name of the error."""


class Telegram(TelegramServer):
    """As the real one, it tries each update again until somebody takes it, and so many at once and no more."""

    patience = 10.0
    """Seconds for which a try waits for an answer."""
    way = 0.1
    """Seconds for which a request of the bot is on its way, and then its answer: trouble meets one or the other."""

    def __post_init__(self) -> None:
        super().__post_init__()
        # One for all: each would read the certificates of the system, which takes longer than an answer. Who waits for
        # a turn waits before it. In its own queue a request gives up after a while, and each that comes or goes looks
        # at all others: with some hundreds in it, none ever went out again.
        self._client = httpx.AsyncClient(headers={"X-Telegram-Bot-Api-Secret-Token": SECRET})
        self._free = asyncio.Semaphore(AT_ONCE)
        self.tries: defaultdict[int, list[Try]] = defaultdict(list)
        """By the chat that the update is from."""

    async def __aexit__(self, *error: object) -> None:
        await super().__aexit__(*error)
        await self._client.aclose()

    async def _call(self, method: str, params: Params) -> Any:
        await asyncio.sleep(self.way)
        result = await super()._call(method, params)
        await asyncio.sleep(self.way)
        return result

    async def _deliver_somewhere(self, update: dict[str, Any]) -> None:
        while True:
            async with self._free:
                one = await self._try(update)
            self.tries[update["message"]["chat"]["id"]].append(one)
            if one.came_back == TAKEN:
                return
            await asyncio.sleep(PAUSE)

    async def _try(self, update: dict[str, Any]) -> Try:
        replica = next(self._turn) % len(self.webhooks)
        patience = httpx.Timeout(self.patience, pool=None)
        began = time.monotonic()
        try:
            answer = await self._client.post(self.webhooks[replica], json=update, timeout=patience)
            came_back = str(answer.status_code)
        except httpx.HTTPError as error:
            came_back = type(error).__name__
        return Try(began, time.monotonic() - began, replica, came_back)

    def answers(self) -> dict[int, list[str]]:
        """What the bot has said, by chat."""
        found: dict[int, list[str]] = {}
        for (chat, _), message in self.messages.items():
            if message["from"]["id"] == self.me["id"]:
                found.setdefault(chat, []).append(str(message))
        return found

    def said(self) -> Counter[str]:
        """What came back from all tries, and how often."""
        return Counter(one.came_back for tries in self.tries.values() for one in tries)


def lost(tries: Mapping[int, Sequence[Try]], journal: Mapping[int, str]) -> list[int]:
    """The chats whose update a replica said that it took, and of which the journal knows nothing."""
    taken = {chat for chat, made in tries.items() if any(one.came_back == TAKEN for one in made)}
    return [chat for chat in tries if chat in taken and chat not in journal]


def next_taken(tries: Mapping[int, Sequence[Try]], replica: int, since: float) -> float:
    """How many seconds after `since` the next delivery began that this replica took; infinite where none did."""
    begun = [one.began for made in tries.values() for one in made if one.replica == replica and one.came_back == TAKEN]
    return min((at for at in begun if at >= since), default=math.inf) - since


def told(chat: int, tries: Sequence[Try], journal: Mapping[int, str]) -> str:
    """What became of the update from a chat, in lines."""
    took = [one.replica for one in tries if one.came_back == TAKEN]
    whose = f"replica {took[0]} took it" if took else "no replica took it"
    lines = [f"{chat}: {whose}; in the journal: {journal.get(chat, 'nothing')}"]
    lines += [f"  {one.began:.1f} replica {one.replica}: {one.came_back} after {one.seconds:.1f} s" for one in tries]
    return "\n".join(lines)
