"""The key of the installation: one for all processes, for nobody else, and never quietly another."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.serving.installation_key import NAME, installation_key


def test_the_key_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    key = installation_key(tmp_path / "data")
    path = tmp_path / "data" / NAME
    path.chmod(0o644)
    assert installation_key(tmp_path / "data") == key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in path.parent.iterdir()] == [NAME]


def test_processes_that_begin_together_agree_on_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        assert len(set(pool.map(installation_key, [tmp_path] * 64))) == 1


def test_a_damaged_key_is_said_and_not_replaced(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(b"short")
    with pytest.raises(SettingsError, match="is damaged"):
        installation_key(tmp_path)
    assert (tmp_path / NAME).read_bytes() == b"short"
