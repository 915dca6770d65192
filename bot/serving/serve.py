"""Everything in one process and one event loop: channels, the web port, upkeep; and a shutdown that loses nothing."""

import asyncio
import contextlib
import logging
import math
import signal
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field

import uvicorn
from starlette.types import ASGIApp

from bot.backoff import backoff
from bot.desk.channel import Channel
from bot.errors import AwayError, ChannelError
from bot.journal import Journal
from bot.metrics import Metrics
from bot.serving.slow_clients import ImpatientProtocol
from bot.traces import Traces
from bot.workers import Workers

log = logging.getLogger(__name__)

HOUR = 60 * 60.0
SIGNALS = (signal.SIGINT, signal.SIGTERM)


@dataclass(frozen=True, slots=True)
class Port:
    """Where the web side listens."""

    host: str
    port: int


@dataclass(frozen=True, slots=True)
class Program:
    """What runs, wired by `bot.serving.program`."""

    channels: Sequence[Channel]
    web: ASGIApp
    port: Port
    journal: Journal
    workers: Workers
    metrics: Metrics
    drain: float = 20.0
    """Seconds that work in hand may take at shutdown."""
    upkeep: Sequence[Callable[[], Awaitable[None]]] = ()
    """Coroutines that run beside the channels, such as watching the corpus folder."""
    monitoring: tuple[ASGIApp, Port] | None = None
    """What is served on another port, for an operator's monitoring."""
    traces: Traces = field(default_factory=Traces)


class _Server(uvicorn.Server):
    """Signals are the program's own business: channels stop before the port does."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def serve(program: Program, stop: asyncio.Event | None = None) -> int:
    """Runs until a signal or `stop`; 0 after a clean end, 1 when every channel gave up or the port is taken."""
    stop = stop or asyncio.Event()
    _on_signals(stop)
    program.journal.wait_at_most(math.inf)
    servers = [_server(app, port) for app, port in ((program.web, program.port), *filter(None, [program.monitoring]))]
    return await run_program(program, stop, servers)


async def run_program(program: Program, stop: asyncio.Event, servers: Sequence["_Server"] = ()) -> int:
    """`serve`, with the ports that are given, and without an ear for signals."""
    web = [asyncio.create_task(_listen(server), name="web") for server in servers]
    channels = [asyncio.create_task(keep_running(c, program.metrics), name=c.name) for c in program.channels]
    upkeep = [asyncio.create_task(_prune(program), name="prune")]
    upkeep += [asyncio.create_task(_guarded(work), name="upkeep") for work in program.upkeep]
    ended = await _until_over(stop, web, channels)
    for task in upkeep:
        task.cancel()
    # Nobody waits for an end until a database is back: what is open is in it, for the next start.
    program.journal.wait_at_most(program.drain)
    # Channels first: while they drain, the web port still says 503 to health checks and new webhooks.
    await asyncio.gather(*(_close(channel, program.drain) for channel in program.channels))
    for task in channels:
        task.cancel()
    for server in servers:
        server.should_exit = True
    await asyncio.gather(*web, *channels, *upkeep, return_exceptions=True)
    program.journal.wait_at_most(0)
    program.workers.close()
    program.journal.close()
    program.traces.close()
    return ended


async def keep_running(channel: Channel, metrics: Metrics) -> None:
    """Runs `channel`, again after failures, with a growing pause. Ends when it says that it cannot work."""
    failures = 0
    while True:
        try:
            await channel.run()
        except ChannelError as error:
            log.error("%s stops: %s", channel.name, error)
            metrics.errors.labels(channel.name, "stopped").inc()
            return
        except Exception as error:
            failures += 1
            pause = backoff(failures)
            if not isinstance(error, AwayError):
                log.exception("%s failed and is started again in %.1f s", channel.name, pause)
            metrics.errors.labels(channel.name, "run").inc()
        else:
            return
        await asyncio.sleep(pause)


async def _until_over(stop: asyncio.Event, web: list[asyncio.Task[bool]], channels: list[asyncio.Task[None]]) -> int:
    """Waits for the reason to end: 0 when asked to stop, 1 when nothing is left to run."""
    asked = asyncio.create_task(stop.wait())
    work: set[asyncio.Task[None]] = set(channels)
    try:
        while True:
            await asyncio.wait({asked, *web, *work}, return_when=asyncio.FIRST_COMPLETED)
            if asked.done():
                log.info("Stopping")
                return 0
            work = {task for task in work if not task.done()}
            if any(task.done() for task in web):
                return 1
            if channels and not work:
                log.error("No channel is left: the program ends")
                return 1
    finally:
        asked.cancel()


def _server(app: ASGIApp, port: Port) -> _Server:
    return _Server(
        uvicorn.Config(
            app,
            host=port.host,
            port=port.port,
            log_config=None,
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=5,
            http=ImpatientProtocol,
            ws="none",
        )
    )


async def _listen(server: _Server) -> bool:
    try:
        await server.serve()
    except SystemExit:
        # uvicorn leaves this way when it cannot bind, and has logged why.
        at = f"{server.config.host}:{server.config.port}"
        log.error("The web port cannot be opened at %s: set HOST and PORT, or METRICS_PORT, to one that is free", at)
        return False
    return True


async def _close(channel: Channel, seconds: float) -> None:
    try:
        await channel.close(seconds)
    except Exception:
        log.exception("%s did not close cleanly", channel.name)


async def _prune(program: Program) -> None:
    while True:
        await program.workers.write(program.journal.prune)
        await asyncio.sleep(HOUR)


async def _guarded(work: Callable[[], Awaitable[None]]) -> None:
    try:
        await work()
    except Exception:
        log.exception("Upkeep ended")


def _on_signals(stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    for name in SIGNALS:
        # Not in a thread that is not the main one, and not on Windows: there the caller stops the program.
        with contextlib.suppress(NotImplementedError, ValueError, RuntimeError):
            loop.add_signal_handler(name, stop.set)
