"""What a bot does in chats on the loopback Telegram: methods that send, edit, delete and answer, strictly."""

from dataclasses import dataclass, field

from tests.telegram_people import People
from tests.telegram_rules import Params, Refused, check_inline_result, check_keyboard, check_text, cut


@dataclass
class Chats(People):
    """Methods of the Bot API, each by its name behind `_do_`."""

    answered: dict[str, Params] = field(default_factory=dict)
    """Callback, inline and guest queries, by id."""
    members: dict[tuple[int, int], str] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)

    def _do_sendMessage(self, params: Params) -> Params:  # noqa: N802
        if "parse_mode" in params:
            raise Refused(400, "Bad Request: entities only, please")
        check_text(params["text"], params.get("entities", []))
        check_keyboard(params.get("reply_markup"))
        self._check_reply(params["chat_id"], params.get("reply_parameters"), params.get("message_thread_id"))
        message = self.message(params["chat_id"], self.me)
        message["text"] = params["text"].rstrip()
        if thread := params.get("message_thread_id"):
            message |= {"message_thread_id": thread, "is_topic_message": True}
        for name in ("entities", "reply_markup", "reply_parameters"):
            if params.get(name):
                message[name] = params[name]
        self.messages[params["chat_id"], message["message_id"]] = message
        return {name: value for name, value in message.items() if name != "reply_parameters"}

    def _do_sendDocument(self, params: Params) -> Params:  # noqa: N802
        message = self.message(params["chat_id"], self.me)
        message["document"] = {"file_id": params["document"], "file_unique_id": "u", "file_name": params["document"]}
        message["caption"] = params.get("caption", "")
        self.messages[params["chat_id"], message["message_id"]] = message
        return message

    def _check_reply(self, chat: int, reply: Params | None, thread: int | None) -> None:
        if not reply:
            return
        target = self.messages.get((chat, reply["message_id"]))
        if target is None:
            if not reply.get("allow_sending_without_reply"):
                raise Refused(400, "Bad Request: message to be replied not found")
            return
        if target.get("is_topic_message") and target.get("message_thread_id") != thread:
            raise Refused(400, "Bad Request: message thread not found")
        if quote := reply.get("quote"):
            at = reply.get("quote_position", 0)
            if quote not in target["text"] or cut(target["text"], at, len(quote.encode("utf-16-le")) // 2) != quote:
                raise Refused(400, "Bad Request: QUOTE_TEXT_INVALID")

    def _do_editMessageText(self, params: Params) -> Params:  # noqa: N802
        check_text(params["text"], params.get("entities", []))
        check_keyboard(params.get("reply_markup"))
        message = self._own(params)
        new = {
            "text": params["text"].rstrip(),
            "entities": params.get("entities", []),
            "reply_markup": params.get("reply_markup") or {},
        }
        return self._changed(message, new)

    def _do_editMessageReplyMarkup(self, params: Params) -> Params:  # noqa: N802
        check_keyboard(params.get("reply_markup"))
        return self._changed(self._own(params), {"reply_markup": params.get("reply_markup") or {}})

    def _own(self, params: Params) -> Params:
        message = self.messages.get((params["chat_id"], params["message_id"]))
        if message is None:
            raise Refused(400, "Bad Request: message to edit not found")
        if message["from"]["id"] != self.me["id"]:
            raise Refused(400, "Bad Request: message can't be edited")
        return message

    def _changed(self, message: Params, new: Params) -> Params:
        if all((message.get(name) or type(value)()) == value for name, value in new.items()):
            raise Refused(400, "Bad Request: message is not modified")
        message |= {**new, "edit_date": 3}
        for name in [name for name, value in message.items() if not value]:
            del message[name]
        return {name: value for name, value in message.items() if name != "reply_parameters"}

    def _do_deleteMessage(self, params: Params) -> bool:  # noqa: N802
        self._own(params)
        del self.messages[params["chat_id"], params["message_id"]]
        return True

    def _do_answerCallbackQuery(self, params: Params) -> bool:  # noqa: N802
        if len(params.get("text", "")) > 200:
            raise Refused(400, "Bad Request: MESSAGE_TOO_LONG")
        return self._query(params["callback_query_id"], params)

    def _do_answerInlineQuery(self, params: Params) -> bool:  # noqa: N802
        if len(params["results"]) > 50:
            raise Refused(400, "Bad Request: RESULTS_TOO_MUCH")
        for result in params["results"]:
            check_inline_result(result)
        return self._query(params["inline_query_id"], params)

    def _do_answerGuestQuery(self, params: Params) -> Params:  # noqa: N802
        check_inline_result(params["result"])
        self._query(str(params["guest_query_id"]), params)
        return {"inline_message_id": "g1"}

    def _query(self, id: str, params: Params) -> bool:
        if str(id) not in self.queries:
            raise Refused(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
        self.queries.discard(str(id))
        self.answered[str(id)] = params
        return True

    def _do_sendChatAction(self, params: Params) -> bool:  # noqa: N802
        return True

    def _do_setMyCommands(self, params: Params) -> bool:  # noqa: N802
        return True

    def _do_getFile(self, params: Params) -> Params:  # noqa: N802
        content = self.files[params["file_id"]]
        return {
            "file_id": params["file_id"],
            "file_unique_id": "u",
            "file_size": len(content),
            "file_path": params["file_id"],
        }

    def _do_getChatMember(self, params: Params) -> Params:  # noqa: N802
        status = self.members.get((params["chat_id"], params["user_id"]), "member")
        rights = {"is_anonymous": False} if status == "creator" else {}
        return {"status": status, **rights, "user": {"id": params["user_id"], "is_bot": False, "first_name": "Li"}}
