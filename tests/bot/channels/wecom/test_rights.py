"""In WeCom: what only some may read is shown to nobody else, whatever they write or enter."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.desk.access import Access
from tests.bot.channels.wecom.test_socket import Life
from tests.kept_apart import MOON, POOLS, SAFE, SAID, kept_apart, leaks
from tests.wecom_gateway import Gateway


@pytest.fixture
async def gateway() -> AsyncIterator[Gateway]:
    gateway = Gateway()
    await gateway.start()
    yield gateway
    await gateway.stop()


@pytest.fixture
async def life(gateway: Gateway, tmp_path: Path) -> AsyncIterator[Life]:
    library = kept_apart(tmp_path, frozenset({"wecom:anna", "wecom:room"}))
    life = Life(gateway, tmp_path / "journal.sqlite", library)  # type: ignore[arg-type]
    await gateway.until_live()
    yield life
    await life.close()
    life.workers.close()


async def told(gateway: Gateway, text: str, **more: str) -> str:
    asked = await gateway.ask(text, **more)
    await gateway.until(lambda: asked.answers)
    return asked.answers[0]


@pytest.mark.parametrize("text", [SAFE, MOON, "/sources", "/help", "help"])
async def test_a_person_and_a_group_are_told_what_they_may_read(life: Life, gateway: Gateway, text: str) -> None:
    assert leaks(await told(gateway, text, user="anna"))
    assert leaks(await told(gateway, text, user="otto", group="room"))
    assert leaks(await told(gateway, text, user="otto")) == []
    assert leaks(await told(gateway, text, user="anna", group="other")) == []


async def test_what_somebody_quotes_is_found_where_they_may_read_it(life: Life, gateway: Gateway) -> None:
    assert leaks(await told(gateway, "source?", user="anna", quote=SAID))
    assert leaks(await told(gateway, "source?", user="otto", quote=SAID)) == []


async def test_who_enters_is_welcomed_with_what_they_may_ask(life: Life, gateway: Gateway) -> None:
    for count, user in enumerate(("otto", "anna"), 1):
        await gateway.event({"eventtype": "enter_chat"}, user=user)
        await gateway.until(lambda count=count: len(gateway.welcomes) == count)  # type: ignore[misc]
    otto, anna = gateway.welcomes
    assert (leaks(otto), POOLS in str(otto)) == ([], True)
    assert leaks(anna)


async def test_a_person_chooses_for_themselves_and_for_a_group_only_an_admin_does(life: Life, gateway: Gateway) -> None:
    await told(gateway, "/use town", user="anna")
    assert leaks(await told(gateway, SAFE, user="anna")) == []
    assert leaks(await told(gateway, SAFE, user="anna", group="room"))
    assert "管理员" in await told(gateway, "/use town", user="anna", group="room")
    assert leaks(await told(gateway, SAFE, user="otto", group="room"))
    life.desk.access = Access(admins=frozenset({"wecom:otto"}))
    await told(gateway, "/使用 town", user="otto", group="room")
    assert leaks(await told(gateway, SAFE, user="anna", group="room")) == []
