"""What people may ask of their own data."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.desk.desk import Desk
from bot.desk.privacy import MOST_SHOWN, Privacy
from bot.desk.rate_limits import RateLimits, Rates
from bot.journal import Journal
from bot.journal.answers import Given, Kind
from bot.metrics import Metrics
from bot.question import Conversation, Question
from bot.workers import Workers
from tests.bot.conftest import Clock

HERE = Conversation("telegram", "7", "", "42")
ELSEWHERE = Conversation("telegram", "8", "", "43")


async def ask(desk: Desk, text: str, place: Conversation = HERE, number: int = 1) -> None:
    await desk.ask(Question(f"telegram:{place.user}:{number}", place, text, "en"))


@pytest.fixture
def forgetful(desk: Desk, tmp_path: Path, workers: Workers, clock: Clock) -> Iterator[Desk]:
    """A desk whose journal keeps no question."""
    journal = Journal(tmp_path / "off.sqlite", days=None)
    limits = RateLimits(Rates(user=3, chat=5), clock)
    yield Desk(desk.index, journal, workers, Metrics(), limits, access=desk.access, links=desk.links)
    journal.close()


async def test_it_tells_for_how_long_questions_are_kept(desk: Desk, forgetful: Desk) -> None:
    assert "90 days" in Privacy(desk).policy("en").text
    assert Privacy(forgetful).policy("en").text.startswith("Your questions and votes are not kept here")


async def test_what_is_kept_of_one_person_is_deleted_and_of_no_other(desk: Desk) -> None:
    privacy = Privacy(desk)
    await ask(desk, "谁是区长？")
    await ask(desk, "谁是区长？", ELSEWHERE)
    said = (await privacy.forget(HERE, "en")).text
    assert said.startswith("Deleted: 1 question of yours")
    assert said.endswith("/remember off")
    assert json.loads(await privacy.file(HERE))["questions"] == []
    assert len(json.loads(await privacy.file(ELSEWHERE))["questions"]) == 1


async def test_a_page_with_buttons_names_no_commands(desk: Desk) -> None:
    assert "/remember" not in (await Privacy(desk, commands=False).forget(HERE, "en")).text


@pytest.mark.parametrize("wish", ["off", " OFF ", "关", "no"])
async def test_somebody_who_does_not_want_to_be_remembered_is_not(desk: Desk, wish: str) -> None:
    privacy = Privacy(desk)
    await ask(desk, "谁是区长？")
    assert not await privacy.opted_out(HERE)
    said = (await privacy.remember(HERE, wish, "en")).text
    assert "1 question was deleted" in said
    assert said.endswith("To undo this: /remember on")
    await ask(desk, "谁是区长？", number=2)
    assert await privacy.opted_out(HERE)
    assert not await privacy.opted_out(ELSEWHERE)
    kept = json.loads(await privacy.file(HERE))
    assert (kept["remembered"], kept["questions"]) == (False, [])


@pytest.mark.parametrize("wish", ["on", "开启", "Yes"])
async def test_it_can_be_undone(desk: Desk, wish: str) -> None:
    privacy = Privacy(desk)
    await privacy.remember(HERE, "off", "en")
    assert "90 days" in (await privacy.remember(HERE, wish, "en")).text
    assert not await privacy.opted_out(HERE)


async def test_another_wish_is_answered_by_how_to_say_it_and_changes_nothing(desk: Desk) -> None:
    assert (await Privacy(desk).remember(HERE, "maybe", "en")).text.startswith("Send /remember off")
    assert not await Privacy(desk).opted_out(HERE)


async def test_where_nothing_is_kept_remembering_says_so(forgetful: Desk) -> None:
    assert (await Privacy(forgetful).remember(HERE, "on", "en")).text == Privacy(forgetful).policy("en").text


async def test_the_file_is_readable_json_in_the_language_of_the_questions(desk: Desk) -> None:
    await ask(desk, "谁是区长？")
    file = await Privacy(desk).file(HERE)
    assert "谁是区长？" in file.decode()
    assert file.startswith(b'{\n "person": "telegram:42"')


async def test_a_message_holds_the_newest_questions_and_says_how_many_there_are(desk: Desk) -> None:
    privacy = Privacy(desk)
    await ask(desk, "谁是区长？")
    whole = (await privacy.message(HERE, "en")).text
    assert whole.startswith("Everything that is kept about you:\n\n{")
    assert "谁是区长？" in whole
    for number in range(MOST_SHOWN):
        desk.journal.answers.record(Given(str(number), HERE, "en", Kind.ABSTENTION, f"question {number}", 0.1, ()))
    head, _, kept = (await privacy.message(HERE, "en")).text.partition("\n\n")
    assert f"the newest {MOST_SHOWN} of {MOST_SHOWN + 1} questions" in head
    assert len(json.loads(kept)["questions"]) == MOST_SHOWN
