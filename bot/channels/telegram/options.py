"""The options of the Telegram channel: value objects, nothing read from the environment."""

from dataclasses import dataclass, field

import httpx

from bot.clock import Clock

NAME = "telegram"
WEBHOOK_PATH = "/telegram/webhook"
ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "inline_query", "guest_message", "my_chat_member")
"""Explicit, so that what another program once asked for does not stay in force."""
MESSAGE_UNITS = 4096
"""UTF-16 units of one message."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast Telegram lets a bot send; 0 means no limit, for a server of one's own."""

    per_second: float = 30.0
    chat_per_second: float = 1.0
    chat_burst: int = 3
    group_per_minute: float = 20.0


@dataclass(frozen=True, slots=True)
class TelegramOptions:
    """`public_url` and `webhook_secret` matter in webhook mode only."""

    token: str = field(repr=False)
    api_url: str = "https://api.telegram.org"
    webhook: bool = False
    public_url: str = ""
    webhook_secret: str = field(default="", repr=False)
    pace: Pace = field(default_factory=Pace)
    poll_seconds: int = 30
    """How long one getUpdates may wait for news."""
    stall_seconds: float = 45.0
    """Silence beyond `poll_seconds` after which polling counts as stalled."""
    standby_seconds: float = 60.0
    """How long at most to stand by before looking again whether another program still polls."""
    inline_cache_seconds: int = 30
    """Short: after a reindex an old quote must not be offered for long."""
    inline_pause: float = 0.3
    """One query arrives a keystroke: only one that nobody typed on after this pause is answered."""
    inline_per_minute: int = 60
    """Inline queries of one person that are looked for; beyond them nothing is offered."""
    most_open: int = 512
    """Updates received and not done; beyond it polling waits and the webhook says 503."""
    read_timeout: float = 20.0
    retry_pause: float = 0.5
    arrival_seconds: float = 5.0
    """How long a request of a process that ended may still be on its way."""
    keep_seconds: float = 24 * 60 * 60.0
    """How long an answer that cannot be sent is kept and tried again, from the moment that the question arrived."""
    late_seconds: float = 60 * 60.0
    """An answer that goes out later than that says so."""
    clock: Clock = field(default_factory=Clock)
    transport: httpx.AsyncBaseTransport | None = field(default=None, repr=False)
    """What carries requests to Telegram; None: the network."""
