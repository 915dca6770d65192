"""The one port: health and metrics."""

from collections.abc import Sequence

import httpx
from starlette.routing import BaseRoute

from bot.desk.desk import Desk
from bot.web.app import metrics_app, web_app


class Line:
    """A channel that is up or not as a test says."""

    name = "line"

    def __init__(self, problem: str = "") -> None:
        self.trouble = problem

    def routes(self) -> Sequence[BaseRoute]:
        return ()

    def problem(self) -> str:
        return self.trouble

    async def run(self) -> None: ...

    async def close(self, seconds: float) -> None: ...


def client(desk: Desk, *channels: Line) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(web_app(desk, desk.metrics, channels))
    return httpx.AsyncClient(transport=transport, base_url="http://bot")


async def test_health_is_503_until_every_channel_is_up(desk: Desk) -> None:
    line = Line("The line is not connected yet.")
    async with client(desk, line) as web:
        down = await web.get("/healthz")
        alive = await web.get("/livez")
        line.trouble = ""
        up = await web.get("/healthz")
        desk.index = None
        empty = await web.get("/healthz")
    assert (down.status_code, up.status_code, empty.status_code) == (503, 200, 503)
    # Starting it again would not bring the line back.
    assert alive.status_code == 200
    assert down.json()["parts"] == {"line": "The line is not connected yet."}


async def test_metrics_are_prometheus_text(desk: Desk) -> None:
    transport = httpx.ASGITransport(metrics_app(desk.metrics, [Line()]))
    async with httpx.AsyncClient(transport=transport, base_url="http://bot") as web:
        page = await web.get("/metrics")
    assert page.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert 'verbatim_channel_up{channel="line"} 1.0' in page.text
    assert "# TYPE verbatim_answer_seconds histogram" in page.text
