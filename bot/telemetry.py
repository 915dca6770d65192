"""Traces for an OpenTelemetry collector, over HTTP (OTLP). Needs the extra `otel`.

What goes wrong in a span is told by the name of the error's class: its message may hold a text. The library keeps a
bounded number of spans, sends them from a thread of its own, and drops what nobody takes: answers never wait for it.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExportResult
from opentelemetry.trace import Span, SpanKind, Status, StatusCode

from bot.outage import Outage
from bot.traces import Fact, Traces

NAME = "verbatim"
SECONDS = 5
"""For one try to send, and for what is left at the end."""


@dataclass(slots=True)
class Asked:
    """The question that is worked on. What was begun beside it may outlive it."""

    span: Span
    begun: int | None
    """In nanoseconds since 1970; None: now."""
    over: bool = False


class CollectedTraces(Traces):
    """Spans of `provider`, of which nothing is kept here."""

    collected = True

    def __init__(self, provider: TracerProvider) -> None:
        self._provider = provider
        self._tracer = provider.get_tracer(NAME)
        self._asked: ContextVar[Asked | None] = ContextVar("asked", default=None)

    @contextmanager
    def question(self, channel: str, received: float | None = None) -> Iterator[None]:
        if self._open() is not None:
            yield
            return
        begun = None if received is None else round(received * 1e9)
        span = self._tracer.start_span(
            "question",
            # A trace of its own, whatever this task was begun for.
            context=Context(),
            kind=SpanKind.SERVER,
            attributes={"verbatim.channel": channel},
            start_time=begun,
        )
        asked = Asked(span, begun)
        token = self._asked.set(asked)
        try:
            with _within(asked.span):
                yield
        finally:
            asked.over = True
            self._asked.reset(token)

    @contextmanager
    def span(self, name: str, **facts: Fact) -> Iterator[None]:
        if self._open() is None:
            yield
            return
        with _within(self._tracer.start_span(name, attributes=_named(facts))):
            yield

    def waiting(self) -> Callable[[], None]:
        asked = self._asked.get()
        if asked is None or asked.over:
            return super().waiting()
        span = self._tracer.start_span("waiting", start_time=asked.begun)
        # Ending it twice would be told in the log.
        return lambda: span.end() if span.is_recording() else None

    def note(self, **facts: Fact) -> None:
        span = self._open()
        if span is not None:
            span.set_attributes(_named(facts))
            if facts.get("outcome") == "failed":
                span.set_status(Status(StatusCode.ERROR))

    def _open(self) -> Span | None:
        asked = self._asked.get()
        return asked.span if asked is not None and not asked.over else None

    def close(self) -> None:
        self._provider.force_flush(SECONDS * 1000)
        self._provider.shutdown()


class Exporter(OTLPSpanExporter):
    """One line in the log when the collector goes away, and one when it is back, instead of three for each try."""

    def __init__(self, endpoint: str) -> None:
        super().__init__(endpoint=f"{endpoint}/v1/traces", timeout=SECONDS)
        self._outage = Outage(f"The collector of traces at {endpoint}")
        logging.getLogger(OTLPSpanExporter.__module__).setLevel(logging.CRITICAL)

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        result = super().export(spans)
        if result is SpanExportResult.SUCCESS:
            self._outage.ends()
        else:
            self._outage.begins("traces are dropped, answers go on")
        return result


def open_telemetry(endpoint: str) -> CollectedTraces:
    """Traces for the collector at `endpoint`, the base address as OpenTelemetry's own settings have it; what else these
    settings say (headers, sampling, attributes of the service) holds too."""
    resource = Resource({"service.name": NAME}).merge(OTELResourceDetector().detect())
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(Exporter(endpoint)))
    return CollectedTraces(provider)


@contextmanager
def _within(span: Span) -> Iterator[None]:
    """`span` is the one that what begins here belongs to."""
    with trace.use_span(span, end_on_exit=True, record_exception=False, set_status_on_exception=False):
        try:
            yield
        except Exception as error:
            span.set_attribute("error.type", type(error).__name__)
            span.set_status(Status(StatusCode.ERROR))
            raise


def _named(facts: dict[str, Fact]) -> dict[str, Fact]:
    return {f"verbatim.{name}": value for name, value in facts.items()}
