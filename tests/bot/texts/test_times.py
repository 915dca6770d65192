"""Times as people say them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from bot.texts.times import moment

NOW = datetime(2026, 11, 27, 4, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "english", "chinese"),
    [
        ("2026-11-27T04:12:00+00:00", "27 Nov, 04:12 (3 minutes ago)", "11月27日 04:12（3 分钟前）"),
        ("2026-11-27T04:14:30+00:00", "27 Nov, 04:14 (just now)", "11月27日 04:14（刚刚）"),
        ("2026-11-27T03:15:00+00:00", "27 Nov, 03:15 (1 hour ago)", "11月27日 03:15（1 小时前）"),
        ("2026-11-25T03:00:00+00:00", "25 Nov, 03:00 (2 days ago)", "11月25日 03:00（2 天前）"),
        ("2025-12-31T23:59:00+00:00", "31 Dec 2025, 23:59 (330 days ago)", "2025年12月31日 23:59（330 天前）"),
        ("2026-11-28T00:00:00+00:00", "28 Nov, 00:00 (just now)", "11月28日 00:00（刚刚）"),
        ("", "?", "?"),
        ("unknown", "unknown", "unknown"),
    ],
)
def test_a_moment_is_said_with_how_long_ago_it_is(text: str, english: str, chinese: str) -> None:
    assert moment(text, NOW, "en") == english
    assert moment(text, NOW, "zh") == chinese


def test_a_moment_is_told_by_the_readers_clock() -> None:
    china = NOW.astimezone(timezone(timedelta(hours=8)))
    assert moment("2026-11-26T20:12:00+00:00", china, "zh") == "11月27日 04:12（8 小时前）"
