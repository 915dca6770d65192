"""The long connection without a socket: frames in, happenings out."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.wecom.platform.errors import FrameError
from bot.channels.wecom.platform.frames import EVENT, MESSAGE, PING, RESPOND, SUBSCRIBE, Frame, decode
from bot.channels.wecom.platform.protocol import (
    Acked,
    ConnectionProtocol,
    IncomingCall,
    Kicked,
    Refused,
    Stage,
    Subscribed,
    Write,
)


@pytest.fixture
def protocol() -> ConnectionProtocol:
    return ConnectionProtocol("bot", "secret", "x")


def ack(request: str, code: int = 0) -> Frame:
    return Frame("", request, {}, code)


def test_a_frame_with_raw_line_breaks_and_tabs_in_its_texts_is_read() -> None:
    written = (
        '{"cmd": "aibot_msg_callback", "headers": {"req_id": "r"}, "body": {"text": {"content": "one\n\ttwo\x01"}}}'
    )
    assert decode(written.encode()).body == {"text": {"content": "one\n\ttwo\x01"}}


def test_the_first_frame_subscribes_and_its_result_makes_the_line_live(protocol: ConnectionProtocol) -> None:
    first = protocol.subscribe()
    assert first.command == SUBSCRIBE
    assert first.body == {"bot_id": "bot", "secret": "secret"}
    assert list(protocol.receive(ack(first.request))) == [Subscribed()]
    assert protocol.stage is Stage.LIVE


def test_a_refusal_is_told_with_its_code(protocol: ConnectionProtocol) -> None:
    assert list(protocol.receive(ack(protocol.subscribe().request, 853000))) == [Refused(853000)]


def test_two_missed_pings_mean_dead_and_one_answer_means_alive(protocol: ConnectionProtocol) -> None:
    first, second = protocol.tick(), protocol.tick()
    assert first is not None
    assert second is not None
    assert first.command == PING
    assert protocol.tick() is None
    assert list(protocol.receive(ack(second.request))) == []
    assert protocol.tick() is not None


def test_one_frame_a_request_is_in_flight_and_the_others_go_in_order(protocol: ConnectionProtocol) -> None:
    frames = [Frame(RESPOND, "r", {"n": n}) for n in range(3)]
    assert protocol.send(0, frames[0]) is frames[0]
    assert protocol.send(1, frames[1]) is None
    assert protocol.send(2, frames[2]) is None
    assert protocol.send(3, Frame(RESPOND, "other")) is not None
    assert list(protocol.receive(ack("r"))) == [Acked(0, 0), Write(frames[1])]
    assert list(protocol.receive(ack("r", 6000))) == [Acked(1, 6000), Write(frames[2])]
    assert list(protocol.receive(ack("r"))) == [Acked(2, 0)]
    assert list(protocol.receive(ack("r"))) == []


def test_a_forgotten_frame_lets_the_next_one_go(protocol: ConnectionProtocol) -> None:
    second = Frame(RESPOND, "r", {"n": 2})
    protocol.send(0, Frame(RESPOND, "r"))
    protocol.send(1, second)
    assert list(protocol.forget(0)) == [Write(second)]
    assert list(protocol.forget(7)) == []


def test_messages_and_events_are_calls_and_a_disconnection_is_a_kick(protocol: ConnectionProtocol) -> None:
    message = Frame(MESSAGE, "m", {"msgid": "1"})
    entered = Frame(EVENT, "e", {"event": {"eventtype": "enter_chat"}})
    assert list(protocol.receive(message)) == [IncomingCall(message)]
    assert list(protocol.receive(entered)) == [IncomingCall(entered)]
    assert list(protocol.receive(Frame(EVENT, "d", {"event": {"eventtype": "disconnected_event"}}))) == [Kicked()]
    assert protocol.stage is Stage.KICKED


def test_acknowledgements_that_nobody_awaits_mean_nothing(protocol: ConnectionProtocol) -> None:
    assert list(protocol.receive(ack("whoever"))) == []
    assert list(protocol.receive(Frame("aibot_something_new", "x"))) == []


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
    protocol = ConnectionProtocol("bot", "secret", "x")
    protocol.subscribe()
    protocol.tick()
    protocol.send(1, Frame(RESPOND, "r"))
    try:
        decoded = decode(json.dumps(frame))
    except FrameError:
        return
    list(protocol.receive(decoded))
