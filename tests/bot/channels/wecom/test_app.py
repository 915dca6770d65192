"""The own app against a strict platform: called back with encrypted XML, answering by `message/send`."""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from bot.channels.wecom.app import NAME, hear
from bot.channels.wecom.hearing import Entered, Said, WeComChat
from bot.channels.wecom.platform.api import App, AppApi, Http, trusted
from bot.channels.wecom.platform.errors import ApiError, CredentialsError, LostError
from bot.channels.wecom.platform.timing import Timing
from bot.errors import ChannelError
from tests.bot.channels.wecom.wecom_life import Life
from tests.bot.channels.wecom.wecom_reader import commonmark
from tests.clocks import eventually
from tests.shelf import Shelf, document, shelf
from tests.wecom_platform import AGENT, CORP, SECRET, Caller, Platform

QUESTION = "有多少个智能工厂？"
QUOTE = "全区已建成8个智能工厂和23个数字化车间。"


@pytest.fixture
def library() -> Shelf:
    return shelf()


@pytest.fixture
async def life(platform: Platform, tmp_path: Path, library: Shelf) -> AsyncIterator[Life]:
    life = Life(platform, tmp_path / "journal.sqlite", library)
    yield life
    await life.close()


@pytest.fixture
async def caller(life: Life) -> AsyncIterator[Caller]:
    async with life.serving(life.app()) as caller:
        yield caller


def message(text: str, id: str = "1", user: str = "zhangsan") -> dict[str, str]:
    return {
        "ToUserName": CORP,
        "FromUserName": user,
        "CreateTime": "1760000000",
        "MsgType": "text",
        "Content": text,
        "MsgId": id,
        "AgentID": str(AGENT),
    }


async def test_the_consoles_check_of_the_address_is_answered_with_its_text(caller: Caller) -> None:
    response = await caller.check("5927782489442352469")
    assert (response.status_code, response.text) == (200, "5927782489442352469")


async def test_a_question_is_answered_at_once_with_nothing_and_then_by_a_message(
    caller: Caller, platform: Platform
) -> None:
    response = await caller.xml(message(QUESTION))
    assert (response.status_code, response.content) == (200, b"")
    await platform.until(lambda: len(platform.sent) == 2)
    answer, buttons = platform.sent
    assert answer["touser"] == "zhangsan"
    assert commonmark(answer["markdown"]["content"]).quotes == (QUOTE + "\n",)
    keys = [button["key"][0] for button in buttons["template_card"]["button_list"]]
    assert {"c", "u", "d"} <= set(keys)


async def test_three_deliveries_of_one_message_get_one_answer(
    caller: Caller, platform: Platform, library: Shelf
) -> None:
    for _ in range(3):
        assert (await caller.xml(message(QUESTION))).status_code == 200
    await caller.xml(message("你好", id="2"))
    await platform.until(lambda: len(platform.texts()) == 2)
    assert [question for question, _ in library.asked] == [QUESTION]


async def test_three_deliveries_at_once_get_one_answer(caller: Caller, platform: Platform, library: Shelf) -> None:
    await asyncio.gather(*(caller.xml(message(QUESTION)) for _ in range(3)))
    await caller.xml(message("你好", id="2"))
    await platform.until(lambda: len(platform.texts()) == 2)
    assert len(library.asked) == 1


async def test_a_kill_and_a_restart_give_one_answer(platform: Platform, tmp_path: Path, library: Shelf) -> None:
    for fault in ("500", "hang-up"):
        path = tmp_path / f"{fault}.sqlite"
        platform.sent.clear()
        first = Life(platform, path, library)
        channel = first.app()
        # The second try is never reached: this process is killed before it.
        channel._front._outlet._timing = Timing(sleep=lambda _: asyncio.Event().wait())
        platform.faults["send"] = deque([fault])
        async with first.serving(channel) as caller:
            await caller.xml(message(QUESTION))
            await eventually(lambda: not platform.faults["send"])
            await first.crash(channel)
        second = Life(platform, path, library)
        async with second.serving(second.app()):
            await platform.until(lambda: len(platform.sent) == 2)
        assert len(platform.texts()) == 1
        for life in (first, second):
            await life.close()


@pytest.mark.parametrize("fault", ["500", "hang-up", -1, 45009, 40014, 42001])
async def test_a_passing_failure_neither_loses_nor_doubles_an_answer(
    caller: Caller, platform: Platform, fault: int | str
) -> None:
    platform.faults["send"] = deque([fault])
    await caller.xml(message(QUESTION))
    await platform.until(lambda: len(platform.sent) == 2)
    assert len(platform.texts()) == 1


async def test_the_same_question_asked_again_later_is_answered_again(caller: Caller, platform: Platform) -> None:
    await caller.xml(message(QUESTION))
    await platform.until(lambda: len(platform.sent) == 2)
    platform.now += 5
    await caller.xml(message(QUESTION, id="2"))
    await platform.until(lambda: len(platform.sent) == 4)


async def test_a_token_that_went_stale_under_load_is_renewed_once(platform: Platform) -> None:
    http = Http()
    api = AppApi(App(CORP, AGENT, SECRET, platform.url), http)
    body = {"touser": "a", "agentid": AGENT, "msgtype": "text"}
    await asyncio.gather(*(api.call("message/send", {**body, "text": {"content": str(n)}}) for n in range(30)))
    assert len(platform.tokens) == 1
    platform.good.clear()
    await asyncio.gather(*(api.call("message/send", {**body, "text": {"content": f"{n}!"}}) for n in range(30)))
    assert len(platform.tokens) == 2
    assert len(platform.sent) == 60
    await http.close()


async def test_a_token_is_renewed_before_it_ends(platform: Platform) -> None:
    http, now = Http(), [0.0]
    api = AppApi(App(CORP, AGENT, SECRET, platform.url), http, lambda: now[0])
    assert await api.token() == await api.token() == "token-0"
    now[0] = 6901.0
    assert await api.token() == "token-1"
    await http.close()


async def test_an_address_that_is_not_trusted_is_named_with_what_to_do(
    caller: Caller, platform: Platform, caplog: pytest.LogCaptureFixture
) -> None:
    platform.untrusted = True
    await caller.xml(message(QUESTION))
    await eventually(lambda: "could not be sent" in caplog.text)
    assert "60020" in caplog.text
    assert "203.0.113.7" in caplog.text
    assert "可信IP" in caplog.text


async def test_a_wrong_secret_stops_the_app_with_a_sentence_that_shows_no_secret(
    platform: Platform, tmp_path: Path, library: Shelf
) -> None:
    life = Life(platform, tmp_path / "journal.sqlite", library, secret="a-wrong-secret")
    channel = life.app()
    with pytest.raises(ChannelError, match="WECOM_APP_SECRET") as caught:
        await channel.run()
    assert "a-wrong-secret" not in str(caught.value)
    assert "WECOM_APP_SECRET" in channel.problem()
    await life.close()


async def test_long_answers_are_cut_at_2048_bytes_and_nothing_is_lost(platform: Platform, tmp_path: Path) -> None:
    sentence = "成都东部的工厂里机器连在一起工作。"
    long = "很长的一句" + sentence * 60
    book = document("long.md", f"题目\n{long}\n", lang="zh")
    life = Life(platform, tmp_path / "journal.sqlite", Shelf((book,), {"多长？": [long]}))
    async with life.serving(life.app()) as caller:
        await caller.xml(message("多长？"))
        await platform.until(lambda: platform.sent and platform.sent[-1]["msgtype"] == "template_card")
    texts = platform.texts()
    assert len(texts) == 2
    assert all(len(text.encode()) <= 2048 for text in texts)
    assert "".join(quote for text in texts for quote in commonmark(text).quotes).replace("\n", "") == long
    await life.close()


async def test_a_quote_full_of_markup_goes_as_plain_text_letter_for_letter(platform: Platform, tmp_path: Path) -> None:
    sentence = "代码是 **x**_y_ <b>z</b> 与 2*3。"
    book = document("code.md", f"题目\n{sentence}\n", lang="zh")
    life = Life(platform, tmp_path / "journal.sqlite", Shelf((book,), {"代码？": [sentence]}))
    async with life.serving(life.app()) as caller:
        await caller.xml(message("代码？"))
        await platform.until(lambda: platform.texts())
    assert platform.sent[0]["msgtype"] == "text"
    assert sentence in platform.texts()[0]
    await life.close()


async def test_pressing_a_button_changes_the_card_and_sends_what_was_asked_for(
    caller: Caller, platform: Platform
) -> None:
    await caller.xml(message(QUESTION))
    await platform.until(lambda: len(platform.sent) == 2)
    card = platform.sent[1]["template_card"]
    key = next(b["key"] for b in card["button_list"] if b["key"].startswith("c:"))
    press = {
        "FromUserName": "zhangsan",
        "CreateTime": "1760000001",
        "MsgType": "event",
        "Event": "template_card_event",
        "EventKey": key,
        "TaskId": card["task_id"],
        "ResponseCode": "code",
    }
    for _ in range(2):
        await caller.xml(press)
    await platform.until(lambda: platform.updates and len(platform.texts()) == 2)
    assert "工人在屏幕前看着生产线" in platform.texts()[1]
    assert platform.updates[0]["response_code"] == "code"


async def test_a_thumb_reaches_the_journal(caller: Caller, platform: Platform, life: Life) -> None:
    await caller.xml(message(QUESTION))
    await platform.until(lambda: len(platform.sent) == 2)
    key = next(b["key"] for b in platform.sent[1]["template_card"]["button_list"] if b["key"].startswith("u:"))
    press = {"FromUserName": "zhangsan", "CreateTime": "1", "MsgType": "event", "Event": "template_card_event"}
    await caller.xml({**press, "EventKey": key, "TaskId": "t", "ResponseCode": "c"})
    await platform.until(lambda: platform.updates)
    assert platform.updates[0]["template_card"]["replace_text"] == "谢谢！"
    assert life.journal._database.rows("SELECT user, value FROM feedback") == [("zhangsan", 1)]


@pytest.mark.parametrize(
    ("values", "heard"),
    [
        ({"MsgType": "event", "Event": "subscribe"}, Entered),
        ({"MsgType": "event", "Event": "enter_agent"}, None),
        ({"MsgType": "event", "Event": "click", "EventKey": QUESTION}, Said),
        ({"MsgType": "event", "Event": "LOCATION"}, None),
        ({"MsgType": "voice", "MsgId": "9", "Recognition": QUESTION}, Said),
        ({"MsgType": "image", "MsgId": "9"}, Said),
        ({"MsgType": "text", "Content": "no id"}, None),
        ({}, None),
    ],
)
def test_messages_and_events_are_told_apart(values: dict[str, str], heard: type | None) -> None:
    found = hear({"FromUserName": "zhangsan", "CreateTime": "17", **values})
    assert (type(found) if found else None) is heard
    if found:
        assert found.place == WeComChat("zhangsan", "zhangsan")


def test_events_without_an_id_are_told_apart_by_who_when_and_what() -> None:
    first = {"FromUserName": "a", "CreateTime": "1", "MsgType": "event", "Event": "click", "EventKey": "k"}
    ids = {
        hear({**first, **change}).id for change in ({}, {"FromUserName": "b"}, {"CreateTime": "2"}, {"EventKey": "l"})
    }
    assert len(ids) == 4


async def test_strangers_are_refused_with_the_right_status(caller: Caller, platform: Platform) -> None:
    encrypted, query = caller.sealed("<xml><MsgType>text</MsgType></xml>")
    body = f"<xml><Encrypt>{encrypted}</Encrypt></xml>"
    post = caller.client.post

    async def status(content: str | bytes, params: dict[str, str]) -> int:
        return (await post(caller.url, params=params, content=content)).status_code

    assert await status(body, {**query, "msg_signature": "0" * 40}) == 403
    assert await status(body, {}) == 403
    other = "B" if encrypted[0] == "A" else "A"
    assert await status(body.replace(encrypted, other + encrypted[1:]), query) == 403
    assert await status(b"<xml>" + b"x" * 300_000 + b"</xml>", query) == 413
    assert await status("not xml", query) == 400
    bomb = '<!DOCTYPE x [<!ENTITY a "b">]><xml><Encrypt>&a;</Encrypt></xml>'
    assert await status(bomb, query) == 400
    old, signed = caller.sealed("<xml/>", timestamp="1000000000")
    assert await status(f"<xml><Encrypt>{old}</Encrypt></xml>", signed) == 403
    assert (await caller.client.put(caller.url)).status_code == 405
    assert platform.sent == []


async def test_bombs_inside_a_good_envelope_and_foreign_addressees_are_refused(caller: Caller) -> None:
    assert (await caller.post_xml('<!DOCTYPE x [<!ENTITY a "b">]><xml>&a;</xml>')).status_code == 400
    foreign = Caller(caller.url, "ww_somebody_else")
    assert (await foreign.xml(message(QUESTION))).status_code == 400
    await foreign.client.aclose()


async def test_a_call_replayed_oftener_than_the_platform_tries_is_refused(caller: Caller) -> None:
    encrypted, query = caller.sealed("<xml><FromUserName>a</FromUserName><MsgType>event</MsgType></xml>")
    body = f"<xml><Encrypt>{encrypted}</Encrypt></xml>"
    statuses = [(await caller.client.post(caller.url, params=query, content=body)).status_code for _ in range(5)]
    assert statuses == [200, 200, 200, 403, 403]


async def test_no_token_and_no_secret_is_in_any_log(
    caller: Caller, platform: Platform, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "bot")
    platform.faults["send"] = deque(["500", "hang-up", 40014, 81013])
    await caller.xml(message(QUESTION))
    await eventually(lambda: "could not be sent" in caplog.text)
    for secret in (SECRET, "token-0", "token-1", "access_token"):
        assert secret not in caplog.text


async def test_errors_of_the_wire_become_ours_without_the_address(platform: Platform) -> None:
    http = Http(httpx.AsyncClient(timeout=5))
    with pytest.raises(LostError) as caught:
        await http.get("http://127.0.0.1:9/cgi-bin/gettoken", {"corpsecret": SECRET})
    assert not caught.value.sent
    assert caught.value.__cause__ is None
    assert SECRET not in str(caught.value)
    api = AppApi(App(CORP, AGENT, "wrong", platform.url), http)
    with pytest.raises(CredentialsError):
        await api.token()
    platform.faults["gettoken"] = deque(["500", 50002])
    with pytest.raises(LostError):
        await api.token()
    with pytest.raises(ApiError):
        await api.token()
    assert SECRET not in repr(App(CORP, AGENT, SECRET))
    await http.close()


@pytest.mark.parametrize(
    ("url", "good"),
    [
        ("https://qyapi.weixin.qq.com/cgi-bin/aibot/response?response_code=1", True),
        ("http://qyapi.weixin.qq.com/x", False),
        ("https://qyapi.weixin.qq.com.evil.example/x", False),
        ("https://evilweixin.qq.com/x", False),
        ("https://169.254.169.254/latest", False),
        ("http://127.0.0.1:8080/x", False),
        ("file:///etc/hostname", False),
        ("https://[", False),
        ("", False),
    ],
)
def test_only_the_platforms_own_addresses_are_posted_to(url: str, good: bool) -> None:
    assert trusted(url, "https://qyapi.weixin.qq.com") is good


def test_the_channels_deliveries_have_a_name_of_their_own() -> None:
    assert NAME == "wecom-app"
