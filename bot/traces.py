"""One trace for each question: how long it waited, was searched for, was read for, and was sent.

What collects traces is `bot.telemetry`, which is imported only where the settings ask for it. No attribute ever holds a
text, a person, a chat or a secret.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

Fact = str | int | float | bool


class Traces:
    """Traces that nobody collects; those that are collected override all of it. Safe to use from threads."""

    collected = False

    def question(self, channel: str, received: float | None = None) -> AbstractContextManager[None]:
        """Around all that is done for one question, unless that has begun already.

        `received`: when it arrived, in seconds since 1970, where that was before now.
        """
        return nullcontext()

    def span(self, name: str, **facts: Fact) -> AbstractContextManager[None]:
        """Around a part of it. Outside of a question there is nothing to tell."""
        return nullcontext()

    def waiting(self) -> Callable[[], None]:
        """The question waits, since it arrived, until what this returns is called, from any thread. Further calls do
        nothing."""
        return lambda: None

    def note(self, **facts: Fact) -> None:
        """What is known of the question by now."""

    def close(self) -> None:
        """Sends what is left to be sent, within seconds."""
