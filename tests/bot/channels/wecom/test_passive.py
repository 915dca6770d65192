"""The AI bot by callback: one stream a message through retries and refreshes, at whichever replica they arrive."""

import asyncio
import base64
import json
import threading
from collections import deque
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.wecom.passive import NAME, _envelope
from bot.channels.wecom.platform.errors import EnvelopeError
from tests.bot.channels.wecom.wecom_life import Life
from tests.bot.channels.wecom.wecom_reader import commonmark
from tests.clocks import eventually
from tests.shelf import Shelf, shelf
from tests.wecom_platform import Caller, Platform, listening

QUESTION = "有多少个智能工厂？"
QUOTE = "全区已建成8个智能工厂和23个数字化车间。"


class SlowShelf(Shelf):
    """Answers when it is let."""

    gate: Any = None

    def ask(self, question: str, **more: Any) -> Any:
        if self.gate is not None:
            self.gate.wait(20)
        return super().ask(question, **more)


@pytest.fixture
def library() -> SlowShelf:
    base = shelf()
    return SlowShelf(base.books, base.answers)


@pytest.fixture
async def life(platform: Platform, tmp_path: Path, library: SlowShelf) -> AsyncIterator[Life]:
    life = Life(platform, tmp_path / "journal.sqlite", library, wait=20.0)
    yield life
    await life.close()


@pytest.fixture
async def caller(life: Life) -> AsyncIterator[Caller]:
    async with life.serving(life.passive()) as caller:
        yield caller


def asked(text: str, id: str = "m1", *, group: str = "", url: str = "") -> dict[str, Any]:
    body = {"msgid": id, "aibotid": "bot", "from": {"userid": "zhangsan"}, "chattype": "group" if group else "single"}
    body |= {"response_url": url, "msgtype": "text", "text": {"content": text}}
    return body | ({"chatid": group} if group else {})


def refresh(stream: str) -> dict[str, Any]:
    body = {"msgid": f"r-{stream}", "aibotid": "bot", "from": {"userid": "zhangsan"}, "chattype": "single"}
    return body | {"msgtype": "stream", "stream": {"id": stream}}


async def asks_early(caller: Caller, library: SlowShelf, body: dict[str, Any]) -> dict[str, Any]:
    """The reply to a call that comes back before its answer is there."""
    library.gate = threading.Event()
    reply = caller.read(await caller.json(body))
    library.gate.set()
    assert not reply["stream"]["finish"]
    return reply


async def test_the_consoles_check_of_the_address_is_answered_with_its_text(caller: Caller) -> None:
    assert (await caller.check("echo-12345")).text == "echo-12345"


async def test_a_question_is_answered_in_its_own_call(caller: Caller) -> None:
    response = await caller.json(asked(f"@龙泉 小助手 {QUESTION}", group="room"))
    assert response.status_code == 200
    reply = caller.read(response)
    assert reply["stream"]["finish"]
    assert commonmark(reply["stream"]["content"]).quotes == (QUOTE + "\n",)
    assert reply["template_card"]["button_list"]
    assert reply["stream"]["feedback"]["id"]


async def test_a_question_with_raw_control_characters_is_answered(caller: Caller) -> None:
    written = json.dumps(asked(f"@@{QUESTION}@@"), ensure_ascii=False).replace("@@", "\n\t")
    reply = caller.read(await caller.written(written))
    assert commonmark(reply["stream"]["content"]).quotes == (QUOTE + "\n",)


async def test_a_message_delivered_three_times_has_one_stream_and_is_asked_once(caller: Caller, library: Shelf) -> None:
    replies = [caller.read(await caller.json(asked(QUESTION))) for _ in range(3)]
    assert replies[0] == replies[1] == replies[2]
    assert len(library.asked) == 1


async def test_an_answer_that_takes_a_while_is_fetched_by_refreshes_under_one_id(
    platform: Platform, tmp_path: Path, library: SlowShelf
) -> None:
    library.gate = threading.Event()
    life = Life(platform, tmp_path / "journal.sqlite", library, wait=0.0)
    async with life.serving(life.passive()) as caller:
        first = caller.read(await caller.json(asked(QUESTION)))
        again = caller.read(await caller.json(asked(QUESTION)))
        id = first["stream"]["id"]
        assert not first["stream"]["finish"]
        assert first["stream"]["feedback"]["id"] == life.desk.replies.answer_id(f"{NAME}:m1")
        assert again == first
        assert caller.read(await caller.json(refresh(id))) == first
        library.gate.set()
        await eventually(lambda: life.journal.streams.get(id).reply)
        last = caller.read(await caller.json(refresh(id)))
    assert last["stream"]["id"] == id
    assert last["stream"]["finish"]
    assert QUOTE in commonmark(last["stream"]["content"]).text
    await life.close()


async def test_any_replica_can_hand_out_an_answer(platform: Platform, tmp_path: Path, library: SlowShelf) -> None:
    lives = [Life(platform, tmp_path / "journal.sqlite", library, wait=20.0 * n) for n in (0, 1)]
    async with lives[0].serving(lives[0].passive()) as one, lives[1].serving(lives[1].passive()) as two:
        id = (await asks_early(one, library, asked(QUESTION)))["stream"]["id"]
        await eventually(lambda: lives[0].journal.streams.get(id).reply)
        retried = two.read(await two.json(asked(QUESTION)))
        refreshed = two.read(await two.json(refresh(id)))
        assert retried == refreshed
        assert retried["stream"]["finish"]
    assert len(library.asked) == 1
    for life in lives:
        await life.close()


async def test_an_answer_that_nobody_fetches_goes_to_the_response_address_once(
    platform: Platform, tmp_path: Path, library: SlowShelf
) -> None:
    life = Life(platform, tmp_path / "journal.sqlite", library, wait=0.0)
    url = platform.response_url("a")
    async with life.serving(life.passive()) as caller:
        id = (await asks_early(caller, library, asked(QUESTION, url=url)))["stream"]["id"]
        await eventually(lambda: platform.addresses["a"])
        late = caller.read(await caller.json(refresh(id)))
    (message,) = platform.addresses["a"]
    assert commonmark(message["markdown"]["content"]).quotes == (QUOTE + "\n",)
    assert "下一条" in late["stream"]["content"]
    assert late["stream"]["finish"]
    await life.close()


async def test_a_fetched_answer_goes_nowhere_else(caller: Caller, platform: Platform, life: Life) -> None:
    url = platform.response_url("a")
    await caller.json(asked(QUESTION, url=url))
    await eventually(lambda: life.journal.deliveries.get("wecom-callback:m1").state == "done")
    assert platform.addresses["a"] == []


@pytest.mark.parametrize("fault", ["500", "hang-up", -1, 45009])
async def test_a_response_address_is_tried_again_and_takes_one_message(
    platform: Platform, tmp_path: Path, library: SlowShelf, fault: int | str, caplog: pytest.LogCaptureFixture
) -> None:
    """It takes one and no more, so trying again is safe; a refusal after a lost try says that it had arrived."""
    life = Life(platform, tmp_path / "journal.sqlite", library, wait=0.0)
    url = platform.response_url("a")
    platform.faults["response"] = deque([fault])
    async with life.serving(life.passive()) as caller:
        await asks_early(caller, library, asked(QUESTION, url=url))
        await eventually(lambda: life.journal.deliveries.get("wecom-callback:m1").state == "done")
    assert len(platform.addresses["a"]) == 1
    assert platform.refused == (fault == "hang-up")
    assert "response_code=a" not in caplog.text
    await life.close()


async def test_a_response_address_that_refuses_the_first_try_is_left_alone(
    platform: Platform, tmp_path: Path, library: SlowShelf, caplog: pytest.LogCaptureFixture
) -> None:
    life = Life(platform, tmp_path / "journal.sqlite", library, wait=0.0)
    url = platform.response_url("a")
    platform.faults["response"] = deque([60140])
    async with life.serving(life.passive()) as caller:
        await asks_early(caller, library, asked(QUESTION, url=url))
        await eventually(lambda: "could not be sent" in caplog.text)
    assert platform.addresses["a"] == []
    assert platform.calls["response"] == 1
    assert "response_code=a" not in caplog.text
    await life.close()


async def test_no_other_address_is_ever_posted_to(
    platform: Platform, tmp_path: Path, library: SlowShelf, caplog: pytest.LogCaptureFixture
) -> None:
    life = Life(platform, tmp_path / "journal.sqlite", library, wait=0.0)
    async with listening(platform.app()) as elsewhere, life.serving(life.passive()) as caller:
        await asks_early(caller, library, asked(QUESTION, url=f"{elsewhere}/cgi-bin/aibot/response?response_code=x"))
        await eventually(lambda: "could not be sent" in caplog.text)
    assert platform.wrong == []
    await life.close()


async def test_a_kill_before_the_answer_was_fetched_and_a_restart_give_one_answer(
    platform: Platform, tmp_path: Path, library: SlowShelf
) -> None:
    path = tmp_path / "journal.sqlite"
    first = Life(platform, path, library, wait=0.0)
    channel = first.passive()
    async with first.serving(channel) as caller:
        library.gate = threading.Event()
        id = caller.read(await caller.json(asked(QUESTION)))["stream"]["id"]
        crash = asyncio.create_task(first.crash(channel))
        library.gate.set()
        await crash
    second = Life(platform, path, library, wait=20.0)
    async with second.serving(second.passive()) as caller:
        await eventually(lambda: second.journal.streams.get(id).reply)
        reply = caller.read(await caller.json(refresh(id)))
        assert caller.read(await caller.json(asked(QUESTION))) == reply
    assert reply["stream"]["finish"]
    for life in (first, second):
        await life.close()


async def test_an_unknown_stream_is_finished_so_that_the_asking_ends(caller: Caller) -> None:
    reply = caller.read(await caller.json(refresh("nobody-knows-it")))
    assert reply["stream"]["finish"]
    assert "过期" in reply["stream"]["content"]


async def test_who_enters_is_welcomed_in_the_call(caller: Caller) -> None:
    event = {"msgid": "e1", "from": {"userid": "a"}, "chattype": "single", "msgtype": "event"}
    reply = caller.read(await caller.json(event | {"event": {"eventtype": "enter_chat"}}))
    assert reply["msgtype"] == "text"
    assert "请直接提问" in reply["text"]["content"]


async def test_a_button_changes_its_card_in_the_call_and_the_rest_goes_to_the_address(
    caller: Caller, platform: Platform
) -> None:
    card = caller.read(await caller.json(asked(QUESTION)))["template_card"]
    key = next(b["key"] for b in card["button_list"] if b["key"].startswith("c:"))
    inner = {"event_key": key, "task_id": card["task_id"], "card_type": "button_interaction"}
    event = {
        "msgid": "e1",
        "from": {"userid": "zhangsan"},
        "chattype": "single",
        "msgtype": "event",
        "response_url": platform.response_url("b"),
        "event": {"eventtype": "template_card_event", "template_card_event": inner},
    }
    reply = caller.read(await caller.json(event))
    assert reply["response_type"] == "update_template_card"
    assert reply["template_card"]["task_id"] == card["task_id"]
    await eventually(lambda: platform.addresses["b"])
    assert "工人在屏幕前看着生产线" in platform.addresses["b"][0]["markdown"]["content"]


async def test_what_is_nothing_for_us_is_answered_with_nothing(caller: Caller) -> None:
    for body in ({}, {"msgid": "x"}, {"msgtype": "event", "event": 5}, asked("x") | {"from": None}):
        response = await caller.json(body)
        assert (response.status_code, response.content) == (200, b"")


async def test_strangers_are_refused_with_the_right_status(caller: Caller, library: Shelf) -> None:
    encrypted, query = caller.sealed(json.dumps(asked(QUESTION)))

    async def status(params: dict[str, str], content: bytes) -> int:
        return (await caller.client.post(caller.url, params=params, content=content)).status_code

    good = json.dumps({"encrypt": encrypted}).encode()
    assert await status({}, good) == 403
    assert await status({**query, "timestamp": "1"}, good) == 403
    assert await status({**query, "msg_signature": "签名"}, good) == 403
    flipped = bytearray(base64.b64decode(encrypted))
    flipped[20] ^= 1
    touched = {"encrypt": base64.b64encode(bytes(flipped)).decode()}
    assert await status(query, json.dumps(touched).encode()) == 403
    assert await status(query, b"[" * 200_000) == 400
    assert await status(query, b"x" * 300_000) == 413
    assert await status(query, b'{"encrypt": "\\ud800"}') == 403
    assert await status(query, b"[]") == 400
    foreign = Caller(caller.url, "ww_a_company")
    assert (await foreign.json(asked(QUESTION))).status_code == 400
    await foreign.client.aclose()
    not_json, signed = caller.sealed("no json")
    assert (await caller.client.post(caller.url, params=signed, json={"encrypt": not_json})).status_code == 400
    assert library.asked == []


async def test_halves_of_surrogate_pairs_are_no_crash(caller: Caller) -> None:
    reply = caller.read(await caller.json(asked("有多少\ud83d", id="\udc00m")))
    assert reply["stream"]["finish"]


@given(st.binary(max_size=100) | st.recursive(st.none() | st.text(), st.lists).map(lambda v: json.dumps(v).encode()))
def test_no_body_brings_a_traceback(body: bytes) -> None:
    try:
        _envelope(body)
    except EnvelopeError:
        return


async def test_thirty_questions_at_once_delivered_twice_get_thirty_answers(caller: Caller) -> None:
    calls = (caller.json(asked(QUESTION, id=f"m{n // 2}")) for n in range(60))
    replies = [caller.read(response) for response in await asyncio.gather(*calls)]
    assert all(reply["stream"]["finish"] for reply in replies)
    assert len({reply["stream"]["id"] for reply in replies}) == 30
