"""Updates of one person in one chat are handled one after the other, all others in parallel."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable
from typing import Any

from telegram import Update
from telegram.ext import BaseUpdateProcessor

from bot.channels.telegram.inbox import Inbox


class InOrder(BaseUpdateProcessor):
    """A follow-up is understood after what it follows, an edit finds the answer that it edits."""

    __slots__ = ("_inbox", "_locks", "_waiting")

    def __init__(self, inbox: Inbox, most: int) -> None:
        super().__init__(most)
        self._inbox = inbox
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._waiting: defaultdict[str, int] = defaultdict(int)

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        key = _key(update)
        self._waiting[key] += 1
        try:
            async with self._locks[key]:
                await coroutine
        finally:
            self._waiting[key] -= 1
            if not self._waiting[key]:
                del self._waiting[key]
                self._locks.pop(key, None)
        # Not in the `finally`: what is cancelled at shutdown stays open, and somebody takes it over.
        self._inbox.finish(update)

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to let go."""


def _key(update: object) -> str:
    if not isinstance(update, Update):
        return ""
    if update.inline_query is not None:
        # Never one behind the other: what was typed last overtakes.
        return f"inline {update.inline_query.id}"
    chat, user = update.effective_chat, update.effective_user
    return f"{chat.id if chat else ''} {user.id if user else ''}"
