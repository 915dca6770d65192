"""Files come in many encodings; the text that comes out is the same."""

import pytest

from index.documents.encoding import decode
from index.errors import ReaderError

SIMPLIFIED = [
    "营业时间",
    "龙泉驿",
    "门票80元",
    "8个智能工厂",
    "你好",
    "今天天气很好。",
    "联系电话：028-12345678",
    "龙泉驿区已累计培育8个智能工厂、16个数字化车间，总量位居全市第一。",
    "Wi-Fi 密码 abc",
    "“新质生产力”一词",
]
TRADITIONAL = [
    "營業時間",
    "臺灣",
    "門票80元",
    "你好",
    "今天天氣很好。",
    "聯絡電話：02-12345678",
    "圖書館每天上午九點開門，下午五點關門。",
    "「這是甚麼？」他問。",
]


@pytest.mark.parametrize("text", SIMPLIFIED + TRADITIONAL)
@pytest.mark.parametrize("name", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_with_and_without_a_mark_is_read_as_it_is(text: str, name: str) -> None:
    assert decode(text.encode(name)) == text


@pytest.mark.parametrize("text", SIMPLIFIED)
def test_simplified_chinese_in_gb18030_is_told_from_big5(text: str) -> None:
    assert decode(text.encode("gb18030")) == text


@pytest.mark.parametrize("text", TRADITIONAL)
def test_traditional_chinese_in_big5_is_told_from_gb18030(text: str) -> None:
    assert decode(text.encode("big5")) == text


def test_traditional_chinese_in_gb18030_is_read_too() -> None:
    text = "圖書館每天上午九點開門，下午五點關門，星期一休息。"
    assert decode(text.encode("gb18030")) == text


@pytest.mark.parametrize("name", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_told_by_its_zeros(name: str) -> None:
    text = "Opening hours\nMonday 9:00\n中文也有\n"
    assert decode(text.encode(name)) == text


def test_western_text_is_not_taken_for_chinese() -> None:
    text = "Le café est ouvert tous les jours, sauf à Noël. Où se trouve la bibliothèque ? Près de l'hôtel."
    assert decode(text.encode("cp1252")) == text


def test_every_newline_becomes_one_line_feed() -> None:
    assert decode(b"a\r\nb\rc\n\r\nd") == "a\nb\nc\n\nd"


@pytest.mark.parametrize(
    "data",
    [
        bytes(range(256)) * 20,
        b"\x89PNG\r\n\x1a\n" + bytes(50),
        b"PK\x03\x04" + bytes(30),
        b"%PDF-1.7\n%\xe2\xe3",
        b"\x7fELF\x02\x01\x01" + bytes(100),
        b"text\x00\x01\x02\x03more" * 10,
        b"\xff\xfe\x00",
        b"\x00" * 400,
    ],
)
def test_binary_data_is_refused_in_one_sentence(data: bytes) -> None:
    with pytest.raises(ReaderError, match=r"^[A-Z][^\n]+\.$"):
        decode(data)


def test_random_bytes_are_never_text() -> None:
    import random

    chance = random.Random(3)
    for _ in range(20):
        with pytest.raises(ReaderError):
            decode(chance.randbytes(3000))


def test_a_damaged_utf_8_file_says_where() -> None:
    data = ("正常的文字。" * 20000).encode()[:-1]
    with pytest.raises(ReaderError, match="byte 359997"):
        decode(data)
