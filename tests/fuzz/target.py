"""One thing to be fed: what it is fed with, and what has to hold."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hypothesis import HealthCheck, Phase, Verbosity, example, given, seed, settings
from hypothesis import strategies as st


@dataclass(frozen=True, slots=True)
class Target:
    inputs: st.SearchStrategy[Any]
    check: Callable[[Any], None]
    """Raises for what must not be."""

    def run(self, count: int, number: int | None = None, found: tuple[Any, ...] = ()) -> None:
        """Feeds `found`, then `count` inputs: always the same, or those of the seed `number`."""
        chosen = settings(
            max_examples=count,
            derandomize=number is None,
            database=None,
            deadline=None,
            phases=(Phase.explicit, Phase.generate, Phase.shrink),
            report_multiple_bugs=False,
            verbosity=Verbosity.quiet,
            suppress_health_check=list(HealthCheck),
        )

        def test(data: Any) -> None:
            self.check(data)

        wrapped = given(data=self.inputs)(test)
        for one in found:
            wrapped = example(data=one)(wrapped)
        chosen(seed(number)(wrapped) if number is not None else wrapped)()
