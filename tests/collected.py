"""Traces that a test can look at: OpenTelemetry's own exporter into memory."""

from collections.abc import Sequence
from dataclasses import dataclass

import pytest

pytest.importorskip("opentelemetry.sdk", reason="the extra `otel` is not installed")

from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import Sampler

from bot.desk.desk import Desk
from bot.telemetry import CollectedTraces


@dataclass(frozen=True)
class Collected:
    traces: CollectedTraces
    memory: InMemorySpanExporter

    @property
    def spans(self) -> Sequence[ReadableSpan]:
        """All that have ended, in the order in which they began."""
        return sorted(self.memory.get_finished_spans(), key=lambda span: span.start_time or 0)

    @property
    def names(self) -> list[str]:
        return [span.name for span in self.spans]

    @property
    def root(self) -> ReadableSpan:
        (root,) = [span for span in self.spans if span.parent is None]
        return root

    def one_trace(self) -> bool:
        """Whether all of it belongs to one question, and lies within it."""
        context, (begun, over) = self.root.context, (self.root.start_time or 0, self.root.end_time or 0)
        assert context is not None
        return all(
            span.context is not None
            and span.context.trace_id == context.trace_id
            and begun <= (span.start_time or 0) <= (span.end_time or 0) <= over
            for span in self.spans
        )


def collecting(desk: Desk | None = None, sampler: Sampler | None = None) -> Collected:
    """Traces in memory; those of `desk`, where one is given."""
    memory = InMemorySpanExporter()
    provider = TracerProvider(sampler=sampler, shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(memory))
    collected = Collected(CollectedTraces(provider), memory)
    if desk is not None:
        desk.traces = desk.replies._traces = collected.traces
    return collected
