"""A number typed after a numbered list of suggestions is the suggestion, not a question."""

import re
from collections.abc import Sequence

from index.text.terms import fold

_WORDS = {"一": 1, "first": 1, "one": 1, "二": 2, "second": 2, "two": 2, "三": 3, "third": 3, "three": 3}
_CHOICE = re.compile(
    rf"(?:第|#|no\.? ?|number |question |the )?([0-9]{{1,2}}|{'|'.join(_WORDS)})"
    r"(?: ?(?:个|号|项|条|个问题|one|st|nd|rd))?[\s.。)）、,!?]*"
)


def choice(text: str) -> int | None:
    """The number that `text` is and nothing else, from 1 on: "2", "２.", "第二个", "the second one"."""
    found = _CHOICE.fullmatch(fold(text).strip())
    if found is None:
        return None
    said = found[1]
    return _WORDS.get(said) or int(said) or None


def chosen(text: str, offered: Sequence[str]) -> str | None:
    """The suggestion that `text` picks; "" where there is none of that number, None where `text` picks nothing."""
    number = choice(text) if offered else None
    if number is None:
        return None
    return offered[number - 1] if number <= len(offered) else ""
