"""What Chinese names are called in English, as CC-CEDICT tells it."""

import gzip
from pathlib import Path

import pytest

from training.names import common_words, entries, in_english

ENTRIES = """# CC-CEDICT
上海 上海 [Shang4 hai3] /Shanghai municipality/
成都 成都 [Cheng2 du1] /see 成都市[Cheng2 du1 Shi4]/
成都市 成都市 [Cheng2 du1 Shi4] /Chengdu subprovincial city/
西安 西安 [Xi1 an1] /see 西安市[Xi1 an1 Shi4]/
西安市 西安市 [Xi1 an1 Shi4] /Xi'an city/
呂梁 吕梁 [Lu:3 liang2] /Lüliang, city in Shanxi/
香港 香港 [Xiang1 gang3] /Hong Kong/
龍 龙 [long2] /dragon/
智利 智利 [Zhi4 li4] /Chile/
谷歌 谷歌 [Gu3 ge1] /Google, Internet company and search engine/
大力神 大力神 [Da4 li4 shen2] /Heracles (Greek hero)/Hercules/
天使報喜節 天使报喜节 [Tian1 shi3 Bao4 xi3 jie2] /Lady Day/the Annunciation/Light/
光 光 [guang1] /light/the ray/
美國 美国 [Mei3 guo2] /United States/
鐵塔 铁塔 [Tie3 ta3] /the iron tower of Kaifeng/
"""


@pytest.fixture
def dictionary(tmp_path: Path) -> Path:
    path = tmp_path / "cedict.txt.gz"
    path.write_bytes(gzip.compress(ENTRIES.encode()))
    return path


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("上海", ["shanghai"]),
        ("成都", ["chengdu"]),
        ("西安", ["xian"]),
        ("吕梁", ["luliang"]),
        ("香港", ["hong-kong"]),
        ("智利", ["chile"]),
        ("谷歌", ["google"]),
        ("大力神", ["heracles", "hercules"]),
        ("天使报喜节", ["lady-day", "annunciation"]),
        ("美国", ["united-states", "america", "usa", "us"]),
        ("铁塔", []),
        ("龙", []),
        ("巴黎", []),
    ],
)
def test_a_name_is_called_by_its_pinyin_or_by_what_the_dictionary_gives_as_a_name(
    name: str, called: list[str], dictionary: Path
) -> None:
    assert in_english(name, entries(dictionary), common_words(dictionary)) == called


def test_a_common_word_is_what_the_dictionary_writes_without_a_capital(dictionary: Path) -> None:
    assert common_words(dictionary) == {"dragon", "light", "ray"}
