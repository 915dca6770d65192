"""Which file translates which, told by their paths: `en/x.md` and `zh/x.md`, `x.md` and `x.zh-CN.md`."""

import re
from collections.abc import Iterable

_LANG = re.compile(r"(?:en|zh)(?:[-_](?:CN|TW|HK|US|GB|Hans|Hant|SG))?", re.IGNORECASE)


class Translations:
    """The pairs among the files of one folder."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._same: dict[str, list[str]] = {}
        for path in paths:
            self._same.setdefault(_without_language(path), []).append(path)

    def original(self, path: str) -> str | None:
        """The first of the files that are `path` in other languages, None where `path` is it, or there are none."""
        same = self._same.get(_without_language(path), [])
        first = min(same, key=lambda one: (one != _without_language(one), one), default=path)
        return None if first == path else first


def _without_language(path: str) -> str:
    """`path` without the folder, or the part of its name, that is a language."""
    *folders, name = path.split("/")
    parts = name.split(".")
    kept = [parts[0], *(part for part in parts[1:-1] if not _LANG.fullmatch(part)), *parts[1:][-1:]]
    return "/".join([*(one for one in folders if not _LANG.fullmatch(one)), ".".join(kept)])
