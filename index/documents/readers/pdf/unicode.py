"""Characters as people type them, for those that fonts give: ligatures, radicals that look like characters, bullets."""

import re
import unicodedata

_RADICALS = (
    "⺁厂⺄乙⺆冂⺇几⺈刀⺊卜⺌小⺍小⺕彐⺗心⺘手⺙攵⺜日⺝月⺟母⺠民⺡水⺣火⺤爪⺥爪⺧牛⺨犬⺩王⺪疋⺫目⺬示⺭示⺮竹⺯糸⺰纟⺱网⺲网⺶羊⺷羊⺸羊⺹老⺺聿⺼肉"
    "⺾艹⺿艹⻀艹⻁虎⻂衣⻃西⻄西⻅见⻆角⻇角⻈讠⻉贝⻊足⻋车⻌辶⻍辶⻎辶⻏阝⻐钅⻑長⻒镸⻓长⻔门⻕阝⻖阝⻗雨⻘青⻙韦⻚页⻛风⻜飞⻝食⻞食⻟饣⻠饣⻡首⻢马⻣骨⻤鬼⻥鱼⻦鸟"
    "⻧卤⻨麦⻩黄⻪黾⻫齐⻬齐⻭齿⻮齿⻯龙⻰龙⻱龟⻲龟⻳龟"
)
"""Radicals of Unicode's supplement, for which it names no character, each with the one that is meant."""
BULLET = "•"
_ACCENTS = dict(
    zip("´`¨ˆ˜¸˘ˇ˚¯˙˛˝", "\u0301\u0300\u0308\u0302\u0303\u0327\u0306\u030c\u030a\u0304\u0307\u0328\u030b", strict=True)
)
"""Accents that stand for themselves, each with the one that stands on a letter."""
_SYMBOLS = {
    0xF0B7: "•",
    0xF09F: "•",
    0xF0A7: "▪",
    0xF06C: "●",
    0xF06E: "■",
    0xF075: "◆",
    0xF0D8: "➢",
    0xF0FC: "✓",
    0xF076: "❖",
}
"""Symbol and Wingdings, as word processors write their bullets."""
_SUPERSCRIPTS = str.maketrans("0123456789+-−n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻ⁿ")
UNMAPPED = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ue000-\uf8ff\ufffd\U000f0000-\U0010ffff]")
"""What stands in a text where a font does not say which letter it shows."""
NO_LETTER = "\ufffd"
BULLET_FONT = re.compile(r"wingdings|webdings|dingbats|typographicsymbols", re.IGNORECASE)


def _table() -> dict[int, str | None]:
    ranges = (range(0x2F00, 0x2FE0), range(0xF900, 0xFB07))
    table: dict[int, str | None] = {
        code: unicodedata.normalize("NFKC", chr(code)) for codes in ranges for code in codes
    }
    table |= {ord(radical): meant for radical, meant in zip(_RADICALS[::2], _RADICALS[1::2], strict=True)}
    # Symbol and Wingdings, as word processors write their bullets.
    table |= dict(
        zip((0xF0B7, 0xF0A7, 0xF06C, 0xF06E, 0xF075, 0xF0D8, 0xF0FC, 0xF076, 0xF09F), "•▪●■◆➢✓❖•", strict=True)
    )
    return table | dict.fromkeys((0xFEFF, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060))


_TABLE = _table()


def readable(text: str) -> str:
    """`text` with the characters that people type."""
    return text.translate(_TABLE) if not text.isascii() else text


def reads_as_words(text: str) -> bool:
    """Most of it are small letters, and as many of these vowels as in the languages of Europe."""
    small = [letter for letter in text if "a" <= letter <= "z"]
    vowels = sum(letter in "aeiou" for letter in small)
    return len(small) * 2 > len(text) and 0.25 < vowels / len(small) < 0.55


def superscript(text: str) -> str:
    """Raised digits as Unicode has them, other text as it is."""
    return text.translate(_SUPERSCRIPTS) if all(one in "0123456789+-−n" for one in text) else text


def accented(letter: str, other: str) -> str | None:
    """One letter out of a letter and an accent, in either order; None where they are not these."""
    accent, bare = (_ACCENTS.get(letter), other) if letter in _ACCENTS else (_ACCENTS.get(other), letter)
    whole = unicodedata.normalize("NFC", bare + accent) if accent and bare.isalpha() else ""
    return whole if len(whole) == 1 else None
