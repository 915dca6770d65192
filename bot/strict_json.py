"""Strict JSON from people and programs: NaN and infinite numbers are refused, though Python reads them."""

import json
import math
from typing import Any


def loads(text: str) -> Any:
    """The value of `text`. ValueError says what is wrong with it."""
    try:
        return json.loads(text, parse_constant=_refuse, parse_float=_finite)
    except json.JSONDecodeError as error:
        raise ValueError(error.msg) from None
    except RecursionError:
        raise ValueError("too deeply nested") from None


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"{text} is too large a number")
    return value
