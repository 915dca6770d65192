"""The Telegram channel as the settings configure it, ready to run."""

from bot.admin.admin import Admin
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.options import NAME, Pace, TelegramOptions
from bot.desk.deliveries import Intake
from bot.desk.desk import Desk
from bot.errors import SettingsError
from bot.settings import Settings


def open_telegram(settings: Settings, desk: Desk, admin: Admin) -> TelegramChannel:
    """Raises SettingsError where the token cannot be one."""
    intake = Intake(NAME, desk.journal, desk.workers, desk.metrics)
    return TelegramChannel(desk, intake, telegram_options(settings), admin)


def telegram_options(settings: Settings) -> TelegramOptions:
    """What the Telegram channel is told."""
    token = settings.telegram_bot_token.get_secret_value()
    if not token.partition(":")[0].isdigit() or not token.partition(":")[2]:
        raise SettingsError("TELEGRAM_BOT_TOKEN is not a bot token: copy it from @BotFather, it looks like 123:ABC.")
    return TelegramOptions(
        token,
        settings.telegram_api_url,
        webhook=settings.telegram_mode == "webhook",
        public_url=settings.public_url,
        webhook_secret=settings.telegram_webhook_secret.get_secret_value(),
        keep_seconds=settings.keep_answers_hours * 3600,
        pace=Pace(per_second=settings.telegram_messages_per_second),
    )
