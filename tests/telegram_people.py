"""People on the loopback Telegram: what they write, edit, tap and type, and what they see."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.telegram_rules import Params, cut

BOT = {"id": 123456789, "is_bot": True, "first_name": "Verbatim", "username": "VerbatimBot"}
FLAGS = {"can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": True}


def person(id: int) -> Params:
    return {"id": id, "is_bot": False, "first_name": "Li", "language_code": "zh"}


@dataclass
class People:
    """The chats that the bot is in."""

    me: Params = field(default_factory=lambda: {**BOT, **FLAGS})
    messages: dict[tuple[int, int], Params] = field(default_factory=dict)
    updates: list[Params] = field(default_factory=list)
    queries: set[str] = field(default_factory=set)
    message_ids: Iterator[int] = field(default_factory=lambda: itertools.count(100))
    update_ids: Iterator[int] = field(default_factory=lambda: itertools.count(5000))

    def update(self, **content: Any) -> Params:
        update = {"update_id": next(self.update_ids), **content}
        self.updates.append(update)
        self.arrived(update)
        return update

    def arrived(self, update: Params) -> None:
        """There is news for the bot."""
        raise NotImplementedError

    def message(self, chat: int, sender: Params) -> Params:
        place = {"id": chat, "type": "private", "first_name": "Li"}
        if chat < 0:
            place = {"id": chat, "type": "supergroup", "title": "Group"}
        person = {name: value for name, value in sender.items() if name not in FLAGS}
        return {"message_id": next(self.message_ids), "date": 1, "chat": place, "from": person}

    def say(self, chat: int, text: str, user: int = 42, *, kind: str = "message", **more: Any) -> Params:
        """Somebody writes in a chat (negative: a group); `more` are further fields of the message."""
        message = self.message(chat, person(user))
        message |= {"text": text, **more}
        if text.startswith("/") and "entities" not in more:
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}]
        self.messages[chat, message["message_id"]] = message
        self.update(**{kind: message})
        return message

    def edit(self, message: Params, text: str, **more: Any) -> Params:
        changed = {**message, "text": text, "edit_date": 2, **more}
        self.messages[message["chat"]["id"], message["message_id"]] = changed
        self.update(edited_message=changed)
        return changed

    def tap(self, message: Params, data: str, user: int = 42) -> str:
        query = f"q{next(self.message_ids)}"
        self.queries.add(query)
        self.update(
            callback_query={"id": query, "from": person(user), "message": message, "chat_instance": "1", "data": data}
        )
        return query

    def inline(self, query: str, user: int = 42) -> str:
        id = f"i{next(self.message_ids)}"
        self.queries.add(id)
        self.update(inline_query={"id": id, "from": person(user), "query": query, "offset": ""})
        return id

    def shown(self, chat: int) -> list[Params]:
        """What the bot has in a chat, in order."""
        own = [m for (place, _), m in self.messages.items() if place == chat and m["from"]["id"] == self.me["id"]]
        return sorted(own, key=lambda message: int(message["message_id"]))

    def styled(self, message: Params, kind: str) -> list[str]:
        return [
            cut(message["text"], entity["offset"], entity["length"])
            for entity in message.get("entities", [])
            if entity["type"] == kind
        ]
