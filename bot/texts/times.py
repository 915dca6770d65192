"""Moments as people say them, in both languages: "27 Nov, 04:12 (3 minutes ago)"."""

from datetime import datetime

from bot.question import Language

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
UNITS: tuple[tuple[int, str, str], ...] = (
    (24 * 60 * 60, "day", "天"),
    (60 * 60, "hour", "小时"),
    (60, "minute", "分钟"),
)


def moment(text: str, now: datetime, lang: Language) -> str:
    """An ISO 8601 time, in the time zone of `now` and with how long ago it is; what is no time, as it is."""
    try:
        at = datetime.fromisoformat(text).astimezone(now.tzinfo)
    except ValueError:
        return text or "?"
    other_year = at.year != now.year
    if lang == "zh":
        day = f"{at.year}年{at.month}月{at.day}日" if other_year else f"{at.month}月{at.day}日"
        return f"{day} {at:%H:%M}（{_ago(at, now, lang)}）"
    day = f"{at.day} {MONTHS[at.month - 1]}" + (f" {at.year}" if other_year else "")
    return f"{day}, {at:%H:%M} ({_ago(at, now, lang)})"


def _ago(at: datetime, now: datetime, lang: Language) -> str:
    seconds = int((now - at).total_seconds())
    for length, name, character in UNITS:
        if count := seconds // length if seconds > 0 else 0:
            return f"{count} {character}前" if lang == "zh" else f"{count} {name}{'s' if count > 1 else ''} ago"
    return "刚刚" if lang == "zh" else "just now"
