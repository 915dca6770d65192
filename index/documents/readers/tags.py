"""Values of tables and data that hold HTML, as exports of shops and help desks do: their text."""

import html
import re

_TAG = re.compile(
    r"<!--.*?-->|</?(?:p|br|div|span|b|strong|i|em|u|a|ul|ol|li|h[1-6]|table|tbody|thead|tr|td|th|img|font|sup|sub|code|pre|hr)"
    r"(?:\s[^<>]*)?/?>",
    re.IGNORECASE | re.DOTALL,
)
_INLINE = re.compile(r"</?(?:span|b|strong|i|em|u|a|font|sup|sub|code)\b", re.IGNORECASE)


def without_tags(value: str) -> str:
    """`value` without its tags and with its entities as characters; as it is where it holds no tag."""
    if "<" not in value or not _TAG.search(value):
        return value
    return html.unescape(_TAG.sub(lambda tag: "" if _INLINE.match(tag.group()) else " ", value)).replace("\u00a0", " ")
