"""What `index` says is wrong, for people who read Chinese.

`index` speaks one language and knows no locale. Its sentences also stand in snapshots and pass between processes, so
they are known by their own words here: an English sentence, with places for what varies, is the key of its Chinese one.
A test reads the code of `index` and finds every sentence in this table.
"""

import re
from functools import cache

from bot.question import Language
from bot.texts.reasons_zh import CHINESE

_PLACE = re.compile(r"\{(\w+)\}")


def told(reason: object, lang: Language) -> str:
    """A sentence of `index` (an error, or why a file was skipped) in the language of whoever reads it.

    What is not known comes back as it is.
    """
    text = str(reason)
    if lang == "en":
        return text
    known = CHINESE.get(text)
    if known is not None:
        return known
    for pattern, chinese in _patterns():
        if found := pattern.fullmatch(text):
            return chinese.format(**{name: told(value, lang) for name, value in found.groupdict().items()})
    return text


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    """Sentences with places, those with the most words of their own first."""
    ranked = sorted((key for key in CHINESE if _PLACE.search(key)), key=lambda key: -len(_PLACE.sub("", key)))
    return [(_pattern(key), CHINESE[key]) for key in ranked]


def _pattern(sentence: str) -> re.Pattern[str]:
    parts = _PLACE.split(sentence)
    escaped = [f"(?P<{part}>.*?)" if place % 2 else re.escape(part) for place, part in enumerate(parts)]
    return re.compile("".join(escaped), re.S)
