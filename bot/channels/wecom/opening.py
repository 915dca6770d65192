"""Every way into WeCom that the settings configure, ready to run."""

from collections.abc import Awaitable, Callable, Sequence

from bot.admin.admin import Admin
from bot.channels.wecom import app, passive, socket
from bot.channels.wecom.departments import Departments, departments
from bot.channels.wecom.files import Files
from bot.channels.wecom.front import WeComOptions
from bot.channels.wecom.keeping import Keeping
from bot.channels.wecom.notices import Notices
from bot.channels.wecom.platform.api import App, AppApi, Http
from bot.channels.wecom.platform.callback import Doorway
from bot.channels.wecom.platform.connection import Account
from bot.channels.wecom.platform.crypto import Seal
from bot.channels.wecom.platform.errors import SetupError
from bot.collections.library import Library
from bot.desk.channel import Channel
from bot.desk.deliveries import Intake
from bot.desk.desk import Desk
from bot.errors import SettingsError
from bot.logs import Redactor
from bot.settings import Settings


def open_wecom(settings: Settings, desk: Desk, admin: Admin) -> list[Channel]:
    """The configured channels, none where nothing is configured. Raises SettingsError where a key cannot be one."""
    options = WeComOptions(
        mention=settings.wecom_bot_name.removeprefix("@").strip(),
        buttons=settings.wecom_buttons,
        keeping=Keeping(settings.keep_answers_hours * 3600),
    )

    def intake(name: str) -> Intake:
        return Intake(name, desk.journal, desk.workers, desk.metrics)

    channels: list[Channel] = []
    url = settings.wecom_api_url
    if settings.wecom_bot_id:
        account, files = account_of(settings), Files(url)
        way: Channel = socket.SocketChannel(desk, intake(socket.NAME), account, options, admin=admin, files=files)
        channels.append(way)
    try:
        if settings.wecom_bot_token.get_secret_value():
            doorway, files = Doorway(bot_seal(settings)), Files(url, settings.wecom_bot_aes_key.get_secret_value())
            way = passive.PassiveChannel(
                *(desk, intake(passive.NAME), doorway, Http(), options), api_url=url, admin=admin, files=files
            )
            channels.append(way)
        if settings.wecom_corp_id:
            api, doorway = AppApi(app_of(settings), Http()), Doorway(app_seal(settings))
            form = settings.wecom_app_format
            channels.append(app.AppChannel(desk, intake(app.NAME), api, doorway, options, form=form, admin=admin))
    except SetupError as error:
        raise SettingsError(str(error)) from None
    return channels


def open_departments(settings: Settings, library: Library) -> list[Callable[[], Awaitable[None]]]:
    """What asks who is in the departments that are readers, where there are such. SettingsError where nobody can."""
    found = departments(tuple(library.readers))
    if not found:
        return []
    if not settings.wecom_corp_id:
        raise SettingsError(f"COLLECTIONS: {found[0]} needs an own app of WeCom: set WECOM_CORP_ID and WECOM_APP_*.")
    return [Departments(AppApi(app_of(settings), Http()), found, library.put_members).run]


def open_notices(settings: Settings, secrets: Sequence[str]) -> list[Callable[[], Awaitable[None]]]:
    """What tells errors to the admins' group, where there is one."""
    url = settings.wecom_notice_url.get_secret_value()
    return [Notices(url, Http(), Redactor(secrets)).run] if url else []


def account_of(settings: Settings) -> Account:
    return Account(settings.wecom_bot_id, settings.wecom_bot_secret.get_secret_value(), settings.wecom_bot_url)


def app_of(settings: Settings) -> App:
    secret = settings.wecom_app_secret.get_secret_value()
    return App(settings.wecom_corp_id, settings.wecom_app_agent_id or 0, secret, settings.wecom_api_url)


def bot_seal(settings: Settings) -> Seal:
    """Raises SetupError."""
    token, key = settings.wecom_bot_token.get_secret_value(), settings.wecom_bot_aes_key.get_secret_value()
    return Seal(token, key, settings.wecom_bot_receive_id, name="WECOM_BOT")


def app_seal(settings: Settings) -> Seal:
    """Raises SetupError."""
    token, key = settings.wecom_app_token.get_secret_value(), settings.wecom_app_aes_key.get_secret_value()
    return Seal(token, key, settings.wecom_corp_id, name="WECOM_APP")
