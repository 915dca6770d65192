"""What a file says about itself at its top: YAML between two lines of `---`, or TOML between two of `+++`."""

import datetime
import re
import tomllib
from contextlib import suppress
from dataclasses import dataclass

import yaml

_FENCED = re.compile(r"\A---[ \t]*\n(.*?\n)?(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_TOML = re.compile(r"\A\+\+\+[ \t]*\n(.*?\n)?\+\+\+[ \t]*(?:\n|\Z)", re.DOTALL)
_LIMIT = 16_384
_DEEPEST = 40
_PAIR = re.compile(r"^([A-Za-z_]+)[ \t]*:[ \t]*(.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Meta:
    """What is known of a source besides its path; None where nothing is said."""

    title: str | None = None
    publisher: str | None = None
    published: str | None = None
    url: str | None = None
    lang: str | None = None
    rights: str | None = None
    translation_of: str | None = None


def split(text: str) -> tuple[Meta, int]:
    """The front matter and the offset where the text proper begins (0 where there is none)."""
    head = text[:_LIMIT]
    found = _FENCED.match(head) or _TOML.match(head)
    values = (_values if head.startswith("-") else _toml)(found.group(1) or "") if found else None
    if found is None or values is None:
        return Meta(), 0
    known = {name: _plain(values.get(name)) for name in Meta.__dataclass_fields__}
    known["published"] = known["published"] or _plain(values.get("date"))
    return Meta(**known), found.end()


def _values(block: str) -> dict[str, object] | None:
    """Keys in lower case; None where the block is no front matter but text between two rules."""
    try:
        loaded = plain_yaml(block)
    except (yaml.YAMLError, ValueError):
        # A title with a colon in it is broken YAML and perfectly clear to people.
        loaded = {key: value.strip().strip("\"'") for key, value in _PAIR.findall(block)} or None
    if loaded is None and not block.strip():
        return {}
    return {str(key).lower(): value for key, value in loaded.items()} if isinstance(loaded, dict) else None


def _toml(block: str) -> dict[str, object] | None:
    try:
        return {key.lower(): value for key, value in tomllib.loads(block).items()}
    except (ValueError, RecursionError):
        return None


def plain_yaml(text: str) -> object:
    """What a text in YAML holds. YAMLError where it has aliases: a few lines of them can stand for millions; and
    where it is nested deeper than anybody writes, which takes time by the square of the depth."""
    depth = 0
    for event in yaml.parse(text, yaml.SafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if isinstance(event, yaml.AliasEvent) or depth > _DEEPEST:
            raise yaml.YAMLError("aliases, and what is nested too deep, are not read")
    return yaml.safe_load(text)


def _plain(value: object) -> str | None:
    # Scalars only: a nested value has no place in an attribution, and expanding aliases could take for ever.
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        with suppress(ValueError):  # a number of thousands of digits
            return " ".join(str(value).split()) or None
    return None
