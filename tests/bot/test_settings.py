"""Settings are read once, and a wrong one is said in a sentence."""

import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from bot.errors import SettingsError
from bot.settings import Settings, load

EXAMPLE = Path(__file__).parents[2] / ".env.example"


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def examples() -> dict[str, tuple[str, str]]:
    """Name -> (value, the comment above it)."""
    found, comment = {}, ""
    for line in EXAMPLE.read_text(encoding="utf-8").splitlines():
        if match := re.fullmatch(r"([A-Z][A-Z0-9_]*)=(.*)", line):
            found[match[1]] = (match[2], comment)
        else:
            comment = line if line.startswith("# ") and not line.startswith("# ---") else ("" if line else comment)
    return found


def plain(value: Any) -> str:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return ",".join(value) if isinstance(value, tuple) else str(value)


def test_the_example_names_every_setting_and_no_other() -> None:
    assert set(examples()) == {name.upper() for name in Settings.model_fields}


def test_the_example_shows_the_defaults() -> None:
    defaults = Settings(_env_file=None)  # type: ignore[call-arg]
    shown = {name: value for name, (value, _) in examples().items()}
    expected = {}
    for name in Settings.model_fields:
        value = getattr(defaults, name)
        expected[name.upper()] = "" if value is None else plain(value)
    assert shown == expected


def test_every_setting_in_the_example_has_a_comment() -> None:
    assert [name for name, (_, comment) in examples().items() if not comment] == []


def test_the_example_can_be_used_as_it_is() -> None:
    assert load(env_file=EXAMPLE) == load(env_file=None)


def test_the_command_line_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CORPUS_DIR", "/a")
    monkeypatch.setenv("DATA_DIR", "/b")
    settings = load(corpus=Path("/c"), env_file=None)
    assert (settings.corpus_dir, settings.data_dir) == (Path("/c"), Path("/b"))


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        load(env_file=None).port = 1  # type: ignore[misc]


def test_admins_are_comma_separated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADMINS", "telegram:1, wecom:ZhangSan,")
    assert load(env_file=None).admins == ("telegram:1", "wecom:ZhangSan")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "ninety"),
        ("PORT", "0"),
        ("PORT", "70000"),
        ("TELEGRAM_MODE", "pull"),
        ("VECTOR_STORE", "cloud"),
        ("LOG_FORMAT", "xml"),
        ("PUBLIC_URL", "ftp://x"),
        ("DATABASE_URL", "mysql://u:p@h/db"),
        ("ADMINS", "12345"),
    ],
)
def test_a_wrong_value_is_one_line_that_names_the_setting(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        load(env_file=None)
    assert name in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_webhook_without_its_secret_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "12345:secret-token")
    monkeypatch.setenv("TELEGRAM_MODE", "webhook")
    monkeypatch.setenv("PUBLIC_URL", "https://bot.example.org")
    with pytest.raises(SettingsError, match="TELEGRAM_WEBHOOK_SECRET") as caught:
        load(env_file=None)
    assert "secret-token" not in str(caught.value)


def test_secrets_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "12345:secret-token")
    settings = load(env_file=None)
    assert "secret-token" not in repr(settings)
    assert settings.telegram_bot_token.get_secret_value() == "12345:secret-token"


def test_an_env_file_of_another_encoding_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_bytes("HOST=主机".encode("gb18030"))
    with pytest.raises(SettingsError, match="cannot be read"):
        load(env_file=path)
