"""Which Chinese names are called by their pinyin, as CC-CEDICT tells it."""

import gzip
from pathlib import Path

import pytest

from training.names import in_pinyin, meanings

ENTRIES = """# CC-CEDICT
上海 上海 [Shang4 hai3] /Shanghai municipality/
成都 成都 [Cheng2 du1] /see 成都市[Cheng2 du1 Shi4]/
成都市 成都市 [Cheng2 du1 Shi4] /Chengdu subprovincial city/
西安 西安 [Xi1 an1] /see 西安市[Xi1 an1 Shi4]/
西安市 西安市 [Xi1 an1 Shi4] /Xi'an city/
呂梁 吕梁 [Lu:3 liang2] /Lüliang, city in Shanxi/
香港 香港 [Xiang1 gang3] /Hong Kong/
龍 龙 [long2] /dragon/
"""


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("上海", "shanghai"),
        ("成都", "chengdu"),
        ("西安", "xian"),
        ("吕梁", "luliang"),
        ("香港", ""),
        ("龙", ""),
        ("巴黎", ""),
    ],
)
def test_a_name_is_called_by_its_pinyin_where_the_dictionary_begins_with_it(
    name: str, called: str, tmp_path: Path
) -> None:
    path = tmp_path / "cedict.txt.gz"
    path.write_bytes(gzip.compress(ENTRIES.encode()))
    assert in_pinyin(name, meanings(path)) == called
