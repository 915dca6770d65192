"""What Chinese names are called in English: 成都 is Chengdu, 智利 is Chile.

    python -m training.names --data DIR

Reads CC-CEDICT and the list of names that ships, and writes the list again (`index/text/words/names.txt`): a name a
line, and behind a tab what English calls it, in small letters, with blanks between and hyphens within. That is its
pinyin where the dictionary's first meaning begins with it ("Shanghai municipality"), or sends the reader to a longer
name that does; else each meaning that is a name and nothing more ("Chile", "Google, Internet company"); and what is
said beside these of countries, peoples and faiths (OTHERS).
"""

import argparse
import gzip
import re
from collections.abc import Collection, Iterator
from pathlib import Path

from index.search.question.missing_names import FEWEST
from index.text.pieces import WORDS
from index.text.terms import fold

NAMES = WORDS / "names.txt"
NO_NAMES = frozenset("三台 九台 五台 万年 东区 西区 大雪 小雪 大寒 小寒 大暑 小暑 霜降 白露 寒露 暖暖".split())
"""Counties and days of the year that people rather type for what the words mean: 集群有三台, 下大雪."""
OTHERS = {
    "中国": "china chinese prc",
    "美国": "united-states america usa us",
    "英国": "united-kingdom britain british england english uk",
    "英格兰": "england english",
    "苏格兰": "scotland scottish scots",
    "威尔士": "wales welsh",
    "爱尔兰": "ireland irish",
    "法国": "france french",
    "德国": "germany german",
    "西德": "west-german",
    "东德": "east-german",
    "荷兰": "netherlands dutch holland",
    "比利时": "belgium belgian",
    "瑞士": "switzerland swiss",
    "瑞典": "sweden swedish",
    "挪威": "norway norwegian",
    "丹麦": "denmark danish danes",
    "芬兰": "finland finnish finns",
    "冰岛": "iceland",
    "波兰": "poland polish poles",
    "捷克": "czech",
    "奥地利": "austria",
    "匈牙利": "hungary hungarian",
    "西班牙": "spain spanish",
    "葡萄牙": "portugal portuguese",
    "意大利": "italy italian",
    "希腊": "greece greek",
    "土耳其": "turkey turkish turks",
    "俄国": "russia russian",
    "俄罗斯": "russia russian",
    "苏联": "soviet ussr",
    "乌克兰": "ukraine ukrainian",
    "日本": "japan",
    "韩国": "korea",
    "朝鲜": "korea",
    "越南": "vietnam",
    "泰国": "thailand thai",
    "缅甸": "burma burmese myanmar",
    "印度": "india",
    "印尼": "indonesia",
    "菲律宾": "philippine filipino",
    "蒙古": "mongol",
    "台湾": "taiwan",
    "香港": "hong-kong",
    "澳门": "macau macao",
    "以色列": "israel",
    "伊拉克": "iraq",
    "伊朗": "iran persia",
    "埃及": "egypt",
    "南非": "south-africa",
    "加拿大": "canada canadian",
    "墨西哥": "mexico mexican",
    "巴西": "brazil",
    "秘鲁": "peru",
    "古巴": "cuba",
    "智利": "chile",
    "澳大利亚": "australia",
    "澳洲": "australia",
    "新西兰": "new-zealand",
    "欧洲": "europe",
    "亚洲": "asia",
    "非洲": "africa",
    "美洲": "america",
    "北美": "north-america",
    "南美": "south-america",
    "欧盟": "european-union eu",
    "联合国": "united-nations un",
    "北约": "nato",
    "罗马": "rome roman",
    "纽约": "new-york nyc",
    "圣经": "bible biblical scripture",
    "基督教": "christian",
    "新教": "protestant",
    "天主教": "catholic",
    "伊斯兰教": "islam muslim",
    "佛教": "buddhis",
    "犹太教": "judaism jewish",
    "耶稣": "jesus christ",
    "上帝": "god lord",
}
"""What English calls them besides: words, or how they begin."""
_ENTRY = re.compile(r"(\S+) (\S+) \[([^\]]+)\] /(.+)/")
_SEE = re.compile(r"(?:see(?: also)?|also known as|abbr\. for) (?:\S+\|)?(\w+)")
_WORD = r"[A-Z][\w'’.-]*"
_ONLY_A_NAME = re.compile(rf"(?:the )?({_WORD}(?: (?:of |the |de |da |and )*{_WORD}){{0,3}})(?= ?[,(;]|$)")
_ONE_WORD = re.compile(r"(?:an? |the |to )?([a-z]+)")
Known = dict[str, tuple[str, list[str]]]


def entries(path: Path) -> Known:
    """By name, simplified: its reading in letters alone, and its meanings."""
    found: Known = {}
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            entry = None if line.startswith("#") else _ENTRY.match(line)
            if entry and entry[3][:1].isupper():
                _, known = found.setdefault(entry[2], (letters(entry[3]), []))
                known += entry[4].split("/")
    return found


def common_words(path: Path) -> frozenset[str]:
    """English words that the dictionary gives as the meaning of something, without a capital: church, light."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        told = (meaning for line in file for meaning in line.rstrip().split("/")[1:])
        return frozenset(word[1] for meaning in told if (word := _ONE_WORD.fullmatch(meaning)))


def letters(text: str) -> str:
    """`text` in one word of small letters, tones and marks left out."""
    return "".join(filter(str.isalpha, fold(text.replace("u:", "ü"))))


def in_english(name: str, known: Known, common: Collection[str] = ()) -> list[str]:
    """What English calls `name`, none of the `common` words; nothing where the dictionary does not say."""
    reading, meanings = known.get(name, ("", []))
    found = dict.fromkeys([*_in_pinyin(name, reading, meanings, known), *OTHERS.get(name, "").split()])
    return list(found or dict.fromkeys(one for one in _by_meaning(meanings) if one not in common))


def _in_pinyin(name: str, reading: str, meanings: list[str], known: Known) -> list[str]:
    """The pinyin of `name` where it is called by that."""
    first = meanings[0] if meanings else ""
    longer = _SEE.match(first)
    if longer and longer[1].startswith(name) and longer[1] != name:
        _, others = known.get(longer[1], ("", []))
        first = others[0] if others else ""
    return [reading] if reading and letters(first).startswith(reading) else []


def _by_meaning(meanings: list[str]) -> Iterator[str]:
    for meaning in meanings:
        called = _ONLY_A_NAME.match(meaning)
        if called and len(letters(called[1])) >= FEWEST:
            yield "-".join(filter(None, map(letters, called[1].split())))


def main() -> None:
    """Read, mark, write."""
    parser = argparse.ArgumentParser(prog="python -m training.names", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the data folder: cedict.txt.gz")
    path = parser.parse_args().data / "cedict.txt.gz"
    known, common = entries(path), common_words(path)
    listed = (line.partition("\t")[0] for line in NAMES.read_text(encoding="utf-8").splitlines())
    names = [name for name in listed if name not in NO_NAMES]
    lines = [f"{name}\t{' '.join(called)}" if (called := in_english(name, known, common)) else name for name in names]
    NAMES.write_text("\n".join(lines) + "\n", encoding="utf-8")
    known_in_english = sum("\t" in line for line in lines)
    print(f"{known_in_english} of {len(lines)} names have an English name")


if __name__ == "__main__":
    main()
