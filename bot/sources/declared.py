"""The sources that an operator declares in a TOML file: a table for each, named as its folder in the corpus.

[handbook]
sitemap = "https://www.example.org/sitemap.xml"
only = "/handbook/"
every = "6h"
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from bot.errors import SettingsError
from bot.named_tables import named_tables, wrong_table

T = TypeVar("T", str, bool)

SETTING = "SOURCES"
BRANCH = re.compile(r"(?!-)[\w./-]{1,100}")
EVERY = re.compile(r"(\d{1,4})([mhd])")
UNITS = {"m": 60, "h": 60 * 60, "d": 24 * 60 * 60}
SOONEST, LATEST = 5 * 60, 90 * 24 * 60 * 60
MOST_SOURCES, MOST_PAGES, USUAL_PAGES = 100, 5000, 500


class Form(StrEnum):
    """What stands at a source's address."""

    WEB = "web"
    SITEMAP = "sitemap"
    FEED = "feed"
    GIT = "git"


KEYS = {
    "every": frozenset(Form),
    "review": frozenset(Form),
    "collection": frozenset(Form),
    "hosts": frozenset({Form.SITEMAP, Form.FEED}),
    "only": frozenset({Form.SITEMAP, Form.FEED}),
    "most": frozenset({Form.SITEMAP, Form.FEED}),
    "branch": frozenset({Form.GIT}),
    "path": frozenset({Form.GIT}),
}
SCHEMES = {Form.GIT: ("https", "file")}
WEB_SCHEMES = ("https", "http")


@dataclass(frozen=True, slots=True)
class Source:
    """One source. `addresses` is one but for web pages; of a feed or a sitemap, pages on `hosts` count too."""

    name: str
    form: Form
    addresses: tuple[str, ...]
    every: int = UNITS["d"]
    """Seconds between two looks."""
    review: bool = False
    """An admin wants to see the difference before it goes live."""
    collection: str = ""
    hosts: tuple[str, ...] = ()
    only: str = ""
    """Pages whose path begins so."""
    most: int = USUAL_PAGES
    branch: str = ""
    path: str = ""
    """The folder of the repository that holds the documents."""


def read_sources(file: Path) -> tuple[Source, ...]:
    """The sources of a file, in its order. Raises SettingsError with one sentence: which table, what is wrong."""
    return tuple(_source(name, table) for name, table in named_tables(SETTING, file, MOST_SOURCES, "sources"))


def _source(name: str, table: dict[str, Any]) -> Source:
    forms = [form for form in Form if form.value in table]
    if len(forms) != 1:
        raise _wrong(name, f"it needs one of {', '.join(Form)}")
    form = forms[0]
    if unknown := sorted(key for key in table if key != form and form not in KEYS.get(key, ())):
        raise _wrong(name, f"{unknown[0]!r} is no setting of a source of this kind")
    return Source(
        name,
        form,
        _addresses(name, form, table[form.value]),
        _every(name, table.get("every", "1d")),
        _kind(name, table, "review", False),
        _kind(name, table, "collection", ""),
        tuple(_texts(name, "hosts", table.get("hosts", []))),
        _kind(name, table, "only", ""),
        _most(name, table.get("most", USUAL_PAGES)),
        _branch(name, _kind(name, table, "branch", "")),
        _path(name, _kind(name, table, "path", "")),
    )


def _addresses(name: str, form: Form, value: Any) -> tuple[str, ...]:
    found = [value] if isinstance(value, str) else _texts(name, form.value, value)
    if not found or (len(found) > 1 and form is not Form.WEB) or len(found) > USUAL_PAGES:
        raise _wrong(name, f"{form} has to be one address{' or several' if form is Form.WEB else ''}")
    schemes = SCHEMES.get(form, WEB_SCHEMES)
    for address in found:
        try:
            parts = urlsplit(address)
            named = bool(parts.hostname) or parts.scheme == "file"
            port_is_one = parts.port is None or parts.port > 0
        except ValueError:
            raise _wrong(name, f"{form} is no address") from None
        if parts.scheme not in schemes or not named or not port_is_one or not address.isprintable():
            raise _wrong(name, f"{form} has to begin with {' or '.join(f'{scheme}://' for scheme in schemes)}")
        if "@" in parts.netloc:
            raise _wrong(name, f"{form} may hold no name and no password")
    return tuple(found)


def _every(name: str, value: Any) -> int:
    match = EVERY.fullmatch(value) if isinstance(value, str) else None
    seconds = int(match[1]) * UNITS[match[2]] if match else 0
    if not SOONEST <= seconds <= LATEST:
        raise _wrong(name, 'every has to be a time like "30m", "6h" or "1d", from 5m to 90d')
    return seconds


def _most(name: str, value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= MOST_PAGES:
        raise _wrong(name, f"most has to be a number from 1 to {MOST_PAGES}")
    return value


def _branch(name: str, value: str) -> str:
    if value and not BRANCH.fullmatch(value):
        raise _wrong(name, "branch is no name of a branch")
    return value


def _path(name: str, value: str) -> str:
    if value and (value.startswith("/") or "\\" in value or {"..", ".git"} & set(value.split("/"))):
        raise _wrong(name, "path has to be a folder of the repository")
    return value.strip("/")


def _kind(name: str, table: dict[str, Any], key: str, usual: T) -> T:
    value = table.get(key, usual)
    if type(value) is not type(usual):
        raise _wrong(name, f"{key} has to be {'a text' if isinstance(usual, str) else 'true or false'}")
    return value


def _texts(name: str, key: str, value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise _wrong(name, f"{key} has to be a list of texts")
    return value


def _wrong(name: str, reason: str) -> SettingsError:
    return wrong_table(SETTING, name, reason)
