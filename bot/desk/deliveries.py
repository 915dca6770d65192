"""Deliveries of a channel, for code on the loop: written down, done, taken over from a process that is gone."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import suppress

from bot.journal import Journal
from bot.journal.deliveries import DELIVERIES_LEFT, Delivery, Finished
from bot.metrics import Metrics
from bot.workers import Workers


class Bell:
    """Rings when the journal tells, from a thread of its own, of `what`."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._loop = asyncio.get_running_loop()
        self._rung = asyncio.Event()

    def heard(self, what: str) -> None:
        if what == self._what:
            # Whoever waited may be gone by now, and the loop with it.
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._rung.set)

    async def wait(self, seconds: float) -> None:
        """Until it rings, `seconds` at most."""
        # Not `wait_for`: where the bell rings while somebody cancels, Python 3.11's forgets the cancellation.
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._rung.wait()

    def clear(self) -> None:
        self._rung.clear()


class Intake:
    """What one channel has received and not yet answered. The order of calls: receive, sending, done."""

    def __init__(self, channel: str, journal: Journal, workers: Workers, metrics: Metrics) -> None:
        self.channel = channel
        self._deliveries = journal.deliveries
        self._journal = journal
        self._workers = workers
        self._queue = metrics.queue.labels(channel)
        self._beat = journal.leases.seconds / 4
        self.fresh = journal.leases.seconds / 2
        """Seconds after `sending` in which a message may go out: nobody takes over so soon."""
        self.open = 0
        """Received here and not done."""

    async def receive(self, delivery: str, payload: str = "", chat: str = "", message: str = "") -> bool:
        """True where this process, and no other, has to answer it. Return to the platform only after this."""
        fresh = await self._workers.write(self._deliveries.receive, delivery, self.channel, payload, chat, message)
        if fresh:
            self._count(1)
        return fresh

    async def receive_all(self, arrived: Sequence[tuple[str, str, str, str]]) -> set[str]:
        """`receive` for many at once: delivery, payload, chat, message. Those that this process has to answer."""
        fresh = await self._workers.write(self._deliveries.receive_all, self.channel, arrived)
        self._count(len(fresh))
        return fresh

    async def done_all(self, finished: Sequence[Finished]) -> None:
        """`done` for many at once."""
        await self._workers.write(self._deliveries.done_all, finished)
        self._count(-len(finished))

    async def sending(self, delivery: str, sent: Sequence[str] = (), mark: str = "", token: int = 0) -> None:
        """Call right before a message goes out, with the ids of those that are `sent`.

        Raises TakenOverError where somebody else has the delivery: then nothing may go out. `mark` is what whoever
        takes over is told, `token` the one with which the delivery was taken over here, if it was.
        """
        await self._workers.write(self._deliveries.sending, delivery, sent, mark, token)

    async def done(self, delivery: str, sent: Sequence[str] = (), *, failed: bool = False, token: int = 0) -> None:
        await self.done_all([Finished(delivery, sent, failed, token)])

    def given_up(self) -> None:
        """Somebody here works on a delivery no longer that is in other hands by now."""
        self._count(-1)

    async def answered_again(self, delivery: str, sent: Sequence[str]) -> None:
        """The answer to a delivery that was done long ago was edited, and consists of these messages now."""
        await self._workers.write(self._deliveries.answered_again, delivery, sent)

    async def now_shows(self, delivery: str, answer: str, edit: str) -> bool:
        """Call right before the messages that answer `delivery` show the answer to its `edit`, "" for a mere line.

        False where a later edit was answered: then nothing is to be shown.
        """
        return await self._workers.write(self._deliveries.now_shows, delivery, answer, edit)

    async def get(self, delivery: str) -> Delivery | None:
        return await self._workers.write(self._deliveries.get, delivery)

    async def find(self, chat: str, message: str, *, besides: str = "") -> Delivery | None:
        """The delivery of a message that may have been answered before: an edit (`besides`) looks for its answer."""
        return await self._workers.write(self._deliveries.find, self.channel, chat, message, besides=besides)

    async def sent_in(self, chat: str) -> set[str]:
        """Messages in a chat that are known to answer something, whoever sent them, as "chat:id"."""
        return await self._workers.write(self._deliveries.sent_in, self.channel, chat)

    async def ids_since(self, since: float) -> set[str]:
        """Messages that came in all chats since then, and those that are known to answer them, as "chat:id"."""
        return await self._workers.write(self._deliveries.ids_since, self.channel, since)

    async def showing(self, chat: str, sent: str) -> Delivery | None:
        """The delivery that the message `sent` ("chat:id") answers, alone or as one of several parts."""
        return await self._workers.write(self._deliveries.showing, self.channel, chat, sent)

    async def is_open(self, answer: str) -> bool:
        """Whether the delivery that this answer is for is not done yet: a message that shows it may not be noted."""
        return await self._workers.write(self._deliveries.is_open, answer)

    async def move_chat(self, old: str, new: str) -> None:
        await self._workers.write(self._journal.move_chat, self.channel, old, new)

    async def release(self) -> None:
        """A life of the channel is over: what is open is taken over by the next, here or elsewhere."""
        await self._workers.write(self._deliveries.release, self.channel)
        self._count(-self.open)

    async def let_go(self, deliveries: Collection[str]) -> None:
        """These came in when nobody was there any more to work on them: the channel's next life takes them over."""
        await self._workers.write(self._deliveries.let_go, deliveries)
        self._count(-len(deliveries))

    async def watch(self, resume: Callable[[Delivery], Awaitable[None]]) -> None:
        """Runs until cancelled: shows that this process lives, and resumes what others left behind."""
        left = Bell(DELIVERIES_LEFT)
        with self._journal.listening(left.heard):
            while True:
                left.clear()
                for delivery in await self._workers.write(self._deliveries.take_over, self.channel):
                    self._count(1)
                    await resume(delivery)
                await left.wait(self._beat)
                await self._workers.write(self._deliveries.beat)

    def _count(self, change: int) -> None:
        self.open += change
        self._queue.set(self.open)
