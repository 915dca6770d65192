"""How a text is said: looked up by its key, in one of two languages, its places filled."""

from collections.abc import Mapping
from typing import Protocol

from bot.question import Language

Texts = Mapping[str, Mapping[Language, str]]


class Say(Protocol):
    """The text of `key` in `lang`, its places filled with `values`."""

    def __call__(self, key: str, lang: Language, /, **values: object) -> str: ...


def speaker(texts: Texts) -> Say:
    """The function that says the texts of one table."""

    def say(key: str, lang: Language, /, **values: object) -> str:
        return texts[key][lang].format(**values)

    return say
