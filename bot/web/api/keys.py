"""Keys of the HTTP interface: who holds one, and what it may be used for."""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.errors import SettingsError

RIGHTS = ("ask", "verify", "documents", "status")
LEAST_LENGTH = 16
"""Characters of a key: shorter ones can be guessed."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key by its name. Of the key itself only a digest is kept."""

    name: str
    digest: bytes
    rights: frozenset[str]


def read_keys(text: str) -> tuple[Key, ...]:
    """Keys of `name:key` or `name:key:right+right`, comma separated. SettingsError names the wrong one, not its key."""
    keys = tuple(_key(number, part.strip()) for number, part in enumerate(text.split(","), 1) if part.strip())
    if len({key.name for key in keys}) < len(keys):
        raise SettingsError("API_KEYS: two keys have the same name.")
    return keys


def holder(keys: Sequence[Key], headers: Mapping[str, str]) -> Key | None:
    """The key that a request shows as `Authorization: Bearer KEY`, None where it shows none that is known."""
    scheme, _, shown = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return None
    digest = _digest(shown.strip())
    return next((key for key in keys if hmac.compare_digest(key.digest, digest)), None)


def _key(number: int, part: str) -> Key:
    name, _, rest = part.partition(":")
    key, _, named = rest.partition(":")
    rights = frozenset(named.split("+")) if named else frozenset(RIGHTS)
    if not name or len(key) < LEAST_LENGTH:
        raise SettingsError(
            f"API_KEYS: number {number} is not name:key with a key of {LEAST_LENGTH} characters or more."
        )
    if unknown := rights - set(RIGHTS):
        raise SettingsError(f"API_KEYS: {name} has the right {min(unknown)!r}; there are {', '.join(RIGHTS)}.")
    return Key(name, _digest(key), rights)


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).digest()
