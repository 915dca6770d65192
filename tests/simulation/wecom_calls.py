"""What people do on WeCom, what the platform tells the bot of it, and what came of that."""

from dataclasses import dataclass, field
from typing import Any

from tests.wecom_platform import AGENT, CORP

URL = "https://qyapi.weixin.qq.com"
LINES = ("答案见下一条消息。", "这条回答已过期，请重新提问。")
"""What the bot puts in the place of an answer that stands elsewhere."""
Values = dict[str, Any]


@dataclass(eq=False)
class Call:
    """Something that a person did: what the platform tells the bot of it, and what came of that."""

    id: str
    app: bool
    user: str
    chat: str
    text: str
    at: float
    way: str = "wecom-callback"
    """How the bot hears of it."""
    key: str = ""
    """Of the button that was pressed; "" where something was written."""
    task: str = ""
    """The card that it stands on."""
    vote: tuple[str, int] | None = None
    """The platform's own thumb, up 1 or down 2, under the answer of this id."""
    sealed: tuple[str, Values] = ("", {})
    tries: int = 0
    accepted: bool = False
    unsure: bool = False
    """Whether the bot may not have heard that its answer is shown."""
    given_up: bool = False
    """The platform calls no more, and nothing finished came of its calls."""
    shown: list[str] = field(default_factory=list)
    """Finished answers in the place of the question."""
    posted: list[Values] = field(default_factory=list)
    """Messages to its address."""
    cards: list[Values] = field(default_factory=list)
    """Cards with buttons beside what is shown."""
    answers: list[str] = field(default_factory=list)
    """The ids that the platform's own thumbs are for."""

    @property
    def delivery(self) -> str:
        return f"{'wecom-app' if self.app else self.way}:{self.id}"

    def __str__(self) -> str:
        return f"{self.delivery} of {self.user} in {self.chat}: {self.key or self.vote or self.text!r}"

    def texts(self) -> list[str]:
        """What stands in the chat as its answer."""
        posted = [message.get("markdown", {}).get("content", "") for message in self.posted]
        return [text for text in self.shown if text not in LINES] + posted


def as_json(call: Call) -> Values:
    """What the AI bot is told of `call`."""
    if call.vote is not None:
        answer, kind = call.vote
        return _body(call, "event", {"eventtype": "feedback_event", "feedback_event": {"id": answer, "type": kind}})
    if call.key:
        pressed = {"event_key": call.key, "task_id": call.task}
        return _body(call, "event", {"eventtype": "template_card_event", "template_card_event": pressed})
    return _body(call, "text", {"content": call.text})


def asking(call: Call, stream: str, number: int) -> Values:
    """The platform asks for an answer that was not there yet."""
    return {**_body(call, "stream", {"id": stream}), "msgid": f"{call.id}-asks-{number}"}


def _body(call: Call, kind: str, content: Values) -> Values:
    body = {"msgid": call.id, "aibotid": "bot", "from": {"userid": call.user}, "msgtype": kind, kind: content}
    body |= {"chattype": "single"} if call.chat == call.user else {"chattype": "group", "chatid": call.chat}
    return {**body, "response_url": f"{URL}/cgi-bin/aibot/response?response_code={call.id}"}


def as_fields(call: Call, now: int) -> dict[str, str]:
    """What the app is told of `call`, at `now`. What is pressed has no id of its own: it is made of these."""
    fields = {"ToUserName": CORP, "FromUserName": call.user, "CreateTime": str(now), "AgentID": str(AGENT)}
    if not call.key:
        return {**fields, "MsgType": "text", "Content": call.text, "MsgId": call.id}
    call.id = f"{call.user}:{now}:template_card_event:{call.key}"
    pressed = {"Event": "template_card_event", "EventKey": call.key, "TaskId": call.task, "ResponseCode": "code"}
    return {**fields, "MsgType": "event", **pressed}
