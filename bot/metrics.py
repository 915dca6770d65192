"""What an operator watches, in Prometheus' form. One registry per process, made where the program is wired."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

# Answers take milliseconds; the long tail is what a person notices.
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """Counters by channel. No label ever holds a text, a person, a chat or a secret."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.questions = self._counter("questions", "Questions by what became of them", "channel", "outcome")
        self.errors = self._counter("errors", "Failures by where they happened", "channel", "place")
        self.alarms = self._counter("quote_alarms", "Quotes that did not stand in their document, and were not sent")
        self.sent = self._counter("messages_sent", "Messages to a platform by how it ended", "channel", "result")
        self.retries = self._counter("send_retries", "Sends tried again, by the reason", "channel", "reason")
        self.votes = self._counter("feedback", "Thumbs", "channel", "value")
        self.latency = Histogram(
            "verbatim_answer_seconds",
            "From a question at the desk to its card",
            ("channel",),
            buckets=SECONDS,
            registry=self.registry,
        )
        self.queue = Gauge("verbatim_queue", "Deliveries received and not done", ("channel",), registry=self.registry)
        self.up = Gauge("verbatim_channel_up", "1 while a channel is up", ("channel",), registry=self.registry)
        self.passages = Gauge("verbatim_passages", "Passages of the live index", registry=self.registry)
        self._replica()

    def _replica(self) -> None:
        """What replicas have that share a database or an object store."""
        self.snapshot = self._gauge("snapshot", "Number of the one that is live, or served", "collection", "which")
        self.lag = self._gauge("snapshot_lag_seconds", "Since when another is live than is served", "collection")
        self.cached = self._gauge("cache_bytes", "What snapshots take on this disk", "collection")
        self.connections = self._gauge("database_connections", "To PostgreSQL, by their state", "state")
        self.object_errors = self._counter("objects_errors", "Calls of the object store that failed", "call")
        self.object_seconds = Histogram(
            "verbatim_objects_seconds",
            "Calls of the object store",
            ("call",),
            buckets=(*SECONDS, 30.0, 60.0),
            registry=self.registry,
        )

    def object_call(self, call: str, seconds: float, failed: bool) -> None:
        """A call of the object store is over."""
        self.object_seconds.labels(call).observe(seconds)
        if failed:
            self.object_errors.labels(call).inc()

    def alarmed(self) -> int:
        """How many quotes were not sent because they did not stand in their document."""
        samples = (sample for metric in self.alarms.collect() for sample in metric.samples)
        return int(sum(sample.value for sample in samples if sample.name.endswith("_total")))

    def page(self) -> bytes:
        """The text that a scraper reads."""
        return generate_latest(self.registry)

    def _gauge(self, name: str, what: str, *labels: str) -> Gauge:
        return Gauge(f"verbatim_{name}", what, labels, registry=self.registry)

    def _counter(self, name: str, what: str, *labels: str) -> Counter:
        return Counter(f"verbatim_{name}", what, labels, registry=self.registry)
