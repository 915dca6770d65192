"""The AI bot's long connection: kept up whatever ends it, and never two frames where one was asked for.

A clean close is an end like any other, so is silence: the loop below goes round for all of them alike. Only two things
stop it: credentials that the platform refuses, and a rival that keeps taking the bot's one connection.
"""

import asyncio
import itertools
import logging
import uuid
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from contextlib import suppress
from dataclasses import dataclass, field

from websockets.exceptions import ConnectionClosed, WebSocketException

from bot.backoff import backoff
from bot.channels.wecom.platform.errors import ApiError, CredentialsError, FrameError, LostError, RivalError
from bot.channels.wecom.platform.frames import BAD_CREDENTIALS, Frame, decode
from bot.channels.wecom.platform.protocol import (
    PING_SECONDS,
    Acked,
    ConnectionProtocol,
    Happening,
    IncomingCall,
    Kicked,
    Refused,
    Subscribed,
    Write,
)
from bot.channels.wecom.platform.rivals import Rivals
from bot.channels.wecom.platform.timing import Timing
from bot.channels.wecom.platform.websocket import Dial, Socket, dialled
from bot.outage import Outage

log = logging.getLogger(__name__)

ANSWER_SECONDS = 10.0
"""How long the platform may take to accept a connection, a subscription or a frame."""
STEADY_SECONDS = 60.0
"""A connection that lived this long was a good one: after it the pauses begin small again."""
NEW_SECONDS = 2.0
"""So long after it came up a connection is told what nobody could be told before."""
HANDS = 200
"""Calls worked on at once; more wait in the socket."""


@dataclass(frozen=True, slots=True)
class Account:
    """One AI bot: where it connects and as whom."""

    bot_id: str
    secret: str = field(repr=False)
    url: str


class Connection:
    """`called` gets every message and event, each in a task of its own."""

    def __init__(
        self,
        account: Account,
        called: Callable[[Frame], Awaitable[None]],
        timing: Timing | None = None,
        dial: Dial = dialled,
    ):
        self._account = account
        self._called = called
        self._dial = dial
        self._timing = timing or Timing()
        self._protocol = ConnectionProtocol(account.bot_id, account.secret, uuid.uuid4().hex[:8])
        self._socket: Socket | None = None
        self._live = asyncio.Event()
        self._since = 0.0
        self._tickets = itertools.count()
        self._waiting: dict[int, asyncio.Future[int]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._hands = asyncio.Semaphore(HANDS)
        self._rivals = Rivals(self._timing)
        self._problem = "not connected yet"
        self._outage = Outage("WeCom's long connection", self._timing.now)
        self._closed = False

    def problem(self) -> str:
        """Why nothing can be received right now; "" while all is well."""
        return self._problem

    @property
    def is_live(self) -> bool:
        """Whether frames can be sent."""
        return self._live.is_set()

    @property
    def is_new(self) -> bool:
        """Whether it came up just now: what the platform tells may be what it could not tell anybody before."""
        return self._timing.now() - self._since < NEW_SECONDS

    async def live(self) -> None:
        """Returns when frames can be sent."""
        await self._live.wait()

    async def run(self) -> None:
        """Connects, again after every end, until it is closed.

        Raises CredentialsError or RivalError, where trying on is useless.
        """
        failures = 0
        while not self._closed:
            began = self._timing.now()
            try:
                kicked = await self._once()
            except CredentialsError as error:
                self._problem = str(error)
                raise
            if self._closed:
                return
            pause = self._after_kick() if kicked else None
            failures = 0 if self._timing.now() - began >= STEADY_SECONDS else failures + 1
            if pause is None:
                pause = backoff(failures + 1, uniform=self._timing.uniform)
            self._outage.begins(self._problem)
            await self._timing.sleep(pause)

    async def request(self, frame: Frame) -> None:
        """Sends `frame` and waits for the platform's word on it.

        Raises ApiError where it says no. LostError: the connection is down, or went down with the frame in it.
        """
        if not self._live.is_set():
            raise LostError("The WeCom connection is down.", sent=False)
        ticket = next(self._tickets)
        answer: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._waiting[ticket] = answer
        try:
            first = self._protocol.send(ticket, frame)
            if first is not None:
                await self._write(first)
            code = await self._timing.within(ANSWER_SECONDS, answer)
        finally:
            del self._waiting[ticket]
            if answer.done() and not answer.cancelled():
                # Where the writing itself failed, nobody has looked at what became of the answer.
                answer.exception()
            else:
                await self._react(self._protocol.forget(ticket))
        if code != 0:
            raise ApiError(code)

    async def close(self) -> None:
        """Lets the socket go; `run` returns."""
        self._closed = True
        self._problem = "closed"
        socket, self._socket = self._socket, None
        if socket is not None:
            await socket.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _once(self) -> bool:
        """One connection from beginning to end; True where a rival ended it."""
        self._protocol = ConnectionProtocol(self._account.bot_id, self._account.secret, uuid.uuid4().hex[:8])
        try:
            socket = await self._timing.within(ANSWER_SECONDS, self._dial(self._account.url))
        except (OSError, WebSocketException, LostError) as error:
            self._problem = f"cannot connect: {type(error).__name__}"
            return False
        self._socket = socket
        heart = asyncio.create_task(self._beat(socket, self._protocol))
        try:
            await self._write(self._protocol.subscribe())
            return await self._read(socket)
        except LostError:
            return False
        finally:
            self._live.clear()
            heart.cancel()
            self._drop(socket)
            self._fail_waiting()

    async def _read(self, socket: Socket) -> bool:
        """Until the connection ends, however it does; True where a rival ended it."""
        try:
            async for data in socket:
                try:
                    frame = decode(data)
                except FrameError as error:
                    log.warning("%s", error)
                    continue
                if await self._react(self._protocol.receive(frame)):
                    return True
        except ConnectionClosed:
            pass
        # Where the heart has stopped the connection, it has said why.
        if self._socket is socket:
            self._problem = f"closed by WeCom with code {socket.close_code}"
        return False

    async def _react(self, happenings: Iterable[Happening]) -> bool:
        """Does what `happenings` ask for; True where a rival took over."""
        kicked = False
        for happening in happenings:
            match happening:
                case Subscribed():
                    self._problem = ""
                    self._since = self._timing.now()
                    self._live.set()
                    self._outage.ends()
                case Refused(code):
                    self._refused(code)
                case Acked(ticket, code):
                    waiting = self._waiting.get(ticket)
                    if waiting is not None and not waiting.done():
                        waiting.set_result(code)
                case Write(frame):
                    with suppress(LostError):
                        await self._write(frame)
                case IncomingCall(frame):
                    await self._hands.acquire()
                    self._start(self._call(frame))
                case Kicked():
                    kicked = True
                    self._problem = "another program took the connection"
        return kicked

    def _refused(self, code: int) -> None:
        if code == BAD_CREDENTIALS:
            raise CredentialsError(
                f"WeCom refuses the bot ({code}): check WECOM_BOT_ID and WECOM_BOT_SECRET in the admin console, and"
                " that the bot is set to the long connection."
            )
        self._problem = f"WeCom did not accept the subscription ({code})"
        raise LostError(self._problem)

    async def _call(self, frame: Frame) -> None:
        try:
            await self._called(frame)
        except Exception:
            log.exception("A frame of WeCom could not be worked on")
        finally:
            self._hands.release()

    async def _beat(self, socket: Socket, protocol: ConnectionProtocol) -> None:
        try:
            await self._timing.within(ANSWER_SECONDS, self._live.wait())
        except LostError:
            self._problem = "the subscription was not answered"
            self._drop(socket)
        while self._socket is socket:
            await self._timing.sleep(PING_SECONDS)
            ping = protocol.tick()
            if ping is None:
                self._problem = "two pings were not answered"
                self._drop(socket)
                return
            with suppress(LostError):
                await self._write(ping)

    async def _write(self, frame: Frame) -> None:
        socket = self._socket
        if socket is None:
            raise LostError("The WeCom connection is down.", sent=False)
        try:
            await socket.send(frame.encode())
        except (ConnectionClosed, OSError) as error:
            raise LostError("The WeCom connection ended while a frame was written.") from error

    def _drop(self, socket: Socket) -> None:
        """Ends `socket` without a farewell: one that lost its pongs would not answer it either."""
        if self._socket is socket:
            self._socket = None
        socket.transport.abort()

    def _fail_waiting(self) -> None:
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(LostError("The WeCom connection ended before the answer to a frame came."))

    def _after_kick(self) -> float:
        try:
            return self._rivals.kicked()
        except RivalError:
            self._problem = "another program uses this bot"
            raise

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
