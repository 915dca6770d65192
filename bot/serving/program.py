"""The serving program, wired from the settings: index, desk, journal, channels, web port, upkeep."""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from pydantic import SecretStr
from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from bot import logs
from bot.admin.admin import Admin
from bot.admin.corpus_admin import CorpusAdmin
from bot.admin.corpus_keeper import Engines, Keeper
from bot.cards.answerer import Answerer
from bot.cards.links import Links
from bot.cards.signing import Signer
from bot.collections.library import Library
from bot.desk.access import Access
from bot.desk.channel import Channel
from bot.desk.deliveries import Intake
from bot.desk.desk import Desk
from bot.desk.news import News
from bot.desk.rate_limits import Rates
from bot.desk.shared_limits import limits, limits_beside
from bot.errors import SettingsError
from bot.journal import Journal
from bot.metrics import Metrics
from bot.serving import upkeep
from bot.serving.addresses import admin_address, page_address
from bot.serving.installation_key import installation_key
from bot.serving.journals import open_journal
from bot.serving.live_index import open_as_made
from bot.serving.machine import cores, memory, worthwhile
from bot.serving.processes.answer_pool import AnswerPool
from bot.serving.rooms import Room, open_rooms, rooms
from bot.serving.serve import Port, Program, serve
from bot.serving.sourcing import Sourcing, open_sources
from bot.serving.tracing import open_traces
from bot.serving.watching import watch_replica
from bot.settings import Settings
from bot.traces import Traces
from bot.web.admin.doors import Doors
from bot.web.admin.routes import AdminPages
from bot.web.admin.views import Views
from bot.web.api.keys import read_keys
from bot.web.api.routes import Api
from bot.web.app import metrics_app, web_app
from bot.web.pages.ask_page import AskPage
from bot.web.pages.visitor import CHANNEL as PAGE
from bot.web.pages.visitor import Gate
from bot.workers import Workers
from index.errors import VectorsError, VerbatimError

log = logging.getLogger(__name__)

Task = Callable[[], Awaitable[None]]
BUNDLED = ("bundled", "bundled-fast")
MOST_UPKEEP = 4
"""Collections that are reindexed at the same time."""


async def start(settings: Settings, *, watch: bool = False) -> int:
    """Runs until a signal. Raises BotError or VerbatimError where it cannot begin."""
    logs.configure(settings.log_level, settings.log_format, secrets(settings))
    return await serve(wire(settings, watch=watch))


def secrets(settings: Settings) -> list[str]:
    """Everything that no log may show."""
    values = (getattr(settings, name) for name in type(settings).model_fields)
    return [value.get_secret_value() for value in values if isinstance(value, SecretStr)]


def wire(settings: Settings, *, watch: bool = False) -> Program:
    """Opens everything, in the order in which it depends on each other. Needs a running loop."""
    found = rooms(settings)
    metrics = Metrics()
    traces = open_traces(settings.otel_exporter_otlp_endpoint)
    pool = open_pool(settings, found, traces)
    engines = open_rooms(found, metrics.object_call, traces, pool)
    library = open_indexes(found, engines)
    metrics.passages.set(library.everything.snapshot.passages if library.everything else 0)
    journal = open_journal(settings)
    workers = open_workers(settings, min(len(found), MOST_UPKEEP), pool)
    rates = Rates(settings.questions_per_minute, settings.chat_questions_per_minute)
    signer = Signer(agreed_key(journal, installation_key(settings.data_dir)))
    desk = Desk(
        library,
        journal,
        workers,
        metrics,
        limits(rates, "desk", journal, workers, signer),
        access=Access(frozenset(settings.admins), frozenset(settings.allowed_chats)),
        links=Links(
            settings.public_url,
            signer,
            settings.link_days,
            files=settings.corpus_dir if settings.share_files else None,
            closed=library.closed,
        ),
        traces=traces,
    )
    board = admin_address(settings) if settings.admin_page else ""
    keepers = open_keepers(found, engines, journal)
    admin = Admin(desk, keepers, most_bytes=settings.max_document_mb << 20, page=board)
    watch_replica(metrics, keepers, library, journal)
    channels = open_channels(settings, desk, admin)
    tasks = [
        task
        for room in found
        for task in open_upkeep(admin.rooms[room.name], desk, room.settings.corpus_dir, watch=watch)
    ]
    tasks.append(upkeep.stop_reindex)
    if any(reader.startswith("wecom-") for reader in library.readers):
        from bot.channels.wecom.opening import open_departments

        tasks += open_departments(settings, library)
    if settings.wecom_notice_url.get_secret_value():
        from bot.channels.wecom.opening import open_notices

        tasks += open_notices(settings, secrets(settings))
    page = open_page(settings, desk)
    tasks += [pages.run for pages in page]
    tasks.append(News(desk).run)
    if refresher := open_sources(settings):
        together = journal.shared and bool(settings.objects_url.get_secret_value())
        tasks.append(Sourcing(refresher, admin.rooms, desk, turns=journal.turns if together else None).run)
    interface, beside = open_api(settings, desk)
    tasks += beside
    return Program(
        channels,
        web_app(
            desk,
            metrics,
            [*channels, *page],
            [*interface, *open_board(settings, desk, admin, channels)],
            files=settings.corpus_dir if settings.share_files else None,
            gate=open_gate(settings),
        ),
        Port(settings.host, settings.port),
        journal,
        workers,
        metrics,
        drain=settings.drain_seconds,
        upkeep=tasks,
        monitoring=open_monitoring(settings, metrics, [*channels, *page]),
        traces=traces,
    )


def open_pool(settings: Settings, found: Sequence[Room], traces: Traces) -> AnswerPool | None:
    """The processes that answer, None where threads of this one do.

    They are no part of a trace, and are told no address of a database: with either, threads answer.
    """
    count = settings.answer_processes
    if count and (traces.collected or settings.vector_store == "pgvector"):
        if count != "auto":
            log.warning("ANSWER_PROCESSES goes neither with traces nor with VECTOR_STORE=pgvector: threads answer")
        return None
    if count == "auto":
        bundled = all(room.settings.encoder in BUNDLED and not room.settings.reranker for room in found)
        # What a model of a hub takes nobody knows.
        count = worthwhile(cores(), memory()) if bundled else 0
    return AnswerPool(count) if count else None


def open_workers(settings: Settings, upkeep: int, pool: AnswerPool | None) -> Workers:
    """The threads in which work waits: enough of them that no process waits for one."""
    if pool is None:
        return Workers(settings.answer_threads, upkeep)
    return Workers(max(settings.answer_threads, pool.count + 1), upkeep, ending=pool.close)


def agreed_key(journal: Journal, own: bytes) -> bytes:
    """The key that signs links and buttons: that of this data folder, or the one that all replicas have."""
    return bytes.fromhex(journal.agreed.on("installation key", own.hex())) if journal.shared else own


def open_what_there_is(settings: Settings, engines: Engines) -> Answerer | None:
    """The live index; where the settings name another encoder by now, with the one that it was made with. None where
    this version cannot use it: questions are told to wait until it was made anew."""
    try:
        return engines.open()
    except VectorsError as error:
        log.error("%s", error)
    except VerbatimError as error:
        log.warning("%s It is made anew now.", error)
    try:
        return open_as_made(settings)
    except VerbatimError:
        return None


def open_indexes(found: Sequence[Room], engines: Mapping[str, Engines]) -> Library:
    """What is live of each collection."""
    library = Library([room.collection for room in found if room.name])
    for room in found:
        library.put(room.name, open_what_there_is(room.settings, engines[room.name]))
    return library


def open_keepers(found: Sequence[Room], engines: Mapping[str, Engines], journal: Journal) -> dict[str, Keeper]:
    """The folder of each collection, as admins handle it."""
    return {
        room.name: Keeper(
            room.settings.corpus_dir, room.settings.data_dir, journal, engines[room.name], collection=room.name
        )
        for room in found
    }


def open_upkeep(admin: CorpusAdmin, desk: Desk, corpus: Path, *, watch: bool) -> list[Task]:
    """What runs beside the channels for one collection, whose documents are in the folder `corpus`."""
    tasks: list[Task] = [partial(work, admin) for work in (upkeep.verify, upkeep.renew)]
    tasks.append(partial(upkeep.follow, admin, desk.journal))
    return [*tasks, partial(upkeep.watch, admin, desk.workers, corpus)] if watch else tasks


def open_channels(settings: Settings, desk: Desk, admin: Admin) -> Sequence[Channel]:
    """Every platform that the settings configure. SettingsError where there is none, and no page either."""
    channels: list[Channel] = []
    # Imported only where they are needed: what speaks to a platform is a fifth of the start.
    if settings.telegram_bot_token.get_secret_value():
        from bot.channels.telegram.opening import open_telegram

        channels.append(open_telegram(settings, desk, admin))
    if settings.wecom:
        from bot.channels.wecom.opening import open_wecom

        channels += open_wecom(settings, desk, admin)
    if not channels and settings.page == "off":
        raise SettingsError(
            "No channel is configured: set TELEGRAM_BOT_TOKEN, or WECOM_BOT_ID and WECOM_BOT_SECRET, or PAGE=local,"
            " in .env (`verbatim chat` needs none)."
        )
    return channels


def open_page(settings: Settings, desk: Desk) -> Sequence[AskPage]:
    """The page to ask, as far as the settings open it. It runs as long as the port does, so it is no reason to stay."""
    gate = open_gate(settings)
    if gate is None:
        return ()
    intake = Intake(PAGE, desk.journal, desk.workers, desk.metrics)
    log.info("The page to ask: %s", page_address(settings))
    return (AskPage(desk, intake, gate, rate=settings.chat_questions_per_minute, frames=settings.widget_origins),)


def open_gate(settings: Settings) -> Gate | None:
    """Who is let in to the page to ask, None where there is none."""
    return None if settings.page == "off" else Gate(settings.page == "open", settings.page_user_header)


def open_monitoring(settings: Settings, metrics: Metrics, channels: Sequence[Channel]) -> tuple[ASGIApp, Port] | None:
    """The metrics, on a port of their own, where the settings name one."""
    port = Port(settings.metrics_host, settings.metrics_port)
    return (metrics_app(metrics, channels), port) if port.port else None


def open_api(settings: Settings, desk: Desk) -> tuple[Sequence[BaseRoute], Sequence[Callable[[], Awaitable[None]]]]:
    """The HTTP interface and MCP over HTTP, where there are keys to them; and what has to run beside the routes."""
    keys = read_keys(settings.api_keys.get_secret_value())
    if not keys:
        return (), ()
    limits = limits_beside(desk, "api", Rates(user=settings.api_requests_per_minute, chat=0))
    routes = Api(desk, keys, limits).routes()
    try:
        from bot.mcp.http import McpDoor
    except ModuleNotFoundError as error:
        if error.name != "mcp":
            raise
        log.info("MCP over HTTP needs its extra: pip install 'verbatim-bot[mcp]'")
        return routes, ()
    door = McpDoor(desk, keys, limits, settings.public_url)
    return (*routes, *door.routes()), (door.run,)


def open_board(settings: Settings, desk: Desk, admin: Admin, channels: Sequence[Channel]) -> Sequence[BaseRoute]:
    """The page for admins, where the settings open it."""
    if not settings.admin_page:
        return ()
    views = Views(desk, admin, channels, settings.shown())
    return AdminPages(admin, Doors(desk, settings.public_url), views).routes()
