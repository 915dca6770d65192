"""Where a browser finds the pages, as the settings open them."""

from bot.settings import Settings


def page_address(settings: Settings) -> str:
    """Where a browser finds the page: from outside where it is open, else on this machine."""
    if settings.page == "open" and settings.public_url:
        return f"{settings.public_url}/"
    return _here(settings)


def admin_address(settings: Settings) -> str:
    """What the page for admins stands below: the public address where there is one."""
    return f"{settings.public_url}/" if settings.public_url else _here(settings)


def _here(settings: Settings) -> str:
    everywhere = settings.host in ("0.0.0.0", "::", "")  # noqa: S104
    host = "127.0.0.1" if everywhere else settings.host
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.port}/"
