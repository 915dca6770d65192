"""An afternoon in a group with topics, replayed: who says what, and what the bot shows after it, card by card."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.bot.channels.telegram.conftest import Bot
from tests.telegram_rules import Params
from tests.telegram_server import TelegramServer

GROUP, NEW_GROUP = -100500, -100501
LI, WANG, ZHAO = 11, 12, 13
ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
NAME = "@VerbatimBot"
FACTORIES = "有多少个智能工厂？"
MALL = "龙湖东安天街有多大？"
EIGHT = "全区已建成8个智能工厂和23个数字化车间。"
EAST = "龙泉驿区位于成都东部。"
SIZE = "商场面积14万平方米，是东部最大的购物中心😀。"
CRANES = "The harbour of Port Elm has 12 cranes."


@dataclass
class Afternoon:
    """The group as it goes on: `said` are the messages of people by a short name."""

    server: TelegramServer
    bot: Bot
    chat: int = GROUP
    said: dict[str, Params] = field(default_factory=dict)

    def say(self, name: str, user: int, text: str, **more: Any) -> None:
        if NAME in text and "entities" not in more:
            at = len(text[: text.index(NAME)].encode("utf-16-le")) // 2
            more["entities"] = [{"type": "mention", "offset": at, "length": len(NAME)}]
        self.said[name] = self.server.say(self.chat, text, user, **more)

    async def cards(self) -> list[tuple[str, str, int | None]]:
        """Every message of the bot now: its quote (or its first line), what it answers, its topic."""
        names = {message["message_id"]: name for name, message in self.said.items()}
        found = []
        for message in await self.bot.shown(self.chat):
            quotes = self.server.styled(message, "blockquote")
            target = message.get("reply_parameters", {}).get("message_id")
            body = message["text"].splitlines()[0] if not quotes or "最接近" in message["text"] else quotes[0]
            found.append((body, names.get(target, ""), message.get("message_thread_id")))
        return found


async def test_an_afternoon_in_a_group(replica: Callable[..., Bot], server: TelegramServer) -> None:
    bot = await replica().start()
    day = Afternoon(server, bot)
    expected: list[tuple[str, str, int | None]] = []

    # People talk among themselves: nobody asked the bot.
    day.say("lunch", LI, "中午吃什么？")
    day.say("noodles", WANG, "面条吧，有多少人去？")
    day.say("other bot", WANG, "/ask@OtherBot 天气怎么样")
    day.say("second", LI, "@VerbatimBot2 你好", entities=[{"type": "mention", "offset": 0, "length": 13}])
    assert await day.cards() == expected

    # A mention, then a bare /ask.
    day.say("factories", LI, f"{NAME} {FACTORIES}")
    expected.append((EIGHT, "factories", None))
    assert await day.cards() == expected
    day.say("mall", WANG, f"/ask {MALL}")
    expected.append((SIZE, "mall", None))
    assert await day.cards() == expected

    # What the corpus does not answer.
    day.say("mayor", ZHAO, "/ask 谁是区长？")
    expected.append(("资料里没有找到这个问题的答案。", "mayor", None))
    assert await day.cards() == expected

    # Zhao corrects the question: the one answer is edited.
    day.said["mayor"] = server.edit(day.said["mayor"], f"/ask {FACTORIES}")
    expected[2] = (EIGHT, "mayor", None)
    assert await day.cards() == expected

    # Li pages through the passages of the first answer, back and forth.
    first = server.shown(GROUP)[0]
    server.tap(first, first["reply_markup"]["inline_keyboard"][0][1]["callback_data"], LI)
    expected[0] = (EAST, "factories", None)
    assert await day.cards() == expected

    # Two topics, side by side, each answered in its own place.
    day.say("topic harbour", LI, "/ask How many cranes are there?", message_thread_id=7, is_topic_message=True)
    day.say("topic mall", LI, f"/ask {MALL}", message_thread_id=9, is_topic_message=True)
    expected += [(CRANES, "topic harbour", 7), (SIZE, "topic mall", 9)]
    assert sorted(await day.cards(), key=str) == sorted(expected, key=str)

    # Somebody selects a claim in another's message and asks where it stands; then one that stands nowhere.
    day.say("claim", WANG, "听说有8个智能工厂和23个数字化车间")
    day.say("where", ZHAO, f"{NAME} 出处?", quote={"text": "8个智能工厂和23个数字化车间", "position": 3})
    day.say("cheese", ZHAO, f"{NAME} source?", quote={"text": "月亮是奶酪做的", "position": 0})
    shown = await day.cards()
    assert ("8个智能工厂和23个数字化车间", "where", None) in shown
    assert ("这段文字不在资料里。", "cheese", None) in shown

    # An anonymous admin asks; a bot that mentions us does not get an answer.
    admin = server.message(GROUP, ANONYMOUS) | {
        "text": f"/ask {MALL}",
        "entities": [{"type": "bot_command", "offset": 0, "length": 4}],
        "sender_chat": {"id": GROUP, "type": "supergroup", "title": "Group"},
    }
    server.messages[GROUP, admin["message_id"]] = day.said["admin"] = admin
    server.update(message=admin)
    echo = server.message(GROUP, {"id": 99, "is_bot": True, "first_name": "Echo"}) | {"text": f"/ask {MALL}"}
    server.update(message=echo | {"entities": [{"type": "bot_command", "offset": 0, "length": 4}]})
    shown = await day.cards()
    assert shown.count((SIZE, "admin", None)) == 1
    assert len(shown) == 8

    # Telegram has a bad minute: one flood limit, one broken answer. Still one answer each.
    server.fail("sendMessage", "429")
    server.fail("sendMessage", "drop after")
    day.say("storm 1", WANG, f"/ask {FACTORIES}")
    day.say("storm 2", LI, f"/ask {MALL}")
    shown = await day.cards()
    assert [answers for _, answers, _ in shown].count("storm 1") == 1
    assert [answers for _, answers, _ in shown].count("storm 2") == 1

    # The group becomes another chat; the bot goes down and comes back, and answers what was asked meanwhile.
    day.say("moves", LI, "", migrate_to_chat_id=NEW_GROUP)
    await bot.idle()
    await bot.stop()
    evening = Afternoon(server, bot, NEW_GROUP)
    evening.say("late", WANG, f"/ask {FACTORIES}")
    evening.bot = await replica().start()
    assert await evening.cards() == [(EIGHT, "late", None)]
    assert len(server.shown(GROUP)) == 10
