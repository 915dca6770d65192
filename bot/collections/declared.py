"""The collections that an operator declares in a TOML file: a table for each, named as people name it to the bot.

[handbook]
folder = "corpus/handbook"
title = { en = "Handbook", zh = "员工手册" }
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.errors import SettingsError
from bot.named_tables import named_tables, wrong_table
from bot.question import Language

SETTING = "COLLECTIONS"
LANGUAGES: tuple[Language, ...] = ("en", "zh")
MOST = 50
KEYS = frozenset({"folder", "title", "encoder", "readers"})
READER = re.compile(r"(?:telegram|wecom|wecom-department|page|api|mcp):\S.*")
"""A channel and a chat, a person or a key there."""


@dataclass(frozen=True, slots=True)
class Collection:
    """One folder of documents with an index of its own. `name` is "" where there are no collections but one corpus."""

    name: str
    folder: Path
    titles: Mapping[Language, str] = field(default_factory=dict)
    encoder: str = ""
    """Another than the one of the settings, for documents in languages that it knows better; "" for that one."""
    readers: frozenset[str] | None = None
    """Who may read it, as `channel:chat`; a private chat has the id of its person. None: everybody."""

    def title(self, lang: Language) -> str:
        return self.titles.get(lang) or self.name


def read_collections(path: Path) -> tuple[Collection, ...]:
    """The collections of a file, in its order; folders are named from where the file lies.

    Raises SettingsError with one sentence: which table, what is wrong with it.
    """
    tables = named_tables(SETTING, path, MOST, "collections")
    found = tuple(_collection(name, table, path.parent) for name, table in tables)
    _must_not_overlap(found)
    return found


def _collection(name: str, table: dict[str, Any], base: Path) -> Collection:
    if unknown := sorted(table.keys() - KEYS):
        raise _wrong(name, f"{unknown[0]!r} is no setting of a collection; there are {', '.join(sorted(KEYS))}")
    folder, encoder = table.get("folder"), table.get("encoder", "")
    if not isinstance(folder, str) or not folder.strip():
        raise _wrong(name, "its folder is missing")
    if not isinstance(encoder, str):
        raise _wrong(name, "encoder has to be a text")
    return Collection(name, base / folder, _titles(name, table.get("title", "")), encoder, _readers(name, table))


def _readers(name: str, table: Mapping[str, Any]) -> frozenset[str] | None:
    """An empty list is nobody, which is not the same as no list."""
    if "readers" not in table:
        return None
    readers = table["readers"]
    if not isinstance(readers, list) or not all(_is_text(one) and READER.fullmatch(one) for one in readers):
        raise _wrong(name, 'readers has to be a list of channel:id, for example ["telegram:-1001234567890"]')
    return frozenset(readers)


def _titles(name: str, title: Any) -> Mapping[Language, str]:
    titles = dict.fromkeys(LANGUAGES, title) if isinstance(title, str) else title
    if not isinstance(titles, dict) or titles.keys() - set(LANGUAGES) or not all(map(_is_text, titles.values())):
        raise _wrong(name, 'title has to be a text, or { en = "...", zh = "..." }')
    return titles


def _must_not_overlap(collections: Sequence[Collection]) -> None:
    """A document belongs to one collection: in two, what one of them keeps the other would give away."""
    folders = [(one.name, one.folder.resolve()) for one in collections]
    for name, folder in folders:
        for other, outer in folders:
            if name != other and folder.is_relative_to(outer):
                raise _wrong(name, f"its folder lies within that of {other}")


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _wrong(name: str, reason: str) -> SettingsError:
    return wrong_table(SETTING, name, reason)
