"""What an operator decides, read once from the environment and `.env`, and frozen.

Every field here stands in `.env.example` with a comment, under the same name in capitals. Secrets are `SecretStr`, so
that a log, a traceback or an error message shows asterisks.
"""

import re
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.errors import SettingsError

Names = Annotated[tuple[str, ...], NoDecode]
"""Comma separated words; NoDecode keeps pydantic-settings from expecting JSON."""


ORIGIN = re.compile(r"https?://[A-Za-z0-9.-]+(?::\d{1,5})?")
"""A site, as a browser names it."""
WECOM_TOGETHER = (
    ("wecom_bot_id", "wecom_bot_secret"),
    ("wecom_bot_token", "wecom_bot_aes_key"),
    ("wecom_corp_id", "wecom_app_agent_id", "wecom_app_secret", "wecom_app_token", "wecom_app_aes_key"),
)
"""Each way into WeCom needs all of its values or none."""


class Settings(BaseSettings):
    """One attribute a setting. Build it with `load`, which turns a wrong value into one sentence."""

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", env_ignore_empty=True, extra="ignore", frozen=True
    )

    # What is known, and where the index of it is kept.
    corpus_dir: Path = Path("corpus")
    data_dir: Path = Path("data")
    database_url: SecretStr = SecretStr("")
    objects_url: SecretStr = SecretStr("")
    cache_gb: float = Field(default=0, ge=0)
    collections: Path | None = None
    sources: Path | None = None
    encoder: str = "bundled"
    reranker: str = ""
    vector_store: Literal["faiss", "exact", "pgvector"] = "faiss"

    # Telegram.
    telegram_bot_token: SecretStr = SecretStr("")
    telegram_mode: Literal["polling", "webhook"] = "polling"
    telegram_webhook_secret: SecretStr = SecretStr("")
    telegram_api_url: str = "https://api.telegram.org"
    telegram_messages_per_second: float = Field(default=30, ge=0)

    # WeCom: an AI bot by long connection, an AI bot by callback, an own app, notices to a group.
    wecom_bot_id: str = ""
    wecom_bot_secret: SecretStr = SecretStr("")
    wecom_bot_url: str = "wss://openws.work.weixin.qq.com"
    wecom_bot_name: str = ""
    wecom_bot_token: SecretStr = SecretStr("")
    wecom_bot_aes_key: SecretStr = SecretStr("")
    wecom_bot_receive_id: str = ""
    wecom_corp_id: str = ""
    wecom_app_agent_id: int | None = Field(default=None, ge=1)
    wecom_app_secret: SecretStr = SecretStr("")
    wecom_app_token: SecretStr = SecretStr("")
    wecom_app_aes_key: SecretStr = SecretStr("")
    wecom_app_format: Literal["markdown", "text"] = "markdown"
    wecom_buttons: bool = True
    wecom_api_url: str = "https://qyapi.weixin.qq.com"
    wecom_notice_url: SecretStr = SecretStr("")

    # Who may do what, and how much.
    admins: Names = ()
    allowed_chats: Names = ()
    questions_per_minute: int = Field(default=12, ge=0)
    chat_questions_per_minute: int = Field(default=30, ge=0)
    max_document_mb: int = Field(default=20, ge=1, le=1000)

    # How it runs.
    answer_threads: int = Field(default=2, ge=1, le=64)
    answer_processes: Annotated[int, Field(ge=0, le=64)] | Literal["auto"] = 0
    keep_answers_hours: float = Field(default=24, ge=0, le=168)
    drain_seconds: float = Field(default=20, ge=0, le=600)
    journal_days: int | Literal["OFF"] = 90

    # The web port, the page to ask, and what is said about the work.
    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=1, le=65535)
    public_url: str = ""
    metrics_host: str = "127.0.0.1"
    metrics_port: int = Field(default=0, ge=0, le=65535)
    page: Literal["local", "open", "off"] = "local"
    page_user_header: str = ""
    widget_origins: Names = ()
    admin_page: bool = True
    api_keys: SecretStr = SecretStr("")
    api_requests_per_minute: int = Field(default=60, ge=0)
    share_files: bool = False
    fetch_allow: Names = ()
    link_days: int = Field(default=30, ge=1, le=3650)
    otel_exporter_otlp_endpoint: str = ""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["text", "json"] = "text"

    @property
    def wecom(self) -> bool:
        """Whether any way into WeCom is configured."""
        return any(_plain(getattr(self, names[0])) for names in WECOM_TOGETHER)

    def shown(self) -> tuple[tuple[str, str], ...]:
        """Every setting and its value, as an admin may see them: of a secret only whether it is set."""
        rows = []
        for name in type(self).model_fields:
            value = getattr(self, name)
            if isinstance(value, SecretStr):
                value = "********" if value.get_secret_value() else ""
            elif isinstance(value, tuple):
                value = ", ".join(value)
            elif value is None:
                value = ""
            rows.append((name.upper(), _without_password(str(value))))
        return tuple(rows)

    @field_validator("admins", "allowed_chats", "fetch_allow", "widget_origins", mode="before")
    @classmethod
    def _words(cls, value: Any) -> Any:
        if isinstance(value, str):
            return tuple(word.strip() for word in value.split(",") if word.strip())
        return value

    @field_validator("widget_origins")
    @classmethod
    def _sites(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for word in value:
            if not ORIGIN.fullmatch(word):
                raise ValueError(f"{word!r} is not of the form https://host, for example https://www.example.org")
        return value

    @field_validator("admins", "allowed_chats")
    @classmethod
    def _people(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for word in value:
            channel, colon, person = word.partition(":")
            if not (channel and colon and person):
                raise ValueError(f"{word!r} is not of the form channel:id, for example telegram:12345")
        return value

    @field_validator("fetch_allow")
    @classmethod
    def _hosts(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for word in value:
            if set(word) & set("/:@*?#"):
                raise ValueError(f"{word!r} is not the name of a host, for example wiki.example.internal")
        return tuple(word.lower() for word in value)

    @field_validator("log_level", "journal_days", mode="before")
    @classmethod
    def _upper(cls, value: Any) -> Any:
        return value.upper() if isinstance(value, str) else value

    @field_validator("wecom_bot_url")
    @classmethod
    def _socket_address(cls, value: str) -> str:
        if not value.startswith(("ws://", "wss://")):
            raise ValueError("must start with wss://")
        return value

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value() and not value.get_secret_value().startswith(("postgresql://", "postgres://")):
            raise ValueError("must start with postgresql://, for example postgresql://user:password@host:5432/database")
        return value

    @field_validator("objects_url")
    @classmethod
    def _objects(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value() and not value.get_secret_value().startswith(("s3://", "file:///")):
            raise ValueError("must start with s3://, for example s3://bucket/prefix, or with file:///")
        return value

    @field_validator("otel_exporter_otlp_endpoint")
    @classmethod
    def _no_password(cls, value: str) -> str:
        if "@" in value:
            raise ValueError("must hold no password: what the collector asks for goes into OTEL_EXPORTER_OTLP_HEADERS")
        return value

    @field_validator("telegram_api_url", "public_url", "wecom_api_url", "otel_exporter_otlp_endpoint")
    @classmethod
    def _address(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("must start with http:// or https://")
        return value.rstrip("/")

    @model_validator(mode="after")
    def _webhook_is_reachable(self) -> "Settings":
        if self.telegram_mode == "webhook" and self.telegram_bot_token.get_secret_value():
            missing = [name for name in ("telegram_webhook_secret", "public_url") if not _plain(getattr(self, name))]
            if missing:
                raise ValueError(f"TELEGRAM_MODE=webhook needs {' and '.join(missing).upper()}")
        return self

    @model_validator(mode="after")
    def _widget_is_reachable(self) -> "Settings":
        if self.widget_origins and (self.page != "open" or not self.public_url.startswith("https://")):
            raise ValueError("WIDGET_ORIGINS needs PAGE=open and a PUBLIC_URL with https")
        return self

    @model_validator(mode="after")
    def _wecom_is_whole(self) -> "Settings":
        for names in WECOM_TOGETHER:
            missing = [name for name in names if not _plain(getattr(self, name))]
            if missing and len(missing) < len(names):
                given = next(name for name in names if name not in missing)
                raise ValueError(f"{given.upper()} is set, so {' and '.join(map(str.upper, missing))} must be too")
        return self


def load(*, corpus: Path | None = None, data: Path | None = None, env_file: Path | None = Path(".env")) -> Settings:
    """The settings of this process; `corpus` and `data`, from a command line, win over them.

    With a `corpus` there are no collections but that one folder.

    Raises SettingsError with every wrong setting by name, never with the value of a secret.
    """
    given: dict[str, Any] = {
        name: value for name, value in (("corpus_dir", corpus), ("data_dir", data)) if value is not None
    }
    if corpus is not None:
        given["collections"] = None
    try:
        return Settings(_env_file=env_file, **given)  # type: ignore[call-arg]
    except ValidationError as error:
        raise SettingsError(_sentence(error)) from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{env_file} cannot be read: {error}") from None


def _sentence(error: ValidationError) -> str:
    """Names and reasons; pydantic's own text would repeat the values, and one of them may be a secret."""
    parts = []
    for problem in error.errors(include_input=False, include_url=False):
        name = ".".join(str(part) for part in problem["loc"]).upper()
        reason = problem["msg"].removeprefix("Value error, ")
        parts.append(f"{name}: {reason}" if name else reason)
    return f"The settings cannot be used: {'; '.join(parts)}. See .env.example."


def _without_password(value: str) -> str:
    """An address that names a person and a password, without them."""
    return re.sub(r"(?<=://)[^/@\s]+@", "********@", value)


def _plain(value: str | int | SecretStr | None) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value or "")
