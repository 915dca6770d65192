"""Replicas that share an object store, as `serve` begins and looks after them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.admin.corpus_admin import CorpusAdmin
from bot.admin.corpus_keeper import Keeper
from bot.admin.pending import Caller
from bot.cards.card import Card
from bot.cli.doctor.checks import objects
from bot.collections.declared import Collection
from bot.desk.desk import Desk
from bot.desk.findings import CheckStatus
from bot.errors import ObjectsError
from bot.question import Conversation
from bot.serving import upkeep
from bot.serving.program import open_what_there_is
from bot.serving.rooms import Room, open_rooms
from bot.settings import Settings
from tests.bot.objects.conftest import Replica
from tests.bot.objects.conftest import replica as replica
from tests.bot.objects.conftest import store as store

HOW_HIGH = "镇上的水塔有多高？"
CALLER = Caller(Conversation("telegram", "1", user="1"), "en")
Make = Callable[..., Replica]


def opened(replica: Replica, desk: Desk) -> CorpusAdmin:
    """As `serve` begins."""
    engines = open_rooms([Room(Collection("", replica.corpus), replica.settings)])[""]
    desk.index = open_what_there_is(replica.settings, engines)
    return CorpusAdmin(desk, Keeper(replica.corpus, replica.data, desk.journal, engines))


def away(store: Path) -> None:
    """The store is where nobody finds it."""
    store.rename(store.with_name("away"))


def back(store: Path) -> None:
    store.with_name("away").rename(store)


async def silent(card: Card) -> None:
    """Nobody looks."""


async def test_a_cold_replica_answers_from_what_another_published(replica: Make, desk: Desk) -> None:
    one = replica("one")
    one.write("tower.md", "镇上的水塔高四十米。")
    made = one.reindex()
    opened(replica("other"), desk)
    assert desk.index is not None
    assert desk.index.snapshot.id == made
    assert desk.index.ask(HOW_HIGH).answered


async def test_a_cold_replica_without_a_store_waits_for_it(
    replica: Make, desk: Desk, store: Path, caplog: pytest.LogCaptureFixture
) -> None:
    one = replica("one")
    one.write("tower.md", "镇上的水塔高四十米。")
    one.reindex()
    away(store)
    admin = opened(replica("other"), desk)
    assert desk.index is None
    assert "does not answer" in caplog.text
    with pytest.raises(ObjectsError):
        await admin.follow()
    back(store)
    await admin.follow()
    assert desk.index is not None
    assert desk.index.ask(HOW_HIGH).answered


async def test_a_cold_replica_waits_for_another_that_builds(replica: Make, desk: Desk, postgres_server: object) -> None:
    database = postgres_server.empty()  # type: ignore[attr-defined]
    one, other = replica("one", database=database), replica("other", database=database)
    one.write("tower.md", "镇上的水塔高四十米。")
    with one.publishing.preparing():
        admin = opened(other, desk)
        await upkeep.renew(admin)
        assert desk.index is None
    made = one.reindex()
    await admin.follow()
    assert desk.index is not None
    assert desk.index.snapshot.id == made


async def test_the_first_replica_makes_the_first_snapshot(replica: Make, desk: Desk) -> None:
    one = replica("one")
    one.write("tower.md", "镇上的水塔高四十米。")
    opened(one, desk)
    assert replica("other").follow() == one.live() is not None


async def test_without_a_document_anywhere_a_replica_waits_and_takes_the_first_that_an_admin_sends(
    replica: Make, desk: Desk
) -> None:
    one, other = replica("one"), replica("other")
    admin = opened(one, desk)
    assert desk.index is None
    _, stored = await admin.put(CALLER, "tower.md", "# 水塔\n\n镇上的水塔高四十米。\n".encode())
    assert stored
    await admin.reindex(CALLER, silent)
    assert desk.index is not None
    other.follow()
    assert (other.corpus / "tower.md").is_file()


async def test_what_an_admin_stores_or_removes_reaches_others_before_the_reindex(replica: Make, desk: Desk) -> None:
    one, other = replica("one"), replica("other")
    one.write("tower.md", "镇上的水塔高四十米。")
    admin = opened(one, desk)
    await admin.put(CALLER, "new.md", b"# New\n\nThe bridge is 90 metres long.\n")
    other.publishing.share()
    assert {path.name for path in other.corpus.iterdir()} == {"tower.md", "new.md"}
    await admin.take_out(CALLER, "tower.md")
    other.publishing.share()
    assert {path.name for path in other.corpus.iterdir()} == {"new.md"}


async def test_an_admin_hears_in_his_language_that_the_store_is_away(replica: Make, desk: Desk, store: Path) -> None:
    one = replica("one")
    one.write("tower.md", "镇上的水塔高四十米。")
    admin = opened(one, desk)
    away(store)
    told = await admin.reindex(Caller(CALLER.place, "zh"), silent)
    assert "对象存储" in told.text
    assert desk.index is not None


def test_doctor_says_whether_the_store_can_be_used(replica: Make, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = replica("one")

    def found(settings: Settings) -> list[CheckStatus]:
        return [finding.state for finding in objects(settings, "en")]

    assert found(one.settings) == [CheckStatus.OK]
    assert list(store.rglob("*.*")) == []
    assert found(one.settings.model_copy(update={"objects_url": SecretStr("")})) == []
    with monkeypatch.context() as patched:
        patched.setattr("bot.objects.folder.FolderObjects.create", lambda *_: True)
        assert found(one.settings) == [CheckStatus.BROKEN]
    assert found(one.settings.model_copy(update={"objects_url": SecretStr("file:///no/such")})) == [CheckStatus.BROKEN]
