"""The long connection without a socket: frames in, happenings out."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.wecom.errors import FrameError
from bot.channels.wecom.frames import EVENT, MESSAGE, PING, RESPOND, SUBSCRIBE, Frame, decode
from bot.channels.wecom.line import Acked, IncomingCall, Kicked, Line, Refused, Stage, Subscribed, Write


@pytest.fixture
def line() -> Line:
    return Line("bot", "secret", "x")


def ack(request: str, code: int = 0) -> Frame:
    return Frame("", request, {}, code)


def test_a_frame_with_raw_line_breaks_and_tabs_in_its_texts_is_read() -> None:
    written = (
        '{"cmd": "aibot_msg_callback", "headers": {"req_id": "r"}, "body": {"text": {"content": "one\n\ttwo\x01"}}}'
    )
    assert decode(written.encode()).body == {"text": {"content": "one\n\ttwo\x01"}}


def test_the_first_frame_subscribes_and_its_result_makes_the_line_live(line: Line) -> None:
    first = line.subscribe()
    assert first.command == SUBSCRIBE
    assert first.body == {"bot_id": "bot", "secret": "secret"}
    assert list(line.receive(ack(first.request))) == [Subscribed()]
    assert line.stage is Stage.LIVE


def test_a_refusal_is_told_with_its_code(line: Line) -> None:
    assert list(line.receive(ack(line.subscribe().request, 853000))) == [Refused(853000)]


def test_two_missed_pings_mean_dead_and_one_answer_means_alive(line: Line) -> None:
    first, second = line.tick(), line.tick()
    assert first is not None
    assert second is not None
    assert first.command == PING
    assert line.tick() is None
    assert list(line.receive(ack(second.request))) == []
    assert line.tick() is not None


def test_one_frame_a_request_is_in_flight_and_the_others_go_in_order(line: Line) -> None:
    frames = [Frame(RESPOND, "r", {"n": n}) for n in range(3)]
    assert line.send(0, frames[0]) is frames[0]
    assert line.send(1, frames[1]) is None
    assert line.send(2, frames[2]) is None
    assert line.send(3, Frame(RESPOND, "other")) is not None
    assert list(line.receive(ack("r"))) == [Acked(0, 0), Write(frames[1])]
    assert list(line.receive(ack("r", 6000))) == [Acked(1, 6000), Write(frames[2])]
    assert list(line.receive(ack("r"))) == [Acked(2, 0)]
    assert list(line.receive(ack("r"))) == []


def test_a_forgotten_frame_lets_the_next_one_go(line: Line) -> None:
    second = Frame(RESPOND, "r", {"n": 2})
    line.send(0, Frame(RESPOND, "r"))
    line.send(1, second)
    assert list(line.forget(0)) == [Write(second)]
    assert list(line.forget(7)) == []


def test_messages_and_events_are_calls_and_a_disconnection_is_a_kick(line: Line) -> None:
    message = Frame(MESSAGE, "m", {"msgid": "1"})
    entered = Frame(EVENT, "e", {"event": {"eventtype": "enter_chat"}})
    assert list(line.receive(message)) == [IncomingCall(message)]
    assert list(line.receive(entered)) == [IncomingCall(entered)]
    assert list(line.receive(Frame(EVENT, "d", {"event": {"eventtype": "disconnected_event"}}))) == [Kicked()]
    assert line.stage is Stage.KICKED


def test_acknowledgements_that_nobody_awaits_mean_nothing(line: Line) -> None:
    assert list(line.receive(ack("whoever"))) == []
    assert list(line.receive(Frame("aibot_something_new", "x"))) == []


def test_a_frame_is_read_as_it_was_written() -> None:
    frame = Frame(RESPOND, "r-1", {"stream": {"content": "8个智能工厂 😀"}})
    assert decode(frame.encode()) == frame
    assert decode('{"headers": {"req_id": "p"}, "errcode": 0, "errmsg": "ok"}') == ack("p")


@pytest.mark.parametrize(
    "data",
    [
        *("", "[]", "1", "null", '"x"', "{}", '{"cmd": "ping"}', '{"headers": {"req_id": 1}, "errcode": 0}', b"\xff"),
        '{"headers": {"req_id": "x"}}',
        '{"headers": {"req_id": "x"}, "errcode": true}',
        '{"headers": {"req_id": "x"}, "errcode": "0"}',
        '{"cmd": 5, "headers": {"req_id": "x"}}',
        "[" * 100_000,
    ],
)
def test_what_is_no_frame_is_refused(data: str | bytes) -> None:
    with pytest.raises(FrameError):
        decode(data)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(st.binary(max_size=100) | anything.map(json.dumps))
def test_no_data_brings_a_traceback(data: bytes | str) -> None:
    try:
        decode(data)
    except FrameError:
        return


@given(
    st.fixed_dictionaries(
        {"headers": st.fixed_dictionaries({"req_id": st.sampled_from(["", "aibot_subscribe-x-1", "ping-x-2", "r"])})},
        optional={"cmd": st.sampled_from([MESSAGE, EVENT, PING]), "errcode": st.integers(-1, 3), "body": anything},
    )
)
def test_no_frame_brings_the_line_down(frame: dict) -> None:
    line = Line("bot", "secret", "x")
    line.subscribe()
    line.tick()
    line.send(1, Frame(RESPOND, "r"))
    try:
        decoded = decode(json.dumps(frame))
    except FrameError:
        return
    list(line.receive(decoded))
