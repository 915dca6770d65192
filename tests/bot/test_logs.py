"""Logs: one line, for people or machines, and no secret in any of them."""

import io
import json
import logging
from collections.abc import Iterator

import httpx
import pytest
from telegram import Bot
from telegram.error import TelegramError

from bot.logs import configure

TOKEN = "123456789:AAFakeFakeFakeFakeFakeFakeFakeFake-_9"
SECRET = "hush/hush word"


@pytest.fixture(autouse=True)
def _loggers_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name in ("httpx", "httpcore", "telegram", "telegram.ext"):
        logging.getLogger(name).setLevel(logging.NOTSET)


@pytest.mark.parametrize("form", ["text", "json"])
async def test_a_token_never_reaches_the_log_even_through_errors_of_the_libraries(form: str) -> None:
    stream = io.StringIO()
    configure("DEBUG", form, [SECRET], stream)  # type: ignore[arg-type]
    for name in ("httpx", "httpcore", "telegram"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    log = logging.getLogger("test")
    bot = Bot(TOKEN, base_url="http://127.0.0.1:9/bot")
    try:
        await bot.get_me()
    except TelegramError:
        log.exception("the bot failed")
    try:
        async with httpx.AsyncClient() as client:
            await client.get(f"http://127.0.0.1:9/bot{TOKEN}/getMe?secret_token=hush%2Fhush%20word")
    except httpx.HTTPError as error:
        log.exception("failed for %s with %s", error.request.url, SECRET)
    written = stream.getvalue()
    assert "getMe" in written
    assert TOKEN not in written
    assert "AAFake" not in written
    assert "hush" not in written


def test_a_refused_token_is_not_in_the_log() -> None:
    stream = io.StringIO()
    configure("INFO", "text", [], stream)
    logging.getLogger("x").error("The token `%s` was rejected by the server.", TOKEN)
    assert stream.getvalue().endswith("The token `[secret]` was rejected by the server.\n")


def test_json_lines_hold_the_error_id_and_the_delivery() -> None:
    stream = io.StringIO()
    configure("INFO", "json", [], stream)
    logging.getLogger("x").warning("问题", extra={"error_id": "e1", "delivery": "telegram:5"})
    line = json.loads(stream.getvalue())
    assert (line["level"], line["message"], line["error_id"], line["delivery"]) == (
        "WARNING",
        "问题",
        "e1",
        "telegram:5",
    )


def test_libraries_that_log_addresses_are_silent() -> None:
    stream = io.StringIO()
    configure("INFO", "text", [], stream)
    logging.getLogger("httpx").info("HTTP Request: POST https://api.telegram.org/bot/getMe")
    assert stream.getvalue() == ""


def test_nobody_can_write_a_line_of_the_log() -> None:
    stream = io.StringIO()
    configure("INFO", "text", [], stream)
    forged = "x\n2026-11-27 04:12:00,000 ERROR   bot: all is lost\x1b[2J\r\u202e"
    try:
        raise ValueError(forged)
    except ValueError:
        logging.getLogger("x").exception("%s", forged)
    first, *rest = stream.getvalue().splitlines()
    assert first.endswith(r"x: x\n2026-11-27 04:12:00,000 ERROR   bot: all is lost\x1b[2J\r\u202e")
    assert rest
    assert all(line.startswith("    ") and "\x1b" not in line for line in rest)
    logging.getLogger("x").info("一行 with\ta tab")
    assert stream.getvalue().endswith("x: 一行 with\ta tab\n")
