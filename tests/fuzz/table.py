"""All that is fed, by name."""

from tests.fuzz import decoders, readers

TARGETS = {**readers.TARGETS, **decoders.TARGETS}
