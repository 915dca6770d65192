"""The one port: health, the source reader, and the paths of the channels. Metrics have a port of their own."""

from collections.abc import Sequence
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.desk.channel import Channel
from bot.desk.desk import Desk
from bot.metrics import Metrics
from bot.web.pages.assets import assets_route
from bot.web.pages.visitor import Gate
from bot.web.source.route import SourcePages

METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def web_app(
    desk: Desk,
    metrics: Metrics,
    channels: Sequence[Channel],
    more: Sequence[BaseRoute] = (),
    *,
    files: Path | None = None,
    gate: Gate | None = None,
) -> Starlette:
    """The program's web side, with `more` routes than the channels'. Nothing here keeps state.

    `files`: the folder that original files may be fetched from, None where the operator does not allow it.
    `gate`: of the page to ask, where there is one.
    """

    async def healthz(request: Request) -> Response:
        problems = {channel.name: channel.problem() for channel in channels}
        for name, problem in problems.items():
            metrics.up.labels(name).set(not problem)
        if desk.library.everything is None:
            problems["index"] = "Nothing is indexed yet: run `verbatim index`."
        if journal := desk.journal.problem():
            problems["journal"] = journal
        well = not any(problems.values())
        body = {"status": "ok" if well else "down", "parts": {name: text or "ok" for name, text in problems.items()}}
        return JSONResponse(body, 200 if well else 503)

    async def livez(request: Request) -> Response:
        """Whoever hears this is alive, whatever it waits for: to start it again would help nobody."""
        return JSONResponse({"status": "ok"})

    routes: list[BaseRoute] = [Route("/healthz", healthz), Route("/livez", livez), assets_route()]
    routes += SourcePages(desk, files, gate).routes()
    routes += [route for channel in channels for route in channel.routes()]
    return Starlette(routes=[*routes, *more])


def metrics_app(metrics: Metrics, channels: Sequence[Channel]) -> Starlette:
    """What only an operator's monitoring may read: how much is asked, and what fails."""

    async def page(request: Request) -> Response:
        for channel in channels:
            metrics.up.labels(channel.name).set(not channel.problem())
        return Response(metrics.page(), headers={"content-type": METRICS_TYPE})

    return Starlette(routes=[Route("/metrics", page)])
