"""The marks of list items: bullets, numbers, letters."""

import re

_BULLETS = "•·●○▪◦■□◆◇▶►➢✓❖∙⚫‣⁃"
_MARK = re.compile(
    rf"(?P<bullet>[{_BULLETS}]|[-–—*+o](?=\s))\s*(?=\S)|"
    r"(?P<number>\(?\d{1,3}[.)、）．](?!\d)|[（(]\d{1,3}[）)]|\[\d{1,3}\]|[①-⑳]|\(?[a-zA-Z][.)](?=\s)|\(?[ivx]{1,5}[.)](?=\s)|"
    r"[（(]?[一二三四五六七八九十]{1,3}[、.．）)])\s*(?=\S)"
)


def mark_of(text: str) -> tuple[str, int] | None:
    """The number that an item begins with ("" for a bullet), and where its text begins; None where it is no item."""
    found = _MARK.match(text)
    return (found.group("number") or "", found.end()) if found else None
