"""The XML of the own app's callback: fields come out, bombs do not go off."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.wecom.platform.errors import EnvelopeError
from bot.channels.wecom.platform.xml import LIMIT_BYTES, fields

MESSAGE = """<xml>
  <ToUserName><![CDATA[ww1]]></ToUserName>
  <FromUserName><![CDATA[zhangsan]]></FromUserName>
  <Content><![CDATA[有多少个智能工厂? <8>]]></Content>
  <MsgId>1234567890123456</MsgId>
</xml>"""


def test_the_fields_of_a_message_are_read() -> None:
    read = fields(MESSAGE.encode())
    assert read["Content"] == "有多少个智能工厂? <8>"
    assert read["MsgId"] == "1234567890123456"
    assert list(read) == ["ToUserName", "FromUserName", "Content", "MsgId"]


LAUGHS = '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {chr(98 + i)} "{("&" + chr(97 + i) + ";") * 10}">' for i in range(9)
)


@pytest.mark.parametrize(
    "data",
    [
        LAUGHS + "]><xml><Content>&j;</Content></xml>",
        '<!DOCTYPE xml [<!ENTITY x "' + "x" * 50_000 + '">]><xml><Content>' + "&x;" * 1000 + "</Content></xml>",
        '<!DOCTYPE xml SYSTEM "http://127.0.0.1:9/evil.dtd"><xml/>',
        '<!DOCTYPE xml [<!ENTITY f SYSTEM "file:///etc/hostname">]><xml><Content>&f;</Content></xml>',
        "<!DOCTYPE xml><xml/>",
        '<!DOCTYPE xml [<!ENTITY % p SYSTEM "file:///etc/hostname"> %p;]><xml/>',
    ],
    ids=["billion laughs", "quadratic", "external dtd", "external entity", "empty doctype", "parameter entity"],
)
def test_bombs_and_document_types_are_refused(data: str) -> None:
    with pytest.raises(EnvelopeError, match="document type"):
        fields(data.encode())


@pytest.mark.parametrize("data", [b"", b"hello", b"<xml>", b"<xml/><xml/>", b"\xff\xfe\x00", b"<xml>&nope;</xml>"])
def test_what_is_no_xml_is_refused(data: bytes) -> None:
    with pytest.raises(EnvelopeError):
        fields(data)


def test_an_encoding_that_nobody_has_is_refused() -> None:
    with pytest.raises(EnvelopeError):
        fields(b'<?xml version="1.0" encoding="klingon"?><xml/>')


def test_an_oversize_message_is_refused_before_it_is_parsed() -> None:
    with pytest.raises(EnvelopeError, match="256 KiB"):
        fields(b"<xml>" + b"x" * LIMIT_BYTES + b"</xml>")


def test_ten_thousand_fields_and_thirty_thousand_levels_are_survived() -> None:
    with pytest.raises(EnvelopeError):
        fields(b"<xml>" + b"<a/>" * 10_000 + b"</xml>")
    assert fields(b"<xml>" + b"<a>" * 30_000 + b"</a>" * 30_000 + b"</xml>") == {"a": ""}


@given(st.binary(max_size=300))
def test_no_bytes_bring_a_traceback(data: bytes) -> None:
    with pytest.raises(EnvelopeError):
        fields(data)


@given(st.text(alphabet="<>&;!?[]/=\"' xmlaDOCTYPENI%#\x00", max_size=200))
def test_nothing_that_looks_like_xml_brings_a_traceback(body: str) -> None:
    try:
        fields(f"<xml>{body}</xml>".encode())
    except EnvelopeError:
        return


@given(st.text(alphabet=st.characters(min_codepoint=32, exclude_categories=["Cs"], exclude_characters="\ufffe\uffff")))
def test_any_text_comes_out_of_cdata_sections(text: str) -> None:
    inside = text.replace("]]>", "]]]]><![CDATA[>")
    assert fields(f"<xml><Content><![CDATA[{inside}]]></Content></xml>".encode())["Content"] == text
