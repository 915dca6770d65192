"""What Telegram refuses, as far as a bot can get it wrong: the strict half of the loopback server."""

import json
from typing import Any
from urllib.parse import urlsplit

Params = dict[str, Any]
QUOTES = ("blockquote", "expandable_blockquote")


class Refused(Exception):  # noqa: N818
    """A method is refused, with the HTTP status and Telegram's words."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def cut(text: str, offset: int, length: int) -> str:
    """The text of an entity: offsets are UTF-16 units, and half a character is an error."""
    return text.encode("utf-16-le")[2 * offset : 2 * (offset + length)].decode("utf-16-le")


def check_text(text: str, entities: list[Params]) -> None:
    if not text.strip():
        raise Refused(400, "Bad Request: message text is empty")
    if units(text) > 4096:
        raise Refused(400, "Bad Request: message is too long")
    if len(entities) > 100:
        raise Refused(400, "Bad Request: too many entities")
    blocks: list[tuple[int, int]] = []
    for entity in entities:
        start, end = entity["offset"], entity["offset"] + entity["length"]
        if start < 0 or entity["length"] <= 0 or end > units(text):
            raise Refused(400, f"Bad Request: entity {entity} is out of range")
        try:
            cut(text, start, entity["length"])
        except UnicodeDecodeError:
            raise Refused(400, "Bad Request: entity begins or ends inside a character") from None
        if entity["type"] == "text_link" and urlsplit(entity["url"]).hostname in (None, "localhost", "127.0.0.1"):
            raise Refused(400, "Bad Request: entity url is invalid")
        if entity["type"] in QUOTES:
            if any(start < b and a < end for a, b in blocks):
                raise Refused(400, "Bad Request: block quotes overlap")
            blocks.append((start, end))


def check_keyboard(markup: Params | None) -> None:
    for row in (markup or {}).get("inline_keyboard", []):
        for button in row:
            data, url = button.get("callback_data"), button.get("url")
            if not button.get("text") or (data is None) == (url is None):
                raise Refused(400, "Bad Request: inline keyboard button is invalid")
            if data is not None and not 1 <= len(data.encode()) <= 64:
                raise Refused(400, "Bad Request: BUTTON_DATA_INVALID")
            if url is not None and urlsplit(url).hostname in (None, "localhost", "127.0.0.1"):
                raise Refused(400, "Bad Request: BUTTON_URL_INVALID")


def check_inline_result(result: Params) -> None:
    if not 1 <= len(result["id"].encode()) <= 64:
        raise Refused(400, "Bad Request: RESULT_ID_INVALID")
    content = result["input_message_content"]
    if "parse_mode" in content:
        raise Refused(400, "Bad Request: entities only, please")
    check_text(content["message_text"], content.get("entities", []))
    check_keyboard(result.get("reply_markup"))


def decoded(form: dict[str, str]) -> Params:
    """Form fields as the library sends them: JSON where it is JSON."""
    params: Params = {}
    for name, value in form.items():
        try:
            params[name] = json.loads(value) if name not in ("text", "query", "inline_query_id") else value
        except ValueError:
            params[name] = value
    return params
