"""Updates of one person in one chat are handled one after the other, all others in parallel."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Coroutine
from typing import Any

from telegram import Update
from telegram.ext import BaseUpdateProcessor

from bot.channels.telegram.inbox import Inbox


class InOrder(BaseUpdateProcessor):
    """A follow-up is understood after what it follows, an edit finds the answer that it edits."""

    __slots__ = ("_inbox", "_locks", "_waiting", "_working")

    def __init__(self, inbox: Inbox, most: int) -> None:
        super().__init__(most)
        self._inbox = inbox
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._waiting: defaultdict[str, int] = defaultdict(int)
        self._working: set[asyncio.Task[Any]] = set()

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        key, task = _key(update), asyncio.current_task()
        if task is not None:
            self._working.add(task)
            task.add_done_callback(self._working.discard)
        self._waiting[key] += 1
        try:
            async with self._locks[key]:
                await coroutine
        finally:
            if isinstance(coroutine, Coroutine):
                # What was cancelled before its turn came never began.
                coroutine.close()
            self._waiting[key] -= 1
            if not self._waiting[key]:
                del self._waiting[key]
                self._locks.pop(key, None)
        # Not in the `finally`: what is cancelled at shutdown stays open, and somebody takes it over.
        self._inbox.finish(update)

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Ends what is still worked on: the next life of the channel takes it over, and may not find it half done."""
        while self._working:
            for task in self._working:
                task.cancel()
            await asyncio.gather(*self._working, return_exceptions=True)


def _key(update: object) -> str:
    if not isinstance(update, Update):
        return ""
    if update.inline_query is not None:
        # Never one behind the other: what was typed last overtakes.
        return f"inline {update.inline_query.id}"
    chat, user = update.effective_chat, update.effective_user
    return f"{chat.id if chat else ''} {user.id if user else ''}"
