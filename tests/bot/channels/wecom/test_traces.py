"""What WeCom adds to a question's trace: since when it waited, and how it was sent."""

from pathlib import Path

from tests.bot.channels.wecom.test_app import QUESTION, message
from tests.bot.channels.wecom.wecom_life import Life
from tests.clocks import eventually
from tests.collected import collecting
from tests.shelf import shelf
from tests.wecom_platform import Platform


async def test_a_question_is_traced_from_its_arrival_until_it_is_sent(platform: Platform, tmp_path: Path) -> None:
    life = Life(platform, tmp_path / "journal.sqlite", shelf())
    collected = collecting(life.desk)
    async with life.serving(life.app()) as caller:
        await caller.xml(message(QUESTION))
        await eventually(lambda: "question" in collected.names)
    await life.close()
    assert sorted(collected.names) == ["question", "search", "sending", "waiting"]
    assert collected.one_trace()
