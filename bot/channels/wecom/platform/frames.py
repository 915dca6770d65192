"""Frames of the AI bot's long connection, as values: JSON objects with a command, a request id and a body."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.channels.wecom.platform.errors import FrameError

SUBSCRIBE = "aibot_subscribe"
PING = "ping"
MESSAGE = "aibot_msg_callback"
EVENT = "aibot_event_callback"
RESPOND = "aibot_respond_msg"
WELCOME = "aibot_respond_welcome_msg"
UPDATE = "aibot_respond_update_msg"
SEND = "aibot_send_msg"

BAD_CREDENTIALS = 853000
INVALID_REQUEST = 846605
STREAM_EXPIRED = 846608
NOT_SUBSCRIBED = 846609
CONFLICT = 6000
RATE = 45009
BUSY = -1
TRANSIENT = frozenset({BUSY, CONFLICT, NOT_SUBSCRIBED, RATE})
"""The same frame may succeed a little later."""


_HALF = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame. `code` is None for a command, and the result, 0 for success, for an acknowledgement."""

    command: str
    request: str
    body: Mapping[str, Any] = field(default_factory=dict)
    code: int | None = None

    def encode(self) -> str:
        """The frame as it is written to the socket."""
        frame: dict[str, Any] = {"cmd": self.command, "headers": {"req_id": self.request}}
        if self.body:
            frame["body"] = dict(self.body)
        return json.dumps(frame, ensure_ascii=False)


def decode(data: str | bytes) -> Frame:
    """The frame in `data`. Raises FrameError for everything that the platform would not send."""
    try:
        frame = json.loads(data, strict=False)
    # Not strict: the platform writes line breaks and tabs into its texts as they are.
    # RecursionError: brackets nested by the ten thousand. UnicodeDecodeError is a ValueError.
    except (ValueError, RecursionError) as error:
        raise FrameError("A frame is not JSON.") from error
    if not isinstance(frame, dict):
        raise FrameError("A frame is not an object.")
    headers, body, code = frame.get("headers"), frame.get("body"), frame.get("errcode")
    request = headers.get("req_id") if isinstance(headers, dict) else None
    command = frame.get("cmd", "")
    # A request id goes back as it came, and half of a surrogate pair cannot; nor can it be logged.
    if not isinstance(command, str) or not isinstance(request, str) or _HALF.search(command + request):
        raise FrameError("A frame has no request id, or a command that is no text.")
    if code is not None and (not isinstance(code, int) or isinstance(code, bool)):
        raise FrameError("A frame has a result that is no number.")
    if not command and code is None:
        raise FrameError("A frame is neither a command nor a result.")
    return Frame(command, request, body if isinstance(body, dict) else {}, code)
