"""What a seed fails with."""


class BrokenError(AssertionError):
    """An invariant does not hold."""
