"""Numbers by value, in whatever script they are written: 8, ８, 八, eight; 5000万, 50 million.

Works on folded text (half width, lower case, Simplified).
"""

import re
from decimal import Decimal
from functools import lru_cache

from index.text.chinese import MEASURES

_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_SMALL = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10**4, "亿": 10**8}
_ENGLISH = {
    word: n
    for n, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen twenty".split()
    )
} | {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
_SCALES = {"hundred": 10**2, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}

HAN_DIGITS = "零〇一二两三四五六七八九"
NUMERAL = (
    # digits, with thousands and decimals, and a multiplier in either language; not inside a Latin name such as su7
    r"(?<![a-z0-9.])[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?(?![a-z0-9]*[a-z])(?:[万亿]+|\s?(?:hundred|thousand|million|billion|trillion)\b)?"
    # Chinese numerals: two characters and more, or one before a measure word
    rf"|[{HAN_DIGITS}十百千](?=[{HAN_DIGITS}十百千万亿点])[{HAN_DIGITS}十百千万亿]+(?:点[{HAN_DIGITS}]+)?"
    rf"|[{HAN_DIGITS[2:]}十](?=[{MEASURES}])"
    # English number words
    r"|\b(?:(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)"
    r"(?:[- ](?:one|two|three|four|five|six|seven|eight|nine))?"
    r"|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen"
    r"|eighteen|nineteen)"
    r"(?:\s(?:hundred|thousand|million|billion))?\b"
)


@lru_cache(maxsize=8192)
def value(numeral: str) -> str:
    """The value of what NUMERAL matched, as plain decimal digits without trailing zeros after the point."""
    if numeral[0].isdigit() and numeral[0].isascii():
        return _arabic(numeral)
    return _plain(_english(numeral) if numeral[0].isascii() else _chinese(numeral))


def _arabic(numeral: str) -> str:
    scale = numeral.lstrip("0123456789,.")
    number = Decimal(numeral[: len(numeral) - len(scale)].replace(",", "").rstrip("."))
    for mark in scale:
        number *= _LARGE.get(mark, 1)
    scale = scale.strip()
    return _plain(number * _SCALES.get(scale, 1))


def _english(numeral: str) -> Decimal:
    number = Decimal(0)
    for word in re.split(r"[-\s]", numeral):
        number = number * _SCALES[word] if word in _SCALES else number + _ENGLISH[word]
    return number


def _chinese(numeral: str) -> Decimal:
    whole, _, fraction = numeral.partition("点")
    if len(whole) > 1 and all(c in _DIGITS for c in whole):  # 二〇一二: read out digit by digit
        number = Decimal("".join(str(_DIGITS[c]) for c in whole))
    else:
        number = Decimal(_grouped(whole))
    if fraction:
        number += Decimal("0." + "".join(str(_DIGITS[c]) for c in fraction))
    return number


def _grouped(numeral: str) -> int:
    """万 multiplies what stands before it within its 亿, 亿 everything before it."""
    total, section, digit = 0, 0, 0
    for c in numeral:
        if c in _DIGITS:
            digit = _DIGITS[c]
        elif c in _SMALL:
            section += (digit or (0 if section else 1)) * _SMALL[c]
            digit = 0
        elif c == "万":
            total += (section + digit or 1) * _LARGE[c]
            section = digit = 0
        else:
            total = (total + section + digit or 1) * _LARGE[c]
            section = digit = 0
    return total + section + digit


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
