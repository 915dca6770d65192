"""A trace for each question: what it waited, searched and read for, and nothing of what was said."""

import asyncio
import http.server
import logging
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.desk.desk import Desk
from bot.errors import SettingsError
from bot.question import Conversation, Question
from bot.serving import engines, live_index
from bot.serving.tracing import open_traces
from bot.settings import Settings, load
from bot.traces import Traces
from tests.shelf import Shelf

pytest.importorskip("opentelemetry.sdk", reason="the extra `otel` is not installed")

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF
from opentelemetry.trace import StatusCode

from tests.collected import collecting

FACTORIES = "有多少个智能工厂？"
SECRET = "the-password-of-somebody"
HERE = Conversation("telegram", "42", user="42")


def question(text: str = FACTORIES, number: int = 1) -> Question:
    return Question(f"telegram:{number}", HERE, text, "zh")


async def test_a_question_is_one_trace_of_waiting_and_search(desk: Desk) -> None:
    collected = collecting(desk)
    await desk.ask(question())
    assert collected.names == ["question", "waiting", "search"]
    assert collected.one_trace()
    found = dict(collected.root.attributes or {})
    assert found.pop("verbatim.confidence") > 0  # type: ignore[operator]
    assert found == {
        "verbatim.channel": "telegram",
        "verbatim.outcome": "answer",
        "verbatim.quotes": 2,
        "verbatim.snapshot": "s1",
    }


async def test_what_a_channel_does_around_it_belongs_to_the_same_trace_from_its_arrival_on(desk: Desk) -> None:
    collected = collecting(desk)
    with desk.traces.question("telegram", 1000.0):
        await desk.ask(question())
        with desk.traces.span("sending", messages=2):
            await asyncio.sleep(0)
    assert sorted(collected.names) == ["question", "search", "sending", "waiting"]
    assert collected.one_trace()
    began = {span.name: span.start_time for span in collected.spans}
    assert began["question"] == began["waiting"] == 1000 * 10**9


async def test_two_questions_at_once_are_two_traces(desk: Desk) -> None:
    collected = collecting(desk)
    await asyncio.gather(desk.ask(question()), desk.ask(question(number=2)))
    traces = {span.context.trace_id: span.name for span in collected.spans if span.context is not None}
    assert len(traces) == 2
    assert sorted(collected.names) == ["question"] * 2 + ["search"] * 2 + ["waiting"] * 2


async def test_what_outlives_a_question_is_no_part_of_it_and_may_bring_another(desk: Desk) -> None:
    collected = collecting(desk)
    goes_on = asyncio.Event()

    async def later() -> None:
        await goes_on.wait()
        with desk.traces.span("sending"):
            await desk.ask(question(number=2))

    with desk.traces.question("telegram"):
        task = asyncio.create_task(later())
    goes_on.set()
    await task
    roots = [span for span in collected.spans if span.parent is None]
    assert [span.name for span in roots] == ["question", "question"]
    assert "sending" not in collected.names


async def test_who_is_turned_away_has_a_trace_without_a_search(desk: Desk) -> None:
    collected = collecting(desk)
    for number in range(4):
        await desk.ask(question(number=number))
    last = [span for span in collected.spans if span.parent is None][-1]
    assert (last.attributes or {})["verbatim.outcome"] == "limited"
    assert collected.names.count("waiting") == 4
    assert collected.names.count("search") == 3


async def test_a_failure_is_told_by_its_kind_and_never_by_its_message(
    desk: Desk, library: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise ValueError(f"{FACTORIES} {SECRET}")

    monkeypatch.setattr(library, "ask", fails)
    collected = collecting(desk)
    await desk.ask(question())
    search = next(span for span in collected.spans if span.name == "search")
    assert (search.attributes or {})["error.type"] == "ValueError"
    assert search.status.status_code is collected.root.status.status_code is StatusCode.ERROR
    told = "".join(span.to_json() for span in collected.spans)
    assert SECRET not in told
    assert "智能" not in told
    assert r"\u667a" not in told


async def test_nothing_that_was_said_or_by_whom_is_in_a_trace(desk: Desk) -> None:
    collected = collecting(desk)
    place = Conversation("telegram", "chat-4711", user="user-4712")
    await desk.ask(Question("telegram:delivery-4713", place, f"{FACTORIES} {SECRET}", "zh"))
    await desk.ask(Question("telegram:delivery-4714", place, FACTORIES, "zh"))
    told = "".join(span.to_json() for span in collected.spans)
    assert [part for part in (SECRET, "4711", "4712", "4713", "4714", "智能", r"\u667a", ".md") if part in told] == []


async def test_what_is_not_sampled_costs_no_span(desk: Desk) -> None:
    collected = collecting(desk, ALWAYS_OFF)
    assert await desk.ask(question()) is not None
    assert collected.names == []


def test_reading_is_a_part_of_the_search(tmp_path: Path) -> None:
    settings = Settings(_env_file=None, corpus_dir=tmp_path / "corpus", data_dir=tmp_path / "data")  # type: ignore[call-arg]
    settings.corpus_dir.mkdir()
    (settings.corpus_dir / "tower.md").write_text("# 水塔\n\n镇上的水塔高四十米。\n", encoding="utf-8")
    engines.reindex(settings, now=datetime.now(UTC), progress=lambda *_: None)
    collected = collecting()
    index = live_index.open_index(settings, traces=collected.traces)
    plain = live_index.open_index(settings)
    asked = "镇上的水塔有多高？"
    with collected.traces.question("telegram"), collected.traces.span("search"):
        assert index.ask(asked) == plain.ask(asked)
    assert collected.names[:3] == ["question", "search", "reading"]
    search, reading = collected.spans[1:3]
    assert reading.parent is not None
    assert search.context is not None
    assert reading.parent.span_id == search.context.span_id
    assert index.models == plain.models


@contextmanager
def collector() -> Iterator[tuple[str, list[bytes]]]:
    """A collector on the loopback: its address, and what it was sent."""
    sent: list[bytes] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            sent.append(f"{self.path} {self.headers.get('X-Key', '')}\n".encode() + body)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", sent
        finally:
            server.shutdown()
            thread.join()


async def test_a_collector_is_sent_the_traces_over_http(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_HEADERS", "x-key=a-key")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_COMPRESSION", "none")
    with collector() as (address, sent):
        traces = open_traces(address)
        desk.traces = desk.replies._traces = traces
        await desk.ask(question())
        await asyncio.to_thread(traces.close)
    head, _, body = sent[0].partition(b"\n")
    assert head == b"/v1/traces a-key"
    (resource,) = ExportTraceServiceRequest.FromString(body).resource_spans
    assert {one.key: one.value.string_value for one in resource.resource.attributes} == {"service.name": "verbatim"}
    assert sorted(span.name for span in resource.scope_spans[0].spans) == ["question", "search", "waiting"]


async def test_a_collector_that_is_away_keeps_no_answer_back(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    with collector() as (address, _):
        """Gone by now."""
    traces = open_traces(address)
    desk.traces = desk.replies._traces = traces
    assert await desk.ask(question()) is not None
    await asyncio.to_thread(traces.close)
    assert [record.message for record in caplog.records if record.levelno >= logging.WARNING] == [
        f"The collector of traces at {address} is away (traces are dropped, answers go on). It is tried again until it"
        " is back"
    ]


def test_without_an_address_nothing_is_collected_and_nothing_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "bot.telemetry", raising=False)
    for name in [name for name in sys.modules if name.startswith("opentelemetry")]:
        monkeypatch.setitem(sys.modules, name, None)
    assert type(open_traces("")) is Traces
    with pytest.raises(SettingsError, match=r"pip install 'verbatim-bot\[otel\]'"):
        open_traces("http://127.0.0.1:4318")


def test_an_address_with_a_password_is_refused_and_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"https://me:{SECRET}@collector.example.org")
    with pytest.raises(SettingsError, match="OTEL_EXPORTER_OTLP_HEADERS") as refused:
        load(env_file=None)
    assert SECRET not in str(refused.value)
