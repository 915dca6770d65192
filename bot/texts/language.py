"""Which of our two languages somebody reads: by the locale of a terminal, or by the tag that a platform gives."""

import unicodedata
from collections.abc import Mapping

from bot.question import Language
from index.text.chinese import HAN_CHARACTER


def of_locale(environment: Mapping[str, str]) -> Language:
    """By POSIX: the first of LC_ALL, LC_MESSAGES and LANG that is set decides."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environment.get(name):
            return of_tag(value)
    return "en"


def of_tag(tag: str) -> Language:
    """Of a language tag or locale name: "zh-hans", "zh_CN.UTF-8", "en", ..."""
    return "zh" if tag.lower().startswith(("zh", "yue", "cmn")) else "en"


def of_text(text: str, otherwise: Language) -> Language:
    """What a text is written in; `otherwise` where it has neither Chinese characters nor Latin words."""
    if HAN_CHARACTER.search(text):
        return "zh"
    latin = any(char.isalpha() and "LATIN" in unicodedata.name(char, "") for char in text[:200])
    return "en" if latin else otherwise
