"""Traces, collected as the settings say."""

from bot.errors import SettingsError
from bot.traces import Traces


def open_traces(endpoint: str) -> Traces:
    """Traces for the collector at that address, none where it is "". SettingsError where the extra is missing."""
    if not endpoint:
        return Traces()
    try:
        from bot.telemetry import open_telemetry
    except ModuleNotFoundError as error:
        if not (error.name or "").startswith("opentelemetry"):
            raise
        raise SettingsError("OTEL_EXPORTER_OTLP_ENDPOINT needs its extra: pip install 'verbatim-bot[otel]'.") from None
    return open_telemetry(endpoint)
