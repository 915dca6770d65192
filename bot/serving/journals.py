"""The journal, opened as the settings say."""

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.journal import Journal
    from bot.settings import Settings

JOURNAL = "journal.sqlite"


def open_journal(settings: "Settings") -> "Journal":
    """The journal of questions, answers and feedback: the database's that the settings name, else the data folder's.

    Made where there is none.
    """
    from bot.journal import Journal

    days = None if settings.journal_days == "OFF" else settings.journal_days
    if url := settings.database_url.get_secret_value():
        return Journal(url, days=days)
    return open_journal_file(settings, days)


def open_journal_file(settings: "Settings", days: int | None) -> "Journal":
    """The journal of the data folder, whatever else the settings name."""
    from bot.journal import Journal

    journal = Journal(settings.data_dir / JOURNAL, days=days)
    keep_private(settings.data_dir)
    return journal


def keep_private(data: Path) -> None:
    """Closes a data folder that was made open to every user of the machine, as far as it is ours."""
    for path in (data, *data.glob(f"{JOURNAL}*")):
        with suppress(OSError):
            path.chmod(path.stat().st_mode & ~0o007)
