"""Files of named tables that an operator writes beside the settings: collections, sources."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot.errors import SettingsError

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
"""Short, and of no character that means something in a button, a link or an id."""


def named_tables(setting: str, path: Path, most: int, things: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The name and the content of each table of the TOML file at `path`, 1 to `most` of them, in its order.

    Raises SettingsError that names the `setting` and says what is wrong: with the file before the first table,
    with a table when it is reached. `things` are what the tables declare.
    """
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{setting}: {path} cannot be read: {error}") from None
    if not tables or len(tables) > most:
        raise SettingsError(f"{setting}: {path} has to declare 1 to {most} {things}, each a table [name].")
    for name, table in tables.items():
        if not NAME.fullmatch(name):
            reason = "its name may have a-z, 0-9 and -, 32 of them at most, and no - in front"
            raise wrong_table(setting, name, reason)
        if not isinstance(table, dict):
            raise wrong_table(setting, name, "it is no table")
        yield name, table


def wrong_table(setting: str, name: str, reason: str) -> SettingsError:
    """What is wrong with the table of that name in the file of `setting`."""
    return SettingsError(f"{setting}: [{name}]: {reason}.")
