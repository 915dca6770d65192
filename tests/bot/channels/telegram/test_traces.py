"""What Telegram adds to a question's trace: since when it waited, and how it was sent."""

from tests.bot.channels.telegram.conftest import FACTORIES, Bot
from tests.collected import collecting
from tests.telegram_server import TelegramServer


async def test_a_question_is_traced_from_its_arrival_until_it_is_sent(bot: Bot, server: TelegramServer) -> None:
    collected = collecting(bot.desk)
    server.say(42, FACTORIES)
    await bot.shown(42)
    assert sorted(collected.names) == ["question", "search", "sending", "waiting"]
    assert collected.one_trace()
    sending = collected.spans[-1]
    assert (sending.name, dict(sending.attributes or {})) == ("sending", {"verbatim.messages": 1})
