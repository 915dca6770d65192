"""The key of this installation: made once, kept in the data folder, readable by its owner alone."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from bot.cards.signing import KEY_BYTES
from bot.errors import SettingsError

NAME = "installation.key"
MODE = 0o600


def installation_key(folder: Path) -> bytes:
    """The `KEY_BYTES` bytes of key in `folder`, made where there are none. Several processes agree on one.

    Raises SettingsError where it can be neither read nor written, or is not a key.
    """
    path = folder / NAME
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            _make(path)
        # One that was copied or restored may have become readable to others.
        if path.stat().st_mode & 0o077:
            path.chmod(MODE)
        key = path.read_bytes()
    except OSError as error:
        raise SettingsError(f"{path} cannot be used ({error}): check the data folder.") from error
    if len(key) != KEY_BYTES:
        raise SettingsError(f"{path} is damaged: delete it, and links and buttons sent before stop working.")
    return key


def _make(path: Path) -> None:
    """Written beside it and put in place whole; who comes second finds the key of the first."""
    new = path.with_name(f".{NAME}.{os.getpid()}.{secrets.token_hex(4)}")
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, MODE)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(new, path)
    finally:
        new.unlink()
