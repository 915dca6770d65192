"""What kind of answer a stretch of text could be: does it name a number, a time, a place, a person?

Patterns over the text as it stands, in Chinese (both scripts) and English. They point at a span, so they also serve as
the highlight where no reader model says better.
"""

import re
from collections.abc import Iterator

from index.document import Span
from index.search.question.query import Wanted
from index.text.chinese import HAN, MEASURES

_HAN_NUMBER = "[〇零一二三四五六七八九十百千万萬亿億两兩半]+"
_MEASURE = f"[{MEASURES}個項種輛公里噸小時时分秒人歲條間平方㎡]"
_NUMBER = re.compile(
    # Not what belongs to a name, such as SU7; a currency's letters do.
    r"(?:(?<![A-Za-z])|(?<=RMB)|(?<=CNY)|(?<=USD))(?:[第约約近超逾])?(?:[0-9０-９][0-9０-９,，.．]*[0-9０-９]|[0-9０-９])"
    r"(?:\s*(?:%|％|‰|[万萬亿億千百]+|(?:thousand|million|billion|trillion|percent)\b))?"
    rf"(?:余|餘|多)?{_MEASURE}*"
    rf"|百分之{_HAN_NUMBER}|{_HAN_NUMBER}(?:余|餘|多)?{_MEASURE}"
    r"|翻[一两]?番|翻倍"
    r"|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen"
    r"|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundreds?|thousands?|millions?|billions?"
    r"|dozens?|half|twice|doubled|tripled|a third|a quarter)\b",
    re.I,
)
_DATE = re.compile(r"[0-9０-９]{4}\s*年|[0-9０-９]{1,2}\s*[月日号號]")
_MONTHS = (
    "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?|oct(?:ober)?"
    "|nov(?:ember)?|dec(?:ember)?)"
)
_D = "[0-9０-９〇零一二三四五六七八九十]"
_TIME = re.compile(
    rf"(?:公元前?)?{_D}{{1,4}}\s*(?:年代?|世纪|世紀)(?:\s*{_D}{{1,3}}\s*月份?)?(?:\s*{_D}{{1,3}}\s*[日号號])?"
    rf"|{_D}{{1,3}}\s*月份?(?:\s*{_D}{{1,3}}\s*[日号號])?"
    r"|[今去前明后後当當同翌次][年日天月]|上午|下午|凌晨|[春夏秋冬][天季]|(?:星期|周)[一二三四五六日天末]"
    r"|[0-9]{1,2}[:：][0-9]{2}"
    rf"|\b{_MONTHS}\.?(?:\s+[0-9]{{1,2}}(?:st|nd|rd|th)?)?(?:,?\s+[12][0-9]{{3}})?\b|\b[0-9]{{1,2}}\s+{_MONTHS}\b"
    r"|\b(?:1[0-9]|20)[0-9]{2}s?\b|\b[0-9]{1,2}(?:st|nd|rd|th) century\b"
    r"|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b"
    r"|\b(?:last|this|next) (?:year|month|week|spring|summer|autumn|winter)\b",
    re.I,
)
_YEAR = re.compile("1[0-9]{3}|20[0-9]{2}")
_BEFORE_YEAR = re.compile(
    rf"\b(?:in|since|by|until|from|during|early|late|{_MONTHS}\.?)\s+(?:[0-9]{{1,2}},?\s+)?$", re.I
)
_PLACE = re.compile(
    f"[{HAN}]{{1,8}}[省市县縣区區州镇鎮村国國路街岛島山湖河江海园園馆館院城港站校洲府庙廟寺]"
    r"|\b(?:in|at|on|near|from|to)\s+(?:the\s+)?[A-Z][\w’'-]+(?:\s+[A-Z][\w’'-]+)*"
)
_PERSON = re.compile(
    f"[{HAN}·]{{2,8}}(?=(?:说|說|表示|介绍|介紹|指出|认为|認為|担任|擔任|教授|先生|女士|博士|主席|总统|總統|书记|書記))"
    f"|(?:负责人|負責人|教授|主席|总统|總統|书记|書記|主任|校长|校長|经理|經理|导演|導演|作者)[{HAN}·]{{2,4}}"
    r"|\b[A-Z][\w’'-]+(?:\s+(?:[A-Z]\.|of|de|van|von|al-)?\s*[A-Z][\w’'-]+)+"
)
_REASON = re.compile(
    "因为|因為|由于|由於|因此|所以|为了|為了|导致|導致|使得"
    r"|\bbecause\b|\bdue to\b|\bsince\b|\btherefore\b|\bin order to\b|\bso that\b",
    re.I,
)

_PATTERNS: dict[Wanted, re.Pattern[str]] = {
    Wanted.NUMBER: _NUMBER,
    Wanted.TIME: _TIME,
    Wanted.PLACE: _PLACE,
    Wanted.PERSON: _PERSON,
    Wanted.REASON: _REASON,
}


def _is_date(text: str, number: re.Match[str]) -> bool:
    """Whether a number is a date: 2023年, and the year of "in 2023" and of "March 2024"."""
    if _DATE.fullmatch(number.group()):
        return True
    before = text[max(number.start() - 12, 0) : number.start()]
    return bool(_YEAR.fullmatch(number.group()) and _BEFORE_YEAR.search(before))


def spans(kind: Wanted, text: str) -> Iterator[Span]:
    """Where `text` names something of `kind`, left to right; nothing for `Wanted.THING`."""
    pattern = _PATTERNS.get(kind)
    if pattern is None:
        return
    for found in pattern.finditer(text):
        if kind is Wanted.NUMBER and _is_date(text, found):
            continue  # a date is a number only to those who ask when
        yield found.span()
