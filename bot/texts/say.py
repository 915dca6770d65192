"""How a text is said: looked up by its key, in one of two languages, its places filled."""

import string
from collections.abc import Mapping
from typing import Any, Protocol

from bot.question import Language

Texts = Mapping[str, Mapping[Language, str]]


class Say(Protocol):
    """The text of `key` in `lang`, its places filled with `values`."""

    def __call__(self, key: str, lang: Language, /, **values: object) -> str: ...


class _Filled(string.Formatter):
    """Fills places; one like `{count:file|files}` with the number and the word that goes with it."""

    def format_field(self, value: Any, format_spec: str) -> Any:
        one, parted, many = format_spec.partition("|")
        if not parted:
            return super().format_field(value, format_spec)
        return f"{value} {one if str(value) == '1' else many}"


_filled = _Filled()


def speaker(texts: Texts) -> Say:
    """The function that says the texts of one table."""

    def say(key: str, lang: Language, /, **values: object) -> str:
        return _filled.vformat(texts[key][lang], (), values)

    return say
